/**
 * Outbound HTTP to addresses that strangers name: only the public Internet is asked, whatever an address is spelt like,
 * whatever its name resolves to and wherever it redirects. The checked address is the one that is connected to.
 */
import type { LookupAddress, LookupOptions } from "node:dns";
import { Agent, fetch as fetchBy } from "undici";
import type { TrustedProxies } from "./client_address.ts";
import { errorText } from "./errors.ts";
import { createHttpClient, type Hop, type HopAnswer, type HttpClient } from "./http_client.ts";
import { HttpClientError } from "./http_error.ts";
import { hostOf } from "./http_redact.ts";
import { addressOf, problemOfAddress, problemOfHost } from "./public_address.ts";

/** All addresses of a name, v4 and v6; none is an empty list. */
export type Resolve = (name: string) => Promise<string[]>;

/** What may be asked. */
export interface GuardPolicy {
  /** Plain http, and other ports than 80 and 443, where development wants them. */
  allowsPlain: boolean;
  /** Addresses that may be asked though they are not public. */
  allowed: TrustedProxies;
}

/** A client of that policy. */
export interface GuardedClientOptions {
  userAgent: string;
  policy: GuardPolicy;
  /** Default: the name servers of this machine. */
  resolve?: Resolve;
  timeoutMs?: number;
  maxBytes?: number;
  /** Certificates trusted beside the public ones, PEM; for tests. */
  ca?: string;
}

/** Redirects followed by hand, each checked like the first address. */
export const MAX_REDIRECTS = 5;
/** What strangers' servers may take of our time, in milliseconds: a slow shop's page of 250 products takes 3 s. */
const TIMEOUT_MS = 10_000;
/** Decoded bytes; a page of 250 products with long descriptions has 2 MiB. */
const MAX_BYTES = 8 * 1024 * 1024;
/** The longest header of an answer: undici's default, named because it is a part of the guard. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * The client. Refusals are HttpClientErrors of kind `refused`. Every hop has a connection of its own, which ends with it:
 * one that was kept would outlive what its name says. Disposal waits until all are closed.
 */
export function createGuardedClient(options: GuardedClientOptions): HttpClient & AsyncDisposable {
  const { policy, userAgent } = options;
  const closing = new Set<Promise<void>>();
  const openConnection = ({ signal }: Hop) => {
    const agent = openAgent(options);
    const close = () => {
      const closed = agent.destroy().catch(() => {}).finally(() => closing.delete(closed));
      closing.add(closed);
    };
    // The client aborts it in the end, however the exchange went.
    signal.addEventListener("abort", close, { once: true });
    return agent;
  };
  const client = createHttpClient({
    userAgent,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    transport: (hop) => sendGuarded(openConnection, policy, hop),
  });
  return {
    request: (request) => client.request({ maxRedirects: MAX_REDIRECTS, ...request }),
    [Symbol.asyncDispose]: async () => void await Promise.all(closing),
  };
}

/** Why a URL must not be asked, or null; a name it holds may still lead to a refused address. */
export function problemOfUrl(url: URL, policy: GuardPolicy): string | null {
  if (url.protocol !== "https:" && url.protocol !== "http:") return "it is not an http or https address";
  if (url.protocol === "http:" && !policy.allowsPlain) return "it is not an https address";
  if (url.username !== "" || url.password !== "") return "it holds a user name or a password";
  if (url.port !== "" && !policy.allowsPlain && !["80", "443"].includes(url.port)) {
    return `port ${url.port} is not one of the web`;
  }
  const literal = addressOf(url.hostname);
  return literal !== null && policy.allowed.has(literal) ? null : problemOfHost(url.hostname);
}

async function sendGuarded(
  openConnection: (hop: Hop) => Agent,
  policy: GuardPolicy,
  hop: Hop,
): Promise<HopAnswer> {
  const { url, from, method, headers, body, signal } = hop;
  const problem = problemOfUrl(url, policy) ??
    (from?.protocol === "https:" && url.protocol === "http:" ? "it was redirected from https to http" : null);
  if (problem !== null) throw refused(url.href, problem);
  try {
    const init = { method, headers, signal, redirect: "manual", dispatcher: openConnection(hop) } as const;
    const answer = await fetchBy(url, body === undefined ? init : { ...init, body });
    return answer as unknown as HopAnswer; // safe: undici's classes have the standard's members
  } catch (error) {
    throw refusalIn(error) ?? error;
  }
}

/** Names are resolved when a connection is made, by us; the socket gets the checked addresses and asks nobody again. */
function openAgent({ policy, resolve = resolveByDns, ca }: GuardedClientOptions): Agent {
  type Callback = (
    error: Error | null,
    address: string | LookupAddress[],
    family?: number,
  ) => void;
  const lookup = (name: string, options: LookupOptions, done: Callback) => {
    checkedAddresses(name, { policy, resolve }).then((found) => {
      const [first] = found;
      if (!first) return done(refused(`https://${name}`, "the name has no address"), []);
      if (options.all) done(null, found);
      else done(null, first.address, first.family);
    }, (error) => done(error, []));
  };
  return new Agent({
    // The client has a deadline of its own for everything.
    connect: { lookup, timeout: 0, ...(ca === undefined ? {} : { ca }) },
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
}

/** Every address of a name, v4 first. @throws {HttpClientError} when any of them is not public */
async function checkedAddresses(
  name: string,
  { policy, resolve }: { policy: GuardPolicy; resolve: Resolve },
): Promise<LookupAddress[]> {
  let addresses: string[];
  try {
    addresses = await resolve(name);
  } catch (error) {
    throw new HttpClientError(
      "network",
      `Cannot request ${name}: the name is not found (${errorText(error)})`,
    );
  }
  for (const address of addresses) {
    const problem = policy.allowed.has(address) ? null : problemOfAddress(address);
    // Not which one: what the name servers of this machine know is nobody's business.
    if (problem !== null) throw refused(`https://${name}`, "it leads to an address that is not public");
  }
  return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
    .sort((a, b) => a.family - b.family);
}

async function resolveByDns(name: string): Promise<string[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  // With the dot at its end no search domain of this machine is tried.
  const absolute = name.endsWith(".") ? name : `${name}.`;
  const both = await Promise.allSettled([
    Deno.resolveDns(absolute, "A", { signal }),
    Deno.resolveDns(absolute, "AAAA", { signal }),
  ]);
  const found = both.flatMap((one) => one.status === "fulfilled" ? one.value : []);
  const [v4] = both;
  if (found.length === 0 && v4.status === "rejected") throw v4.reason;
  return found;
}

function refused(url: string, problem: string): HttpClientError {
  return new HttpClientError("refused", `Cannot request ${hostOf(url)}: ${problem}`);
}

/** undici wraps what a lookup threw. */
function refusalIn(error: unknown): HttpClientError | null {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    if (one instanceof HttpClientError) return one;
    if (one instanceof AggregateError) {
      const inner = one.errors.find((each) => each instanceof HttpClientError);
      if (inner) return inner;
    }
  }
  return null;
}

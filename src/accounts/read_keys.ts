/** Asks an issuer for its public keys. */
import type { JSONWebKeySet } from "jose";
import { z } from "zod";
import { monotonicMs } from "../platform/clock.ts";
import type { HttpClient } from "../platform/http_client.ts";
import { hostOf } from "../platform/http_redact.ts";

/** An issuer whose tokens are accepted. */
export interface Issuer {
  /** Exactly as the `iss` claim says it: at Auth0 with a slash at the end. */
  issuer: string;
  /** Where its keys are; null: found by discovery. */
  jwksUrl: string | null;
}

/** Longest wait for the keys, discovery included: a person waits at the other end. */
export const KEY_DEADLINE_MS = 3_000;
/** A key with its certificate is about 3 kB: room for more keys than any issuer rotates through. */
const MAX_BYTES = 512 * 1024;

const jwksSchema = z.object({
  keys: z.array(z.unknown()).transform((keys) => keys.filter((key) => isKey(key))),
}).refine(({ keys }) => keys.length > 0);

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

/**
 * The issuer's keys and where they were. A set without any key counts as unreadable: it would end every session, and
 * is what a Supabase project answers that still signs with a shared secret.
 * @throws {HttpClientError} without a complete answer in time; {Error} for an answer that is no key set
 */
export async function readKeys(
  http: HttpClient,
  issuer: Issuer,
  signal: AbortSignal,
): Promise<{ url: string; keys: JSONWebKeySet }> {
  const started = monotonicMs();
  const get = (url: string) =>
    http.request({
      url,
      headers: { accept: "application/json" },
      signal,
      maxBytes: MAX_BYTES,
      timeoutMs: Math.max(1, Math.ceil(KEY_DEADLINE_MS - (monotonicMs() - started))),
    });
  const url = issuer.jwksUrl ?? await discoverKeyUrl(get, issuer.issuer);
  const answer = await get(url);
  if (answer.status !== 200) {
    throw new Error(`Cannot read the keys at ${hostOf(url)}: it answered ${answer.status}`);
  }
  const read = jwksSchema.safeParse(jsonOrNull(answer.text()));
  if (!read.success) throw new Error(`Cannot read the keys at ${hostOf(url)}: the answer is no set of keys`);
  return { url, keys: asKeySet(read.data.keys) };
}

/**
 * Discovery first (OpenID Connect Discovery 1.0 §4): Keycloak has its keys under a path of its own. Where its answer
 * does not name this issuer, `<issuer>/.well-known/jwks.json`: Supabase had no discovery before October 2025, and its answer
 * names no or another issuer when self-hosted or behind a custom domain (supabase/auth#2197, #2487, #2486); Auth0 has
 * both (https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-sets).
 */
async function discoverKeyUrl(
  get: (url: string) => ReturnType<HttpClient["request"]>,
  issuer: string,
): Promise<string> {
  const base = issuer.replace(/\/$/, "");
  const answer = await get(`${base}/.well-known/openid-configuration`);
  const read = answer.status === 200 ? discoverySchema.safeParse(jsonOrNull(answer.text())) : null;
  const isOurs = read?.success && read.data.issuer === issuer &&
    // An issuer that is safe from eavesdroppers does not send us where they are.
    (read.data.jwks_uri.startsWith("https:") || issuer.startsWith("http:"));
  return isOurs ? read.data.jwks_uri : `${base}/.well-known/jwks.json`;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** RFC 7517 §5: keys that cannot be understood are ignored. */
function isKey(key: unknown): boolean {
  return typeof key === "object" && key !== null && "kty" in key && typeof key.kty === "string";
}

function asKeySet(keys: unknown[]): JSONWebKeySet {
  return { keys: keys as JSONWebKeySet["keys"] }; // safe: objects with a kty; jose checks each before use
}

/** Who is at the other end of a request, when proxies stand between: told by the peer, believed from trusted peers only. */
import { BlockList, isIP } from "node:net";
import type { Context, MiddlewareHandler } from "hono";

/** What the address middleware takes from the server and leaves for handlers. */
export interface AddressEnv {
  Bindings: {
    /** Address of the socket's other end; absent where there is no socket. */
    peer?: string;
  };
  Variables: { clientAddress: string };
}

/** The address of requests that came over no socket with an address. */
export const UNKNOWN_ADDRESS = "unknown";

/** Peers whose `X-Forwarded-For` is believed. */
export interface TrustedProxies {
  has(address: string): boolean;
}

/** No peer is believed. */
export const NOBODY: TrustedProxies = { has: () => false };

/**
 * Reads addresses and CIDR blocks, v4 and v6, separated by commas.
 * @throws {TypeError} naming the first entry that is neither
 */
export function parseTrustedProxies(entries: string): TrustedProxies {
  const list = new BlockList();
  for (const entry of entries.split(",").map((one) => one.trim())) {
    const [, text = "", bits] = /^([^/]+?)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const family = isIP(text) === 4 ? "ipv4" : "ipv6";
    const most = family === "ipv4" ? 32 : 128;
    if (isIP(text) === 0 || Number(bits ?? most) > most) {
      throw new TypeError(`"${entry}" is neither an address nor a block such as 10.0.0.0/8`);
    }
    list.addSubnet(text, Number(bits ?? most), family);
  }
  return {
    has: (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6"),
  };
}

/** Works the client's address out once per request; `clientAddress` then tells it. */
export function assignClientAddress(trusted: TrustedProxies): MiddlewareHandler<AddressEnv> {
  return async (context, next) => {
    const forwarded = context.req.header("x-forwarded-for") ?? "";
    // No binding at all when a test calls the app without a server.
    context.set("clientAddress", findClientAddress({ peer: context.env?.peer ?? "", forwarded, trusted }));
    await next();
  };
}

/** The client's address, behind `assignClientAddress`: canonical text, or `unknown`. */
export function clientAddress(context: Context): string {
  return context.get("clientAddress") ?? UNKNOWN_ADDRESS;
}

/**
 * The first address from the right that no trusted proxy has: what stands left of it was written by whoever sent the
 * request, and may be anything. An entry that is no address ends the walk at the proxy that wrote it.
 */
export function findClientAddress(
  hops: { peer: string; forwarded: string; trusted: TrustedProxies },
): string {
  const entries = hops.forwarded.split(",");
  let address = parseAddress(hops.peer);
  while (address !== null && hops.trusted.has(address) && entries.length > 0) {
    const before = parseAddress(entries.pop()!); // safe: the length was checked
    if (before === null) break;
    address = before;
  }
  return address ?? UNKNOWN_ADDRESS;
}

/**
 * What is counted as one client: an IPv4 address whole, of IPv6 the first 64 bits, as a household or a server has at
 * least that many addresses to choose from.
 */
export function addressGroup(address: string): string {
  if (isIP(address) !== 6) return address;
  return `${groupsOf(address).slice(0, 4).map((group) => group.toString(16)).join(":")}::/64`;
}

/** Whether `address` is this machine's own. */
export function isLoopback(address: string): boolean {
  return address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

/** An address as proxies write it, canonical: without port, brackets or zone; IPv4 inside IPv6 as IPv4. Null: none. */
export function parseAddress(text: string): string | null {
  const [, bracketed, withPort] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(text.trim()) ?? [];
  const bare = (bracketed ?? withPort ?? text).trim().replace(/%[\w.-]+$/, "");
  const family = isIP(bare);
  if (family === 0) return null;
  if (family === 4) return bare;
  const groups = groupsOf(bare);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const numbers = (part: string) => part === "" ? [] : part.split(":").map((group) => parseInt(group, 16));
  const [left, right] = [numbers(head), numbers(tail ?? "")];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

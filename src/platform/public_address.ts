/** Which hosts and addresses belong to everybody, and which lead into somebody's own network. Pure. */
import ipaddr from "ipaddr.js";

/** Endings of names that mean a machine or a network of one's own (RFC 6761, 6762, 8375, ICANN's "internal"; usage). */
const OWN_NAMES = ["localhost", "local", "internal", "intranet", "private", "lan", "home", "corp", "arpa"];

/**
 * Why a host of a URL must not be asked, or null. `host` as `URL.hostname` gives it, which has already read every odd
 * spelling of an address (decimal, octal, hex, short, full-width, percent-encoded). A name may still lead anywhere.
 */
export function problemOfHost(host: string): string | null {
  const literal = addressOf(host);
  if (literal !== null) return problemOfAddress(literal);
  const name = host.toLowerCase().replace(/\.$/, "");
  const labels = name.split(".");
  if (name === "" || labels.includes("")) return "the host name is not complete";
  if (labels.length === 1 || OWN_NAMES.includes(labels.at(-1) ?? "")) {
    return `${name} is a name of a local network`;
  }
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(name) ? null : "the host name is not valid";
}

/** The address that a URL's host is, without brackets; null: it is a name. */
export function addressOf(host: string): string | null {
  const text = host.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(text) && (host !== text || ipaddr.IPv4.isValidFourPartDecimal(text)) ? text : null;
}

/** Why an address that a name leads to must not be connected to, or null: it is one of the public Internet. */
export function problemOfAddress(text: string): string | null {
  // A zone id names a network card of this machine.
  const address = text.includes("%") || !ipaddr.isValid(text) ? null : ipaddr.parse(text);
  if (address === null) return `${text} is not an address`;
  const range = address.range();
  if (range !== "unicast") return `${text} is not a public address (${range})`;
  // Whatever the registry has not given out is refused too: IPv4-compatible addresses, ranges to come.
  const isGlobal = address.kind() === "ipv4" || address.match(GLOBAL_UNICAST);
  return isGlobal ? null : `${text} is not a public address`;
}

const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/** Who messages come from, as the configuration writes it. Pure. */

/** A sender: "WaxWatch <alerts@example.com>", parted. */
export interface Sender {
  name: string;
  address: string;
}

/** Reads "Name <a@b>" or "a@b"; null when it is neither. */
export function parseSender(text: string): Sender | null {
  const match = /^(?:"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(text.trim());
  const address = match?.[2] ?? match?.[3] ?? "";
  if (!/^[^@\s]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(address)) return null;
  return { name: match?.[1]?.trim() ?? "", address };
}

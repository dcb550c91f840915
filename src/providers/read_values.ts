/** Values of answers that anybody may have written, read without trust. Pure. */

/** The instant that a text names; null: none, or one that nobody means. */
export function instantOf(value: string | null | undefined): Date | null {
  const at = new Date(value ?? "");
  const year = at.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? at : null;
}

/** An address that a browser may open; null: anything else. */
export function webAddress(value: string | null | undefined): string | null {
  const absolute = value?.startsWith("//") ? `https:${value}` : value;
  return absolute && /^https?:\/\//i.test(absolute) && URL.canParse(absolute) ? absolute : null;
}

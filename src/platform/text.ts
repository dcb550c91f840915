/** Text as Postgres can store it: without NUL and with lone surrogates replaced. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** `storableText`, trimmed and cut to `max` UTF-16 units; null when nothing is left. */
export function storableTextOrNull(text: string | null | undefined, max: number): string | null {
  const clean = storableText(text ?? "").trim().slice(0, max).toWellFormed().trim();
  return clean === "" ? null : clean;
}

/**
 * Text of bytes in `charset`, without a byte order mark. Null: what the bytes show, in this order: the byte order mark of
 * UTF-16 (Excel's "Unicode text"), NULs of UTF-16 without one, UTF-8, else Windows-1252, in which every byte is a
 * character and which Excel saves CSV in where people write Latin letters.
 * @throws {TypeError} when they are not in the declared encoding, {RangeError} when there is no such encoding
 */
export function decodeText(bytes: Uint8Array, charset: string | null): string {
  const shown = markOf(bytes) ?? charset;
  if (shown !== null) return new TextDecoder(shown, { fatal: true }).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The encoding that the first two bytes show; null: none that is not a guess. */
function markOf([first, second]: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (first === undefined || second === undefined) return null;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  return (first === 0xfe && second === 0xff) || (first === 0 && second !== 0) ? "utf-16be" : null;
}

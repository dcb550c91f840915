/** Text as Postgres can store it: without NUL and with lone surrogates replaced. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** `storableText`, trimmed and cut to `max` UTF-16 units; null when nothing is left. */
export function storableTextOrNull(text: string | null | undefined, max: number): string | null {
  const clean = storableText(text ?? "").trim().slice(0, max).toWellFormed().trim();
  return clean === "" ? null : clean;
}

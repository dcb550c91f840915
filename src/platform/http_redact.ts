/** Parameter and header names whose values are secrets wherever they occur. */
const SECRET_NAME =
  /token|secret|password|passwd|signature|api[-_]?key|^key$|^sig$|^code$|^auth|^(client|session)[-_]?id$/i;

/**
 * A URL fit for logs and the request log: without user name, password and fragment, values of parameters with
 * secret-sounding names replaced by "redacted". Anything that is not an absolute URL becomes "(invalid URL)".
 */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return "(invalid URL)";
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  parsed.hash = "";
  for (const name of new Set(parsed.searchParams.keys())) {
    if (SECRET_NAME.test(name)) parsed.searchParams.set(name, "redacted");
  }
  return parsed.href;
}

/** Host and port of a URL, which never hold a secret; "(invalid URL)" when it is none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "(invalid URL)";
}

/**
 * A runtime's error text with every URL cut out: Deno's network errors quote the whole address, query included.
 * At most 200 characters.
 */
export function withoutUrls(text: string): string {
  return text
    .replace(/\b(?:from|for)?\s*(?:url\s*)?\(?[a-z][a-z0-9+.-]*:\/\/[^\s"'()]+\)?:?/gi, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200);
}

/** Shorter parts of a credential are words such as Bearer or a scheme's parameter names. */
const MIN_SECRET_LENGTH = 8;

/**
 * `text` without the credentials that `headers` carried: some servers quote in an error what they were sent, and error
 * texts are kept and shown. Names in lower case. Of a Basic credential the user and password are cut out too, of an OAuth
 * signature the two secrets that it joins by "&".
 */
export function withoutSent(text: string, headers: Readonly<Record<string, string>>): string {
  const sent = [headers["authorization"], headers["cookie"]].filter((value) => value !== undefined);
  const parts = sent.flatMap((value) => [...value.split(/[\s,;="&]+|%26/), ...basicParts(value)]);
  return parts.filter((part) => part.length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, part) => rest.replaceAll(part, "***"), text);
}

function basicParts(value: string): string[] {
  const encoded = /^Basic +([\w+/]+=*)$/i.exec(value)?.[1];
  return encoded === undefined ? [] : [encoded, ...atob(encoded).split(":")];
}

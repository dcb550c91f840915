/** A request to an operation, as data: what an entry writes down and every suite sends. */
import type { MountedOperation } from "../../../src/platform/api/document.ts";

/** What one call says. Absent parts are not sent. */
export interface Call {
  /** Of the path, by name. */
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as a form, in place of `body`. */
  form?: Record<string, string>;
  /** Sent as it is, in place of `body`, as the media type that the operation takes. */
  text?: string;
  headers?: Record<string, string>;
}

/** An answer as it came, read to its end; of a stream the first bytes. */
export interface Seen {
  method: string;
  /** Path and query as they were sent. */
  target: string;
  status: number;
  headers: Headers;
  text: string;
}

/** Path and query of a call, everything encoded. */
export function targetOf({ path }: MountedOperation, { params = {}, query = {} }: Call): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`Cannot call ${path}: the entry gives no ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams(query).toString();
  return search === "" ? filled : `${filled}?${search}`;
}

/** What fetch() takes for a call; `headers` come on top. */
export function initOf(
  { method, spec }: MountedOperation,
  call: Call,
  headers: Record<string, string> = {},
): RequestInit & { headers: Record<string, string> } {
  const init = { method: method.toUpperCase(), headers: { ...call.headers, ...headers } };
  if (call.form) {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    return {
      ...init,
      headers: { ...type, ...init.headers },
      body: new URLSearchParams(call.form).toString(),
    };
  }
  const type = { "content-type": spec.textBody ?? "application/json" };
  if (call.text !== undefined) {
    return { ...init, headers: { ...type, ...init.headers }, body: call.text };
  }
  if (call.body === undefined) return init;
  return {
    ...init,
    headers: { ...type, ...init.headers },
    body: JSON.stringify(call.body),
  };
}

/** Reads an answer to its end; of an event stream one chunk, and lets it go. */
export async function see(response: Response, request: { method: string; target: string }): Promise<Seen> {
  const { status, headers } = response;
  const isStream = response.body !== null && headers.get("content-type")?.startsWith("text/event-stream");
  const text = isStream ? await firstChunk(response) : await response.text();
  return { ...request, status, headers, text };
}

async function firstChunk(response: Response): Promise<string> {
  const reader = response.body!.getReader(); // safe: an answer with this type has a body
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

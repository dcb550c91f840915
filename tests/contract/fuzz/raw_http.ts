/** HTTP as bytes on a socket: what no client library would send, and what comes back. */
import type { Seen } from "../support/call.ts";

/** The answer of a server that speaks to nobody: after this a connection is told that nothing more will come. */
const PATIENCE_MS = 500;
/** A server that has not closed by then hangs. */
const DEADLINE_MS = 25_000;

/** What came back over one connection. */
export interface Talk {
  answers: Omit<Seen, "method" | "target">[];
  /** What is wrong with the conversation itself; null: nothing. */
  problem: string | null;
}

/** Sends bytes over a connection of their own and reads until the server closes it. */
export async function talk(port: number, bytes: Uint8Array): Promise<Talk> {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const sending = writeAll(socket, bytes).catch(() => {}); // A server may close before it has read everything.
  const hush = setTimeout(() => void socket.closeWrite().catch(() => {}), PATIENCE_MS);
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), DEADLINE_MS);
  try {
    const received = await Promise.race([readAll(socket), late]);
    if (received === null) return { answers: [], problem: `not closed within ${DEADLINE_MS} ms` };
    await Promise.race([sending, late]);
    return parse(received);
  } finally {
    clearTimeout(hush);
    clearTimeout(timer);
  }
}

async function writeAll(socket: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await socket.write(bytes.subarray(sent));
}

async function readAll(socket: Deno.Conn): Promise<string> {
  const chunk = new Uint8Array(16_384);
  const parts: string[] = [];
  try {
    for (;;) {
      const count = await socket.read(chunk);
      if (count === null) break;
      parts.push(latin1(chunk.subarray(0, count)));
    }
  } catch { /* reset: what was read counts */ }
  return parts.join("");
}

/** How a server greets a client that speaks HTTP/2: a frame of 24 bytes, type 4. What follows is not looked at. */
const SETTINGS = "\0\0\x18\x04";

/** The answers in what a server wrote, one after the other. */
function parse(received: string): Talk {
  const answers: Talk["answers"] = [];
  if (received.startsWith(SETTINGS)) return { answers, problem: null };
  for (let rest = received; rest !== "";) {
    const [, status, head = ""] = /^HTTP\/1\.[01] (\d{3})[^\r]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest) ?? [];
    if (status === undefined) return { answers, problem: `not HTTP: ${JSON.stringify(rest.slice(0, 200))}` };
    rest = rest.slice(rest.indexOf("\r\n\r\n") + 4);
    const headers = new Headers(head.trim().split("\r\n").filter((line) => line !== "").map(headerOf));
    const { body, length } = bodyOf(rest, headers, Number(status));
    rest = rest.slice(length);
    answers.push({ status: Number(status), headers, text: utf8(body) });
  }
  return { answers, problem: null };
}

function headerOf(line: string): [string, string] {
  const at = line.indexOf(":");
  return [line.slice(0, at), line.slice(at + 1).trim()];
}

function bodyOf(rest: string, headers: Headers, status: number): { body: string; length: number } {
  if (status < 200 || status === 204 || status === 304) return { body: "", length: 0 };
  const length = headers.get("content-length");
  if (length !== null) return { body: rest.slice(0, Number(length)), length: Number(length) };
  if (headers.get("transfer-encoding") !== "chunked") return { body: rest, length: rest.length };
  let body = "";
  let at = 0;
  for (;;) {
    const [line, size = ""] = /^([0-9a-f]+)\r\n/i.exec(rest.slice(at)) ?? [];
    if (line === undefined) return { body, length: rest.length };
    at += line.length;
    const bytes = parseInt(size, 16);
    body += rest.slice(at, at + bytes);
    at += bytes + 2;
    if (bytes === 0) return { body, length: at };
  }
}

/** Each byte as one character. */
export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** As `latin1()` read it, back to bytes. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function utf8(text: string): string {
  return new TextDecoder().decode(bytesOf(text));
}

/** What a slow client, or a slow answer of ours, may hold on to: bounded in bytes and in time. */
import type { Context, MiddlewareHandler } from "hono";
import { DomainError } from "../../platform/errors.ts";

/** The whole body has to be here by then: a megabyte over a line of 0.5 Mbit/s. */
const BODY_SECONDS = 20;
/** Longest that making an answer may take, its body's arrival included; a stream that was opened is an answer. */
const ANSWER_SECONDS = 30;

/**
 * Receives the body before the handler runs, so that size and time are bounded whatever the handler reads.
 * Of several on the way to a handler the first one does it.
 * @throws {DomainError} payload_too_large over `maxBytes`, request_timeout when it is not complete in time
 */
export function receiveBody(
  { maxBytes, seconds = BODY_SECONDS }: { maxBytes: number; seconds?: number },
): MiddlewareHandler {
  return async (context, next) => {
    const { body } = context.req.raw;
    // A path below another one's passes here twice; what was read cannot be read again.
    if (body !== null && !context.req.bodyCache.arrayBuffer) {
      const bytes = await readWithin(context, body, { maxBytes, seconds });
      // Where Hono keeps a body that was read.
      Object.assign(context.req.bodyCache, { arrayBuffer: Promise.resolve(bytes) });
    }
    await next();
  };
}

/** Answers 503 in place of a handler that takes too long; what it does in the database ends by the pool's deadline. */
export function answerInTime({ seconds = ANSWER_SECONDS }: { seconds?: number } = {}): MiddlewareHandler {
  return async (_context, next) => {
    await within(next(), seconds, () => {
      return new DomainError("unavailable", `Cannot answer now: no answer was ready within ${seconds} s`);
    });
  };
}

async function readWithin(
  context: Context,
  body: ReadableStream<Uint8Array>,
  { maxBytes, seconds }: { maxBytes: number; seconds: number },
): Promise<ArrayBuffer> {
  const tooLarge = () =>
    new DomainError("payload_too_large", `Cannot read the body: it is larger than ${maxBytes} bytes`);
  const reader = body.getReader();
  try {
    if (Number(context.req.header("content-length") ?? 0) > maxBytes) throw tooLarge();
    return await within(readAll(reader, maxBytes, tooLarge), seconds, () => {
      return new DomainError(
        "request_timeout",
        `Cannot read the body: it was not complete within ${seconds} s`,
      );
    });
  } catch (error) {
    // The rest will not be read, so the connection cannot serve another request.
    context.header("connection", "close");
    void reader.cancel().catch(() => {});
    throw error instanceof DomainError
      ? error
      : new DomainError("request_timeout", "Cannot read the body: it ended early", { cause: error });
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes.buffer;
}

async function within<T>(work: Promise<T>, seconds: number, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

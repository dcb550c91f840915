/** The stream of the inbox, read for as long as somebody wants to: it opens again where it breaks off. */
import type { components } from "./api.ts";

/** A row of the inbox as it came. */
export type StreamMessage = components["schemas"]["StreamMessage"];

/** From where, and until when. */
export interface FollowOptions {
  /** The `seq` of a message: what came behind it comes first. Absent: what comes from now on. */
  after?: number;
  /** Ends it. */
  signal?: AbortSignal;
}

/** Opens the stream: what it answers, or why it refuses. */
export type OpenStream = (
  options: { after: number | null; signal: AbortSignal | null },
) => Promise<{ response: Response; error?: components["schemas"]["Error"] | undefined }>;

/** The service refuses the stream, and will again; `error` is its envelope. */
export class StreamRefusedError extends Error {
  override readonly name = "StreamRefusedError";

  constructor(readonly status: number, readonly error: components["schemas"]["Error"] | undefined) {
    super(error?.error.message ?? `Cannot follow the inbox: the answer is ${status}`);
  }
}

/** How long to wait before it is opened again, until the stream says so itself. */
const RETRY_MS = 1_000;

/** See `ApiClient.follow`. */
export async function* followStream(
  open: OpenStream,
  { after, signal = new AbortController().signal }: FollowOptions = {},
): AsyncGenerator<StreamMessage, void> {
  let position = after ?? null;
  let retryMs = RETRY_MS;
  while (!signal.aborted) {
    let waitMs: number | null = null;
    try {
      const { response, error } = await open({ after: position, signal });
      if (!response.ok || !response.body) {
        if (response.status !== 429 && response.status < 500) {
          throw new StreamRefusedError(response.status, error);
        }
        waitMs = Number(response.headers.get("retry-after")) * 1_000 || null;
      } else {
        for await (const { id, retry, data } of blocksOf(response.body, signal)) {
          position = id ?? position;
          retryMs = retry ?? retryMs;
          if (data !== null) yield data;
        }
      }
    } catch (error) {
      if (error instanceof StreamRefusedError || error instanceof SyntaxError) throw error;
      // The connection broke, or the signal ended it.
    }
    await waited(waitMs ?? retryMs, signal);
  }
}

/** What one block of the stream says; the first has no message, only where the stream begins. */
interface Block {
  id: number | null;
  retry: number | null;
  data: StreamMessage | null;
}

async function* blocksOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): AsyncGenerator<Block, void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  // Not every fetch ends an answer that has begun when its request is aborted.
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  try {
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) yield parseBlock(block);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Who stops reading closes the connection.
    await reader.cancel().catch(() => {});
  }
}

function parseBlock(text: string): Block {
  const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(text)?.[1] ?? null;
  const [id, retry, data] = [field("id"), field("retry"), field("data")];
  return {
    id: id === null ? null : Number(id),
    retry: retry === null ? null : Number(retry),
    data: data === null ? null : JSON.parse(data),
  };
}

/** Resolves after `milliseconds`, or when the signal ends it. */
function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

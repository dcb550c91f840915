/** Reads a `text/event-stream` as it comes. */
import type { components } from "../../docs/client/api.ts";

/** One message of a stream. */
export interface StreamMessage {
  event: string;
  id: string;
  data: components["schemas"]["StreamMessage"];
}

/** A reader of one open stream; close it before the test ends. */
export interface EventReader extends AsyncDisposable {
  /** The next message, comments skipped. @throws when none comes within `withinMs` */
  next(withinMs?: number): Promise<StreamMessage>;
  /** Comments read so far, in order. */
  comments: string[];
}

/** Starts to read `response`. @throws when it is not a stream */
export function readEvents(response: Response): EventReader {
  if (response.status !== 200 || !response.body) {
    throw new Error(`Cannot read a stream: the answer is ${response.status}`);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const comments: string[] = [];
  const ready: StreamMessage[] = [];
  let buffer = "";
  const read = async (): Promise<StreamMessage> => {
    while (ready.length === 0) {
      const { value, done } = await reader.read();
      if (done) throw new Error("The stream ended");
      buffer += value;
      const blocks = buffer.split("\n\n");
      buffer = blocks.pop() ?? "";
      for (const block of blocks) takeBlock(block, ready, comments);
    }
    return ready.shift()!;
  };
  return {
    comments,
    next: (withinMs = 5_000) => within(read(), withinMs),
    async [Symbol.asyncDispose]() {
      await reader.cancel().catch(() => {});
    },
  };
}

function takeBlock(block: string, ready: StreamMessage[], comments: string[]): void {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    if (line.startsWith(":")) comments.push(line.slice(1).trim());
    else fields.set(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trimStart());
  }
  const data = fields.get("data");
  if (data !== undefined) {
    ready.push({
      event: fields.get("event") ?? "message",
      id: fields.get("id") ?? "",
      data: JSON.parse(data),
    });
  }
}

/** `promise`, or an error when it takes longer. */
export async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing came within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

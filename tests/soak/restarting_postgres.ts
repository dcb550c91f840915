/** A Postgres of the test's own that goes away and comes back on the same port. */
import { fileURLToPath } from "node:url";

const HOLDER = fileURLToPath(new URL("./postgres_holder.ts", import.meta.url));

/** How the server ends: sessions ended in order, or cut off so that it has to recover at its next start. */
export type StopMode = "fast" | "immediate";

/** The server, held by a child process, because tests may run no program but Deno. */
export class RestartingPostgres implements AsyncDisposable {
  /** The same after every start; the database is empty at first. */
  readonly url: string;
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(child: Deno.ChildProcess, lines: ReadableStreamDefaultReader<string>, url: string) {
    this.#child = child;
    this.#lines = lines;
    this.#orders = child.stdin.getWriter();
    this.url = url;
  }

  /** Makes a cluster in `dir` and starts it. @throws when the machine has no programs for it */
  static async create(dir: string): Promise<RestartingPostgres> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", HOLDER, dir],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    // Every line is written whole and awaited before the next, so a chunk is a line.
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await lines.read();
    if (!value?.startsWith("postgres://")) {
      await child.stdin.close();
      await child.status;
      throw new Error(value ?? "The Postgres holder said nothing");
    }
    return new RestartingPostgres(child, lines, value.trim());
  }

  /** Stops the server, leaves it down for `downMs` and starts it again. */
  async restart(mode: StopMode, downMs: number): Promise<void> {
    await this.#orders.write(new TextEncoder().encode(`${mode} ${Math.round(downMs)}\n`));
    const { value } = await this.#lines.read();
    if (value?.trim() !== "started") throw new Error(value ?? "The Postgres holder ended");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#orders.close().catch(() => {});
    while (!(await this.#lines.read()).done);
    await this.#child.status;
  }
}

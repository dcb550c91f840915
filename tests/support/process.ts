/** The real service as a child process: started, killed and started again on one port. */
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
/** A loaded machine starts slowly; a start that takes longer has failed. */
const START_WAIT_MS = 60_000;
const PROBE_EVERY_MS = 25;
/** Lines kept to explain a failure. */
const LOG_TAIL = 60;

export interface ServiceOptions {
  databaseUrl: string;
  /** Folder of the queue's files. */
  kvPath: string;
  /** Adds to the environment or overrides it. */
  env?: Record<string, string>;
}

interface Run {
  child: Deno.ChildProcess;
  ended: Promise<void>;
  /** Null while it runs. */
  status: Deno.CommandStatus | null;
}

/** main.ts on a port of its own. Disposing kills it; it also ends by itself when the test process does. */
export class ServiceProcess implements AsyncDisposable {
  /** `http://127.0.0.1:<port>`, the same after every start. */
  readonly url: string;
  /** How often each message was logged as a warning or an error, over all starts. */
  readonly troubles = new Map<string, number>();
  readonly #options: ServiceOptions;
  readonly #port: number;
  readonly #tail: string[] = [];
  #run: Run | null = null;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#port = freePort();
    this.url = `http://127.0.0.1:${this.#port}`;
  }

  /** Whether the process last started still runs. */
  get alive(): boolean {
    return this.#run !== null && this.#run.status === null;
  }

  /** A request to the service; rejects while it is down. */
  send(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url + path, init);
  }

  /** Starts it and returns when /readyz says ok. @throws with the end of its log when it does not come up */
  async start(): Promise<void> {
    if (this.alive) throw new Error("Cannot start the service: it runs");
    const run = this.#spawn();
    this.#run = run;
    const until = performance.now() + START_WAIT_MS;
    while (!await this.#isReady()) {
      if (run.status !== null || performance.now() > until) {
        await this.kill();
        throw new Error(`The service did not come up; its log ends\n${this.logTail()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
    }
  }

  /** The death that runs no handler; returns when the process is gone. */
  async kill(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    this.#run = null;
    if (run.status === null) run.child.kill("SIGKILL");
    await run.ended;
  }

  /** The last lines it wrote, of all starts. */
  logTail(): string {
    return this.#tail.join("\n");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #spawn(): Run {
    const { databaseUrl, kvPath, env } = this.#options;
    const permissions = [
      "--allow-env",
      "--allow-net",
      "--allow-read",
      "--allow-sys",
      `--allow-write=${kvPath}`,
    ];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...permissions, MAIN],
      env: {
        ENVIRONMENT: "test",
        HOST: "127.0.0.1",
        PORT: String(this.#port),
        ROLE: "all",
        JOB_BROKER: "kv",
        KV_PATH: kvPath,
        DATABASE_URL: databaseUrl,
        LOG_FORMAT: "json",
        LOG_LEVEL: "warn",
        SIMULATED_MARKET: "false",
        WAXWATCH_PARENT_PIPE: "1",
        ...env,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const run: Run = { child, ended: Promise.resolve(), status: null };
    run.ended = this.#watch(run);
    return run;
  }

  async #watch(run: Run): Promise<void> {
    const reading = [this.#readLog(run.child.stdout), this.#readLog(run.child.stderr)];
    run.status = await run.child.status;
    await Promise.all(reading);
    await run.child.stdin.close().catch(() => {});
  }

  async #readLog(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(line);
    }
    if (rest !== "") this.#take(rest);
  }

  #take(line: string): void {
    this.#tail.push(line.slice(0, 2_000));
    if (this.#tail.length > LOG_TAIL) this.#tail.shift();
    // What is no line of the log is the runtime's, and no good news.
    const [, level, message] = /^\{"at":"[^"]*","level":"(\w+)","message":"([^"]*)"/.exec(line) ?? [];
    if (level === "info" || level === "debug") return;
    const what = message ?? line;
    this.troubles.set(what, (this.troubles.get(what) ?? 0) + 1);
  }

  async #isReady(): Promise<boolean> {
    try {
      const response = await this.send("/readyz", { signal: AbortSignal.timeout(3_000) });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return false;
    }
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

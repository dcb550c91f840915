/**
 * Starting, attaching and stopping in processes of their own, because the locks belong to processes and because
 * tests may run no program but Deno.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";

interface Answer {
  pid: number;
  attached: boolean;
  home: string;
  url: string;
  refused?: string;
}

Deno.test("startLocalPostgres() starts, attaches, and stops with its last user", async () => {
  await using folder = await temporaryFolder();
  await using first = await Holder.start(folder.path);
  assert.equal(first.answer.attached, false);
  assert.equal(await selectOne(first.answer.url), 1);

  await using second = await Holder.start(folder.path);
  assert.deepEqual({ pid: second.answer.pid, attached: second.answer.attached }, {
    pid: first.answer.pid,
    attached: true,
  });

  assert.equal(await first.leave(), "still used");
  assert.equal(await selectOne(second.answer.url), 1);
  assert.equal(await second.leave(), "stopped");
  await assert.rejects(selectOne(second.answer.url));
});

Deno.test("startLocalPostgres() gives two starters at once one server", async () => {
  await using folder = await temporaryFolder();
  const holders = await Promise.all([Holder.start(folder.path), Holder.start(folder.path)]);
  assert.equal(holders[0].answer.pid, holders[1].answer.pid);
  assert.deepEqual(holders.map(({ answer }) => answer.attached).sort(), [false, true]);
  const outcomes = await Promise.all(holders.map((holder) => holder.leave()));
  assert.deepEqual(outcomes.sort(), ["still used", "stopped"]);
});

Deno.test("startLocalPostgres() attaches to the orphan of a killed process and stops it", async () => {
  await using folder = await temporaryFolder();
  await using killed = await Holder.start(folder.path);
  await killed.kill();
  assert.equal(await selectOne(killed.answer.url), 1);

  await using next = await Holder.start(folder.path);
  assert.deepEqual({ pid: next.answer.pid, attached: next.answer.attached }, {
    pid: killed.answer.pid,
    attached: true,
  });
  assert.equal(await next.leave(), "stopped");
});

Deno.test("startLocalPostgres() starts although the pid file names a process of somebody else", async () => {
  await using folder = await temporaryFolder();
  await using first = await Holder.start(folder.path);
  assert.equal(await first.leave(), "stopped");
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const pidFile = [Deno.pid, "data", 1, port, "", "127.0.0.1", "1 1", "ready", ""].join("\n");
  await Deno.writeTextFile(join(first.answer.home, "data", "postmaster.pid"), pidFile);

  await using second = await Holder.start(folder.path);
  assert.equal(second.answer.attached, false);
  assert.equal(await selectOne(second.answer.url), 1);
  assert.equal(await second.leave(), "stopped");
});

Deno.test("startLocalPostgres() refuses a path with a dollar sign in one sentence", async () => {
  await using folder = await temporaryFolder();
  await using holder = await Holder.start(join(folder.path, "a$b"));
  assert.match(holder.answer.refused ?? "", /^Cannot start: the path .* contains a "\$", .*DATABASE_URL$/);
});

Deno.test("startLocalPostgres() refuses a folder it cannot write in one sentence", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "");
  await using holder = await Holder.start(join(file, "postgres"));
  assert.match(
    holder.answer.refused ?? "",
    /^Cannot start: the data folder .* cannot be written \(.*DATABASE_URL$/,
  );
});

/** A child process that uses the server until told to leave. */
class Holder implements AsyncDisposable {
  readonly answer: Answer;
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #ended = false;

  private constructor(child: Deno.ChildProcess, lines: ReadableStreamDefaultReader<string>, answer: Answer) {
    this.#child = child;
    this.#lines = lines;
    this.answer = answer;
  }

  static async start(dir: string): Promise<Holder> {
    const script = join(import.meta.dirname!, "postgres_holder.ts");
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", script, dir],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    // Every line is written whole and awaited before the next, so a chunk is a line.
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await lines.read();
    return new Holder(child, lines, JSON.parse(value ?? '{"refused":"the process said nothing"}'));
  }

  /** Lets it leave the server; what its stop() said. */
  async leave(): Promise<string> {
    this.#ended = true;
    await this.#child.stdin.close();
    const { value } = await this.#lines.read();
    await this.#finish();
    return JSON.parse(value ?? "null");
  }

  /** The death that runs no handler. */
  async kill(): Promise<void> {
    this.#ended = true;
    this.#child.kill("SIGKILL");
    await this.#finish();
    await this.#child.stdin.close().catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#child.stdin.close().catch(() => {});
    await this.#finish();
  }

  async #finish(): Promise<void> {
    while (!(await this.#lines.read()).done);
    await this.#child.status;
  }
}

async function selectOne(url: string): Promise<number> {
  const sql = postgres(url, { max: 1, fetch_types: false, connect_timeout: 5 });
  try {
    const [row] = await sql`select 1 as one`;
    return row?.one;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** A folder that an unprivileged Postgres can enter when the tests run as root. */
async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "waxwatch-test-" });
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o711);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

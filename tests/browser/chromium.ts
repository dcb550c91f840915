/**
 * Chromium without a window, driven over the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/
 * It talks through a pair of pipes, so no port is open while it runs, and it ends when this process does, however that
 * comes about.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { Tab } from "./tab.ts";

/** What the protocol answers or tells; each use names the fields it reads. */
// deno-lint-ignore no-explicit-any -- the protocol's types are a package larger than this folder
export type Message = any;
/** Gets what one tab tells. */
export type Listener = (method: string, params: Message) => void;

/** Longest wait for an answer to one command: two cores are shared with a database and a service. */
const ANSWER_MS = 60_000;
/** A browser that has not closed by then is killed. */
const CLOSE_MS = 10_000;
/** Where Debian and others put it; CHROMIUM names another place. */
const PROGRAM = Deno.env.get("CHROMIUM") || "/usr/bin/chromium";

const FLAGS = [
  "--headless",
  "--remote-debugging-pipe",
  // Its sandbox refuses to start as root, as which CI runs; it only sees pages of this repository.
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--force-color-profile=srgb",
  "--hide-scrollbars",
  // The network is cut off: names of tests lead to this machine, all others nowhere.
  "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** The running browser. Disposal ends it and removes its profile. */
export class Chromium implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #profile: string;
  readonly #answers = new Map<number, PromiseWithResolvers<Message>>();
  readonly #listeners = new Map<string, Listener>();
  #hasEnded = false;
  #lastId = 0;
  #received = "";

  private constructor(profile: string) {
    this.#profile = profile;
    this.#child = spawn(PROGRAM, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once("close", () => resolve());
      this.#child.once("error", reject);
    });
    void this.#ended.catch(() => {}).finally(() => this.#hearEnd());
    const output = this.#child.stdio[4] as Readable; // safe: asked for as a pipe
    output.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    // A pipe breaks when the browser ends, and that is told above.
    for (const pipe of [this.#input, output]) pipe.on("error", () => {});
  }

  /** Starts it. @throws when it is not installed, or does not come up */
  static async start(): Promise<Chromium> {
    const isThere = await Deno.stat(PROGRAM).then(() => true, () => false);
    if (!isThere) throw new Error(`Cannot start ${PROGRAM}: it is missing; Debian's package is chromium`);
    const chromium = new Chromium(await Deno.makeTempDir({ prefix: "waxwatch-browser-" }));
    try {
      await chromium.send("Browser.getVersion");
      return chromium;
    } catch (cause) {
      await chromium[Symbol.asyncDispose]();
      throw new Error(`Cannot start ${PROGRAM}: it does not answer`, { cause });
    }
  }

  /** An empty tab; without `beside` in a browser of its own, which shares no cookie with the others. */
  async newTab({ beside }: { beside?: Tab } = {}): Promise<Tab> {
    const browserContextId = beside?.contextId ??
      (await this.send("Target.createBrowserContext")).browserContextId;
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank", browserContextId });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const tab = new Tab((method, params) => this.send(method, params, sessionId), browserContextId);
    this.#listeners.set(sessionId, (method, params) => tab.hear(method, params));
    await tab.listen();
    return tab;
  }

  /** One command. @throws when the browser refuses it, is gone, or does not answer in time */
  async send(method: string, params: object = {}, sessionId?: string): Promise<Message> {
    if (this.#hasEnded) throw new Error(`Chromium ended before ${method}`);
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<Message>();
    this.#answers.set(id, answer);
    const late = setTimeout(() => answer.reject(new Error(`Chromium does not answer ${method}`)), ANSWER_MS);
    this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(late);
      this.#answers.delete(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stuck = setTimeout(() => this.#child.kill("SIGKILL"), CLOSE_MS);
    // By itself it ends its helpers too; killed, it would leave them to notice, while they still write.
    await this.send("Browser.close").catch(() => {});
    await this.#ended.catch(() => {});
    clearTimeout(stuck);
    await Deno.remove(this.#profile, { recursive: true });
  }

  get #input(): Writable {
    return this.#child.stdio[3] as Writable; // safe: asked for as a pipe
  }

  #take(text: string): void {
    const messages = (this.#received + text).split("\0");
    this.#received = messages.pop() ?? "";
    for (const message of messages) this.#hear(JSON.parse(message));
  }

  #hear({ id, result, error, method, params, sessionId }: Message): void {
    if (id === undefined) this.#listeners.get(sessionId)?.(method, params);
    else if (error) this.#answers.get(id)?.reject(new Error(`Chromium: ${error.message}`));
    else this.#answers.get(id)?.resolve(result);
  }

  #hearEnd(): void {
    this.#hasEnded = true;
    for (const answer of this.#answers.values()) answer.reject(new Error("Chromium ended"));
  }
}

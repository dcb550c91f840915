/** One tab: opens pages, clicks and types as a person does, and keeps what the page asked for and complained about. */
import { within } from "../support/events.ts";
import type { Message } from "./chromium.ts";

/** A request that a page made. */
export interface SentRequest {
  method: string;
  url: string;
  /** By lower-case name, as they went over the wire: with cookies. */
  headers: Record<string, string>;
  /** Of the answer, also of one that the page may not read. Null: not answered yet, or never. */
  status: number | null;
}

/** Longest wait for something to show up on a page. */
const WAIT_MS = 20_000;
/** Longest wait for a page with all that it loads. */
const LOAD_MS = 60_000;

/** A tab of `Chromium`. */
export class Tab {
  /** The browser profile that it belongs to; tabs of one share their cookies. */
  readonly contextId: string;
  /** Every request since the tab was opened or `forget` was called. */
  readonly requests: SentRequest[] = [];
  /** Errors that scripts threw or logged, violations of a Content-Security-Policy, requests that failed. */
  readonly complaints: string[] = [];
  readonly #send: (method: string, params?: object) => Promise<Message>;
  readonly #byId = new Map<string, SentRequest>();
  #loaded = Promise.withResolvers<void>();

  constructor(send: (method: string, params?: object) => Promise<Message>, contextId: string) {
    this.#send = send;
    this.contextId = contextId;
  }

  /** Begins to hear what the tab tells. */
  async listen(): Promise<void> {
    for (const domain of ["Page", "Network", "Runtime", "Log"]) await this.#send(`${domain}.enable`);
  }

  /** Opens a page and returns when it has loaded. @throws when there is none */
  async open(url: string): Promise<void> {
    const loaded = this.#nextLoad();
    const { errorText } = await this.#send("Page.navigate", { url });
    if (errorText) throw new Error(`Cannot open ${url}: ${errorText}`);
    await within(loaded, LOAD_MS);
  }

  /** Clicks in the middle of what `selector` finds, once it is there. @throws when it does not come, or is covered */
  async click(selector: string): Promise<void> {
    const { x, y } = await this.waitFor<{ x: number; y: number }>(
      `(() => {
      const found = ${find(selector)};
      found?.scrollIntoView({ block: "center", behavior: "instant" });
      const box = found?.getBoundingClientRect();
      if (!box || box.width === 0) return null;
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const top = document.elementFromPoint(x, y);
      return found === top || found.contains(top) ? { x, y } : null;
    })()`,
      `${selector} to be there and not covered`,
    );
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.#send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
  }

  /** Clicks on what leads to another page and returns when that has loaded. */
  async follow(selector: string): Promise<void> {
    const loaded = this.#nextLoad();
    await this.click(selector);
    await within(loaded, LOAD_MS);
  }

  /** Puts `text` into the field that `selector` finds, in place of what it holds. */
  async fill(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.run(`${find(selector)}.select()`);
    await this.#send("Input.insertText", { text });
  }

  /** Presses a key that has no character: `Tab`, `Enter`. */
  async press(key: string): Promise<void> {
    const text = key === "Enter" ? { text: "\r" } : {};
    const windowsVirtualKeyCode = { Tab: 9, Enter: 13 }[key] ?? 0;
    await this.#send("Input.dispatchKeyEvent", {
      type: "keyDown",
      key,
      code: key,
      windowsVirtualKeyCode,
      ...text,
    });
    await this.#send("Input.dispatchKeyEvent", { type: "keyUp", key, code: key, windowsVirtualKeyCode });
  }

  /** The text a person sees in what `selector` finds, spaces joined; null: there is no such thing. */
  text(selector: string): Promise<string | null> {
    return this.run(`${find(selector)}?.innerText.replace(/\\s+/g, " ").trim() ?? null`);
  }

  /** Returns once what `selector` finds shows exactly `text`. @throws with what it shows when it does not */
  async see(selector: string, text: string): Promise<void> {
    const shown = `${find(selector)}?.innerText.replace(/\\s+/g, " ").trim()`;
    await this.waitFor(`${shown} === ${JSON.stringify(text)}`, `${selector} to show "${text}"`, shown);
  }

  /** Runs an expression in the page and gives its value, awaited. @throws what it throws */
  async run<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) {
      throw new Error(`The page: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    }
    return result.value;
  }

  /** The first value of an expression that is not false, null or undefined. @throws when none comes, naming `what` */
  async waitFor<T>(expression: string, what = expression, shown = "document.body?.innerText"): Promise<T> {
    const until = performance.now() + WAIT_MS;
    while (performance.now() < until) {
      // A page that is being replaced takes its scripts with it.
      const value = await this.run<T>(askedOften(expression)).catch(() => null);
      if (value) return value;
    }
    throw new Error(`Waited in vain for ${what}; there is: ${await this.run(shown).catch(String)}`);
  }

  /** Shows pages in a window of this width, in light or dark colours, from now on. */
  async look({ width, dark = false }: { width: number; dark?: boolean }): Promise<void> {
    const size = { width, height: 800, deviceScaleFactor: 1, mobile: width < 600 };
    await this.#send("Emulation.setDeviceMetricsOverride", size);
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await this.#send("Emulation.setEmulatedMedia", { features });
  }

  /** A picture of the whole page, or of its first `maxHeight` pixels, as PNG. */
  async picture({ maxHeight = 4_000 }: { maxHeight?: number } = {}): Promise<Uint8Array> {
    const { cssContentSize: { width, height } } = await this.#send("Page.getLayoutMetrics");
    const clip = { x: 0, y: 0, width, height: Math.min(height, maxHeight), scale: 1 };
    const { data } = await this.#send("Page.captureScreenshot", { clip, captureBeyondViewport: true });
    return Uint8Array.fromBase64(data);
  }

  /** Cookies that the page's address is sent, also those that no script sees. */
  async cookies(): Promise<{ name: string; httpOnly: boolean; secure: boolean; sameSite?: string }[]> {
    return (await this.#send("Network.getCookies")).cookies;
  }

  /** Forgets requests and complaints up to now. */
  forget(): void {
    this.requests.length = 0;
    this.complaints.length = 0;
  }

  /** Takes what the browser tells of this tab. */
  hear(method: string, params: Message): void {
    if (method === "Page.loadEventFired") this.#loaded.resolve();
    else if (method.startsWith("Network.")) this.#hearNetwork(method, params);
    else if (method === "Runtime.exceptionThrown") {
      const { exception, text } = params.exceptionDetails;
      this.complaints.push(exception?.description ?? text);
    } else if (method === "Runtime.consoleAPICalled" && /^(error|warning|assert)$/.test(params.type)) {
      this.complaints.push(params.args.map((one: Message) => one.value ?? one.description).join(" "));
    } else if (method === "Log.entryAdded" && /^(error|warning)$/.test(params.entry.level)) {
      this.complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`.trim());
    }
  }

  /** Each request is told of in parts, in any order. */
  #hearNetwork(method: string, { requestId, request, response, headers, statusCode }: Message): void {
    const isRedirected = method === "Network.requestWillBeSent" && this.#byId.get(requestId)?.url;
    const known = isRedirected ? undefined : this.#byId.get(requestId);
    const sent = known ?? { method: "", url: "", headers: {}, status: null };
    if (!known) this.#byId.set(requestId, sent);
    if (method === "Network.requestWillBeSent") {
      Object.assign(sent, { method: request.method, url: request.url });
      this.#addHeaders(sent, request.headers);
      this.requests.push(sent);
    } else if (method === "Network.requestWillBeSentExtraInfo") this.#addHeaders(sent, headers);
    else if (method === "Network.responseReceived") sent.status = response.status;
    else if (method === "Network.responseReceivedExtraInfo") sent.status = statusCode;
  }

  #addHeaders(sent: SentRequest, headers: Record<string, string>): void {
    for (const [name, value] of Object.entries(headers)) sent.headers[name.toLowerCase()] = value;
  }

  #nextLoad(): Promise<void> {
    this.#loaded = Promise.withResolvers<void>();
    return this.#loaded.promise;
  }
}

function find(selector: string): string {
  return `document.querySelector(${JSON.stringify(selector)})`;
}

/** Asks every 20 ms for half a second, inside the page: quick to see, and no talk between two processes. */
function askedOften(expression: string): string {
  return `new Promise((resolve, reject) => {
    const until = performance.now() + 500;
    const ask = async () => {
      const value = await (${expression});
      if (value || performance.now() > until) resolve(value);
      else setTimeout(() => ask().catch(reject), 20);
    };
    ask().catch(reject);
  })`;
}

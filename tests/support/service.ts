/** The whole service on a private database, with an injected clock and the workers' handlers called by the test. */
import { type ApiClient, createApiClient } from "../../docs/client/client.ts";
import { compose, type Deps } from "../../src/app/compose.ts";
import { type Config, readConfig } from "../../src/app/config.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { createJobHandler, workSources } from "../../src/app/jobs.ts";
import { silentLog } from "../../src/platform/log.ts";
import { type FakeClock, fakeClock } from "./clock.ts";
import { withDatabaseUrl } from "./database.ts";

/** What a request answered. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- tests read fields of many shapes
  body: any;
}

/** One person's way to the API. */
export interface Client {
  userId: string;
  token: string;
  /** The typed client that is made from the API's description: paths, bodies and answers are checked by the compiler. */
  api: ApiClient;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** The raw answer, for streams. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface TestService {
  deps: Deps;
  clock: FakeClock;
  /** The typed client without anybody's token. */
  api: ApiClient;
  /** A request without anybody's token; `peer` is the address at the other end of the socket. */
  request(path: string, init?: RequestInit, peer?: string): Promise<Answer>;
  /** A person with an account of his own. */
  client(name: string): Promise<Client>;
  /** Claims and works what is due, until nothing is. */
  drain(): Promise<void>;
}

/** A hash in under a millisecond. */
export const CHEAP_PASSWORDS = { ln: 4, r: 8, p: 1 };

/** Environment of a test service; `env` adds to it. Limits are on and far away: the clock of a test stands still. */
export function testConfig(url: string, env: Record<string, string> = {}): Config {
  return readConfig({
    ENVIRONMENT: "test",
    DATABASE_URL: url,
    JOB_BROKER: "inline",
    RATE_LIMIT_SCALE: "1000",
    ...env,
  });
}

/** Runs `work` on a service that ends with it. */
export async function withService(
  work: (service: TestService) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await withDatabaseUrl(async (url) => {
    const clock = fakeClock();
    await using deps = await compose(testConfig(url, env), {
      worksJobs: false,
      clock,
      log: silentLog,
      passwordCost: CHEAP_PASSWORDS,
    });
    const app = createHttpApp(deps);
    const send = (path: string, init?: RequestInit, peer?: string) =>
      Promise.resolve(app.request(path, init, { peer }));
    await work({
      deps,
      clock,
      api: typedClient(send),
      request: async (path, init, peer) => toAnswer(await send(path, init, peer)),
      client: (name) => createClient(send, name),
      drain: () => drain(deps),
    });
  });
}

/** A way to a service: in process, or over a socket. */
export type Send = (path: string, init?: RequestInit) => Promise<Response>;

/** A client of any service that answers `send`. */
export async function createClient(send: Send, name: string): Promise<Client> {
  const made = await toAnswer(await send("/api/dev/token", json("POST", { email: `${name}@example.com` })));
  if (made.status !== 200) throw new Error(`Cannot make a token for ${name}: ${JSON.stringify(made.body)}`);
  const token: string = made.body.token;
  const fetch = (path: string, init: RequestInit = {}) =>
    send(path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...Object.fromEntries(new Headers(init.headers)) },
    });
  return {
    userId: made.body.user_id,
    token,
    api: typedClient(send, token),
    fetch,
    get: async (path) => toAnswer(await fetch(path)),
    post: async (path, body, headers) => toAnswer(await fetch(path, json("POST", body, headers))),
    patch: async (path, body) => toAnswer(await fetch(path, json("PATCH", body))),
    delete: async (path) => toAnswer(await fetch(path, { method: "DELETE" })),
  };
}

/** Where the typed client thinks the service is: `send` knows. */
const BASE_URL = "http://service.test";

/** The typed client of any service that answers `send`. */
export function typedClient(send: Send, token?: string): ApiClient {
  return createApiClient({
    baseUrl: BASE_URL,
    ...(token ? { token } : {}),
    fetch: (request) => sendRequest(send, request),
  });
}

async function sendRequest(send: Send, request: Request): Promise<Response> {
  const body = await request.text();
  const { method, headers, signal } = request;
  return await send(request.url.slice(BASE_URL.length), {
    method,
    headers,
    signal,
    ...(body === "" ? {} : { body }),
  });
}

async function drain(deps: Deps): Promise<void> {
  const handle = createJobHandler(deps, { settle: () => {} });
  for (let round = 0; round < 200; round++) {
    let worked = 0;
    for (const source of workSources(deps)) {
      const rows = await source.claim({ now: deps.clock.now(), limit: 200 });
      for (const row of rows) await handle({ kind: source.kind, rows: [row] });
      worked += rows.length;
    }
    if (worked === 0) return;
  }
  throw new Error("Cannot drain: work is due for ever");
}

function json(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  if (body === undefined) return { method, headers };
  return { method, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** What a response says, its body read. */
export async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text ? JSON.parse(text) : text,
  };
}

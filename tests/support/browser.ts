/** A browser: keeps cookies as browsers do, and says where its requests were made. */
import type { ApiClient } from "../../docs/client/client.ts";
import { type Answer, type TestService, typedClient } from "./service.ts";

/** A password that every rule accepts. */
export const PASSWORD = "correct horse battery";

/** What the next request says of where it was made; null: nothing. */
export interface Place {
  "sec-fetch-site"?: string | null;
  origin?: string | null;
}

export interface Browser {
  /** By name. */
  cookies: Map<string, string>;
  /** The typed client, from a page of the service's own. */
  api: ApiClient;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, place?: Place): Promise<Answer>;
  patch(path: string, body: unknown, place?: Place): Promise<Answer>;
  delete(path: string, place?: Place): Promise<Answer>;
  /** A form, as a page without scripts sends it. */
  submit(path: string, fields: Record<string, string>): Promise<Answer>;
  register(email: string, password?: string): Promise<Answer>;
  login(email: string, password?: string): Promise<Answer>;
}

/** A browser without cookies whose pages are the service's own. */
export function openBrowser({ request }: Pick<TestService, "request">): Browser {
  const cookies = new Map<string, string>();
  const send = async (
    method: string,
    path: string,
    init: RequestInit,
    place: Place = {},
  ): Promise<Answer> => {
    const headers = new Headers(init.headers);
    const said = { "sec-fetch-site": "same-origin", ...place };
    for (const [name, value] of Object.entries(said)) if (value !== null) headers.set(name, value);
    if (cookies.size > 0) headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    const answer = await request(path, { ...init, method, headers });
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    return answer;
  };
  const json = (body: unknown): RequestInit =>
    body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const post: Browser["post"] = (path, body, place) => send("POST", path, json(body), place);
  return {
    cookies,
    api: typedClient(async (path, init = {}) => toResponse(await send(init.method ?? "GET", path, init))),
    get: (path) => send("GET", path, {}),
    post,
    patch: (path, body, place) => send("PATCH", path, json(body), place),
    delete: (path, place) => send("DELETE", path, {}, place),
    submit: (path, fields) =>
      send("POST", path, { headers: { accept: "text/html" }, body: new URLSearchParams(fields) }, {
        origin: "null",
      }),
    register: (email, password = PASSWORD) => post("/api/auth/register", { email, password }),
    login: (email, password = PASSWORD) => post("/api/auth/login", { email, password }),
  };
}

/** Registers and logs in where addresses need no confirmation. */
export async function loggedIn(service: Pick<TestService, "request">, email: string): Promise<Browser> {
  const browser = openBrowser(service);
  await browser.register(email);
  const { status, body } = await browser.login(email);
  if (status !== 200) throw new Error(`Cannot log ${email} in: ${JSON.stringify(body)}`);
  return browser;
}

function toResponse({ status, headers, body }: Answer): Response {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Response(text === "" ? null : text, { status, headers });
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split("; ");
  const at = pair.indexOf("=");
  const name = pair.slice(0, at);
  if (attributes.includes("Max-Age=0")) cookies.delete(name);
  else cookies.set(name, pair.slice(at + 1));
}

/** Two processes on one database: what ends in one is refused by both. */
import assert from "node:assert/strict";
import { compose, type Deps } from "../../src/app/compose.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { type Ring, ringDoorbell } from "../../src/platform/doorbell.ts";
import { silentLog } from "../../src/platform/log.ts";
import { type Browser, loggedIn, openBrowser, PASSWORD } from "../support/browser.ts";
import { type FakeClock, fakeClock } from "../support/clock.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { startIdentityProvider } from "../support/identity_provider.ts";
import { type Answer, CHEAP_PASSWORDS, createClient, testConfig, toAnswer } from "../support/service.ts";

interface Process {
  deps: Deps;
  send(path: string, init?: RequestInit): Promise<Response>;
  request(path: string, init?: RequestInit): Promise<Answer>;
  /** The next ring that says somebody's access ended. Ask before it can come. */
  heard(): Promise<Ring>;
}

async function startProcess(url: string, clock: FakeClock, env: Record<string, string>): Promise<Process> {
  const deps = await compose(testConfig(url, env), {
    worksJobs: false,
    clock,
    log: silentLog,
    passwordCost: CHEAP_PASSWORDS,
  });
  const app = createHttpApp(deps);
  const send = (path: string, init: RequestInit = {}) => Promise.resolve(app.request(path, init));
  const heard = () => {
    const { promise, resolve } = Promise.withResolvers<Ring>();
    const subscription = deps.doorbell.subscribe((ring) => {
      if (!ring.accessEnded) return;
      subscription[Symbol.dispose]();
      resolve(ring);
    });
    return promise;
  };
  const ready = heard();
  // Heard, or too early, and then the beginning of listening is.
  await ringDoorbell(deps.sql, ["nobody"], { accessEnded: true });
  await ready;
  return { deps, send, request: async (path, init) => toAnswer(await send(path, init)), heard };
}

async function withTwo(
  work: (here: Process, there: Process, clock: FakeClock) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await withDatabaseUrl(async (url) => {
    const clock = fakeClock();
    const here = await startProcess(url, clock, env);
    await using _here = here.deps;
    const there = await startProcess(url, clock, env);
    await using _there = there.deps;
    await work(here, there, clock);
  });
}

/** The same cookies at another process. */
function moved(browser: Browser, to: Process): Browser {
  const twin = openBrowser(to);
  for (const [name, value] of browser.cookies) twin.cookies.set(name, value);
  return twin;
}

const ME = "/api/me";

/** What ends a session: by which path, and what for. */
const ENDINGS: [string, (browser: Browser, id: string) => Promise<Answer>][] = [
  ["its user ends it", (browser, id) => browser.delete(`/api/me/sessions/${id}`)],
  ["its user ends all others", (browser) => browser.delete("/api/me/sessions")],
  [
    "its user changes the password",
    (browser) =>
      browser.post("/api/me/password", { current_password: PASSWORD, new_password: "another password" }),
  ],
];

for (const [what, end] of ENDINGS) {
  Deno.test(`a session is refused at once here, and there when the doorbell rings, when ${what}`, async () => {
    await withTwo(async (here, there) => {
      const browser = await loggedIn(here, "ada@example.com");
      const { id } = (await browser.get("/api/me/sessions")).body[0];
      const other = openBrowser(here);
      await other.login("ada@example.com");
      const twin = moved(browser, there);
      assert.deepEqual([(await browser.get(ME)).status, (await twin.get(ME)).status], [200, 200]);
      const heard = there.heard();
      assert.ok((await end(other, id)).status < 300);
      assert.equal((await browser.get(ME)).status, 401);
      await heard;
      assert.equal((await twin.get(ME)).status, 401);
      assert.equal((await moved(other, there).get(ME)).status, 200);
    });
  });
}

Deno.test("a revoked token is refused at once here, and there when the doorbell rings", async () => {
  await withTwo(async (here, there) => {
    const ada = await createClient(here.send, "ada");
    const { id, token } = (await ada.post("/api/me/tokens", { name: "t", scopes: ["read"] })).body;
    const init = { headers: { authorization: `Bearer ${token}` } };
    const statuses =
      async () => [(await here.request(ME, init)).status, (await there.request(ME, init)).status];
    assert.deepEqual(await statuses(), [200, 200]);
    const heard = there.heard();
    await ada.delete(`/api/me/tokens/${id}`);
    assert.equal((await here.request(ME, init)).status, 401);
    assert.deepEqual(await heard, { users: new Set([ada.userId]), accessEnded: true });
    assert.deepEqual(await statuses(), [401, 401]);
  });
});

Deno.test("what ended without a ring is refused everywhere after 5 s", async () => {
  await using idp = await startIdentityProvider();
  await withTwo(async (here, there, clock) => {
    const browser = await loggedIn(here, "ada@example.com");
    const ada = await createClient(here.send, "ada");
    const jwt = await idp.auth("issued");
    const ask = async (): Promise<number[]> => {
      const answers = [browser.get(ME), moved(browser, there).get(ME), ada.get(ME), here.request(ME, jwt)];
      return (await Promise.all(answers)).map((one) => one.status);
    };
    assert.deepEqual(await ask(), [200, 200, 200, 200]);
    await here.deps.sql`update sessions set ended_at = now()`;
    await here.deps.sql`update api_tokens set revoked_at = now()`;
    await here.deps.sql`update users set invalidate_before = ${new Date(clock.now().getTime() + 60_000)}
      where origin = 'issuer'`;
    clock.advance(4_999);
    assert.deepEqual(await ask(), [200, 200, 200, 200]);
    clock.advance(1);
    assert.deepEqual(await ask(), [401, 401, 401, 401]);
  }, idp.env);
});

Deno.test("a JWT is not believed beyond its expiry because it was a moment before", async () => {
  await using idp = await startIdentityProvider();
  await withTwo(async (here, _there, clock) => {
    const exp = clock.now().getTime() / 1000 - 28;
    const init = await idp.auth("ada", { claims: { exp } });
    assert.equal((await here.request(ME, init)).status, 200);
    clock.advance(1_000);
    assert.equal((await here.request(ME, init)).status, 200);
    clock.advance(1_000);
    assert.equal((await here.request(ME, init)).status, 401);
  }, idp.env);
});

Deno.test("a page's requests cost one look into the database, and a read token stays one", async () => {
  await withTwo(async (here) => {
    const ada = await createClient(here.send, "ada");
    const { token } = (await ada.post("/api/me/tokens", { name: "t", scopes: ["read"] })).body;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const before = here.deps.callers.size;
    for (let at = 0; at < 5; at++) assert.equal((await here.request(ME, { headers })).status, 200);
    assert.equal(here.deps.callers.size, before + 1);
    const write = { method: "PATCH", headers, body: "{}" };
    assert.equal((await here.request(ME, write)).status, 403);
  });
});

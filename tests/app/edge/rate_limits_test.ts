import assert from "node:assert/strict";
import { Hono } from "hono";
import { answerErrors } from "../../../src/app/answer_error.ts";
import { compose } from "../../../src/app/compose.ts";
import { chargeAddress } from "../../../src/app/edge/rate_limits.ts";
import { createHttpApp } from "../../../src/app/http.ts";
import type { ApiEnv } from "../../../src/platform/api/env.ts";
import { assignClientAddress, NOBODY } from "../../../src/platform/client_address.ts";
import { silentLog } from "../../../src/platform/log.ts";
import { RateLimiter } from "../../../src/platform/rate_limit.ts";
import { fakeClock } from "../../support/clock.ts";
import { withDatabase, withDatabaseUrl } from "../../support/database.ts";
import { createClient, testConfig, withService } from "../../support/service.ts";

/** The limits of api.md. */
const REAL = { RATE_LIMIT_SCALE: "1" };
const PROXY = "10.0.0.1";

/** How many of `times` sent one after the other were let through. */
async function passed(times: number, send: () => Promise<{ status: number }>): Promise<number> {
  let count = 0;
  for (let one = 0; one < times; one++) if ((await send()).status !== 429) count++;
  return count;
}

Deno.test("a user has 150 requests a minute, then 429 with when to come again, then 150 again", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    assert.equal(await passed(160, () => ada.get("/api/notifications/unread-count")), 150);
    const refused = await ada.get("/api/notifications/unread-count");
    assert.equal(refused.status, 429);
    assert.deepEqual([refused.headers.get("retry-after"), refused.headers.get("ratelimit-remaining")], [
      "67",
      "0",
    ]);
    assert.deepEqual(refused.body.error, {
      message: "Cannot answer now: there were 150 requests within 60 s (authenticated); try again in 67 s",
      code: "rate_limited",
      status: 429,
      details: { scope: "authenticated", retry_after_seconds: 67 },
    });
    clock.advance(67_000);
    assert.equal(await passed(160, () => ada.get("/api/notifications/unread-count")), 150);
  }, REAL);
});

Deno.test("every answer of the API carries the state of its tightest budget, health and metrics none", async () => {
  await withService(async ({ client, request }) => {
    const ada = await client("ada");
    const answers = [
      await ada.get("/api/me"),
      await ada.get("/api/nothing"),
      await ada.post("/api/me"),
      await ada.post("/api/notifications/1/read"),
      await request("/api/me"),
      await request("/api/unsubscribe/nothing"),
      await ada.patch("/api/me", { display_name: 1 }),
    ];
    assert.deepEqual(answers.map(({ status }) => status), [200, 404, 405, 404, 401, 404, 422]);
    for (const { headers } of answers) {
      assert.match(
        headers.get("ratelimit-policy") ?? "",
        /^(150|70);w=60;comment="(authenticated|anonymous)"$/,
      );
      for (const name of ["limit", "remaining", "reset"]) {
        assert.match(headers.get(`ratelimit-${name}`) ?? "", /^\d+$/);
      }
    }
    const rules = await ada.get("/api/watch-rules");
    assert.deepEqual(["limit", "remaining"].map((name) => rules.headers.get(`ratelimit-${name}`)), [
      "80",
      "79",
    ]);
    for (const path of ["/healthz", "/readyz", "/metrics"]) {
      assert.equal(await passed(100, () => request(path)), 100, path);
      assert.equal((await request(path)).headers.get("ratelimit-limit"), null);
    }
  }, REAL);
});

Deno.test("a budget of its own refuses alone: the global one is not charged for it", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    assert.equal(await passed(200, () => ada.get("/api/watch-rules")), 80);
    assert.equal((await ada.get("/api/watch-rules")).body.error.details.scope, "watch_rules");
    assert.equal((await ada.get("/api/watch-rules-elsewhere")).status, 404);
    // An unknown path is its address's.
    assert.equal(await passed(200, () => ada.get("/api/me")), 150 - 80);
  }, REAL);
});

Deno.test("a user is not slowed by others behind his address, whoever they are", async () => {
  await withService(async ({ client, request, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const app = createHttpApp(deps);
    const as = (token: string) =>
      app.request("/api/me", { headers: { authorization: `Bearer ${token}` } }, { peer: "203.0.113.9" });
    assert.equal(await passed(200, () => request("/api/me", {}, "203.0.113.9")), 70);
    assert.equal(await passed(200, async () => await as(ada.token)), 150);
    const own = await as(bob.token);
    assert.deepEqual([own.status, own.headers.get("ratelimit-remaining")], [200, "149"]);
  }, REAL);
});

Deno.test("a token that is not valid is charged to the address, and refused with 429 when that is used up", async () => {
  await withService(async ({ request }) => {
    const guess = () =>
      request("/api/me", { headers: { authorization: `Bearer wax_${crypto.randomUUID()}` } }, "203.0.113.9");
    const statuses = [];
    for (let one = 0; one < 75; one++) statuses.push((await guess()).status);
    assert.deepEqual(statuses, [...Array(70).fill(401), ...Array(5).fill(429)]);
    assert.equal((await request("/api/unsubscribe/x", {}, "203.0.113.9")).status, 429);
    assert.equal((await request("/api/unsubscribe/x", {}, "203.0.113.10")).status, 404);
  }, REAL);
});

Deno.test("a forged X-Forwarded-For gains nothing, with and without a trusted proxy", async () => {
  await withService(async ({ request }) => {
    let forged = 0;
    const from = (peer: string, behind: string) => () => {
      const headers = { "x-forwarded-for": `198.51.100.${forged++ % 250}, 10.9.9.9${behind}` };
      return request("/api/me", { headers }, peer);
    };
    assert.equal(await passed(100, from("203.0.113.1", "")), 70);
    assert.equal(await passed(100, from(PROXY, ", 203.0.113.2")), 70);
    assert.equal(await passed(100, from(PROXY, ", 203.0.113.3")), 70);
    assert.equal(await passed(100, from(PROXY, ", nonsense")), 70);
    assert.equal((await request("/api/me", {}, "203.0.113.2")).status, 429);
  }, { ...REAL, TRUSTED_PROXIES: PROXY });
});

Deno.test("an IPv6 network of 64 bits is one client, an IPv4 address inside IPv6 the same as outside", async () => {
  await withService(async ({ request }) => {
    let host = 1;
    assert.equal(
      await passed(100, () => request("/api/me", {}, `2001:db8:1:2::${(host++).toString(16)}`)),
      70,
    );
    assert.equal((await request("/api/me", {}, "2001:db8:1:3::1")).status, 401);
    assert.equal(await passed(80, () => request("/api/me", {}, "::ffff:203.0.113.9")), 70);
    assert.equal((await request("/api/me", {}, "203.0.113.9")).status, 429);
  }, REAL);
});

Deno.test("addresses have 25 requests to /api/auth, beside the 70 to everything", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock();
    const limited: string[] = [];
    const deps = {
      limiter: new RateLimiter({ sql, clock, log: silentLog }),
      rateLimitScale: 1,
      metrics: { countLimited: (scope: string) => void limited.push(scope) },
    };
    const app = new Hono<ApiEnv>();
    app.use(assignClientAddress(NOBODY), chargeAddress(deps));
    app.post("/api/auth/login", (c) => c.text("hello")).get("/api/public", (c) => c.text("hello"));
    app.onError(answerErrors({ log: silentLog }));
    const env = { peer: "203.0.113.9" };
    const send = async (path: string, method: string) => await app.request(path, { method }, env);
    assert.equal(await passed(30, () => send("/api/auth/login", "POST")), 25);
    assert.equal(await passed(100, () => send("/api/public", "GET")), 45);
    assert.deepEqual([limited.length, limited[0], limited.at(-1)], [60, "auth", "anonymous"]);
  });
});

Deno.test("two services on one database share a user's budget", async () => {
  await withDatabaseUrl(async (url) => {
    const clock = fakeClock();
    const options = { worksJobs: false, clock, log: silentLog };
    await using one = await compose(testConfig(url, REAL), options);
    await using two = await compose(testConfig(url, REAL), options);
    const apps = [createHttpApp(one), createHttpApp(two)] as const;
    const ada = await createClient(async (path, init) => await apps[0].request(path, init), "ada");
    const headers = { authorization: `Bearer ${ada.token}` };
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, index) => apps[index % 2 ? 0 : 1].request("/api/me", { headers })),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 150);
    assert.equal(answers.filter(({ status }) => status === 429).length, 250);
  });
});

Deno.test("RATE_LIMIT_ENABLED=false limits nothing and tells no budget, RATE_LIMIT_SCALE multiplies", async () => {
  await withService(async ({ request }) => {
    assert.equal(await passed(100, () => request("/api/me")), 100);
    assert.equal((await request("/api/me")).headers.get("ratelimit-limit"), null);
  }, { RATE_LIMIT_ENABLED: "false" });
  await withService(async ({ request }) => {
    assert.equal(await passed(100, () => request("/api/me")), 35);
  }, { RATE_LIMIT_SCALE: "0.5" });
});

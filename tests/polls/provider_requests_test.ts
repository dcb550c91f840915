import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import { insertProviderRequests, type ProviderRequestRow } from "../../src/providers/store.ts";
import { NOON } from "../support/clock.ts";
import { anEbayItem, ebayEnv, ebayScript, TOKEN_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { type IdentityProvider, startIdentityProvider } from "../support/identity_provider.ts";
import { json, startScriptedServer } from "../support/scripted_server.ts";
import { type Answer, type Client, type TestService, withService } from "../support/service.ts";

const REQUESTS = "/api/provider-requests";

/** A call at `seconds` after noon, told apart by its address. */
function aCall(seconds: number, parts: Partial<ProviderRequestRow> = {}): ProviderRequestRow {
  return {
    provider: "ebay",
    operation: "search",
    method: "GET",
    url: `https://api.ebay.com/${seconds}`,
    started_at: addSeconds(NOON, seconds),
    duration_ms: 100,
    status_code: 200,
    error: null,
    poll_id: null,
    user_id: null,
    ...parts,
  };
}

async function aPoll(sql: Sql): Promise<string> {
  const key = crypto.randomUUID().replaceAll("-", "").padEnd(64, "0");
  const [poll] = await sql<{ id: string }>`
    insert into polls (provider, query, query_key, next_poll_at, created_at)
    values ('ebay', '{}', ${key}, ${NOON}, ${NOON}) returning id`;
  return poll!.id;
}

/** A subscription from `start` to `end` seconds after noon; null: it goes on. */
async function subscribe(
  sql: Sql,
  [poll_id, user_id]: [string, string],
  [start, end]: [number, number | null],
): Promise<void> {
  await sql`
    insert into poll_subscriptions (poll_id, subscriber_id, user_id, interval_seconds, started_at, ended_at)
    values (${poll_id}, ${crypto.randomUUID()}, ${user_id}, 600, ${addSeconds(NOON, start)},
      ${end === null ? null : addSeconds(NOON, end)})`;
}

async function seen(client: Client, query = ""): Promise<string[]> {
  const { status, body } = await client.get(`${REQUESTS}${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.map((one: { url: string }) => one.url.split("/").at(-1));
}

Deno.test("GET /api/provider-requests answers calls of polls from the moment a user subscribed until he left, both sides to the millisecond", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const [shared, other] = [await aPoll(sql), await aPoll(sql)];
    await subscribe(sql, [shared, ada.userId], [10, 20]);
    await subscribe(sql, [shared, bob.userId], [0, null]);
    await insertProviderRequests(
      sql,
      [9.999, 10, 15, 20, 20.001, 30].map((at) => aCall(at, { poll_id: shared })),
    );
    await insertProviderRequests(sql, [aCall(15.5, { poll_id: other })]);
    assert.deepEqual(await seen(ada), ["20", "15", "10"]);
    assert.deepEqual(await seen(bob), ["30", "20.001", "20", "15", "10", "9.999"]);
  });
});

Deno.test("GET /api/provider-requests answers a call once, however many subscriptions led to it, and gaps stay gaps", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const ada = await client("ada");
    const poll = await aPoll(sql);
    for (const span of [[0, 10], [5, 12], [5, null], [0, 3], [7, 7]] as [number, number | null][]) {
      await subscribe(sql, [poll, ada.userId], span);
    }
    const second = await aPoll(sql);
    await subscribe(sql, [second, ada.userId], [0, 2]);
    await subscribe(sql, [second, ada.userId], [6, 8]);
    // A clock that was set back between the two.
    await subscribe(sql, [second, ada.userId], [5, 4]);
    await insertProviderRequests(sql, [1, 8, 11, 50].map((at) => aCall(at, { poll_id: poll })));
    await insertProviderRequests(sql, [1.5, 4, 4.5, 7.5].map((at) => aCall(at, { poll_id: second })));
    assert.deepEqual(await seen(ada), ["50", "11", "8", "7.5", "1.5", "1"]);
    const [summary] = (await ada.get(`${REQUESTS}/summary`)).body;
    assert.equal(summary.total_requests, 6);
  });
});

Deno.test("GET /api/provider-requests answers calls made for the user alone, and those of nobody else", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const poll = await aPoll(sql);
    await subscribe(sql, [poll, bob.userId], [0, null]);
    await insertProviderRequests(sql, [
      aCall(1, { user_id: ada.userId }),
      aCall(2, { user_id: bob.userId }),
      aCall(3),
      aCall(4, { user_id: ada.userId, poll_id: poll }),
    ]);
    assert.deepEqual(await seen(ada), ["4", "1"]);
    assert.deepEqual(await seen(bob), ["2"]);
    const counts = await Promise.all(
      [ada, bob].map(async (one) => (await one.get(`${REQUESTS}/summary`)).body),
    );
    assert.deepEqual(counts.map(([summary]) => summary.total_requests), [2, 1]);
  });
});

Deno.test("GET /api/provider-requests shows what was asked and how it went, without ids", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const ada = await client("ada");
    const failed = {
      user_id: ada.userId,
      status_code: null,
      error: "Cannot request api.ebay.com: no answer",
    };
    await insertProviderRequests(sql, [aCall(1, failed)]);
    assert.deepEqual((await ada.get(REQUESTS)).body, [{
      provider: "ebay",
      operation: "search",
      method: "GET",
      url: "https://api.ebay.com/1",
      status_code: null,
      error: "Cannot request api.ebay.com: no answer",
      duration_ms: 100,
      created_at: "2026-11-23T12:00:01.000Z",
    }]);
  });
});

Deno.test("GET /api/provider-requests pages over several polls and own calls that share instants", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const ada = await client("ada");
    const polls = [await aPoll(sql), await aPoll(sql), await aPoll(sql)];
    for (const poll of polls) await subscribe(sql, [poll, ada.userId], [0, null]);
    const calls = Array.from({ length: 40 }, (_, n) =>
      aCall(Math.floor(n / 8), {
        url: `https://api.ebay.com/${n}`,
        ...(n % 4 === 3 ? { user_id: ada.userId } : { poll_id: polls[n % 4]! }),
      }));
    await insertProviderRequests(sql, calls);
    const all = await seen(ada, "?limit=200");
    assert.equal(new Set(all).size, 40);
    const walked: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const query: string = `?limit=7${cursor && `&cursor=${cursor}`}`;
      walked.push(...await seen(ada, query));
      cursor = (await ada.get(`${REQUESTS}${query}`)).headers.get("x-next-cursor");
    }
    assert.deepEqual(walked, all);
    assert.deepEqual(await seen(ada, "?limit=7&offset=30"), all.slice(30, 37));
    assert.deepEqual(await seen(ada, "?offset=40"), []);
  });
});

Deno.test("GET /api/provider-requests/summary counts by provider: 400 and above and no answer are errors", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const mine = { user_id: ada.userId };
    await insertProviderRequests(sql, [
      aCall(1, { ...mine, status_code: 399, duration_ms: 10 }),
      aCall(2, { ...mine, status_code: 400, duration_ms: 20 }),
      aCall(3, { ...mine, status_code: 200, error: "half an answer", duration_ms: 31 }),
      aCall(4, { ...mine, status_code: null, error: "no answer", duration_ms: 40 }),
      aCall(5, { ...mine, provider: "discogs", duration_ms: 7 }),
    ]);
    assert.deepEqual((await ada.get(`${REQUESTS}/summary`)).body, [
      { provider: "discogs", total_requests: 1, error_requests: 0, avg_duration_ms: 7 },
      { provider: "ebay", total_requests: 4, error_requests: 3, avg_duration_ms: 25.3 },
    ]);
    assert.deepEqual((await bob.get(`${REQUESTS}/summary`)).body, []);
  });
});

Deno.test("calls that a rule's poll made are seen with every secret of the installation redacted", async () => {
  const secrets = ["client-secret-1", "token-of-ebay-1"];
  const search = ebayScript(() => [anEbayItem()]);
  await using ebay = startScriptedServer((request, seen) =>
    request.path === TOKEN_PATH ? json({ access_token: secrets[1], expires_in: 7200 }) : search(request, seen)
  );
  const env = { ...ebayEnv(ebay.url), EBAY_CLIENT_SECRET: secrets[0]! };
  await withService(async ({ client, drain, clock, deps: { sql } }) => {
    const ada = await client("ada");
    const rule = await ada.post("/api/watch-rules", aRule({}, { sources: ["ebay"] }));
    await drain();
    ebay.answer(() => new Response("Bad Gateway", { status: 502 }));
    clock.advance(601_000);
    await drain();
    const { body } = await ada.get(REQUESTS);
    assert.deepEqual(
      new Set(body.map((one: { operation: string }) => one.operation)),
      new Set(["search", "token"]),
    );
    assert.ok(body.some((one: { status_code: number }) => one.status_code === 502));
    const sent = ebay.requests.map(({ headers, body }) => `${headers.get("authorization")} ${body}`).join();
    assert.ok(sent.includes(secrets[1]!), "the secret was never sent: the test looks at nothing");
    const stored = JSON.stringify(await sql`select * from provider_requests`);
    for (const secret of [...secrets, btoa(`id:${secrets[0]}`)]) {
      assert.ok(!JSON.stringify(body).includes(secret) && !stored.includes(secret));
    }
    const before = body.length;
    await ada.post(`/api/watch-rules/${rule.body.id}/disable`);
    clock.advance(601_000);
    await drain();
    assert.equal((await ada.get(REQUESTS)).body.length, before);
  }, env);
});

async function withAdmin(
  work: (
    service: TestService & { idp: IdentityProvider; admin: (path: string) => Promise<Answer> },
  ) => Promise<void>,
): Promise<void> {
  await using idp = await startIdentityProvider();
  await withService(async (service) => {
    const auth = await idp.auth("root", { claims: { role: "admin" } });
    await work({ ...service, idp, admin: (path) => service.request(`${REQUESTS}/admin${path}`, auth) });
  }, idp.env);
}

/** Twelve calls: two providers, statuses from 200 to 503 and none, one second apart, one of them `user_id`'s. */
async function fillLog(sql: Pool, user_id: string): Promise<void> {
  const statuses = [200, 304, 400, 404, 429, 500, 502, 503, null];
  await insertProviderRequests(sql, [
    ...statuses.map((status_code, n) => aCall(n, { status_code })),
    aCall(20, { user_id }),
    aCall(21, { provider: "discogs", duration_ms: 7 }),
    aCall(22, { provider: "discogs", status_code: null, error: "no answer", duration_ms: 8 }),
  ]);
}

Deno.test("GET /api/provider-requests/admin answers every call with its id and whose it was", async () => {
  await withAdmin(async ({ client, deps: { sql }, admin }) => {
    const ada = await client("ada");
    await fillLog(sql, ada.userId);
    const { status, body } = await admin("");
    assert.deepEqual([status, body.length], [200, 12]);
    assert.deepEqual(body[2], {
      id: body[2].id,
      user_id: ada.userId,
      provider: "ebay",
      operation: "search",
      method: "GET",
      url: "https://api.ebay.com/20",
      status_code: 200,
      error: null,
      duration_ms: 100,
      created_at: "2026-11-23T12:00:20.000Z",
    });
    assert.equal(body[0].user_id, null);
  });
});

const FILTERS: [string, string[]][] = [
  ["provider=discogs", ["22", "21"]],
  ["provider=nobody", []],
  ["status_code_gte=502", ["7", "6"]],
  ["status_code_lte=304", ["21", "20", "1", "0"]],
  ["status_code_gte=400&status_code_lte=429", ["4", "3", "2"]],
  ["status_code_gte=404&status_code_lte=404", ["3"]],
  ["created_from=2026-11-23T12:00:21Z", ["22", "21"]],
  ["created_to=2026-11-23T12:00:01Z", ["1", "0"]],
  ["created_to=2026-11-23T12:00:00.999Z", ["0"]],
  ["created_from=2026-11-23T13:00:07%2B01:00&created_to=2026-11-23T12:00:08Z", ["8", "7"]],
  ["created_from=2026-11-23T12:00:07Z&created_to=2026-11-23T12:00:07Z", ["7"]],
  ["provider=ebay&status_code_gte=500&created_to=2026-11-23T12:00:06Z&limit=1", ["6"]],
];

for (const [query, urls] of FILTERS) {
  Deno.test(`GET /api/provider-requests/admin?${query} answers ${urls.length} calls, and its summary counts them`, async () => {
    await withAdmin(async ({ client, deps: { sql }, admin }) => {
      await fillLog(sql, (await client("ada")).userId);
      const { body } = await admin(`?${query}`);
      assert.deepEqual(body.map((one: { url: string }) => one.url.split("/").at(-1)), urls);
      if (query.includes("limit")) return;
      const summary: { total_requests: number }[] = (await admin(`/summary?${query}`)).body;
      assert.equal(summary.reduce((sum, one) => sum + one.total_requests, 0), urls.length);
    });
  });
}

Deno.test("GET /api/provider-requests/admin filters by the user whose call it was", async () => {
  await withAdmin(async ({ client, deps: { sql }, admin }) => {
    const ada = await client("ada");
    await fillLog(sql, ada.userId);
    assert.equal((await admin(`?user_id=${ada.userId.toUpperCase()}`)).body.length, 1);
    assert.deepEqual((await admin(`?user_id=${crypto.randomUUID()}`)).body, []);
    assert.deepEqual((await admin(`/summary?user_id=${ada.userId}`)).body, [
      { provider: "ebay", total_requests: 1, error_requests: 0, avg_duration_ms: 100 },
    ]);
  });
});

const REFUSED: [string, string][] = [
  ["status_code_gte=500&status_code_lte=499", "status_code_lte"],
  ["created_from=2026-11-23T12:00:00.001Z&created_to=2026-11-23T12:00:00Z", "created_to"],
  ["status_code_gte=abc", "status_code_gte"],
  ["status_code_lte=600", "status_code_lte"],
  ["status_code_gte=99", "status_code_gte"],
  ["created_from=yesterday", "created_from"],
  ["created_from=2026-11-23", "created_from"],
  ["created_from=2026-11-23T12:00:00", "created_from"],
  ["created_to=2026-02-30T12:00:00Z", "created_to"],
  ["created_to=0000-01-01T00:00:00Z", "created_to"],
  ["created_to=9999-12-31T23:59:59-14:00", "created_to"],
  ["user_id=me", "user_id"],
  ["provider=", "provider"],
];

for (const [query, field] of REFUSED) {
  Deno.test(`GET /api/provider-requests/admin?${query} and its summary answer 422 naming ${field}`, async () => {
    await withAdmin(async ({ admin }) => {
      for (const path of ["?", "/summary?"]) {
        const { status, body } = await admin(`${path}${query}`);
        assert.equal(status, 422, JSON.stringify(body));
        assert.deepEqual(body.error.details.map((one: { loc: string[] }) => one.loc), [["query", field]]);
      }
    });
  });
}

Deno.test("the administrators' views answer 403 to users and to tokens of this service, 401 to nobody", async () => {
  await withAdmin(async ({ client, idp, request, deps: { sql } }) => {
    const ada = await client("ada");
    await sql`update api_tokens set scopes = array['read', 'write']`;
    for (const path of [`${REQUESTS}/admin`, `${REQUESTS}/admin/summary`]) {
      assert.equal((await request(path)).status, 401);
      assert.equal((await ada.get(path)).status, 403);
      assert.equal((await request(path, await idp.auth("bob"))).status, 403);
      const scoped = await idp.auth("cyd", { claims: { scope: "provider_requests:read_all" } });
      assert.equal((await request(path, scoped)).status, 200);
    }
  });
});

import assert from "node:assert/strict";
import { ebayEnv } from "../support/ebay.ts";
import { aListing, aRule } from "../support/factories.ts";
import { withService } from "../support/service.ts";

const RULES = "/api/watch-rules";

Deno.test("POST /api/watch-rules answers 201 with every field of the contract", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const { status, body } = await ada.post(RULES, {
      name: " Blue ",
      query: { q: '"kind of blue"', min_condition: "vg plus" },
    });
    assert.equal(status, 201);
    assert.deepEqual({ ...body, id: "", created_at: "", updated_at: "" }, {
      id: "",
      user_id: ada.userId,
      name: "Blue",
      query: {
        keywords: [],
        any_keywords: [],
        exclude_keywords: [],
        q: '"kind of blue"',
        min_condition: "VG+",
        ungraded: "exclude",
        formats: [],
        sources: ["mock"],
        currency: "USD",
      },
      is_active: true,
      poll_interval_seconds: 600,
      last_run_at: null,
      next_run_at: "2026-11-23T12:00:00.000Z",
      created_at: "",
      updated_at: "",
      alerts: { first_run: "top", drop_percent: 5, remind_after_days: null },
      backfill: { state: "pending", found: 0, alerted: 0 },
      polling: {
        effective_interval_seconds: 600,
        reason: "as_asked",
        coverage_gap_at: null,
        providers: [{
          provider: "mock",
          interval_seconds: 600,
          effective_interval_seconds: 600,
          reason: "as_asked",
          last_success_at: null,
          next_poll_at: "2026-11-23T12:00:00.000Z",
        }],
      },
      notices: [],
    });
  }, { SIMULATED_MARKET: "true" });
});

/** A body that is refused, and the fields its error names. */
const REFUSED: [string, unknown, string[]][] = [
  ["an empty object", {}, ["body.name", "body.query"]],
  ["an empty query", { name: "x", query: {} }, ["body.query.keywords"]],
  ["a misspelt key", { name: "x", query: { keywords: ["a"], max_prise: 3 } }, ["body.query.max_prise"]],
  ["an unknown field", { name: "x", query: { keywords: ["a"] }, colour: 1 }, ["body.colour"]],
  ["a blank name", { name: "  ", query: { keywords: ["a"] } }, ["body.name"]],
  ["a name too long", { name: "x".repeat(121), query: { keywords: ["a"] } }, ["body.name"]],
  ["a price as text", { name: "x", query: { keywords: ["a"], max_price: "3" } }, ["body.query.max_price"]],
  ["a price as boolean", { name: "x", query: { keywords: ["a"], min_price: true } }, [
    "body.query.min_price",
  ]],
  ["max below min", { name: "x", query: { keywords: ["a"], min_price: 3, max_price: 2 } }, [
    "body.query.max_price",
  ]],
  ["an unknown source", { name: "x", query: { keywords: ["a"], sources: ["napster"] } }, [
    "body.query.sources",
  ]],
  ["no source", { name: "x", query: { keywords: ["a"], sources: [] } }, ["body.query.sources"]],
  ["a keyword without a token", { name: "x", query: { keywords: ["!!!"] } }, ["body.query.keywords.0"]],
  ["blank keywords only", { name: "x", query: { keywords: ["", " "] } }, ["body.query.keywords"]],
  ["an interval below 30", { name: "x", query: { keywords: ["a"] }, poll_interval_seconds: 29 }, [
    "body.poll_interval_seconds",
  ]],
  ["an interval above a day", { name: "x", query: { keywords: ["a"] }, poll_interval_seconds: 86401 }, [
    "body.poll_interval_seconds",
  ]],
  ["an interval with a fraction", { name: "x", query: { keywords: ["a"] }, poll_interval_seconds: 60.5 }, [
    "body.poll_interval_seconds",
  ]],
  ["an alert key nothing enforces", { name: "x", query: { keywords: ["a"] }, alerts: { urgent: true } }, [
    "body.alerts.urgent",
  ]],
  ["a drop of nothing", { name: "x", query: { keywords: ["a"] }, alerts: { drop_percent: 0 } }, [
    "body.alerts.drop_percent",
  ]],
  ["a drop above 90 %", { name: "x", query: { keywords: ["a"] }, alerts: { drop_percent: 91 } }, [
    "body.alerts.drop_percent",
  ]],
  ["a part of a per cent", { name: "x", query: { keywords: ["a"] }, alerts: { drop_percent: 2.5 } }, [
    "body.alerts.drop_percent",
  ]],
  ["a reminder after no day", { name: "x", query: { keywords: ["a"] }, alerts: { remind_after_days: 0 } }, [
    "body.alerts.remind_after_days",
  ]],
  ["a reminder after a year", { name: "x", query: { keywords: ["a"] }, alerts: { remind_after_days: 366 } }, [
    "body.alerts.remind_after_days",
  ]],
  ["an unknown first run", { name: "x", query: { keywords: ["a"] }, alerts: { first_run: "some" } }, [
    "body.alerts.first_run",
  ]],
];

for (const [what, body, fields] of REFUSED) {
  Deno.test(`POST /api/watch-rules answers 422 for ${what}, naming ${fields.join(" and ")}`, async () => {
    await withService(async ({ client, deps }) => {
      const ada = await client("ada");
      const answer = await ada.post(RULES, body);
      assert.equal(answer.status, 422, JSON.stringify(answer.body));
      assert.equal(answer.body.error.code, "validation_error");
      const named = answer.body.error.details.map((one: { loc: unknown[] }) => one.loc.join("."));
      for (const field of fields) assert.ok(named.includes(field), `${field} is not among ${named}`);
      assert.equal((await deps.sql`select id from watch_rules`).length, 0);
    });
  });
}

Deno.test("a rule is told which of its formats a provider cannot be searched for", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const noticesOf = async (formats: string[]) =>
      (await ada.post(RULES, aRule({}, { formats, sources: ["ebay", "mock"] }))).body.notices;
    assert.deepEqual(await noticesOf(["cd", "minidisc", "dvd"]), [
      "eBay cannot be searched for minidisc, dvd: such an offer is found by chance",
    ]);
    assert.deepEqual(await noticesOf(["lp", "cd", "cassette"]), []);
  }, { ...ebayEnv("http://127.0.0.1:9"), SIMULATED_MARKET: "true" });
});

Deno.test("a rule may name a disabled provider here, with a notice; elsewhere that is 422", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    const { status, body } = await ada.post(RULES, aRule({}, { sources: ["EBAY", " mock "] }));
    assert.equal(status, 201);
    assert.deepEqual(body.query.sources, ["ebay", "mock"]);
    assert.match(body.notices[0], /^Provider ebay is disabled here.*EBAY_CLIENT_ID/);
    const { createRule } = await import("../../src/watch_rules/create_rule.ts");
    const production = { ...deps, allowDisabledSources: false };
    const input = {
      user_id: ada.userId,
      name: "x",
      query: body.query,
      is_active: true,
      poll_interval_seconds: 60,
    };
    await assert.rejects(createRule(production, input), /provider "ebay" is disabled here/);
  }, { SIMULATED_MARKET: "true" });
});

Deno.test("PATCH keeps what is absent, refuses null where nothing can be cleared, and replaces the query whole", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const rule = (await ada.post(RULES, aRule({ alerts: { first_run: "all" } }, { max_price: 40 }))).body;
    const path = `${RULES}/${rule.id}`;
    assert.equal((await ada.patch(path, { name: "New" })).body.query.max_price, 40);
    assert.equal((await ada.patch(path, { name: null })).status, 422);
    assert.equal((await ada.patch(path, { query: null })).status, 422);
    assert.equal((await ada.patch(path, { query: { keywords: ["a"], sources: null } })).status, 422);
    const { body } = await ada.patch(path, { query: { keywords: ["blue train"] } });
    assert.deepEqual([body.name, body.query.keywords, body.query.max_price, body.query.sources], [
      "New",
      ["blue train"],
      undefined,
      ["mock"],
    ]);
    assert.deepEqual(body.backfill, { state: "pending", found: 0, alerted: 0 });
    assert.deepEqual((await ada.patch(path, { alerts: null })).body.alerts, {
      first_run: "top",
      drop_percent: 5,
      remind_after_days: null,
    });
  });
});

Deno.test("a changed query begins the rule anew: old matches go, what is for sale is recorded, nobody is told twice", async () => {
  await withService(async ({ client, clock, drain, deps }) => {
    const ada = await client("ada");
    const rule = (await ada.post(RULES, aRule())).body;
    await ada.post("/api/dev/listings/ingest", [
      aListing({ title: "Kind of Blue LP", listed_at: "2026-11-23T12:00:00Z" }),
      aListing({ title: "Blue Train LP", listed_at: "2026-11-23T12:00:00Z" }),
    ]);
    await drain();
    clock.advance(60_000);
    await ada.patch(`${RULES}/${rule.id}`, { query: { any_keywords: ["kind of blue", "blue train"] } });
    await drain();
    const { backfill } = (await ada.get(`${RULES}/${rule.id}`)).body;
    assert.deepEqual(backfill, { state: "completed", found: 2, alerted: 1 });
    const titles = (await ada.get("/api/notifications")).body.map((one: { title: string }) => one.title);
    assert.deepEqual(titles, ["Blue Train LP", "Kind of Blue LP"]);
    assert.equal((await deps.sql`select listing_id from matches`).length, 2);
  });
});

Deno.test("DELETE and disable stop a rule, once: nothing matches it, its polls end, enabling begins anew", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    const rule = (await ada.post(RULES, aRule())).body;
    const path = `${RULES}/${rule.id}`;
    assert.equal((await ada.delete(path)).body.is_active, false);
    assert.equal((await ada.post(`${path}/disable`)).status, 200);
    await ada.post("/api/dev/listings/ingest", aListing({ listed_at: "2026-11-23T12:00:00Z" }));
    assert.equal((await ada.get("/api/notifications")).body.length, 0);
    assert.equal((await deps.sql`select id from polls where interval_seconds is not null`).length, 0);
    clock.advance(1000);
    assert.equal((await ada.patch(path, { is_active: true })).body.is_active, true);
    await ada.post("/api/dev/listings/ingest", aListing({ listed_at: "2026-11-23T12:00:01Z" }));
    assert.equal((await ada.get("/api/notifications")).body.length, 1);
    const types = (await deps.sql`select type from events order by seq`).map((row) => row["type"]);
    assert.deepEqual(types, [
      "RULE_CREATED",
      "RULE_DISABLED",
      "RULE_ENABLED",
      "LISTING_FIRST_SEEN",
      "NEW_MATCH",
    ]);
  }, { SIMULATED_MARKET: "true" });
});

Deno.test("DELETE /{id}/hard removes the rule for good, and another rule does not tell its listings again", async () => {
  await withService(async ({ client, drain, deps }) => {
    const ada = await client("ada");
    const rule = (await ada.post(RULES, aRule())).body;
    await ada.post("/api/dev/listings/ingest", aListing({ listed_at: "2026-11-23T12:00:00Z" }));
    const gone = await ada.delete(`${RULES}/${rule.id}/hard`);
    assert.deepEqual([gone.status, gone.body], [204, ""]);
    assert.equal((await ada.delete(`${RULES}/${rule.id}/hard`)).status, 404);
    assert.equal((await deps.sql`select id from compiled_rules`).length, 0);
    await ada.post(RULES, aRule({ alerts: { first_run: "all" } }));
    await drain();
    assert.equal((await ada.get("/api/notifications")).body.length, 1);
  });
});

Deno.test("GET /api/watch-rules pages by offset and by cursor over the same rows, newest first", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    for (let n = 0; n < 5; n++) {
      if (n % 2 === 0) clock.advance(1000);
      await ada.post(RULES, aRule({ name: `rule ${n}` }));
    }
    const names = (answer: { body: { name: string }[] }) => answer.body.map((one) => one.name);
    const all = names(await ada.get(RULES));
    assert.equal(all.length, 5);
    assert.deepEqual(names(await ada.get(`${RULES}?limit=2&offset=2`)), all.slice(2, 4));
    const walked: string[] = [];
    let path: string | undefined = `${RULES}?limit=2`;
    while (path) {
      const page = await ada.get(path);
      walked.push(...names(page));
      path = /^<(.*)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
    }
    assert.deepEqual(walked, all);
    assert.deepEqual((await ada.get(`${RULES}?offset=50`)).body, []);
    for (const bad of ["limit=0", "limit=201", "limit=x", "offset=-1", "cursor=abc", "cursor=&offset=1"]) {
      assert.equal((await ada.get(`${RULES}?${bad}`)).status, 422, bad);
    }
  });
});

Deno.test("somebody else's rule answers 404 on every route, and a missing token 401", async () => {
  await withService(async ({ client, request }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const path = `${RULES}/${(await ada.post(RULES, aRule())).body.id}`;
    const tries = [
      await bob.get(path),
      await bob.patch(path, { name: "mine" }),
      await bob.delete(path),
      await bob.post(`${path}/disable`),
      await bob.delete(`${path}/hard`),
      await bob.post(path.replace(RULES, "/api/dev/rules") + "/run"),
      await bob.get(`${RULES}/not-an-id`),
    ];
    assert.deepEqual(tries.map((answer) => answer.status), tries.map(() => 404));
    assert.equal((await ada.get(path)).body.name, "Kind of Blue");
    const anonymous = await request(path);
    assert.deepEqual([anonymous.status, anonymous.body.error.status], [401, 401]);
  });
});

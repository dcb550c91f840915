import assert from "node:assert/strict";
import { discogsEnv } from "../support/discogs.ts";
import { aListing, aRule } from "../support/factories.ts";
import { withService } from "../support/service.ts";

const RELEASES = "/api/watch-releases";
const ENV = discogsEnv("http://127.0.0.1:1");

/** Kind of Blue, any price. */
function aRelease(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { discogs_release_id: 101, title: "Kind Of Blue", ...fields };
}

Deno.test("POST /api/watch-releases answers 201 with every field of the contract, and its polls are due at once", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    const { status, body } = await ada.post(RELEASES, {
      discogs_release_id: 101,
      discogs_master_id: 5460,
      match_mode: "master_release",
      title: " Kind Of Blue ",
      artist: "Miles Davis",
      year: 1959,
      target_price: 39.995,
      currency: "eur",
      min_condition: null,
    });
    assert.equal(status, 201);
    assert.deepEqual({ ...body, id: "" }, {
      id: "",
      user_id: ada.userId,
      discogs_release_id: 101,
      discogs_master_id: 5460,
      match_mode: "master_release",
      title: "Kind Of Blue",
      artist: "Miles Davis",
      year: 1959,
      target_price: 39.995,
      currency: "EUR",
      min_condition: null,
      is_active: true,
      created_at: "2026-11-23T12:00:00.000Z",
      updated_at: "2026-11-23T12:00:00.000Z",
      last_run_at: null,
      next_run_at: "2026-11-23T12:00:00.000Z",
      polling: {
        effective_interval_seconds: 600,
        reason: "provider_minimum",
        coverage_gap_at: null,
        providers: [{
          provider: "discogs",
          interval_seconds: 600,
          effective_interval_seconds: 600,
          reason: "provider_minimum",
          last_success_at: null,
          next_poll_at: "2026-11-23T12:00:00.000Z",
        }],
      },
      notices: [],
    });
    const polls = await deps
      .sql`select query, interval_seconds from polls order by interval_seconds, query->>'op'`;
    assert.deepEqual(polls.map((row) => [row["query"], row["interval_seconds"]]), [
      [{ op: "stats", release_id: 101 }, 600],
      [{ op: "master", master_id: 5460 }, 86_400],
      [{ op: "versions", master_id: 5460 }, 86_400],
    ]);
    assert.deepEqual((await ada.get(`${RELEASES}/${body.id}`)).body, body);
  }, ENV);
});

Deno.test("POST /api/watch-releases fills in what may be left out", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const { body } = await ada.post(RELEASES, aRelease({ min_condition: "vg plus" }));
    assert.deepEqual(
      [
        body.match_mode,
        body.discogs_master_id,
        body.artist,
        body.year,
        body.target_price,
        body.currency,
        body.is_active,
      ],
      ["exact_release", null, null, null, null, "USD", true],
    );
    assert.equal(body.min_condition, "VG+");
    assert.equal(body.next_run_at, null);
    assert.deepEqual([body.polling.effective_interval_seconds, body.polling.reason], [
      null,
      "provider_disabled",
    ]);
    assert.equal(body.notices.length, 2);
    assert.match(body.notices[0], /disabled/);
    assert.match(body.notices[1], /under min_condition it cannot alert/);
  });
});

const REFUSED: [string, Record<string, unknown>, string][] = [
  ["no release", { discogs_release_id: undefined }, "discogs_release_id"],
  ["a release of 0", { discogs_release_id: 0 }, "discogs_release_id"],
  ["a release as text", { discogs_release_id: "101" }, "discogs_release_id"],
  ["any version of no master", { match_mode: "master_release" }, "discogs_master_id"],
  ["a master of 0", { discogs_master_id: 0 }, "discogs_master_id"],
  ["an unknown mode", { match_mode: "fuzzy" }, "match_mode"],
  ["no title", { title: undefined }, "title"],
  ["a blank title", { title: " " }, "title"],
  ["a title too long", { title: "x".repeat(301) }, "title"],
  ["an artist too long", { artist: "x".repeat(201) }, "artist"],
  ["a year as text", { year: "1959" }, "year"],
  ["a negative target", { target_price: -0.01 }, "target_price"],
  ["a target as text", { target_price: "3" }, "target_price"],
  ["a currency that is none", { currency: "US" }, "currency"],
  ["a currency of null", { currency: null }, "currency"],
  ["a grade that is none", { min_condition: "shiny" }, "min_condition"],
  ["is_active as text", { is_active: "yes" }, "is_active"],
  ["an unknown field", { colour: 1 }, "colour"],
];
for (const [name, fields, field] of REFUSED) {
  Deno.test(`POST /api/watch-releases answers 422 for ${name}, naming ${field}`, async () => {
    await withService(async ({ client }) => {
      const { status, body } = await (await client("ada")).post(RELEASES, aRelease(fields));
      assert.deepEqual([status, body.error.code], [422, "validation_error"]);
      assert.deepEqual(body.error.details.map((one: { loc: string[] }) => one.loc), [["body", field]]);
    });
  });
}

Deno.test("a second watch for the same release, or the same master, answers 409; another mode or user does not", async () => {
  await withService(async ({ client }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const master = { match_mode: "master_release", discogs_master_id: 5460 };
    const first = await ada.post(RELEASES, aRelease());
    const statuses = [
      await ada.post(RELEASES, aRelease({ target_price: 3, discogs_master_id: 5460 })),
      await ada.post(RELEASES, aRelease(master)),
      await ada.post(RELEASES, aRelease({ ...master, discogs_release_id: 102 })),
      await bob.post(RELEASES, aRelease()),
      await ada.post(RELEASES, aRelease({ discogs_release_id: 102 })),
      await ada.patch(`${RELEASES}/${first.body.id}`, { discogs_release_id: 102 }),
    ].map((answer) => answer.status);
    assert.deepEqual(statuses, [409, 201, 409, 201, 201, 409]);
    await ada.delete(`${RELEASES}/${first.body.id}`);
    const again = await ada.post(RELEASES, aRelease());
    assert.equal(again.status, 409);
    assert.match(again.body.error.message, new RegExp(`${first.body.id} does, which is disabled`));
  }, ENV);
});

Deno.test("PATCH keeps what is absent, clears with null, and refuses null where nothing can be cleared", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const { body } = await ada.post(
      RELEASES,
      aRelease({ target_price: 20, artist: "Miles", discogs_master_id: 5460 }),
    );
    const path = `${RELEASES}/${body.id}`;
    assert.equal((await ada.patch(path, {})).body.target_price, 20);
    const cleared = (await ada.patch(path, { target_price: null, artist: null, min_condition: "NM" })).body;
    assert.deepEqual([cleared.target_price, cleared.artist, cleared.title, cleared.min_condition], [
      null,
      null,
      "Kind Of Blue",
      "NM",
    ]);
    for (const field of ["discogs_release_id", "match_mode", "title", "currency", "is_active"]) {
      assert.equal((await ada.patch(path, { [field]: null })).status, 422, field);
    }
    assert.equal((await ada.patch(path, { match_mode: "master_release" })).status, 200);
    assert.equal((await ada.patch(path, { discogs_master_id: null })).status, 422);
  }, ENV);
});

Deno.test("DELETE disables, once; enabling begins anew; every change is told in the inbox under the watch's name", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    const { body } = await ada.post(RELEASES, aRelease({ artist: "Miles Davis" }));
    const path = `${RELEASES}/${body.id}`;
    clock.advance(1000);
    assert.deepEqual(
      (await ada.patch(path, { title: "Kind Of Blue!" })).body.updated_at,
      "2026-11-23T12:00:01.000Z",
    );
    for (const _ of [1, 2]) {
      const { status, body: gone } = await ada.delete(path);
      assert.deepEqual([status, gone.is_active, gone.next_run_at, gone.polling], [200, false, null, null]);
    }
    assert.equal((await deps.sql`select id from polls where interval_seconds is not null`).length, 0);
    assert.equal((await deps.sql`select anchor from rule_anchors`).length, 0);
    assert.equal((await ada.patch(path, { is_active: true })).body.is_active, true);
    const inbox: {
      event_type: string;
      title: string;
      body: string;
      payload: { watch_release_id: string };
    }[] = (await ada.get("/api/notifications")).body;
    assert.deepEqual(
      new Set(inbox.map((one) => one.event_type)),
      new Set([
        "WATCH_RELEASE_CREATED",
        "WATCH_RELEASE_UPDATED",
        "WATCH_RELEASE_DISABLED",
        "WATCH_RELEASE_ENABLED",
      ]),
    );
    assert.equal(inbox.length, 4);
    const created = inbox.find((one) => one.event_type === "WATCH_RELEASE_CREATED");
    assert.deepEqual([created?.title, created?.body, created?.payload.watch_release_id], [
      "Miles Davis - Kind Of Blue",
      "you watch this release now",
      body.id,
    ]);
  }, ENV);
});

Deno.test("GET /api/watch-releases pages, and gives with watch_rule_id only what that rule matched a listing of", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    for (const id of [101, 102, 103]) {
      clock.advance(1000);
      await ada.post(RELEASES, aRelease({ discogs_release_id: id }));
    }
    await ada.post(
      RELEASES,
      aRelease({ match_mode: "master_release", discogs_master_id: 7, discogs_release_id: 104 }),
    );
    const rule = (await ada.post("/api/watch-rules", aRule())).body;
    await ada.post("/api/dev/listings/ingest", [
      aListing({ discogs_release_id: 102 }),
      aListing({ discogs_release_id: 900, discogs_master_id: 7 }),
      aListing({ title: "Blue Train", discogs_release_id: 103 }),
    ]);
    const ids = (answer: { body: { discogs_release_id: number }[] }) =>
      answer.body.map((one) => one.discogs_release_id);
    assert.deepEqual(ids(await ada.get(`${RELEASES}?limit=2&offset=1`)).length, 2);
    const page = await ada.get(`${RELEASES}?limit=3`);
    const rest = await ada.get(`${RELEASES}?limit=3&cursor=${page.headers.get("x-next-cursor")}`);
    assert.deepEqual([...ids(page), ...ids(rest)].sort(), [101, 102, 103, 104]);
    assert.deepEqual(ids(await ada.get(`${RELEASES}?watch_rule_id=${rule.id}`)).sort(), [102, 104]);
    assert.deepEqual((await ada.get(`${RELEASES}?watch_rule_id=${crypto.randomUUID()}`)).body, []);
    assert.equal((await ada.get(`${RELEASES}?watch_rule_id=x`)).status, 422);
    const bob = await client("bob");
    assert.deepEqual((await bob.get(`${RELEASES}?watch_rule_id=${rule.id}`)).body, []);
  }, ENV);
});

Deno.test("polling of a watched release is what was measured of its floors and why, one by one and in the list", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    const { body } = await ada.post(
      RELEASES,
      aRelease({ match_mode: "master_release", discogs_master_id: 5460 }),
    );
    const told = async () => {
      const { body: one } = await ada.get(`${RELEASES}/${body.id}`);
      assert.deepEqual((await ada.get(RELEASES)).body, [one]);
      const { effective_interval_seconds, reason, providers } = one.polling;
      assert.deepEqual(providers.length, 1);
      return [effective_interval_seconds, reason, providers[0].last_success_at];
    };
    const success = clock.now();
    await deps.sql`
      update polls set runs = 9, gap_seconds = 1800, last_success_at = ${success},
        next_poll_at = ${success}::timestamptz + interval '10 minutes' where query->>'op' = 'stats'`;
    assert.deepEqual(await told(), [1800, "quota", success.toISOString()]);
    // The lists of a master are read once a day, and say nothing of how often prices are.
    await deps.sql`
      update polls set runs = 9, gap_seconds = case query->>'op' when 'stats' then 600 else 90000 end`;
    assert.deepEqual(await told(), [600, "provider_minimum", success.toISOString()]);
    await deps.sql`
      insert into provider_states (provider, failures, blocked_until)
      values ('discogs', 1, ${success}::timestamptz + interval '1 minute')`;
    assert.deepEqual((await told())[1], "backing_off");
    const { body: graded } = await ada.patch(`${RELEASES}/${body.id}`, { min_condition: "VG+" });
    assert.deepEqual(graded.polling.effective_interval_seconds, null);
  }, ENV);
});

Deno.test("somebody else's watch answers 404 on every route, and a missing token 401", async () => {
  await withService(async ({ client, request }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const path = `${RELEASES}/${(await ada.post(RELEASES, aRelease())).body.id}`;
    const tries = [
      await bob.get(path),
      await bob.patch(path, { title: "mine" }),
      await bob.delete(path),
      await bob.get(`${RELEASES}/not-an-id`),
    ];
    assert.deepEqual(tries.map((answer) => answer.status), [404, 404, 404, 404]);
    assert.equal((await ada.get(path)).body.title, "Kind Of Blue");
    assert.equal((await request(path)).status, 401);
    assert.equal((await ada.post(path)).status, 405);
  }, ENV);
});

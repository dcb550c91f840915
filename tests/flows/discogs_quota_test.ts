/** Few calls for many polls: nobody exceeds the quota, nobody starves, and two workers do no more than one. */
import assert from "node:assert/strict";
import { settleFloors } from "../../src/polling/settle_floors.ts";
import { claimDuePolls } from "../../src/polls/claim_store.ts";
import { byId, ok, refused } from "../support/answers.ts";
import { saveRule, watchRelease } from "../support/calls.ts";
import { useCalls } from "../support/quota.ts";
import { aRow, type ScriptedDiscogs, someStats, withDiscogs } from "../support/discogs.ts";
import { aRelease, aRule } from "../support/factories.ts";

Deno.test("no minute sees more calls than the quota leaves to polls, every poll gets its turn, and none fails", async () => {
  const ids = Array.from({ length: 40 }, (_, n) => 1 + n);
  const discogs: ScriptedDiscogs = {
    rows: [],
    stats: Object.fromEntries(ids.map((id) => [id, someStats(9)])),
    masters: {},
  };
  await withDiscogs(discogs, async ({ client, drain, clock, deps }, server) => {
    const ada = await client("ada");
    for (const id of ids) await watchRelease(ada, aRelease({ discogs_release_id: id }));
    let before = 0;
    for (let minute = 0; minute < 6; minute++) {
      for (let step = 0; step < 6; step++) {
        await drain();
        clock.advance(10_000);
      }
      assert.ok(
        server.requests.length - before <= 17,
        `${server.requests.length - before} calls in a minute`,
      );
      before = server.requests.length;
    }
    // Forty floors and forty names: 80 calls at 17 a minute.
    assert.equal(server.requests.length, 80);
    const polls = await deps.sql`select runs, failures from polls`;
    assert.ok(polls.every((poll) => poll["runs"] === 1 && poll["failures"] === 0));
    const [state] = await deps
      .sql`select failures, last_error from provider_states where provider = 'discogs'`;
    assert.deepEqual(state, { failures: 0, last_error: null });
  }, { DISCOGS_CALLS_PER_MINUTE: "20" });
});

Deno.test("who is latest for his interval goes first when calls are few", async () => {
  await withDiscogs({ rows: [], stats: {}, masters: {} }, async ({ client, clock, deps }) => {
    const ada = await client("ada");
    for (const id of [1, 2]) await watchRelease(ada, aRelease({ discogs_release_id: id }));
    await deps.sql`update polls set runs = 1`;
    await deps.sql`update polls set interval_seconds = 6000 where query->>'release_id' = '1'`;
    await deps
      .sql`update polls set next_poll_at = next_poll_at - interval '300 s' where query->>'release_id' = '1'`;
    clock.advance(60_000);
    const [first] = await claimDuePolls(deps.sql, {
      now: clock.now(),
      limit: 1,
      rooms: [{ provider: "discogs", room: 1 }],
    });
    const [poll] = await deps.sql`select query->>'release_id' as release from polls where id = ${first!.id}`;
    assert.equal(poll?.["release"], "2");
  });
});

Deno.test("settleFloors() by two workers at once and again subscribes each floor once", async () => {
  const discogs: ScriptedDiscogs = { rows: [101, 102].map((id) => aRow(id)), stats: {}, masters: {} };
  await withDiscogs(discogs, async ({ client, drain, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({}, { sources: ["discogs"], max_price: 20 }));
    await drain();
    await deps.sql`delete from poll_subscriptions where origin = 'candidate'`;
    await deps.sql`update floor_candidates set settled_at = null`;
    await Promise.all([settleFloors(deps), settleFloors(deps)]);
    assert.deepEqual(await settleFloors(deps), { watch_count: 0 });
    const live = await deps
      .sql`select id from poll_subscriptions where origin = 'candidate' and ended_at is null`;
    assert.equal(live.length, 2);
  });
});

Deno.test("a poll without a call left is put off with its lateness, not failed, and a rule run by hand says so", async () => {
  const discogs: ScriptedDiscogs = { rows: [aRow(101)], stats: { 101: someStats(5) }, masters: {} };
  await withDiscogs(discogs, async ({ client, clock, deps }, server) => {
    const ada = await client("ada");
    const rule = await saveRule(ada, aRule({}, { sources: ["discogs"] }));
    await useCalls(deps, "discogs", 47);
    refused(await ada.api.POST("/api/dev/rules/{id}/run", byId(rule.id)), 429);
    assert.equal(server.requests.length, 0);
    const [poll] = await deps.sql`select next_poll_at, not_before, failures, lease_until from polls`;
    assert.deepEqual(poll, {
      next_poll_at: clock.now(),
      not_before: new Date(clock.now().getTime() + 63_000),
      failures: 0,
      lease_until: null,
    });
    clock.advance(63_000);
    ok(await ada.api.POST("/api/dev/rules/{id}/run", byId(rule.id)), 200);
    assert.equal((await deps.sql`select id from polls where not_before is not null`).length, 0);
  });
});

/** A rule run by hand, and what a rule says of how often it runs. */
import assert from "node:assert/strict";
import { takeRunByHand } from "../../src/alerts/rule_store.ts";
import { addMilliseconds } from "../../src/platform/clock.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { runRuleByHand } from "../../src/polling/run_rule_now.ts";
import { claimPoll } from "../../src/polls/claim_store.ts";
import { byId, ok, refused } from "../support/answers.ts";
import { saveRule } from "../support/calls.ts";
import { untilWaiting } from "../support/database.ts";
import { anEbayItem, ebayEnv, ebayScript, SEARCH_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { useCalls } from "../support/quota.ts";
import { json, startScriptedServer } from "../support/scripted_server.ts";
import { type Client, type TestService, withService } from "../support/service.ts";
import { withoutProviders } from "../support/without_providers.ts";

async function withEbayRule(
  work: (
    service: TestService,
    world: { ada: Client; id: string; server: ReturnType<typeof startScriptedServer> },
  ) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await using server = startScriptedServer(ebayScript(() => [anEbayItem({ itemId: "v1|1|0" })]));
  await withService(async (service) => {
    const ada = await service.client("ada");
    const { id } = await saveRule(ada, aRule({ poll_interval_seconds: 60 }, { sources: ["ebay"] }));
    await work(service, { ada, id, server });
  }, { ...ebayEnv(server.url), ...env });
}

const run = (person: Client, id: string) => person.api.POST("/api/watch-rules/{id}/run", byId(id));
const pollingOf = async (person: Client, id: string) =>
  ok(await person.api.GET("/api/watch-rules/{id}", byId(id)), 200).polling;

Deno.test("POST /api/watch-rules/{id}/run searches at once, once a minute, and leaves the plan as it is", async () => {
  await withEbayRule(async ({ clock, client }, { ada, id, server }) => {
    const report = ok(await run(ada, id), 200);
    assert.deepEqual(report, {
      rule_id: id,
      fetched: 1,
      listings_created: 1,
      snapshots_created: 1,
      matches_created: 1,
      not_run: [],
    });
    for (const [passedMs, left] of [[0, 60], [1, 60], [999, 59], [58_000, 1], [999, 1]] as const) {
      clock.advance(passedMs);
      const answer = await run(ada, id);
      const again = refused(answer, 429);
      assert.deepEqual([again.code, again.details, answer.response.headers.get("retry-after")], [
        "rate_limited",
        { scope: "run_rule", retry_after_seconds: left },
        String(left),
      ]);
    }
    clock.advance(1);
    assert.equal(ok(await run(ada, id), 200).listings_created, 0);
    refused(await run(await client("bob"), id), 404);
    assert.equal(server.requestsTo(SEARCH_PATH).length, 2);
  });
});

Deno.test("takeRunByHand() of two processes lets the first, and tells the second what is left by its own clock", async () => {
  await withEbayRule(async ({ clock, deps }) => {
    const [rule] = await deps.sql<{ id: string }>`select id from compiled_rules`;
    const take = (sql: Sql, aheadMs: number) =>
      takeRunByHand(sql, { id: rule!.id, now: addMilliseconds(clock.now(), aheadMs), everySeconds: 60 });
    const { first, second } = await deps.sql.begin(async (tx) => {
      const first = await take(tx, 0);
      const second = take(deps.sql, 5_400);
      await untilWaiting(deps.sql);
      return { first, second };
    });
    assert.equal(first, null);
    assert.equal(await second, 55);
    assert.equal(await take(deps.sql, -3_000), 60, "a clock that lags asks for no more than the pause");
    assert.equal(await take(deps.sql, 60_000), null);
  });
});

Deno.test("POST /api/watch-rules/{id}/run says why not: a worker runs it, it is stopped, eBay fails and is left alone", async () => {
  await withEbayRule(async ({ clock, deps }, { ada, id, server }) => {
    const [poll] = await deps.sql<{ id: string }>`select id from polls`;
    await claimPoll(deps.sql, { id: poll!.id, now: clock.now() });
    assert.match(refused(await run(ada, id), 409).message, /a worker is running its ebay poll now$/);
    clock.advance(60_000);
    server.answer((request, seen) =>
      request.path === SEARCH_PATH ? json({}, { status: 503 }) : ebayScript(() => [])(request, seen)
    );
    assert.match(refused(await run(ada, id), 502).message, /ebay answered unavailable/);
    assert.equal((await pollingOf(ada, id))?.reason, "backing_off");
    await deps.sql`update compiled_rules set run_by_hand_at = null`;
    assert.match(refused(await run(ada, id), 409).message, /left alone until 2026-11-23T12:01:30.000Z$/);
    ok(await ada.api.POST("/api/watch-rules/{id}/disable", byId(id)), 200);
    assert.match(refused(await run(ada, id), 409).message, /it is stopped$/);
    assert.equal(await pollingOf(ada, id), null);
  });
});

Deno.test("a run by hand asks no provider that is disabled, and says so", async () => {
  await withEbayRule(async ({ deps, drain }, { ada, id, server }) => {
    await drain();
    const before = server.requests.length;
    const providers = withoutProviders(deps.providers, ["ebay"]);
    const answer = runRuleByHand({ ...deps, providers }, { user_id: ada.userId, rule_id: id });
    await assert.rejects(answer, {
      code: "conflict",
      message: /ebay is disabled, disabled in the configuration$/,
    });
    assert.equal(server.requests.length, before);
    const [state] = await deps.sql`select failures, last_error from provider_states`;
    assert.deepEqual(state, { failures: 0, last_error: null });
  });
});

Deno.test("a run by hand may use the calls kept for people, and without one says when the next is free", async () => {
  await withEbayRule(async ({ deps }, { ada, id }) => {
    // A hundred a day: polls have four in an hour, people thirteen.
    await useCalls(deps, "ebay", 5);
    ok(await run(ada, id), 200);
    for (let used = 1; used < 13; used++) {
      await deps.sql`update compiled_rules set run_by_hand_at = null`;
      ok(await run(ada, id), 200);
    }
    await deps.sql`update compiled_rules set run_by_hand_at = null`;
    const empty = refused(await run(ada, id), 429);
    assert.match(empty.message, /the calls to ebay are used up until/);
    assert.equal((empty.details as { scope: string }).scope, "ebay");
    // Nobody's planned search waits for people's calls.
    const plans = await deps.sql`select not_before, lease_until from polls`;
    assert.deepEqual(plans, [{ not_before: null, lease_until: null }]);
  }, { EBAY_CALLS_PER_DAY: "100" });
});

Deno.test("a rule says how often it is really searched, from its runs, in lists too", async () => {
  await withEbayRule(async ({ clock, drain }, { ada, id }) => {
    assert.deepEqual((await pollingOf(ada, id))?.reason, "as_asked");
    for (let minute = 0; minute < 3; minute++) {
      await drain();
      clock.advance(60_000);
    }
    const onTime = await pollingOf(ada, id);
    assert.deepEqual([onTime?.effective_interval_seconds, onTime?.reason], [60, "as_asked"]);
    // Four calls an hour: one of these polls every quarter of one.
    for (let quarter = 0; quarter < 12; quarter++) {
      await drain();
      clock.advance(900_000);
    }
    await drain();
    const [rule] = ok(await ada.api.GET("/api/watch-rules"), 200);
    const polling = rule!.polling!;
    assert.equal(polling.reason, "quota");
    assert.ok(polling.effective_interval_seconds! > 600, `${polling.effective_interval_seconds} s`);
    assert.deepEqual(
      polling.providers.map(({ provider, interval_seconds, reason }) => [
        provider,
        interval_seconds,
        reason,
      ]),
      [["ebay", 60, "quota"]],
    );
  }, { EBAY_CALLS_PER_DAY: "100" });
});

Deno.test("a rule that was stopped for a week is searched as often as before, and says so", async () => {
  await withEbayRule(async ({ clock, drain }, { ada, id }) => {
    await drain();
    ok(await ada.api.POST("/api/watch-rules/{id}/disable", byId(id)), 200);
    clock.advance(7 * 86_400_000);
    assert.equal((await ada.patch(`/api/watch-rules/${id}`, { is_active: true })).status, 200);
    for (let minute = 0; minute < 2; minute++) {
      await drain();
      const polling = await pollingOf(ada, id);
      assert.deepEqual([polling?.effective_interval_seconds, polling?.reason], [60, "as_asked"]);
      clock.advance(60_000);
    }
  });
});

Deno.test("a search that found something new runs again in half its interval, and one that did not in all of it", async () => {
  await withEbayRule(async ({ clock, deps, drain }, { id, ada, server }) => {
    const waits = async () => {
      const [poll] = await deps.sql<{ next_poll_at: Date }>`select next_poll_at from polls`;
      return (poll!.next_poll_at.getTime() - clock.now().getTime()) / 1_000;
    };
    await drain();
    assert.equal(await waits(), 60, "what was there before the rule is not new");
    clock.advance(60_000);
    server.answer(ebayScript(() => [anEbayItem({ itemId: "v1|2|0" }), anEbayItem({ itemId: "v1|1|0" })]));
    await drain();
    assert.equal(await waits(), 30);
    clock.advance(30_000);
    await drain();
    assert.equal(await waits(), 60);
    assert.equal((await pollingOf(ada, id))?.reason, "as_asked");
  });
});

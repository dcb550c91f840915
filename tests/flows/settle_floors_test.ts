/** How often the floors of found releases are read, and where they cannot be. */
import assert from "node:assert/strict";
import { CRONS } from "../../src/app/crons.ts";
import { settleFloors } from "../../src/polling/settle_floors.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { changeRule, readRule, saveRule } from "../support/calls.ts";
import {
  alertsOf,
  aRow,
  NONE_FOR_SALE,
  type ScriptedDiscogs,
  someStats,
  withDiscogs,
} from "../support/discogs.ts";
import { aRule } from "../support/factories.ts";
import { withoutProviders } from "../support/without_providers.ts";

const TWO_HOURS = 7_200;
const TEN_MINUTES = 600;
const UNDER_A_PRICE = aRule({ poll_interval_seconds: TWO_HOURS }, {
  sources: ["discogs"],
  max_price: 20,
  currency: "USD",
});

/** Seconds between two looks at each floor that is read. */
async function floorIntervals(sql: Sql): Promise<unknown[]> {
  const rows = await sql`
    select interval_seconds from polls where query->>'op' = 'stats' and interval_seconds is not null order by 1`;
  return rows.map((row) => row["interval_seconds"]);
}

Deno.test("a rule whose interval changes has the floors of what it found read as often, shorter and longer", async () => {
  const discogs: ScriptedDiscogs = {
    rows: [aRow(101), aRow(102)],
    stats: { 101: NONE_FOR_SALE, 102: NONE_FOR_SALE },
    masters: {},
  };
  await withDiscogs(discogs, async ({ client, drain, clock, deps }) => {
    const ada = await client("ada");
    const rule = await saveRule(ada, UNDER_A_PRICE);
    await drain();
    assert.deepEqual(await floorIntervals(deps.sql), [TWO_HOURS, TWO_HOURS]);
    await changeRule(ada, rule.id, { poll_interval_seconds: TEN_MINUTES });
    assert.deepEqual(await settleFloors(deps), { watch_count: 1 });
    assert.deepEqual(await settleFloors(deps), { watch_count: 0 });
    assert.deepEqual(await floorIntervals(deps.sql), [TEN_MINUTES, TEN_MINUTES]);
    discogs.stats[102] = someStats(15);
    clock.advance(TEN_MINUTES * 1_000);
    await drain();
    assert.deepEqual((await alertsOf(ada)).map(({ url }) => url), [
      "https://www.discogs.com/sell/release/102",
    ]);
    await changeRule(ada, rule.id, { poll_interval_seconds: TWO_HOURS });
    await settleFloors(deps);
    assert.deepEqual(await floorIntervals(deps.sql), [TWO_HOURS, TWO_HOURS]);
  });
});

Deno.test("a hundred rules that each found a hundred releases ask for less than Discogs has in an hour, and each says how often", async () => {
  const ids = Array.from({ length: 100 }, (_, n) => 101 + n);
  const discogs: ScriptedDiscogs = {
    rows: ids.map((id) => aRow(id)),
    stats: Object.fromEntries(ids.map((id) => [id, NONE_FOR_SALE])),
    masters: {},
  };
  await withDiscogs(discogs, async ({ client, drain, clock, deps }, server) => {
    const ada = await client("ada");
    const { id } = await saveRule(ada, { ...UNDER_A_PRICE, poll_interval_seconds: TEN_MINUTES });
    await drain();
    const before = server.requests.length;
    for (let step = 0; step < 18; step++) {
      clock.advance(TEN_MINUTES * 1_000);
      await drain();
    }
    const calls = server.requests.length - before;
    // In three hours: 18 searches, 18 looks at each of two floors, one at each of the other 18.
    assert.equal(calls, 18 + 2 * 18 + 18);
    const windows = deps.providers.get("discogs")?.capabilities.quota?.windows ?? [];
    const left = windows.map(({ seconds, limit, reserve }) => (limit - reserve) * 3_600 / seconds);
    assert.ok(100 * calls / 3 < Math.min(...left), `${100 * calls / 3} of ${left} calls in an hour`);
    const { polling, notices } = await readRule(ada, id);
    assert.deepEqual(notices, [
      "Of 100 releases that were found the lowest prices of 20 are read: of 2 every 10 minutes, of 18 every 3 hours",
    ]);
    assert.deepEqual([polling?.effective_interval_seconds, polling?.reason], [10_800, "provider_minimum"]);
  });
});

Deno.test("a rule that asks for its search no oftener than every three hours has all floors read as often, and needs no notice", async () => {
  const ids = [101, 102, 103];
  const stats = Object.fromEntries(ids.map((id) => [id, NONE_FOR_SALE]));
  await withDiscogs(
    { rows: ids.map((id) => aRow(id)), stats, masters: {} },
    async ({ client, drain, deps }) => {
      const ada = await client("ada");
      const { id } = await saveRule(ada, { ...UNDER_A_PRICE, poll_interval_seconds: 10_801 });
      await drain();
      assert.deepEqual(await floorIntervals(deps.sql), [10_801, 10_801, 10_801]);
      const { polling, notices } = await readRule(ada, id);
      assert.deepEqual([notices, polling?.effective_interval_seconds, polling?.reason], [
        [],
        10_801,
        "as_asked",
      ]);
    },
  );
});

Deno.test("floors planned for an interval that changed meanwhile are planned again", async () => {
  const discogs: ScriptedDiscogs = { rows: [aRow(101)], stats: { 101: NONE_FOR_SALE }, masters: {} };
  await withDiscogs(discogs, async (service) => {
    const { client, drain, deps } = service;
    const ada = await client("ada");
    const rule = await saveRule(ada, UNDER_A_PRICE);
    await drain();
    await deps.sql`update floor_candidates set settled_at = null`;
    const provider = deps.providers.get("discogs")!;
    const slow = {
      ...provider,
      chooseReleases: async (ids: readonly number[]) => {
        await changeRule(ada, rule.id, { poll_interval_seconds: TEN_MINUTES });
        return [...ids];
      },
    };
    const providers = { ...deps.providers, get: () => slow, enabled: () => [slow] };
    await settleFloors({ ...deps, providers });
    await settleFloors(deps);
    assert.deepEqual(await floorIntervals(deps.sql), [TEN_MINUTES]);
  });
});

Deno.test("candidates of a disabled provider wait without work, and their floors are read once it is enabled", async () => {
  const discogs: ScriptedDiscogs = { rows: [aRow(101)], stats: { 101: NONE_FOR_SALE }, masters: {} };
  await withDiscogs(discogs, async (service) => {
    const { client, drain, deps } = service;
    const ada = await client("ada");
    await saveRule(ada, UNDER_A_PRICE);
    await drain();
    const disabled = { ...deps, providers: withoutProviders(deps.providers, ["discogs"]) };
    await deps.sql`update floor_candidates set settled_at = null`;
    await deps.sql`update poll_subscriptions set ended_at = started_at where origin = 'candidate'`;
    await deps.sql`update polls set interval_seconds = null where query->>'op' = 'stats'`;
    assert.deepEqual(await settleFloors(disabled), { watch_count: 0 });
    assert.deepEqual(await floorIntervals(deps.sql), []);
    const cron = CRONS.find(({ name }) => name === "settle-floors");
    await cron?.run({ ...deps, dispatcher: null });
    assert.deepEqual(await floorIntervals(deps.sql), [TWO_HOURS]);
    assert.deepEqual(await settleFloors(deps), { watch_count: 0 });
  });
});

/** How often the floors of found releases are read, and where they cannot be. */
import assert from "node:assert/strict";
import { CRONS } from "../../src/app/crons.ts";
import { settleFloors } from "../../src/polling/settle_floors.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { changeRule, saveRule } from "../support/calls.ts";
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

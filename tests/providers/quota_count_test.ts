import assert from "node:assert/strict";
import fc from "fast-check";
import { addSeconds } from "../../src/platform/clock.ts";
import type { CallQuota } from "../../src/providers/contract.ts";
import {
  addCall,
  CALL_DELAY_MS,
  callsLeft,
  nextCallAt,
  type QuotaCounts,
  type QuotaUse,
} from "../../src/providers/quota_count.ts";
import { NOON } from "../support/clock.ts";
import { mostInWindow } from "./quota_support.ts";

const DAY = 86_400;
const MINUTE: CallQuota = { scope: "ip:p", windows: [{ seconds: 60, limit: 10, reserve: 3 }] };
const DAILY: CallQuota = { scope: "app:p", windows: [{ seconds: DAY, limit: 5_000, reserve: 500 }] };

/** Takes calls until none is left and gives how many. */
function takeAll(state: { counts: QuotaCounts }, quota: CallQuota, use: QuotaUse, now: Date): number {
  let taken = 0;
  for (; callsLeft(state.counts, { quota, use, now }) > 0; taken++) {
    state.counts = addCall(state.counts, { quota, use, now });
  }
  return taken;
}

const anyQuota = fc.array(
  fc.record({
    seconds: fc.constantFrom(1, 7, 60, 600, 3_600, DAY),
    limit: fc.integer({ min: 1, max: 40 }),
    reserve: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 3 },
).map((windows): CallQuota => ({
  scope: "s",
  windows: windows.filter((one, index) => windows.findIndex((w) => w.seconds === one.seconds) === index),
}));

const anyStep = fc.record({
  use: fc.constantFrom<QuotaUse>("poll", "search", "import", "spare"),
  /** Until the next try; often none, sometimes as long as a window. */
  passMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 2_000 }),
    fc.integer({ min: 0, max: 4_000_000 }),
  ),
  /** A call is under way for so long before the provider counts it. */
  delayMs: fc.integer({ min: 0, max: CALL_DELAY_MS - 1 }),
  /** The clock of the database may be set back. */
  backMs: fc.oneof({ arbitrary: fc.constant(0), weight: 9 }, fc.integer({ min: 1, max: 600_000 })),
});

Deno.test("imports take people's part but the reserve, and half of that where polls take all of theirs", () => {
  const quiet: { counts: QuotaCounts } = { counts: {} };
  const taken = (["import", "search", "import", "poll"] as const).map((use) =>
    takeAll(quiet, MINUTE, use, NOON)
  );
  assert.deepEqual(taken, [2, 3, 0, 2]);
  const busy: { counts: QuotaCounts } = { counts: {} };
  const left = (["poll", "import", "search"] as const).map((use) => takeAll(busy, MINUTE, use, NOON));
  assert.deepEqual(left, [7, 2, 1]);
});

Deno.test("no window ever holds more calls than its limit, whatever comes when, and by a clock that is set back", () => {
  fc.assert(
    fc.property(anyQuota, fc.array(anyStep, { maxLength: 150 }), (quota, steps) => {
      let counts: QuotaCounts = {};
      let trueMs = NOON.getTime();
      let offsetMs = 0;
      const arrivals: number[] = [];
      for (const { use, passMs, delayMs, backMs } of steps) {
        trueMs += passMs;
        offsetMs -= backMs;
        const request = { quota, use, now: new Date(trueMs + offsetMs) };
        if (callsLeft(counts, request) < 1) continue;
        counts = addCall(counts, request);
        arrivals.push(trueMs + delayMs);
      }
      for (const { seconds, limit } of quota.windows) {
        assert.ok(mostInWindow(arrivals, seconds * 1000) <= limit, `more than ${limit} in ${seconds} s`);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("nextCallAt() is when callsLeft() gives one again, and not a millisecond earlier", () => {
  fc.assert(
    fc.property(anyQuota, fc.constantFrom<QuotaUse>("poll", "search"), (quota, use) => {
      const state = { counts: {} as QuotaCounts };
      takeAll(state, quota, use, NOON);
      const at = nextCallAt(state.counts, { quota, use, now: NOON });
      assert.ok(at > NOON);
      const before = new Date(at.getTime() - 1);
      assert.equal(callsLeft(state.counts, { quota, use, now: before }), 0);
      assert.ok(callsLeft(state.counts, { quota, use, now: at }) > 0);
    }),
  );
});

Deno.test("callsLeft() leaves the reserve of a minute to people, gives them half of it, and half of the rest to spare calls", () => {
  const state = { counts: {} as QuotaCounts };
  assert.equal(takeAll(state, MINUTE, "spare", NOON), 3);
  assert.equal(takeAll(state, MINUTE, "poll", NOON), 4);
  assert.equal(takeAll(state, MINUTE, "search", NOON), 3);
  const other = { counts: {} as QuotaCounts };
  assert.equal(takeAll(other, MINUTE, "search", NOON), 5);
  assert.equal(takeAll(other, MINUTE, "poll", NOON), 2);
});

Deno.test("a call counts for its window, the rest of its slot and two seconds of its way", () => {
  const state = { counts: {} as QuotaCounts };
  takeAll(state, MINUTE, "poll", NOON);
  const left = (now: Date) => callsLeft(state.counts, { quota: MINUTE, use: "poll", now });
  assert.equal(left(new Date(addSeconds(NOON, 63).getTime() - 1)), 0);
  assert.equal(left(addSeconds(NOON, 63)), 7);
});

Deno.test("a day's calls are spread: polls that want more get nearly all of them, and never wait long for the next", () => {
  const state = { counts: {} as QuotaCounts };
  let taken = 0;
  let longest = 0;
  let last = NOON;
  const seconds = 3 * DAY;
  for (let second = 0; second < seconds; second += 20) {
    const now = addSeconds(NOON, second);
    const request = { quota: DAILY, use: "poll", now } as const;
    if (callsLeft(state.counts, request) < 1) continue;
    state.counts = addCall(state.counts, request);
    if (second >= 2 * DAY) taken++;
    longest = Math.max(longest, now.getTime() - last.getTime());
    last = now;
  }
  assert.ok(taken > 0.88 * 4_875 && taken <= 4_875, `${taken} calls on the third day`);
  assert.ok(longest < 3_600_000, `${longest / 1000} s without a call`);
});

Deno.test("of a day's calls people get back as many as they use, up to the reserve and beyond it half of all", () => {
  const state = { counts: {} as QuotaCounts };
  const most = (use: QuotaUse) => callsLeft(state.counts, { quota: DAILY, use, now: NOON });
  // A quarter of the reserve is held for nobody yet: a 24th of 4,875.
  assert.equal(most("poll"), 204);
  assert.equal(most("search"), 625);
  assert.equal(takeAll(state, DAILY, "search", NOON), 625);
  assert.equal(most("poll"), Math.ceil((5_000 - 625) / 24));
  for (let hour = 1; hour < 24; hour++) takeAll(state, DAILY, "search", addSeconds(NOON, hour * 4_000));
  const [slots] = Object.values(state.counts);
  assert.equal(slots!.reduce((sum, [, , searches]) => sum + searches, 0), 2_500);
});

Deno.test("addCall() counts for windows that another version declared, and forgets what no longer counts", () => {
  const longer: CallQuota = { scope: "ip:p", windows: [{ seconds: 600, limit: 5, reserve: 0 }] };
  let counts = addCall({}, { quota: longer, use: "poll", now: NOON });
  counts = addCall(counts, { quota: MINUTE, use: "search", now: addSeconds(NOON, 10) });
  assert.equal(callsLeft(counts, { quota: longer, use: "poll", now: addSeconds(NOON, 20) }), 3);
  counts = addCall(counts, { quota: MINUTE, use: "poll", now: addSeconds(NOON, 2_000) });
  assert.deepEqual(Object.keys(counts), ["60"]);
  assert.equal(counts["60"]!.length, 1);
});

import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { describePolling } from "../../src/polls/describe_polling.ts";
import type { PollReason, WatchedPoll } from "../../src/polls/polling_schema.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { NOON } from "../support/clock.ts";
import { createPlainMarket } from "../support/plain_market.ts";

const url = "http://127.0.0.1:1";
const quota = { scope: "app:few", windows: [{ seconds: 60, limit: 5, reserve: 1 }] };
const providers = createRegistry([
  { provider: createPlainMarket({ id: "few", url, quota }), enabled: true },
  { provider: createPlainMarket({ id: "many", url }), enabled: true },
  { provider: createPlainMarket({ id: "off", url }), enabled: false },
]);

const aPoll = (fields: Partial<WatchedPoll> = {}): WatchedPoll => ({
  provider: "few",
  asked_seconds: 60,
  interval_seconds: 60,
  gap_seconds: 61.2,
  last_success_ms: addSeconds(NOON, -20).getTime(),
  next_poll_ms: addSeconds(NOON, 40).getTime(),
  coverage_gap_ms: null,
  is_failing: false,
  is_blocked: false,
  ...fields,
});

const CASES: [what: string, poll: Partial<WatchedPoll>, effective: number, reason: PollReason][] = [
  ["what runs on time", {}, 60, "as_asked"],
  ["what never ran twice", { gap_seconds: null }, 60, "as_asked"],
  ["a little late, which is on time", { gap_seconds: 74 }, 60, "as_asked"],
  ["what a quota stretches", { gap_seconds: 300 }, 300, "quota"],
  ["what nobody has time for", { provider: "many", gap_seconds: 300 }, 300, "busy"],
  ["what is overdue now", { next_poll_ms: addSeconds(NOON, -540).getTime() }, 600, "quota"],
  [
    "what waits for its first run",
    {
      last_success_ms: null,
      gap_seconds: null,
      next_poll_ms: addSeconds(NOON, -540).getTime(),
    },
    60,
    "as_asked",
  ],
  [
    "what its provider makes slower",
    { asked_seconds: 300, interval_seconds: 300, gap_seconds: 300 },
    300,
    "provider_minimum",
  ],
  [
    "what somebody stricter shares",
    { asked_seconds: 60, interval_seconds: 30, gap_seconds: 31 },
    30,
    "as_asked",
  ],
  ["what is stretched to what was asked", { interval_seconds: 30, gap_seconds: 62 }, 62, "as_asked"],
  ["what failed", { is_failing: true }, 60, "backing_off"],
  ["what is left alone and late", { is_blocked: true, gap_seconds: 900 }, 900, "backing_off"],
];

for (const [what, fields, effective, reason] of CASES) {
  Deno.test(`describePolling() says ${reason} of ${what}`, () => {
    const poll = aPoll(fields);
    const described = describePolling({
      sources: [poll.provider],
      poll_interval_seconds: 60,
      polls: [poll],
      providers,
      now: NOON,
    });
    assert.equal(described.reason, reason);
    assert.equal(described.effective_interval_seconds, effective);
    assert.equal(described.providers[0]?.interval_seconds, poll.asked_seconds);
  });
}

Deno.test("describePolling() says provider_minimum of a watch that names no interval, unless something is worse", () => {
  const reasons = [aPoll(), aPoll({ gap_seconds: 300 })].map((poll) =>
    describePolling({ sources: ["few"], poll_interval_seconds: null, polls: [poll], providers, now: NOON })
      .reason
  );
  assert.deepEqual(reasons, ["provider_minimum", "quota"]);
});

Deno.test("describePolling() lets the slowest search and the slowest provider speak, and keeps the others apart", () => {
  const polls = [
    aPoll({ gap_seconds: 120 }),
    aPoll({ coverage_gap_ms: NOON.getTime(), last_success_ms: NOON.getTime() }),
    aPoll({ provider: "many" }),
  ];
  const described = describePolling({
    sources: ["few", "many", "off"],
    poll_interval_seconds: 60,
    polls,
    providers,
    now: NOON,
  });
  assert.deepEqual(described, {
    effective_interval_seconds: 120,
    reason: "provider_disabled",
    coverage_gap_at: NOON,
    providers: [
      {
        provider: "few",
        interval_seconds: 60,
        effective_interval_seconds: 120,
        reason: "quota",
        last_success_at: NOON,
        next_poll_at: addSeconds(NOON, 40),
      },
      {
        provider: "many",
        interval_seconds: 60,
        effective_interval_seconds: 60,
        reason: "as_asked",
        last_success_at: addSeconds(NOON, -20),
        next_poll_at: addSeconds(NOON, 40),
      },
      {
        provider: "off",
        interval_seconds: null,
        effective_interval_seconds: null,
        reason: "provider_disabled",
        last_success_at: null,
        next_poll_at: null,
      },
    ],
  });
});

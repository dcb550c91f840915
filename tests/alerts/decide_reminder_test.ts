import assert from "node:assert/strict";
import {
  decideReminder,
  REMINDER_RETRY_SECONDS,
  type ReminderFacts,
} from "../../src/alerts/decide_reminder.ts";
import { addMilliseconds, addSeconds } from "../../src/platform/clock.ts";
import { NOON } from "../support/clock.ts";

const DAY_SECONDS = 86_400;
const FACTS: ReminderFacts = {
  alerted_at: addSeconds(NOON, -3 * DAY_SECONDS),
  days: [3],
  isForSale: true,
  expires_at: null,
  now: NOON,
};

const CASES: [string, Partial<ReminderFacts>, ReturnType<typeof decideReminder>][] = [
  ["at the day reminds", {}, { kind: "remind" }],
  ["a millisecond before the day waits for it", { now: addMilliseconds(NOON, -1) }, {
    kind: "wait",
    until: NOON,
  }],
  ["takes the smallest of several rules", { days: [30, 3, 7] }, { kind: "remind" }],
  ["without a rule that asks plans nothing", { days: [] }, { kind: "wait", until: null }],
  ["of what was never alerted plans nothing", { alerted_at: null }, { kind: "wait", until: null }],
  ["of what is gone plans nothing", { isForSale: false }, { kind: "wait", until: null }],
  ["of what may not be shown looks again later", { expires_at: NOON }, {
    kind: "wait",
    until: addSeconds(NOON, REMINDER_RETRY_SECONDS),
  }],
  ["of what may be shown a little longer reminds", { expires_at: addMilliseconds(NOON, 1) }, {
    kind: "remind",
  }],
];

for (const [what, facts, expected] of CASES) {
  Deno.test(`decideReminder() ${what}`, () => {
    assert.deepEqual(decideReminder({ ...FACTS, ...facts }), expected);
  });
}

import assert from "node:assert/strict";
import { addMilliseconds, addSeconds } from "../../src/platform/clock.ts";
import { sweepPages } from "../../src/polls/decide_sweep.ts";
import { EBAY_TERMS, SIMULATED_TERMS } from "../../src/providers/terms.ts";
import { NOON } from "../support/clock.ts";

const HOUR = 3_600;
type PollFacts = Parameters<typeof sweepPages>[0];

const POLL = { runs: 7, interval_seconds: 600, last_sweep_at: addSeconds(NOON, -6 * HOUR + 600) };
const NO_AGE = { sweep: { maxPages: 5 }, terms: SIMULATED_TERMS };
const AGED = { sweep: { maxPages: 5, everySeconds: 24 * HOUR }, terms: EBAY_TERMS };

const CASES: [
  string,
  Partial<PollFacts>,
  Parameters<typeof sweepPages>[1],
  number | null,
][] = [
  [
    "sweeps when the next run would be a moment late",
    { last_sweep_at: addMilliseconds(POLL.last_sweep_at, -1) },
    NO_AGE,
    5,
  ],
  ["does not while the next run comes in time", {}, NO_AGE, null],
  ["obeys the age that the terms allow", { last_sweep_at: addMilliseconds(POLL.last_sweep_at, -1) }, AGED, 5],
  ["sweeps on the second run", { last_sweep_at: null }, NO_AGE, 5],
  ["never on the first", { runs: 0, last_sweep_at: null }, NO_AGE, null],
  ["never where a provider does not offer it", { last_sweep_at: null }, { terms: EBAY_TERMS }, null],
  ["follows a provider that asks for more", { last_sweep_at: addSeconds(NOON, -1_801) }, {
    ...NO_AGE,
    sweep: { maxPages: 9, everySeconds: 2_400 },
  }, 9],
];

for (const [what, poll, capabilities, expected] of CASES) {
  Deno.test(`sweepPages() ${what}`, () => {
    assert.equal(sweepPages({ ...POLL, ...poll }, capabilities, NOON), expected);
  });
}

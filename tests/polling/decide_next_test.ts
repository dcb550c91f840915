import assert from "node:assert/strict";
import { nextRunSeconds } from "../../src/polling/decide_next.ts";

const QUOTA = { scope: "app:p", windows: [{ seconds: 60, limit: 10, reserve: 1 }] };
const OFFERS = { kind: "offers", quota: QUOTA, minIntervalSeconds: 30 } as const;
const RUN = { interval_seconds: 300, foundNew: true, spareCalls: 3 };

type Run = Partial<typeof RUN>;
type Provider = Partial<Parameters<typeof nextRunSeconds>[1]>;
const CASES: [what: string, run: Run, provider: Provider, seconds: number | null][] = [
  ["new offers and idle calls: half its interval", {}, {}, 150],
  ["nothing new: what was promised", { foundNew: false }, {}, null],
  ["no idle call", { spareCalls: 0 }, {}, null],
  ["a provider that counts no calls", {}, { quota: null }, null],
  ["floors", {}, { kind: "aggregate" }, null],
  ["the provider's minimum above the half", { interval_seconds: 50 }, {}, 30],
  ["an interval at the minimum", { interval_seconds: 30 }, {}, null],
];

for (const [what, run, provider, seconds] of CASES) {
  Deno.test(`nextRunSeconds() is ${seconds} with ${what}`, () => {
    assert.equal(nextRunSeconds({ ...RUN, ...run }, { ...OFFERS, ...provider }), seconds);
  });
}

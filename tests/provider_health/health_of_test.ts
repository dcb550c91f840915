import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { healthOf, silenceSeconds } from "../../src/provider_health/health_of.ts";
import type { HealthStatus } from "../../src/provider_health/schema.ts";
import type { ProviderState } from "../../src/providers/state_store.ts";
import { NOON } from "../support/clock.ts";

const ago = (seconds: number) => addSeconds(NOON, -seconds);

const CASES: [
  string,
  Partial<ProviderState> | null,
  HealthStatus,
  { enabled?: boolean; interval?: number }?,
][] = [
  ["a provider that is switched off", { last_success_at: NOON }, "disabled", { enabled: false }],
  ["one that nobody asked", null, "never_asked"],
  ["a row without any call", {}, "never_asked"],
  ["a success an hour ago", { last_success_at: ago(3_600) }, "ok", { interval: 600 }],
  ["a success just over an hour ago", { last_success_at: ago(3_600.001) }, "silent", { interval: 600 }],
  ["three long intervals", { last_success_at: ago(10_800) }, "ok", { interval: 3_600 }],
  ["just over three long intervals", { last_success_at: ago(10_800.001) }, "silent", { interval: 3_600 }],
  ["no search that is repeated", { last_success_at: ago(86_400) }, "ok"],
  ["a block in the future", { last_success_at: NOON, blocked_until: addSeconds(NOON, 0.001) }, "backing_off"],
  ["a block that ends now", { last_success_at: NOON, blocked_until: NOON }, "ok"],
  ["a failure after the last success", { last_success_at: ago(2), last_error_at: ago(1) }, "failing"],
  ["a failure before the last success", { last_success_at: ago(1), last_error_at: ago(2) }, "ok"],
  ["failures alone", { last_error_at: ago(1) }, "failing"],
];

for (const [name, parts, expected, { enabled = true, interval } = {}] of CASES) {
  Deno.test(`healthOf() says ${expected} of ${name}`, () => {
    const state = parts && {
      provider: "mock",
      blocked_until: null,
      failures: 0,
      last_success_at: null,
      last_error: null,
      last_error_at: null,
      ...parts,
    };
    assert.equal(healthOf(state, { enabled, intervalSeconds: interval ?? null, now: NOON }), expected);
  });
}

Deno.test("silenceSeconds() is three intervals, and an hour at least", () => {
  assert.deepEqual([30, 1_200, 1_201, 86_400].map(silenceSeconds), [3_600, 3_600, 3_603, 259_200]);
});

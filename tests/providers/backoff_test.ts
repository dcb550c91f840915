import assert from "node:assert/strict";
import { backoffSeconds, blocksProvider } from "../../src/providers/backoff.ts";

const CASES: [failures: number, retryAfter: number | null, seconds: number][] = [
  [1, null, 30],
  [2, null, 60],
  [3, null, 300],
  [7, null, 43_200],
  [8, null, 86_400],
  [9_999, null, 86_400],
  [0, null, 30],
  [1, 5, 5],
  [1, 0, 1],
  [1, 600, 600],
  [2, 5, 60],
  [2, 600, 600],
  [1, 1e12, 86_400],
];
for (const [failures, retryAfter, seconds] of CASES) {
  Deno.test(`backoffSeconds() waits ${seconds} s after failure ${failures} with Retry-After ${retryAfter}`, () => {
    assert.equal(backoffSeconds(failures, retryAfter), seconds);
  });
}

Deno.test("blocksProvider() holds for all kinds but a bad response", () => {
  const kinds = ["rate_limited", "unavailable", "blocked", "unauthorized", "bad_response"] as const;
  assert.deepEqual(kinds.map(blocksProvider), [true, true, true, true, false]);
});

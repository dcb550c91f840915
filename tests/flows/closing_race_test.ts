/** The short form of tests/soak: the same races, fewer of them. */
import assert from "node:assert/strict";
import { raceClosings } from "../soak/closing_race.ts";
import { count } from "../soak/tools.ts";

Deno.test("accounts that end while polls, publishes and deliveries run fail nobody else, and nothing of them goes on", async () => {
  const { rounds, seed, deactivated, deleted, met, ...wrong } = await raceClosings({
    rounds: count("CLOSING_ROUNDS", 15),
  });
  assert.deepEqual(wrong, {
    unexpected: [],
    errors: [],
    deadlocks: 0,
    wrongAlerts: [],
    toldAfterEnd: [],
    leftovers: [],
  }, `seed ${seed}`);
  assert.equal(deactivated + deleted, rounds);
  assert.ok(deactivated > 0 && deleted > 0 && met > 0, "both ends met work under way");
});

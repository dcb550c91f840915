import assert from "node:assert/strict";
import { addMilliseconds, addSeconds } from "../../src/platform/clock.ts";
import { PlanLooks } from "../../src/polls/plan_missing.ts";
import { NOON } from "../support/clock.ts";

const DAY_SECONDS = 86_400;
const OVERLAP_SECONDS = 660;

Deno.test("PlanLooks sees everything at first, then what was planned since eleven minutes before its last look", () => {
  const looks = new PlanLooks();
  assert.equal(looks.since(NOON), null);
  // A look that was not noted has failed.
  assert.equal(looks.since(NOON), null);
  looks.note(NOON, null);
  const second = addSeconds(NOON, 600);
  const since = looks.since(second);
  assert.deepEqual(since, addSeconds(NOON, -OVERLAP_SECONDS));
  looks.note(second, since);
  assert.deepEqual(looks.since(addSeconds(NOON, 1_200)), addSeconds(second, -OVERLAP_SECONDS));
});

Deno.test("PlanLooks sees everything again after a day, whatever it saw meanwhile, and when its clock was set back", () => {
  const looks = new PlanLooks();
  looks.note(NOON, null);
  const later = addSeconds(NOON, DAY_SECONDS - 600);
  looks.note(later, looks.since(later));
  const dayOver = addSeconds(NOON, DAY_SECONDS);
  assert.deepEqual(looks.since(addMilliseconds(dayOver, -1)), addSeconds(later, -OVERLAP_SECONDS));
  assert.equal(looks.since(dayOver), null);
  assert.equal(looks.since(addMilliseconds(later, -1)), null);
});

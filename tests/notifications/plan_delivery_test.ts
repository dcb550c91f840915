import assert from "node:assert/strict";
import { type DeliveryPreferences, planDelivery, quietUntil } from "../../src/notifications/plan_delivery.ts";

const BERLIN = "Europe/Berlin";
const LORD_HOWE = "Australia/Lord_Howe";
const KATHMANDU = "Asia/Kathmandu";
const HALF_PAST_TWO = 150;
const NIGHT = { startMinute: 22 * 60, endMinute: 7 * 60 };

function plan(at: string, preferences: Partial<DeliveryPreferences>) {
  const planned = planDelivery(new Date(at), {
    mode: "instant",
    zone: "UTC",
    quiet: null,
    digestMinute: 540,
    ...preferences,
  });
  if (planned.mode === "off") return "off";
  const { not_before, slot, deferred } = planned;
  return [
    not_before.toISOString().replace(".000Z", "Z"),
    slot && `${slot.local_date} ${slot.name}`,
    deferred,
  ];
}

Deno.test("planDelivery() plans nothing for a channel that is off", () => {
  assert.equal(plan("2026-11-23T12:00:00Z", { mode: "off", quiet: NIGHT }), "off");
});

/** The night window in Kathmandu (+05:45, no daylight saving): 22:00 is 16:15 UTC, 07:00 is 01:15 UTC. */
for (
  const [local, at, expected] of [
    ["21:59:59", "2026-11-23T16:14:59Z", ["2026-11-23T16:14:59Z", null, false]],
    ["22:00:00", "2026-11-23T16:15:00Z", ["2026-11-24T01:15:00Z", "2026-11-24 quiet", true]],
    ["00:10:00", "2026-11-23T18:25:00Z", ["2026-11-24T01:15:00Z", "2026-11-24 quiet", true]],
    ["06:59:59", "2026-11-24T01:14:59Z", ["2026-11-24T01:15:00Z", "2026-11-24 quiet", true]],
    ["07:00:00", "2026-11-24T01:15:00Z", ["2026-11-24T01:15:00Z", null, false]],
  ] as const
) {
  Deno.test(`planDelivery() with quiet hours 22 to 7 in Kathmandu, instant, at ${local}`, () => {
    assert.deepEqual(plan(at, { zone: KATHMANDU, quiet: NIGHT }), expected);
  });
}

Deno.test("planDelivery() takes a window inside one day as half-open too", () => {
  const quiet = { startMinute: 13 * 60, endMinute: 15 * 60 };
  assert.equal(plan("2026-11-23T12:59:59Z", { quiet })[2], false);
  assert.deepEqual(plan("2026-11-23T13:00:00Z", { quiet })[0], "2026-11-23T15:00:00Z");
  assert.equal(plan("2026-11-23T15:00:00Z", { quiet })[2], false);
});

for (
  const [name, at, expected] of [
    ["a time in the gap is due at its end, 03:00 CEST", "2027-03-27T22:00:00Z", [
      "2027-03-28T01:00:00Z",
      "2027-03-28 daily",
      false,
    ]],
    ["a time that occurs twice is due the first time", "2027-10-30T22:30:00Z", [
      "2027-10-31T00:30:00Z",
      "2027-10-31 daily",
      false,
    ]],
    ["between the two occurrences the next is tomorrow's", "2027-10-31T00:45:00Z", [
      "2027-11-01T01:30:00Z",
      "2027-11-01 daily",
      false,
    ]],
    ["in its very moment an event belongs to the next", "2026-11-23T01:30:00Z", [
      "2026-11-24T01:30:00Z",
      "2026-11-24 daily",
      false,
    ]],
    ["a millisecond before, to this one", "2026-11-23T01:29:59.999Z", [
      "2026-11-23T01:30:00Z",
      "2026-11-23 daily",
      false,
    ]],
  ] as const
) {
  Deno.test(`planDelivery() of a daily digest at 02:30 in Berlin: ${name}`, () => {
    assert.deepEqual(plan(at, { mode: "daily", zone: BERLIN, digestMinute: HALF_PAST_TWO }), expected);
  });
}

for (
  const [name, zone, minute, at, expected] of [
    ["Lord Howe's gap of half an hour", LORD_HOWE, 135, "2026-10-03T10:00:00Z", "2026-10-03T15:30:00Z"],
    ["Lord Howe's doubled half hour", LORD_HOWE, 105, "2027-04-03T10:00:00Z", "2027-04-03T14:45:00Z"],
    ["Kathmandu at 09:00", KATHMANDU, 540, "2026-11-23T00:00:00Z", "2026-11-23T03:15:00Z"],
    [
      "a zone that is not known counts as UTC",
      "Mars/Olympus",
      540,
      "2026-11-23T00:00:00Z",
      "2026-11-23T09:00:00Z",
    ],
    [
      "Apia, which has no 30 December 2011",
      "Pacific/Apia",
      540,
      "2011-12-29T20:00:00Z",
      "2011-12-30T10:00:00Z",
    ],
  ] as const
) {
  Deno.test(`planDelivery() of a daily digest: ${name}`, () => {
    assert.equal(plan(at, { mode: "daily", zone, digestMinute: minute })[0], expected);
  });
}

for (
  const [name, zone, at, expected] of [
    ["the next full hour", "UTC", "2026-11-23T12:00:01Z", ["2026-11-23T13:00:00Z", "2026-11-23 13:00"]],
    ["a full hour belongs to the next", "UTC", "2026-11-23T12:00:00Z", [
      "2026-11-23T13:00:00Z",
      "2026-11-23 13:00",
    ]],
    ["Kathmandu's hours are at a quarter past", KATHMANDU, "2026-11-23T12:00:00Z", [
      "2026-11-23T12:15:00Z",
      "2026-11-23 18:00",
    ]],
    ["over the gap to 03:00 CEST", BERLIN, "2027-03-28T00:30:00Z", [
      "2027-03-28T01:00:00Z",
      "2027-03-28 02:00",
    ]],
    ["02:00 the first time", BERLIN, "2027-10-30T23:30:00Z", ["2027-10-31T00:00:00Z", "2027-10-31 02:00"]],
    ["not 02:00 the second time", BERLIN, "2027-10-31T00:30:00Z", [
      "2027-10-31T02:00:00Z",
      "2027-10-31 03:00",
    ]],
  ] as const
) {
  Deno.test(`planDelivery() of an hourly digest: ${name}`, () => {
    assert.deepEqual(plan(at, { mode: "hourly", zone }).slice(0, 2), expected);
  });
}

Deno.test("planDelivery() moves a digest that is due in quiet hours to their end, where hourly ones meet", () => {
  const quiet = { startMinute: 22 * 60, endMinute: 10 * 60 };
  assert.deepEqual(plan("2026-11-23T12:00:00Z", { mode: "daily", quiet }), [
    "2026-11-24T10:00:00Z",
    "2026-11-24 daily",
    true,
  ]);
  for (const at of ["2026-11-23T21:30:00Z", "2026-11-24T03:10:00Z", "2026-11-24T09:30:00Z"]) {
    assert.deepEqual(plan(at, { mode: "hourly", quiet }).slice(0, 2), [
      "2026-11-24T10:00:00Z",
      "2026-11-24 10:00",
    ]);
  }
});

for (
  const [name, quiet, before, after] of [
    // 02:00 does not exist: the window begins with the hour after the gap.
    [
      "a start in the gap",
      { startMinute: 150, endMinute: 300 },
      "2027-03-28T00:59:59Z",
      "2027-03-28T01:00:00Z",
    ],
    [
      "a start that occurs twice begins the first time",
      { startMinute: 150, endMinute: 300 },
      "2027-10-31T00:29:59Z",
      "2027-10-31T00:30:00Z",
    ],
  ] as const
) {
  Deno.test(`quietUntil() in Berlin: ${name}`, () => {
    assert.equal(quietUntil(new Date(before), { zone: BERLIN, quiet }), null);
    assert.notEqual(quietUntil(new Date(after), { zone: BERLIN, quiet }), null);
  });
}

Deno.test("quietUntil() ends a window the second time its end occurs, and at the end of a gap", () => {
  const quiet = { startMinute: 22 * 60, endMinute: HALF_PAST_TWO };
  const end = (at: string) => quietUntil(new Date(at), { zone: BERLIN, quiet })?.toISOString();
  assert.equal(end("2027-10-30T23:00:00Z"), "2027-10-31T01:30:00.000Z");
  assert.equal(end("2027-10-31T01:29:59Z"), "2027-10-31T01:30:00.000Z");
  assert.equal(end("2027-10-31T01:30:00Z"), undefined);
  assert.equal(end("2027-03-28T00:30:00Z"), "2027-03-28T01:00:00.000Z");
  assert.equal(end("2027-03-28T01:00:00Z"), undefined);
});

Deno.test("quietUntil() knows Lord Howe's half hour: 02:00 to 03:00 lasts half an hour on the day of the gap", () => {
  const quiet = { startMinute: 120, endMinute: 180 };
  const end = (at: string) => quietUntil(new Date(at), { zone: LORD_HOWE, quiet })?.toISOString();
  assert.equal(end("2026-10-03T15:29:59Z"), undefined);
  assert.equal(end("2026-10-03T15:30:00Z"), "2026-10-03T16:00:00.000Z");
});

/** Both sides of every limit, without a database. */
import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { type Finding, judgeProvider } from "../../src/provider_health/judge_silence.ts";
import { failingText, recoveredText } from "../../src/provider_health/notice_text.ts";
import { type Incident, planIncidents, type Sign } from "../../src/provider_health/plan_incidents.ts";
import { NOON } from "../support/clock.ts";

const ago = (seconds: number) => addSeconds(NOON, -seconds);

function aSilence(fields: { answered?: number; since?: number; interval?: number; error?: string | null }) {
  const { answered, since = answered ?? 0, interval = 600, error = null } = fields;
  return {
    provider: "mock",
    answered_at: answered === undefined ? null : ago(answered),
    polls: 1,
    interval_seconds: interval,
    missing_since: ago(since),
    overdue_at: addSeconds(ago(since), Math.max(3 * interval, 3_600)),
    last_error: error,
  };
}

const judge = (silence: Parameters<typeof judgeProvider>[0], blockedUntil: Date | null = null) =>
  judgeProvider(silence, { now: NOON, blockedUntil });

Deno.test("judgeProvider() watches a quarter of an hour before a silence has lasted long enough", () => {
  assert.equal(judge(aSilence({ answered: 2_699 })), null);
  const found = judge(aSilence({ answered: 2_700, error: "blocked: go away" }));
  assert.deepEqual([found!.cause, found!.since, found!.opens_at], ["blocked", ago(2_700), ago(-900)]);
  assert.equal(judge(aSilence({ answered: 6_299, interval: 2_400 })), null);
  assert.equal(judge(aSilence({ answered: 6_300, interval: 2_400 }))!.cause, "silent");
});

Deno.test("judgeProvider() measures from who waits, and from the newest success of anybody", () => {
  assert.equal(judge(aSilence({ since: 2_699 })), null);
  assert.equal(judge(aSilence({ answered: 86_400, since: 10 })), null);
  assert.deepEqual(judge(aSilence({ answered: 86_400, since: 3_600 }))!.since, ago(3_600));
  assert.equal(judge(aSilence({ answered: 100, since: 9_000 })), null);
  assert.equal(judge({ ...aSilence({}), missing_since: null, overdue_at: null }), null);
});

Deno.test("judgeProvider() watches refused credentials at once", () => {
  const found = judge(aSilence({ answered: 120, error: "unauthorized: no" }));
  assert.deepEqual([found!.cause, found!.opens_at], ["unauthorized", ago(120 - 900)]);
});

Deno.test("judgeProvider() watches at once what is left alone, and knows now that it will be silent for too long", () => {
  const failing = { answered: 1_320, error: "unavailable: down" };
  // Too long is an hour after the last success; the block ends a millisecond before that, then with it.
  const atTheHour = addSeconds(ago(1_320), 3_600);
  const blip = judge(aSilence(failing), addSeconds(atTheHour, -0.001));
  assert.deepEqual([blip!.cause, blip!.opens_at], ["unavailable", atTheHour]);
  assert.deepEqual(judge(aSilence(failing), atTheHour)!.opens_at, ago(1_320 - 900));
  assert.equal(judge(aSilence(failing), null), null, "nobody leaves it alone");
  // Who asks every two hours misses nothing before the sixth.
  assert.deepEqual(
    judge(aSilence({ ...failing, interval: 7_200 }), addSeconds(NOON, 3_600))!.opens_at,
    ago(1_320 - 21_600),
  );
  assert.equal(judge({ ...aSilence({}), missing_since: null, overdue_at: null }, atTheHour), null);
});

function anIncident(fields: Partial<Incident> = {}): Incident {
  const id = crypto.randomUUID();
  const times = { suspected_at: ago(900), seen_at: ago(60), since: ago(3_600), answering_since: null };
  return { id, provider: "mock", poll_id: null, state: "suspected", ...times, ...fields };
}

function plan(
  incident: Incident,
  { finding, sign = "failing" }: { finding?: Partial<Finding>; sign?: Sign },
) {
  const { provider, poll_id } = incident;
  const found = { provider, poll_id, cause: "unavailable", since: ago(3_600), opens_at: NOON } as const;
  const findings = finding ? [{ ...found, ...finding }] : [];
  const made = planIncidents({ findings, incidents: [incident], signOf: () => sign, now: NOON });
  return Object.entries(made).filter(([, list]) => list.length > 0).map(([step]) => step);
}

Deno.test("planIncidents() opens what was watched for a quarter of an hour without a pause", () => {
  assert.deepEqual(plan(anIncident(), { finding: {} }), ["open"]);
  assert.deepEqual(plan(anIncident({ suspected_at: ago(899) }), { finding: {} }), ["seen"]);
  assert.deepEqual(plan(anIncident(), { finding: { opens_at: ago(-1) } }), ["seen"]);
  assert.deepEqual(plan(anIncident({ seen_at: ago(300) }), { finding: {} }), ["open"]);
  assert.deepEqual(plan(anIncident({ seen_at: ago(301) }), { finding: {} }), ["restart"]);
  assert.deepEqual(plan(anIncident(), {}), ["drop"]);
});

Deno.test("planIncidents() calls an incident over when it was answered for ten minutes", () => {
  const open = (seconds: number | null) =>
    anIncident({ state: "open", answering_since: seconds === null ? null : ago(seconds) });
  assert.deepEqual(plan(open(null), { finding: {} }), []);
  assert.deepEqual(plan(open(null), { sign: "answering" }), ["answering"]);
  assert.deepEqual(plan(open(599), { sign: "answering" }), []);
  assert.deepEqual(plan(open(600), { sign: "answering" }), ["recovered"]);
  assert.deepEqual(plan(open(599), { sign: "failing" }), ["relapsed"]);
  assert.deepEqual(plan(open(599), { sign: "gone" }), ["ended"]);
});

Deno.test("planIncidents() leaves single searches alone while their whole provider fails", () => {
  const open = anIncident({ state: "open" });
  const poll = { provider: "mock", poll_id: crypto.randomUUID(), cause: "bad_response" } as const;
  const finding = { ...poll, since: ago(9_000), opens_at: NOON };
  const other = { ...finding, provider: "other" };
  const made = planIncidents({
    findings: [finding, other],
    incidents: [open],
    signOf: () => "failing",
    now: NOON,
  });
  assert.deepEqual(made.suspect, [other]);
});

Deno.test("notices name rules, a few of them, and what happens meanwhile", () => {
  const facts = {
    provider: "eBay",
    isAdded: false,
    cause: "unauthorized",
    since: NOON,
    isPartial: false,
    names: ["Miles"],
    total: 1,
  } as const;
  assert.match(failingText(facts).text, /Concerned: Miles\. We go on trying\./);
  assert.match(
    failingText({ ...facts, names: ["A", "B", "C"], total: 9 }).text,
    /Concerned: A, B, C and 6 more\./,
  );
  assert.match(failingText({ ...facts, names: ["A", "B"], total: 2 }).text, /Concerned: A and B\./);
  assert.match(recoveredText({ ...facts, names: [], total: 0 }).text, /Concerned: your searches there\./);
  assert.match(failingText(facts).text, /it refuses this service's credentials/);
  assert.match(failingText({ ...facts, isAdded: true }).text, /it asks for credentials that its address/);
  assert.equal(
    failingText({ ...facts, isPartial: true }).text.slice(0, 66),
    "Some of your searches at eBay have failed since 2026-11-23 12:00 U",
  );
});

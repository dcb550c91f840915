/** Accounts that end while polls, backfills, publishes and deliveries of theirs are under way, in two processes. */
import assert from "node:assert/strict";
import { compose, type Deps } from "../../src/app/compose.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { createLog } from "../../src/platform/log.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { aListing, aRule } from "../support/factories.ts";
import { MAIL_ENV } from "../support/mail_service.ts";
import { startSmtpServer } from "../support/smtp_server.ts";
import { type Answer, type Client, createClient, testConfig } from "../support/service.ts";
import { readUserTables, rowsOfUser } from "../support/user_rows.ts";
import { Chance, pause, until } from "./tools.ts";

/** What came of the rounds. */
export interface ClosingReport {
  rounds: number;
  seed: number;
  deactivated: number;
  deleted: number;
  /** Answers of anybody that no client should get. */
  unexpected: string[];
  /** Errors that a process logged. */
  errors: string[];
  /** Transactions that Postgres ended because they waited for each other. */
  deadlocks: number;
  /** Alerts of the bystanders that are missing or doubled. */
  wrongAlerts: string[];
  /** Rounds in which an account was told something after its end. */
  toldAfterEnd: number[];
  /** Tables that still have rows of a deleted user. */
  leftovers: string[];
  /** Rounds in which the end met work under way: something was told before it, or refused because of it. */
  met: number;
}

/** Rounds at the same time. */
const LANES = 3;
/** Longest time into a round at which the account ends: the round's work takes about as long. */
const END_WITHIN_MS = 120;
const SETTLE_MS = 15_000;

interface Room {
  services: [Deps, Deps];
  send: (path: string, init?: RequestInit) => Promise<Response>;
  bystander: Client;
  chance: Chance;
  report: ClosingReport;
}

/** Makes `rounds` ends of accounts on one database with two processes that work jobs. */
export async function raceClosings({ rounds }: { rounds: number }): Promise<ClosingReport> {
  const chance = new Chance();
  const report: ClosingReport = {
    ...{ rounds, seed: chance.seed, deactivated: 0, deleted: 0, unexpected: [], errors: [], deadlocks: 0 },
    ...{ wrongAlerts: [], toldAfterEnd: [], leftovers: [], met: 0 },
  };
  // Every other victim's address bounces, which is told to its inbox.
  await using smtp = startSmtpServer();
  smtp.answer((stage, line) =>
    stage === "RCPT" && /victim-\d*[02468]@/.test(line) ? "550 5.1.1 unknown" : undefined
  );
  await withDatabaseUrl(async (url) => {
    const config = testConfig(url, { SIMULATED_MARKET: "true", ...MAIL_ENV, SMTP_URL: smtp.url });
    const write = (line: string) => void (JSON.parse(line).level === "error" && report.errors.push(line));
    const log = createLog({ format: "json", level: "error", now: () => new Date(), write });
    await using one = await compose(config, { worksJobs: true, log });
    await using two = await compose(config, { worksJobs: true, log });
    const apps = [createHttpApp(one), createHttpApp(two)];
    const send = (path: string, init?: RequestInit) => Promise.resolve(chance.pick(apps).request(path, init));
    const bystander = await createClient(send, "bystander");
    const room: Room = { services: [one, two], send, bystander, chance, report };
    let next = 0;
    const lane = async () => {
      while (next < rounds) await playRound(room, next++);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await quiet(one.sql);
    const [stats] = await one.sql<{ deadlocks: number }>`
      select deadlocks from pg_stat_database where datname = current_database()`;
    report.deadlocks = stats!.deadlocks;
  });
  return report;
}

/** What a round's listings are found by. */
const wordOf = (round: number) => `yankee ${round}`;

async function playRound(room: Room, round: number): Promise<void> {
  const { send, bystander, chance, report, services: [{ sql }] } = room;
  const victim = await createClient(send, `victim-${round}`);
  const alerts = { first_run: "all" as const, remind_after_days: 1 };
  const rule = aRule({ poll_interval_seconds: 30, alerts }, { keywords: [wordOf(round)] });
  expect(room, [201], await bystander.post("/api/watch-rules", rule));
  for (let n = 0; n < 4; n++) expect(room, [201], await victim.post("/api/watch-rules", rule));
  const known = offers(round, "known", 6);
  expect(room, [200], await bystander.post("/api/dev/listings/ingest", known));
  const isDeletion = round % 3 !== 0;
  const ended = { at: -1 };
  await Promise.all([
    ...work(room, { round, victim, rule, known }),
    within(chance, END_WITHIN_MS, () => end(room, victim, { isDeletion, ended })),
  ]);
  report[isDeletion ? "deleted" : "deactivated"]++;
  if (isDeletion) report.leftovers.push(...await tablesOf(sql, victim.userId));
  else {
    const seen = await toldOf(sql, victim.userId);
    if (seen > ended.at) report.toldAfterEnd.push(round);
  }
  await checkBystander(room, round);
}

interface Round {
  round: number;
  victim: Client;
  rule: Record<string, unknown>;
  known: Record<string, unknown>[];
}

/** Offers that are new, rise, fall and end; reminders; new and changed rules with their backfills; polls; preferences. */
function work(room: Room, { round, victim, rule, known }: Round): Promise<unknown>[] {
  const { bystander, chance, services: [{ sql }] } = room;
  const ingest = (listings: Record<string, unknown>[]) => async () =>
    expect(room, [200], await bystander.post("/api/dev/listings/ingest", listings));
  const priced = (price: number) => known.map((one) => ({ ...one, price }));
  const often = [200, 201, 401, 403, 404];
  return [
    ingest(offers(round, "new", 12)),
    ingest(offers(round, "newer", 12)),
    ingest(priced(99)),
    ingest(priced(3)),
    ingest(known.slice(0, 3).map((one) => ({ ...one, status: "ended" }))),
    async () => {
      const key = { "idempotency-key": `round-${round}` };
      expect(room, often, await victim.post("/api/watch-rules", rule, key));
    },
    async () => {
      const token = { name: "late", scopes: ["read"] };
      expect(room, often, await victim.post("/api/me/tokens", token));
    },
    async () => {
      const account = { external_user_id: "collector" };
      expect(room, often, await victim.post("/api/integrations/discogs/connect", account));
    },
    async () => expect(room, often, await victim.patch("/api/me", { preferences: { currency: "EUR" } })),
    // Reminders that are due.
    () =>
      sql`
      with due as (
        select id from alert_states where user_id = ${victim.userId} and alerted_at is not null
        order by listing_id for update
      )
      update alert_states s set alerted_at = now() - interval '2 days', remind_at = now() - interval '1 minute'
      from due where due.id = s.id`,
    async () => {
      const [channel] = await sql`select unsubscribe_token from channels where user_id = ${victim.userId}`;
      if (!channel) return;
      const path = `/api/unsubscribe/${channel["unsubscribe_token"]}`;
      const { status } = await room.send(path, { method: "POST" });
      if (![200, 404].includes(status)) room.report.unexpected.push(`${status} of an unsubscription`);
    },
    async () => {
      const { body } = await victim.get("/api/watch-rules");
      const [first] = Array.isArray(body) ? body : [];
      if (!first) return;
      const path = `/api/watch-rules/${first.id}`;
      const query = { keywords: [wordOf(round)], sources: ["mock"], max_price: 50 };
      expect(room, often, await victim.patch(path, { query }));
      expect(room, often, await victim.post(`/api/dev/rules/${first.id}/run`));
      expect(room, [204, ...often], await victim.delete(`${path}/hard`));
    },
  ].map((one) => within<unknown>(chance, END_WITHIN_MS, one));
}

async function end(
  room: Room,
  victim: Client,
  { isDeletion, ended }: { isDeletion: boolean; ended: { at: number } },
): Promise<void> {
  const path = isDeletion ? "/api/me/hard-delete" : "/api/me";
  const times = room.chance.whole(1, 2);
  const answers = await Promise.all(Array.from({ length: times }, () => victim.delete(path)));
  for (const answer of answers) expect(room, isDeletion ? [200, 404] : [200, 403], answer);
  const successes = answers.filter(({ status }) => status === 200).length;
  assert.ok(successes >= 1, JSON.stringify(answers.map((one) => one.body)));
  const refused = isDeletion ? 401 : 403;
  // The other process hears of it by the doorbell.
  await until(`${refused} after the end`, async () => (await victim.get("/api/me")).status === refused, {
    withinMs: 1_000,
    everyMs: 2,
  });
  if (isDeletion) expect(room, [404], await victim.delete(path));
  ended.at = await toldOf(room.services[0].sql, victim.userId);
  if (ended.at > 0 || isDeletion) room.report.met++;
}

/** Each offer of the round was told the bystander once. */
async function checkBystander(
  { services: [{ sql }], bystander, report }: Room,
  round: number,
): Promise<void> {
  const wanted = 6 + 12 + 12;
  const told = () =>
    sql<{ external_id: string; alerts: number }>`
      select l.external_id, count(*) filter (where e.type = 'NEW_MATCH')::int as alerts
      from events e join listings l on l.id = e.listing_id
      where e.user_id = ${bystander.userId} and starts_with(l.external_id, ${`${round}-`})
      group by l.id`;
  await until(`round ${round} is told`, async () => (await told()).length >= wanted, { withinMs: SETTLE_MS })
    .catch((error) => report.wrongAlerts.push(String(error)));
  for (const { external_id, alerts } of await told()) {
    if (alerts !== 1) report.wrongAlerts.push(`${external_id}: ${alerts}`);
  }
}

/** Tables with rows of this user. */
async function tablesOf(sql: Pool, userId: string): Promise<string[]> {
  const rows = await rowsOfUser(sql, await readUserTables(sql), userId);
  return [...rows].filter(([, found]) => found.length > 0).map(([table]) => table);
}

/** Alerts in a user's inbox. A mail that bounces afterwards is no alert, and is told. */
async function toldOf(sql: Pool, userId: string): Promise<number> {
  const [row] = await sql<{ count: number }>`
    select count(*) as count from notifications where user_id = ${userId} and event_type <> 'SERVICE_NOTICE'`;
  return row!.count;
}

/** Nothing is due and nothing is being worked. */
async function quiet(sql: Pool): Promise<void> {
  await until("all work is done", async () => {
    const [row] = await sql<{ waiting: number }>`
      select (select count(*) from compiled_rules where active and backfill_state <> 'completed')
        + (select count(*) from deliveries where state = 'pending')
        + (select count(*) from delivery_items where state = 'pending') as waiting`;
    return row!.waiting === 0;
  }, { withinMs: SETTLE_MS });
}

function offers(round: number, kind: string, count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, n) =>
    aListing({
      external_id: `${round}-${kind}-${n}`,
      title: `Yankee ${round} LP`,
      price: 20,
      listed_at: new Date().toISOString(),
    }));
}

async function within<T>(chance: Chance, milliseconds: number, work: () => Promise<T>): Promise<T> {
  await pause(chance.next() * milliseconds);
  return await work();
}

function expect({ report }: Room, statuses: number[], { status, body }: Answer): void {
  if (!statuses.includes(status)) report.unexpected.push(`${status} ${JSON.stringify(body)}`);
}

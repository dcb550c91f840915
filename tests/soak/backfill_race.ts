/** Path A under load: rules created while ingests of their listing are in flight. */
import assert from "node:assert/strict";
import { compose } from "../../src/app/compose.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { silentLog } from "../../src/platform/log.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { aListing, aRule } from "../support/factories.ts";
import { type Client, createClient, testConfig } from "../support/service.ts";
import { Chance, pause, until } from "./tools.ts";

/** What came of the runs. Lost or doubled: the runs where the listing did not alert exactly once. */
export interface RaceReport {
  runs: number;
  seed: number;
  lost: number[];
  doubled: number[];
  /** Runs of listings without a date, by who found the match. */
  foundByIngest: number;
  foundByBackfill: number;
}

/** Runs at the same time; with the dispatcher's jobs they keep about ten connections busy. */
const LANES = 4;
/** Other listings in the ingest: their matching and publishing keeps it open for up to some 40 ms. */
const MAX_COMPANY = 60;
/** How late ingests begin, and rules: later on average, because a rule is saved faster than a batch is stored. */
const INGEST_START_MS = 25;
const RULE_START_MS = 75;
const BACKFILL_WAIT_MS = 15_000;

/** What the provider says about when the offer went on sale, seen from the rule. */
const DATES = {
  after: () => new Date(Date.now() + 60_000).toISOString(),
  before: () => "2020-01-01T00:00:00Z",
  unknown: () => null,
} as const;
type DateKind = keyof typeof DATES;

interface Lane {
  sql: Pool;
  person: Client;
  chance: Chance;
}

/** Makes `runs` races on one database with the real pool and dispatcher, four at a time. */
export async function raceBackfills({ runs }: { runs: number }): Promise<RaceReport> {
  const chance = new Chance();
  const report: RaceReport = {
    ...{ runs, seed: chance.seed, lost: [], doubled: [] },
    ...{ foundByIngest: 0, foundByBackfill: 0 },
  };
  await withDatabaseUrl(async (url) => {
    await using deps = await compose(testConfig(url), { worksJobs: true, log: silentLog });
    const app = createHttpApp(deps);
    const send = (path: string, init?: RequestInit) => Promise.resolve(app.request(path, init));
    const bystander = await createClient(send, "bystander");
    await expectStatus(201, bystander.post("/api/watch-rules", aRule({}, { keywords: ["company"] })));
    let next = 0;
    const lane = async (_: unknown, index: number) => {
      const person = await createClient(send, `lane-${index}`);
      while (next < runs) await race({ sql: deps.sql, person, chance }, next++, report);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  });
  return report;
}

async function race({ sql, person, chance }: Lane, run: number, report: RaceReport): Promise<void> {
  const date = chance.pick(["after", "before", "unknown"] as const satisfies DateKind[]);
  const within = async <T>(milliseconds: number, work: () => Promise<T>) => {
    await pause(chance.next() * milliseconds);
    return await work();
  };
  const create = () =>
    expectStatus(201, person.post("/api/watch-rules", aRule({}, { keywords: [`zulu ${run}`] })));
  const ingest = () =>
    expectStatus(200, person.post("/api/dev/listings/ingest", batch(run, { chance, date })));
  // One rule or two of the same user; the listing read once or twice at the same time.
  const rules = Array.from({ length: chance.whole(1, 2) }, () => within(RULE_START_MS, create));
  const ingests = Array.from({ length: chance.whole(1, 2) }, () => within(INGEST_START_MS, ingest));
  const ids = (await Promise.all(rules)).map((rule) => String(rule.id));
  await Promise.all(ingests);
  await until(`backfill of run ${run}`, () => allBackfilled(sql, ids), {
    withinMs: BACKFILL_WAIT_MS,
    everyMs: 5,
  });
  const alerts = await sql<{ reason: string; inbox: number }>`
    select e.payload ->> 'reason' as reason, count(n.id)::int as inbox
    from events e
    join listings l on l.id = e.listing_id and l.external_id = ${`race-${run}`}
    left join notifications n on n.event_id = e.id
    where e.user_id = ${person.userId} and e.type = 'NEW_MATCH'
    group by e.id`;
  if (alerts.length === 0) report.lost.push(run);
  else if (alerts.length > 1 || alerts[0]!.inbox !== 1) report.doubled.push(run);
  else if (date === "unknown") {
    report[alerts[0]!.reason === "already_for_sale" ? "foundByBackfill" : "foundByIngest"]++;
  }
}

/** The listing of the run and company that another user's rule matches. */
function batch(run: number, { chance, date }: { chance: Chance; date: DateKind }) {
  const company = Array.from(
    { length: chance.whole(0, MAX_COMPANY) },
    () => aListing({ title: "In good company LP" }),
  );
  return [
    ...company,
    aListing({ external_id: `race-${run}`, title: `Zulu ${run} LP`, listed_at: DATES[date]() }),
  ];
}

async function allBackfilled(sql: Pool, ruleIds: readonly string[]): Promise<boolean> {
  const rows = await sql`
    select id from compiled_rules where owner_id = any(${ruleIds}::uuid[]) and backfill_state = 'completed'`;
  return rows.length === ruleIds.length;
}

async function expectStatus(status: number, asked: ReturnType<Client["post"]>) {
  const answer = await asked;
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

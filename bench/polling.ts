/**
 * `deno task bench:polls`: what the polling engine costs by how much is due and how much is watched: claims, looks for what
 * is due next, and the crons that go over everything. Needs DATABASE_URL of a server on which it may create databases.
 */
import { compose } from "../src/app/compose.ts";
import { canonicalJson, sha256Hex } from "../src/platform/crypto.ts";
import { addSeconds, monotonicMs } from "../src/platform/clock.ts";
import { runScript } from "../src/platform/connection.ts";
import { silentLog } from "../src/platform/log.ts";
import type { Pool, Sql } from "../src/platform/sql.ts";
import { claimDuePolls, nextPollDueAt, type Room } from "../src/polls/claim_store.ts";
import { findDueSources } from "../src/polls/due_store.ts";
import { healPolls } from "../src/polls/heal_store.ts";
import type { WantedPoll } from "../src/polls/schema.ts";
import { planMissingFloors } from "../src/watch_releases/plan_missing_polls.ts";
import { planReleasePolls } from "../src/watch_releases/plan_polls.ts";
import { planMissingPolls } from "../src/watch_rules/plan_missing_polls.ts";
import { planPolls } from "../src/watch_rules/plan_polls.ts";
import { pick, seeded } from "../tests/matching/support.ts";
import { fakeClock } from "../tests/support/clock.ts";
import { discogsEnv } from "../tests/support/discogs.ts";
import { ebayEnv } from "../tests/support/ebay.ts";
import { rowsRead } from "../tests/support/rows_read.ts";
import { testConfig } from "../tests/support/service.ts";
import { addUsers, DAY, quantile, queryOf, readWorks, say, withBenchDatabase } from "./world.ts";

const POLLS = 100_000;
const DUE = [1_000, 10_000, 100_000] as const;
const ROOMS: Room[] = ["discogs", "ebay"].map((provider) => ({ provider, room: 6 }));
const CLAIM = { now: DAY, limit: 12, rooms: ROOMS };
const FAMILIES = ["discogs", "ebay", "shopify", "feed", "discogs_seller"];
const CLAIMS = 20;
const WATCHED = 100_000;
const CHANGED = 1_000;
const USERS = 10_000;
const BATCH = 2_000;
const INTERVALS = [300, 600, 900, 1_800, 3_600] as const;

await withBenchDatabase(async (sql, url) => {
  await addPolls(sql);
  say("| due of 100,000 | statement | rows read | ms p50 | p99 |");
  say("|---|---|---|---|---|");
  for (const due of DUE) {
    await makeDue(sql, due);
    await measure(sql, [due, "claim of 12, by a sort of all"], sortAll);
    await measure(sql, [due, "claim of 12"], (tx) => claimDuePolls(tx, CLAIM));
    await measure(
      sql,
      [due, "when the next is due"],
      (tx) => nextPollDueAt(tx, { after: DAY, families: FAMILIES }),
    );
    await measure(sql, [due, "times healed"], (tx) => healPolls(tx, DAY), 3);
  }
  for (const due of DUE) {
    await addSources(sql, due);
    await measure(sql, [due, "sources, by a sort of all"], sortAllSources);
    await measure(sql, [due, "sources"], (tx) => findDueSources(tx, { now: DAY, families: FAMILIES }));
  }
  await addSources(sql, 10_000, { onOneHost: true });
  await measure(
    sql,
    [10_000, "sources, all but a hundred on one host"],
    (tx) => findDueSources(tx, { now: DAY, families: FAMILIES }),
  );
  await lookForMissing(sql, url);
});

/** Claims as they were: reads everything that is due. */
async function sortAll(tx: Sql): Promise<void> {
  for (const { provider, room } of ROOMS) {
    await tx`
      with due as (
        select id from polls
        where provider = ${provider} and interval_seconds is not null and next_poll_at <= ${DAY}
          and (not_before is null or not_before <= ${DAY}) and (lease_until is null or lease_until <= ${DAY})
        order by extract(epoch from ${DAY}::timestamptz - next_poll_at) / interval_seconds desc
        limit ${room} for update skip locked
      )
      update polls p set lease_until = ${addSeconds(DAY, 10)}, lease_token = p.lease_token + 1
      from due where p.id = due.id`;
  }
}

async function sortAllSources(tx: Sql): Promise<void> {
  await tx`
    select provider from (
      select distinct on (host) provider, due_at from (
        select provider, next_poll_at as due_at,
          regexp_replace(split_part(provider, ':', 2), '(?<!(^|\\.)xn)--[^.]*$|-[0-9a-f]{10}$', '') as host
        from polls
        where interval_seconds is not null and next_poll_at <= ${DAY} and provider like '%:%'
      ) due order by host, due_at
    ) hosts order by due_at limit 200`;
}

/** Each run in a transaction of its own that is rolled back, so that the next finds the same. */
async function measure(
  sql: Pool,
  cells: (string | number)[],
  work: (tx: Sql) => Promise<unknown>,
  runs = CLAIMS,
): Promise<void> {
  const undone = new Error("rolled back");
  const times: number[] = [];
  const timed = async (tx: Sql) => {
    const startedMs = monotonicMs();
    await work(tx);
    times.push(monotonicMs() - startedMs);
  };
  for (let run = 0; run <= runs; run++) {
    await sql.begin(async (tx) => {
      await timed(tx);
      throw undone;
    }).catch((error) => {
      if (error !== undone) throw error;
    });
  }
  const read = await rowsRead(sql, { table: "polls", work });
  const [, ...warm] = times;
  const figures = [0.5, 0.99].map((share) => quantile(warm, share).toFixed(1));
  say(`| ${[...cells, read.toLocaleString("en"), ...figures].join(" | ")} |`);
}

async function addPolls(sql: Pool): Promise<void> {
  await sql`
    insert into polls (provider, query, query_key, interval_seconds, next_poll_at, created_at, runs, last_success_at)
    select case when n % 5 < 3 then 'discogs' else 'ebay' end, jsonb_build_object('q', 'artist ' || n),
      md5(n::text) || md5(n::text), (array[60, 300, 600, 600, 900, 1800, 3600, 10800, 86400])[1 + n % 9], ${DAY},
      ${DAY}, 5, ${DAY}::timestamptz - interval '1 hour'
    from generate_series(1, ${POLLS}::int) n`;
}

/** As late as they are where the polls have a fifth of the calls they need. */
async function makeDue(sql: Pool, due: number): Promise<void> {
  await sql`
    update polls p set lease_until = null, next_poll_at = case
      when r.n <= ${due} then ${DAY}::timestamptz - random() * 4 * make_interval(secs => interval_seconds)
      else ${DAY}::timestamptz + random() * make_interval(secs => interval_seconds) end
    from (select id, row_number() over (order by random()) as n from polls) r where r.id = p.id`;
  await runScript(sql, "vacuum (full, analyze) polls");
}

async function addSources(sql: Pool, count: number, { onOneHost = false } = {}): Promise<void> {
  await sql`delete from polls where host is not null`;
  await sql`
    insert into polls (provider, query, query_key, interval_seconds, next_poll_at, created_at, runs, last_success_at)
    select 'shopify:' || case when ${onOneHost}::boolean and n > 100 then 'hog' else 'shop-' || n end || '.example--c' || n,
      jsonb_build_object('source', n), md5('source' || n) || md5('source' || n), 900,
      ${DAY}::timestamptz - random() * interval '1 hour', ${DAY}, 5, ${DAY}::timestamptz - interval '1 hour'
    from generate_series(1, ${count}::int) n`;
  await runScript(sql, "vacuum (full, analyze) polls");
}

/** Looks of one process: at everything, as it begins; when nothing changed; when some did. */
async function lookForMissing(sql: Pool, url: string): Promise<void> {
  await sql`delete from polls`;
  const clock = fakeClock(DAY);
  const env = { ...ebayEnv("http://127.0.0.1:1"), ...discogsEnv("http://127.0.0.1:1") };
  await using deps = await compose(testConfig(url, env), { worksJobs: false, clock, log: silentLog });
  const users = await addUsers(sql, USERS);
  await addRules(sql, deps, users);
  await addReleases(sql, deps, users);
  await runScript(sql, "vacuum analyze");
  const looks = [
    { of: "rules", table: "watch_rules", look: planMissingPolls },
    { of: "releases", table: "watch_releases", look: planMissingFloors },
  ] as const;
  say(`\n| ${WATCHED} | look | looked at | planned | s |`);
  say("|---|---|---|---|---|");
  for (const { of, table, look } of looks) {
    const run = async (what: string) => {
      const startedMs = monotonicMs();
      const { looked_count, planned_count } = await look(deps);
      const seconds = ((monotonicMs() - startedMs) / 1_000).toFixed(3);
      say(`| ${[of, what, looked_count, planned_count, seconds].join(" | ")} |`);
    };
    clock.advance(1_200_000);
    await run("the first of a process");
    clock.advance(600_000);
    await run("nothing changed");
    await runScript(
      sql,
      `update ${table} set planned_at = '${clock.now().toISOString()}'
       where id in (select id from ${table} limit ${CHANGED})`,
    );
    clock.advance(600_000);
    await run(`${CHANGED} changed`);
  }
}

type Planners = Parameters<typeof planMissingPolls>[0];

async function addRules(sql: Pool, { providers }: Planners, users: readonly string[]): Promise<void> {
  const works = await readWorks();
  const random = seeded(5);
  for (let made = 0; made < WATCHED; made += BATCH) {
    const rules = Array.from({ length: BATCH }, (_, n) => {
      let query = queryOf(pick(random, works), random);
      while (!query) query = queryOf(pick(random, works), random);
      const stored = { ...query, sources: ["ebay"], marketplaces: ["EBAY_US"], currency: "USD" };
      const seconds = pick(random, INTERVALS);
      const wanted = planPolls(providers, { query: stored, poll_interval_seconds: seconds });
      return {
        id: crypto.randomUUID(),
        user_id: users[(made + n) % users.length]!,
        query: stored,
        seconds,
        wanted,
      };
    });
    await sql`
      insert into watch_rules (id, user_id, name, query, is_active, poll_interval_seconds, created_at, updated_at, planned_at)
      select id, user_id, 'Bench', query, true, seconds, ${DAY}, ${DAY}, ${DAY}
      from jsonb_to_recordset(${JSON.stringify(rules)}::text::jsonb) as r(
        id uuid, user_id uuid, query jsonb, seconds int)`;
    await subscribe(sql, "watch_rule", rules);
  }
}

async function addReleases(sql: Pool, { providers }: Planners, users: readonly string[]): Promise<void> {
  for (let made = 0; made < WATCHED; made += BATCH) {
    const watches = Array.from({ length: BATCH }, (_, n) => {
      const watch = {
        discogs_release_id: 1 + made + n,
        discogs_master_id: null,
        match_mode: "exact_release" as const,
        min_condition: null,
      };
      const wanted = planReleasePolls(providers, watch);
      const user_id = users[(made + n) % users.length]!;
      return { id: crypto.randomUUID(), user_id, release: watch.discogs_release_id, query: {}, wanted };
    });
    await sql`
      insert into watch_releases (id, user_id, discogs_release_id, match_mode, title, currency, is_active, created_at,
        updated_at, planned_at)
      select id, user_id, release, 'exact_release', 'Bench', 'USD', true, ${DAY}, ${DAY}, ${DAY}
      from jsonb_to_recordset(${
      JSON.stringify(watches)
    }::text::jsonb) as r(id uuid, user_id uuid, release bigint)`;
    await subscribe(sql, "watch_release", watches);
  }
}

/** Compiled rules with the polls that their watches want. */
async function subscribe(
  sql: Pool,
  kind: string,
  watches: readonly { id: string; user_id: string; query: unknown; wanted: readonly WantedPoll[] }[],
): Promise<void> {
  await sql`
    insert into compiled_rules (id, owner_kind, owner_id, user_id, label, query, active, active_since, backfill_state)
    select id, ${kind}, id, user_id, 'Bench', query, true, ${DAY}, 'completed'
    from jsonb_to_recordset(${
    JSON.stringify(watches)
  }::text::jsonb) as r(id uuid, user_id uuid, query jsonb)`;
  const polls = await Promise.all(watches.flatMap(({ id, user_id, wanted }) =>
    wanted.map(async (poll) => ({
      ...poll,
      origin: poll.origin ?? "plan",
      subscriber_id: id,
      user_id,
      query_key: await sha256Hex(canonicalJson(poll.query)),
    }))
  ));
  const rows = JSON.stringify(polls);
  await sql`
    insert into polls (provider, query, query_key, interval_seconds, next_poll_at, created_at)
    select provider, query, query_key, interval_seconds, ${DAY}, ${DAY}
    from jsonb_to_recordset(${rows}::text::jsonb) as r(
      provider text, query jsonb, query_key text, interval_seconds int)
    on conflict do nothing`;
  await sql`
    insert into poll_subscriptions (poll_id, subscriber_id, user_id, origin, interval_seconds, started_at)
    select p.id, r.subscriber_id, r.user_id, r.origin, r.interval_seconds, ${DAY}
    from jsonb_to_recordset(${rows}::text::jsonb) as r(
      provider text, query_key text, subscriber_id uuid, user_id uuid, origin text, interval_seconds int)
    join polls p on p.provider = r.provider and p.query_key = r.query_key
    on conflict do nothing`;
}

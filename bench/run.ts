/**
 * `deno task bench [--made-up]`: how fast listings go through ingest, match and publish, at 1,000 and at 10,000 rules.
 * Needs DATABASE_URL of a server on which it may create databases (the task brings its own); see bench/README.md.
 */
import { fileURLToPath } from "node:url";
import { RuleCache } from "../src/alerts/rule_cache.ts";
import { insertBenchUsers } from "./users.ts";
import { NO_RATES } from "../src/matching/verdict.ts";
import { ruleQuerySchema } from "../src/matching/rule_query.ts";
import { monotonicMs, systemClock } from "../src/platform/clock.ts";
import { runScript } from "../src/platform/connection.ts";
import { openPool } from "../src/platform/database.ts";
import { migrateUp } from "../src/platform/migrate.ts";
import type { Pool } from "../src/platform/sql.ts";
import { ingestAndAlert, type IngestDeps } from "../src/polling/ingest_and_alert.ts";
import type { ListingDraft } from "../src/providers/contract.ts";
import { createRegistry } from "../src/providers/registry.ts";
import { Draws } from "../src/providers/simulated/random.ts";
import { createSimulatedMarket, SIMULATED_ID } from "../src/providers/simulated/market.ts";
import { createRule } from "../src/watch_rules/create_rule.ts";
import { type BenchRecord, readRecords, type RecordSource } from "./records.ts";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));
const RULE_COUNTS = [1_000, 10_000] as const;
const RULES_PER_USER = 10;
const UNWATCHED_ID = "unwatched";
/** Listings of one transaction: a full page of a marketplace. */
const BATCH = 200;
/** Batches not measured: connections, plans and compiled rules are made in them. */
const WARM_UP_BATCHES = 10;
const MEASURED_BATCHES = 50;
/** Rules are created side by side only to get ready sooner. */
const LANES = 4;

interface Figures {
  rules: number;
  microsPerNew: number;
  /** Of a provider that no rule watches: stored and looked up in the index, matched by nothing. */
  microsPerUnwatched: number;
  microsPerKnown: number;
  matchesPerListing: number;
  alertsPerListing: number;
}

const server = Deno.env.get("DATABASE_URL");
if (!server) {
  say("Cannot run the benchmark: DATABASE_URL is not set (run it with `deno task bench`)");
  Deno.exit(1);
}
const source = await readRecords({ madeUp: Deno.args.includes("--made-up") });
const all: Figures[] = [];
for (const rules of RULE_COUNTS) {
  say(`${rules} rules …`);
  const size = { rules, source };
  all.push(
    await withBenchDatabase(server, {
      load: (url) => loadRules(url, size),
      work: (sql) => measure(sql, size),
    }),
  );
}
await report(server, all);

/** A database of its own, so that one size does not pay for the rows of the other. */
async function withBenchDatabase<T>(
  url: string,
  { load, work }: { load: (url: string) => Promise<void>; work: (sql: Pool) => Promise<T> },
): Promise<T> {
  await using admin = openPool({ url, max: 1, deadlineMs: 60_000 });
  const name = `waxwatch_bench_${crypto.randomUUID().slice(0, 8)}`;
  await runScript(admin, `create database ${name}`);
  try {
    const own = new URL(url);
    own.pathname = `/${name}`;
    // Rules are loaded without waiting for the disk at every commit; what is measured waits for it as usual.
    await runScript(admin, `alter database ${name} set synchronous_commit = off`);
    await load(own.href);
    await runScript(admin, `alter database ${name} reset synchronous_commit`);
    await using sql = openPool({ url: own.href, max: LANES, deadlineMs: 60_000 });
    return await work(sql);
  } finally {
    await runScript(admin, `drop database if exists ${name} with (force)`);
  }
}

async function loadRules(url: string, size: { rules: number; source: RecordSource }): Promise<void> {
  await using sql = openPool({ url, max: LANES, deadlineMs: 60_000 });
  await migrateUp(sql, MIGRATIONS, { now: systemClock.now() });
  await createRules(sql, new Draws(size.rules), size);
  // What autovacuum does within a minute on a running service: without it the first plans are guesses.
  await runScript(sql, "vacuum analyze");
}

async function measure(sql: Pool, size: { rules: number; source: RecordSource }): Promise<Figures> {
  const draws = new Draws(size.rules + 1);
  const deps = { sql, clock: systemClock, rules: new RuleCache(), rates: NO_RATES };
  const batchOf = (number: number) =>
    Array.from(
      { length: BATCH },
      (_, index) => aDraft(`${number}-${index}`, recordOf(draws, size.source), draws),
    );
  for (let number = 0; number < WARM_UP_BATCHES; number++) await ingest(deps, batchOf(-1 - number));
  const batches = Array.from({ length: MEASURED_BATCHES }, (_, number) => batchOf(number));
  const fresh = await timeBatches(deps, batches);
  const known = await timeBatches(deps, batches);
  const unwatched = await timeBatches(deps, batches, UNWATCHED_ID);
  const listings = BATCH * MEASURED_BATCHES;
  return {
    rules: size.rules,
    microsPerNew: fresh.milliseconds * 1000 / listings,
    microsPerUnwatched: unwatched.milliseconds * 1000 / listings,
    microsPerKnown: known.milliseconds * 1000 / listings,
    matchesPerListing: fresh.matches / listings,
    alertsPerListing: fresh.alerts / listings,
  };
}

/** Rules through the use case that the API calls, ten to a user. */
async function createRules(
  sql: Pool,
  draws: Draws,
  { rules, source }: { rules: number; source: RecordSource },
): Promise<void> {
  const provider = createSimulatedMarket({ clock: systemClock, seed: 1 });
  const deps = {
    sql,
    clock: systemClock,
    providers: createRegistry([{ provider, enabled: true }]),
    allowDisabledSources: false,
    addedSourcesOf: () => Promise.resolve([]),
  };
  const users = await insertBenchUsers(sql, { count: rules / RULES_PER_USER, now: systemClock.now() });
  const inputs = Array.from({ length: rules }, (_, index) => ({
    user_id: users[index % users.length]!,
    name: `Rule ${index}`,
    query: ruleQuerySchema.parse({ ...textOf(draws, source), sources: [SIMULATED_ID], currency: "USD" }),
    is_active: true,
    poll_interval_seconds: 600,
  }));
  const lane = async () => {
    for (let input = inputs.pop(); input; input = inputs.pop()) await createRule(deps, input);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Half the rules watch an artist, a third one record, the rest three artists or a title below a price. */
function textOf(draws: Draws, source: RecordSource): Record<string, unknown> {
  const { artist, title } = recordOf(draws, source);
  const kind = draws.next();
  if (kind < 0.5) return { keywords: [artist] };
  if (kind < 0.8) return { q: `${artist} ${title}`.replaceAll(/["-]/g, " ").slice(0, 200) };
  if (kind < 0.9) {
    return { any_keywords: [artist, recordOf(draws, source).artist, recordOf(draws, source).artist] };
  }
  return { keywords: [title], max_price: Math.ceil(draws.between(10, 60)) };
}

/** A record that has letters or digits on both sides: a keyword without any is refused. */
function recordOf(draws: Draws, { records }: RecordSource): BenchRecord {
  for (;;) {
    const record = records[Math.floor(draws.next() * records.length)]!;
    if (/[a-z]{2}/i.test(record.artist) && /[a-z]{2}/i.test(record.title)) {
      return { artist: record.artist.slice(0, 200), title: record.title.slice(0, 200) };
    }
  }
}

function aDraft(id: string, { artist, title }: BenchRecord, draws: Draws): ListingDraft {
  return {
    external_id: id,
    kind: "offer",
    title: `${artist} - ${title} LP ${draws.pick(["VG", "VG+", "NM", ""])}`,
    url: `https://market.example/offers/${id}`,
    image_url: null,
    price_minor: Math.round(draws.logNormal(2_500, 0.6)),
    currency: "USD",
    shipping_minor: null,
    condition: null,
    seller: "bench",
    location: null,
    discogs_release_id: null,
    discogs_master_id: null,
    listed_at: null,
    status: "active",
  };
}

async function timeBatches(deps: IngestDeps, batches: readonly ListingDraft[][], provider = SIMULATED_ID) {
  let [matches, alerts] = [0, 0];
  const began = monotonicMs();
  for (const drafts of batches) {
    const done = await ingest(deps, drafts, provider);
    matches += done.matchedListingIds.length;
    alerts += done.alerts;
  }
  return { milliseconds: monotonicMs() - began, matches, alerts };
}

function ingest(deps: IngestDeps, drafts: readonly ListingDraft[], provider = SIMULATED_ID) {
  return ingestAndAlert(deps, { source: { provider, max_age_seconds: null }, drafts });
}

async function report(url: string, figures: readonly Figures[]): Promise<void> {
  await using sql = openPool({ url, max: 1 });
  const [version] = await sql<{ text: string; fsync: string }>`
    select current_setting('server_version') as text, current_setting('fsync') as fsync`;
  const { total } = Deno.systemMemoryInfo();
  say(
    `${navigator.hardwareConcurrency} cores, ${
      Math.round(total / 2 ** 30)
    } GiB, ${Deno.build.arch} ${Deno.build.os}, ` +
      `Deno ${Deno.version.deno}, Postgres ${version?.text} (fsync ${version?.fsync}) on the same machine`,
  );
  say(`${source.name}; batches of ${BATCH} listings, one after the other; ${MEASURED_BATCHES} measured`);
  say("");
  const columns: [string, (one: Figures) => string][] = [
    ["rules", (one) => String(one.rules)],
    ["listings/s", (one) => (1e6 / one.microsPerNew).toFixed(0)],
    ["µs/listing", (one) => one.microsPerNew.toFixed(0)],
    ["matches/listing", (one) => one.matchesPerListing.toFixed(2)],
    ["alerts/listing", (one) => one.alertsPerListing.toFixed(2)],
    ["µs/unwatched", (one) => one.microsPerUnwatched.toFixed(0)],
    ["µs/known", (one) => one.microsPerKnown.toFixed(0)],
  ];
  say(columns.map(([name]) => name).join("  "));
  for (const one of figures) say(columns.map(([name, text]) => text(one).padStart(name.length)).join("  "));
  say("");
  const [small, large] = [figures[0]!, figures.at(-1)!];
  const ratio = (of: (one: Figures) => number) => (of(large) / of(small)).toFixed(2);
  say(
    `${large.rules} rules to ${small.rules}: µs/listing × ${ratio((one) => one.microsPerNew)}, ` +
      `µs/unwatched × ${ratio((one) => one.microsPerUnwatched)}, alerts × ${
        ratio((one) => one.alertsPerListing)
      }`,
  );
}

function say(line: string): void {
  // deno-lint-ignore no-console -- a benchmark talks to a terminal
  console.log(line);
}

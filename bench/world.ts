/** What the matching benchmarks share: a database of their own, real or made-up titles, and many rules at once. */
import { fileURLToPath } from "node:url";
import { runScript } from "../src/platform/connection.ts";
import { openPool } from "../src/platform/database.ts";
import { migrateUp } from "../src/platform/migrate.ts";
import type { Pool } from "../src/platform/sql.ts";
import { anchorsOf } from "../src/matching/anchors.ts";
import { compileRule } from "../src/matching/compile_rule.ts";
import { type RuleQuery, type RuleQueryInput, ruleQuerySchema } from "../src/matching/rule_query.ts";
import { readCorpusTitles } from "../tests/matching/corpus.ts";
import { pick, seeded } from "../tests/matching/support.ts";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));
/** Benchmarks insert in bulk; the pool's deadline is for requests. */
const DEADLINE_MS = 300_000;
const BATCH = 2_000;
/** The day on which everything of a benchmark happens. */
export const DAY = new Date("2026-11-23T12:00:00Z");

/** One record, as a title is made of. */
export interface Work {
  artist: string;
  title: string;
}

/** Runs `work` on a new migrated database beside the one of DATABASE_URL, dropped afterwards. */
export async function withBenchDatabase(work: (sql: Pool, url: string) => Promise<void>): Promise<void> {
  const base = Deno.env.get("DATABASE_URL");
  if (!base) throw new Error("Cannot run a benchmark: DATABASE_URL is not set (use the task bench:<name>)");
  await using admin = openPool({ url: base, max: 1, deadlineMs: DEADLINE_MS });
  const name = `waxwatch_bench_${crypto.randomUUID().slice(0, 8)}`;
  const url = new URL(base);
  url.pathname = `/${name}`;
  await runScript(admin, `create database ${name}`);
  try {
    await using sql = openPool({ url: url.href, max: 20, deadlineMs: DEADLINE_MS });
    await migrateUp(sql, MIGRATIONS, { now: DAY });
    await work(sql, url.href);
  } finally {
    await runScript(admin, `drop database if exists ${name} with (force)`);
  }
}

/** Distinct works: of the corpus beside the repository, else made up from syllables in the same number. */
export async function readWorks(): Promise<Work[]> {
  const rows = await readCorpusTitles();
  // Nobody saves a search for every compilation or soundtrack.
  const real = rows.filter(({ artist }) => !/^(various|soundtrack|unknown|original)/i.test(artist));
  const works = real.length > 10_000 ? real : madeUpWorks(100_000);
  return [...new Map(works.map((one) => [`${one.artist}\t${one.title}`.toLowerCase(), one])).values()];
}

const SYLLABLES =
  ("ka ro mi ta len dor shi va bel nu os tri gar fen lo pra zi ho mel du wen ca ris to be al qui " +
    "san jor ne vi pol ek ra mun di sel fo tor").split(" ");
const COMMON = "the of in love you my black night blue live best songs day night from".split(" ");

/** Artists with one to twenty records each; words follow no real frequency, only a few common ones do. */
export function madeUpWorks(count: number): Work[] {
  const random = seeded(5);
  const word = () =>
    Array.from({ length: 2 + Math.floor(random() * 2) }, () => pick(random, SYLLABLES)).join("");
  const text = (most: number) =>
    Array.from(
      { length: 1 + Math.floor(random() * most) },
      () => random() < 0.3 ? pick(random, COMMON) : word(),
    ).join(" ");
  const works: Work[] = [];
  while (works.length < count) {
    const artist = text(3);
    for (let left = 1 + Math.floor(random() ** 3 * 20); left > 0; left--) {
      works.push({ artist, title: text(4) });
    }
  }
  return works.slice(0, count);
}

const ENDINGS = [
  "LP",
  "Vinyl LP VG+",
  '12" Single',
  "2LP 180g Reissue Sealed",
  "CD",
  '7" UK 1st Press',
  "Cassette",
  "",
];

/** How a seller writes a work. */
export function titleOf(work: Work, random: () => number): string {
  const separator = pick(random, [" - ", " – ", " "]);
  return `${work.artist}${separator}${work.title} ${pick(random, ENDINGS)}`.trim();
}

/** A rule somebody might make of a work. About half name the artist and nothing else, as collectors do. */
export function queryOf(work: Work, random: () => number): RuleQuery | null {
  const bounds = random() < 0.5 ? { max_price: 5 + Math.floor(random() * 60) } : {};
  const condition = random() < 0.2 ? { min_condition: "VG+" } : {};
  const exclude = random() < 0.2 ? { exclude_keywords: ["cd", "cassette"] } : {};
  const dice = random();
  const text: RuleQueryInput = dice < 0.45
    ? { keywords: [work.artist] }
    : dice < 0.7
    ? { keywords: [work.artist, work.title] }
    : dice < 0.85
    ? { q: `${work.artist} ${work.title}` }
    : dice < 0.95
    ? { keywords: [work.title] }
    : { any_keywords: [work.artist, work.title], keywords: ["vinyl"] };
  const read = ruleQuerySchema.safeParse({ ...text, ...bounds, ...condition, ...exclude, sources: ["mock"] });
  return read.success ? read.data : null;
}

/** Adds `count` users; gives their ids. */
export async function addUsers(sql: Pool, count: number): Promise<string[]> {
  const rows = await sql<{ id: string }>`
    insert into users (email, email_verified, created_at, updated_at)
    select 'bench-' || gen_random_uuid() || '@example.com', true, ${DAY}, ${DAY} from generate_series(1, ${count}::int)
    returning id`;
  return rows.map(({ id }) => id);
}

/** Adds rules made of `works` to `users` in turn, past their first run, with the index rows the service would write. */
export async function addRules(
  sql: Pool,
  options: { count: number; users: readonly string[]; works: readonly Work[]; seed: number },
): Promise<void> {
  const random = seeded(options.seed);
  let made = 0;
  while (made < options.count) {
    const rules: { id: string; user_id: string; query: RuleQuery }[] = [];
    while (rules.length < Math.min(BATCH, options.count - made)) {
      const query = queryOf(pick(random, options.works), random);
      const user_id = options.users[(made + rules.length) % options.users.length]!;
      if (query) rules.push({ id: crypto.randomUUID(), user_id, query });
    }
    await insertRules(sql, rules);
    made += rules.length;
  }
  for (const table of ["compiled_rules", "rule_anchors", "users"]) await runScript(sql, `analyze ${table}`);
}

async function insertRules(sql: Pool, rules: readonly { id: string; user_id: string; query: RuleQuery }[]) {
  await sql`
    insert into compiled_rules
      (id, owner_kind, owner_id, user_id, label, query, active, active_since, backfill_state)
    select id, 'watch_rule', id, user_id, 'Bench', query, true, ${DAY}::timestamptz - interval '1 day', 'completed'
    from jsonb_to_recordset(${JSON.stringify(rules)}::text::jsonb) as r(id uuid, user_id uuid, query jsonb)`;
  const anchors = rules.flatMap(({ id, user_id, query }) =>
    anchorsOf(compileRule(query)).map((row) => ({ id, user_id, ...row }))
  );
  await sql`
    insert into rule_anchors (compiled_rule_id, user_id, anchor, tokens, sources)
    select id, user_id, anchor, tokens, array['mock']
    from jsonb_to_recordset(${JSON.stringify(anchors)}::text::jsonb) as r(
      id uuid, user_id uuid, anchor text, tokens text[])`;
}

/** The value below which `share` of the sorted values are. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Prints one line of figures. */
export function say(line: string): void {
  // deno-lint-ignore no-console -- a benchmark reports what it measured
  console.log(line);
}

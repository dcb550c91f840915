/**
 * `deno task bench:ingest`: listings per second through ingest, match and publish at 100,000 rules of 10,000 users,
 * one transaction after the other. Needs DATABASE_URL of a server on which it may create databases.
 */
import { RuleCache } from "../src/alerts/rule_cache.ts";
import { NO_RATES } from "../src/matching/verdict.ts";
import { monotonicMs } from "../src/platform/clock.ts";
import type { ListingDraft } from "../src/providers/contract.ts";
import { ingestAndAlert, type IngestDeps } from "../src/polling/ingest_and_alert.ts";
import { pick, seeded } from "../tests/matching/support.ts";
import { addRules, addUsers, DAY, quantile, readWorks, say, titleOf, withBenchDatabase } from "./world.ts";

const USERS = 10_000;
const RULES = 100_000;
const BATCH = 50;
const WARM_UP = 10;
const BATCHES = 60;

await withBenchDatabase(async (sql) => {
  const works = await readWorks();
  const users = await addUsers(sql, USERS);
  await addRules(sql, { count: RULES, users, works, seed: 3 });
  const random = seeded(21);
  const clock = { now: () => DAY };
  const deps: IngestDeps = { sql, clock, rules: new RuleCache(), rates: NO_RATES };
  const source = { provider: "mock", max_age_seconds: null };
  const draft = (): ListingDraft => ({
    external_id: crypto.randomUUID(),
    kind: "offer",
    title: titleOf(pick(random, works), random),
    url: "https://market.example/offers/1",
    image_url: null,
    price_minor: 300 + Math.floor(random() * 6_000),
    currency: "USD",
    shipping_minor: null,
    condition: pick(random, ["VG", "VG+", "NM", null]),
    seller: "seller",
    location: null,
    discogs_release_id: null,
    discogs_master_id: null,
    listed_at: DAY,
    status: "active",
  });
  const runs = { fresh: [] as number[], same: [] as number[], matches: 0, alerts: 0 };
  for (let batch = 0; batch < WARM_UP + BATCHES; batch++) {
    const drafts = Array.from({ length: BATCH }, draft);
    const started = monotonicMs();
    const report = await ingestAndAlert(deps, { source, drafts });
    const between = monotonicMs();
    await ingestAndAlert(deps, { source, drafts });
    if (batch < WARM_UP) continue;
    runs.fresh.push(between - started);
    runs.same.push(monotonicMs() - between);
    runs.matches += report.matchedListingIds.length;
    runs.alerts += report.alerts;
  }
  const total = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0);
  const listings = BATCH * BATCHES;
  say(
    `new listings: ${(listings / total(runs.fresh) * 1_000).toFixed(0)}/s; batch of ${BATCH}: ` +
      `p50 ${quantile(runs.fresh, 0.5).toFixed(0)} ms, p99 ${quantile(runs.fresh, 0.99).toFixed(0)} ms`,
  );
  say(`known, unchanged: ${(listings / total(runs.same) * 1_000).toFixed(0)}/s`);
  say(
    `per listing ${(runs.matches / listings).toFixed(1)} matches and ${
      (runs.alerts / listings).toFixed(1)
    } alerts: ` +
      `${
        (runs.matches / total(runs.fresh) * 1_000).toFixed(0)
      } matches/s written with their events and inbox rows`,
  );
});

import type { Clock } from "../platform/clock.ts";
import { withHeartbeat } from "../platform/lease.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { factsOf } from "../listings/facts.ts";
import { lockListingsForShare } from "../listings/read_store.ts";
import type { Listing } from "../listings/schema.ts";
import { supplyOf } from "../listings/supply.ts";
import { waitForIngests } from "../listings/store.ts";
import { findListingsByKeys } from "../listings/read_store.ts";
import { keysOf } from "../matching/anchors.ts";
import type { Rates } from "../matching/verdict.ts";
import {
  type CompiledWatch,
  compileWatch,
  judge,
  wantsFloor,
  watchAnchors,
  watchedPrice,
  watchSources,
} from "../matching/watch.ts";
import { completeBackfill, fenceBackfill, renewBackfill } from "./backfill_store.ts";
import {
  candidatesOf,
  type FoundRelease,
  insertFloorCandidates,
  MAX_CANDIDATES,
} from "./floor_candidate_store.ts";
import { wasAlreadyForSale } from "./match_listings.ts";
import { matchReason } from "./match_reason.ts";
import { publishMatches } from "./publish_matches.ts";
import { type CompiledRuleWithQuery, findCompiledRulesWithQuery } from "./rule_store.ts";
import type { MatchDraft } from "./schema.ts";

/** Listings read from the index at once. */
const READ_PAGE = 500;
/** Matches published in one transaction. */
const PUBLISH_PAGE = 1_000;

/** What a backfill needs of the service. */
export interface BackfillDeps {
  sql: Pool;
  clock: Clock;
  rates: Rates;
}

/** What a backfill did; `dropped`: the row was no longer ours. */
export type BackfillResult =
  | { kind: "dropped" }
  /** `floors`: releases of the catalogue that wait for the poll of their floor. */
  | { kind: "completed"; matches: number; alerts: number; floors: number };

/**
 * Matches one rule against everything stored, once its ingests in flight have ended. Safe to repeat: a crash half-way
 * leaves matches that the next run finds known.
 */
export async function backfillRule(
  deps: BackfillDeps,
  row: { id: string; token: number },
): Promise<BackfillResult> {
  if (!await renewBackfill(deps.sql, { ...row, now: deps.clock.now() })) return { kind: "dropped" };
  let isPublishing = false;
  // While matches are published their transactions hold the row and extend the lease: a renewal would wait for them.
  const renew = async () => isPublishing || await renewBackfill(deps.sql, { ...row, now: deps.clock.now() });
  return await withHeartbeat({ renew }, async () => {
    const [rule] = await findCompiledRulesWithQuery(deps.sql, [row.id]);
    if (!rule) return { kind: "dropped" };
    // Without this barrier an ingest that matched before the rule was committed and commits after we read is lost.
    await deps.sql.begin((tx) => waitForIngests(tx));
    const compiled = compileWatch(rule);
    const { ids, releases } = await readMatching(deps, rule, compiled);
    isPublishing = true;
    return await publishFound(deps, { row, rule, compiled, found: ids, releases });
  });
}

/**
 * Ids of stored listings that match, the best for a first run first, so that a first page holds the alerts; and releases
 * of the catalogue whose floors have to be polled before they can match.
 */
async function readMatching(
  deps: BackfillDeps,
  rule: CompiledRuleWithQuery,
  compiled: CompiledWatch,
): Promise<{ ids: string[]; releases: FoundRelease[] }> {
  const releases = new Map<string, FoundRelease>();
  const found = new Map<string, { id: string; price: number; listed: number }>();
  for (const anchor of watchAnchors(compiled)) {
    const keys = keysOf(anchor);
    let afterId: string | null = null;
    do {
      const page: Listing[] = await findListingsByKeys(deps.sql, {
        keys,
        sources: watchSources(rule),
        afterId,
        limit: READ_PAGE,
        now: deps.clock.now(),
      });
      for (const listing of page) {
        const facts = factsOf(listing);
        if (releases.size < MAX_CANDIDATES && wantsFloor(compiled, facts)) {
          releases.set(listing.id, listing);
        }
        if (judge({ compiled, active: true }, facts, deps.rates, { untilFailure: true }).kind !== "match") {
          continue;
        }
        found.set(listing.id, {
          id: listing.id,
          price: watchedPrice(compiled, facts, deps.rates) ?? Infinity,
          listed: listing.listed_at?.getTime() ?? 0,
        });
      }
      afterId = page.length === READ_PAGE ? page.at(-1)!.id : null;
    } while (afterId !== null);
  }
  const ids = [...found.values()]
    .sort((a, b) => (a.price === b.price ? b.listed - a.listed : a.price - b.price))
    .map((one) => one.id);
  return { ids, releases: [...releases.values()] };
}

interface Found {
  row: { id: string; token: number };
  rule: CompiledRuleWithQuery;
  compiled: CompiledWatch;
  found: string[];
  releases: FoundRelease[];
}

async function publishFound(deps: BackfillDeps, work: Found): Promise<BackfillResult> {
  let matches = 0;
  let alerts = 0;
  // At least one transaction, also for nothing found: it marks the backfill completed.
  for (let start = 0; start === 0 || start < work.found.length; start += PUBLISH_PAGE) {
    const ids = work.found.slice(start, start + PUBLISH_PAGE);
    const isLast = start + PUBLISH_PAGE >= work.found.length;
    const published = await deps.sql.begin((tx) => publishPage(tx, deps, { ...work, ids, isLast }));
    if (!published) return { kind: "dropped" };
    matches += published.matchedListingIds.length;
    alerts += published.alerts.length;
  }
  return { kind: "completed", matches, alerts, floors: work.releases.length };
}

/** Null: the lease went to somebody else. Listings are locked before the rule, in the order every ingest takes them. */
async function publishPage(tx: Sql, deps: BackfillDeps, work: Found & { ids: string[]; isLast: boolean }) {
  const listings = await lockListingsForShare(tx, work.ids);
  if (!await fenceBackfill(tx, { ...work.row, now: deps.clock.now() })) return null;
  const drafts = listings.flatMap((listing) => draftFor(deps, work, listing));
  const { rates } = deps;
  const published = await publishMatches(tx, { drafts, ingested: [], rates, now: deps.clock.now() });
  if (work.isLast) {
    await insertFloorCandidates(tx, candidatesOf(work.rule.id, work.releases), deps.clock.now());
    await completeBackfill(tx, work.row.id);
  }
  return published;
}

/** The verdict on the listing as it is now, under lock: it may have changed since it was found. */
function draftFor(deps: BackfillDeps, { rule, compiled }: Found, listing: Listing): MatchDraft[] {
  if (supplyOf(listing) !== "some") return [];
  const facts = factsOf(listing);
  const verdict = judge({ compiled, active: true }, facts, deps.rates);
  if (verdict.kind !== "match") return [];
  const alreadyForSale = wasAlreadyForSale(rule.active_since, listing, { kind: "backfill" });
  const draft = { rule, listing, verdict, alreadyForSale, cameIntoRange: false };
  const comparable_minor = watchedPrice(compiled, facts, deps.rates);
  return [{ ...draft, comparable_minor, reason: matchReason(draft) }];
}

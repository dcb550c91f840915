import type { Clock } from "../platform/clock.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import type { Turns } from "../platform/turns.ts";
import { findFloors } from "../alerts/find_floors.ts";
import { BatchTooWideError, matchListings, type Origin } from "../alerts/match_listings.ts";
import { publishMatches } from "../alerts/publish_matches.ts";
import type { RuleCache } from "../alerts/rule_cache.ts";
import { endListings } from "../listings/end_listings.ts";
import { ingestListings, type IngestSource } from "../listings/ingest_listings.ts";
import type { Ingested, Listing } from "../listings/schema.ts";
import { enterIngest } from "../listings/store.ts";
import type { Rates } from "../matching/verdict.ts";
import type { ListingDraft } from "../providers/contract.ts";

/** What ingest, match and publish need together. */
export interface IngestDeps {
  sql: Pool;
  clock: Clock;
  rules: RuleCache;
  rates: Rates;
  /** Of batches of more than one transaction; absent: they do not wait for each other. */
  turns?: Turns;
}

/** Drafts of one provider on their way through ingest, match and publish. */
export interface IngestInput {
  source: IngestSource;
  drafts: readonly ListingDraft[];
  /** Who found them; absent: nobody but their sender. */
  originOf?: (listing: Pick<Listing, "external_id">) => Origin;
  /** Runs when it is this batch's turn, just before its first transaction. */
  begin?: () => void;
  /** First statement of every transaction; false rolls back and drops the rest. */
  fence?: (tx: Sql) => Promise<boolean>;
  /** Runs in every transaction after publishing; `isLast` in the last one. */
  after?: (tx: Sql, ingested: readonly Ingested[], isLast: boolean) => Promise<void>;
}

/** What came of the drafts; `fenced`: the lease was lost, what is missing here is somebody else's now. */
export interface IngestReport {
  ingested: Ingested[];
  /** The listing of each new match, once per rule. */
  matchedListingIds: string[];
  alerts: number;
  /** Releases of the catalogue that watches need the floor of: settleFloors() has to follow. */
  floors: number;
  fenced: boolean;
}

/** Most drafts stored in one transaction: one that floods must not hold locks, or this process, for long. */
const INGEST_PAGE = 250;
/** Most listings ended in one transaction. */
const END_PAGE = 500;

/**
 * Stores drafts, matches what is new or changed against every rule and publishes, in one transaction. When they are too
 * many for one, or concern too many users, the batch is cut by listings, and each part is a transaction that ingests,
 * matches and publishes its own. The last drafts go first: after a crash between two parts the next run meets what is
 * known behind what is not. Of batches that are cut one at a time is stored, so that others' are not held up.
 */
export async function ingestAndAlert(deps: IngestDeps, input: IngestInput): Promise<IngestReport> {
  const report: IngestReport = { ingested: [], matchedListingIds: [], alerts: 0, floors: 0, fenced: false };
  const pages = pagesOf(input.drafts, INGEST_PAGE).reverse();
  const store = () => {
    input.begin?.();
    return inParts(pages.length > 0 ? pages : [[]], async (drafts, isLast) => {
      const done = await deps.sql.begin((tx) => ingestPart(tx, deps, { ...input, drafts, isLast }));
      if (done) {
        report.ingested.unshift(...done.ingested);
        report.matchedListingIds.push(...done.matchedListingIds);
        report.alerts += done.alerts;
        report.floors += done.floors;
      } else report.fenced = true;
      return done !== null;
    });
  };
  await (pages.length > 1 && deps.turns ? deps.turns.take(store) : store());
  return report;
}

/** Ends what nobody has seen since the time beside it and notes it in the logs of those it matched. Gives how many. */
export async function endAndRecord(
  deps: IngestDeps,
  unseen: readonly { id: string; unseen_since: Date }[],
): Promise<number> {
  let count = 0;
  await inParts(pagesOf(unseen, END_PAGE), async (rows) => {
    count += await deps.sql.begin(async (tx) => {
      await enterIngest(tx);
      const now = deps.clock.now();
      const ingested = await endListings(tx, rows, now);
      await publishMatches(tx, { drafts: [], ingested, rates: deps.rates, now });
      return ingested.length;
    });
    return true;
  });
  return count;
}

function pagesOf<T>(rows: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(rows.length / size) },
    (_, page) => rows.slice(page * size, (page + 1) * size),
  );
}

/**
 * Works the batches in order until one gives false; one that concerns too many users is halved and worked again, its
 * second half first.
 */
async function inParts<T>(
  batches: readonly (readonly T[])[],
  work: (batch: readonly T[], isLast: boolean) => Promise<boolean>,
): Promise<void> {
  const parts = [...batches];
  while (parts.length > 0) {
    const part = parts.shift()!;
    try {
      if (!await work(part, parts.length === 0)) return;
    } catch (error) {
      if (!(error instanceof BatchTooWideError)) throw error;
      const middle = Math.ceil(part.length / 2);
      parts.unshift(part.slice(middle), part.slice(0, middle));
    }
  }
}

async function ingestPart(tx: Sql, deps: IngestDeps, input: IngestInput & { isLast: boolean }) {
  if (input.fence && !await input.fence(tx)) return null;
  await enterIngest(tx);
  const now = deps.clock.now();
  const ingested = await ingestListings(tx, { source: input.source, drafts: input.drafts, now });
  const originOf = input.originOf ?? (() => ({ kind: "direct" } as const));
  const drafts = await matchListings(tx, deps, { ingested, originOf });
  const published = await publishMatches(tx, { drafts, ingested, rates: deps.rates, now });
  const floors = await findFloors(tx, deps, { ingested, now });
  await input.after?.(tx, ingested, input.isLast);
  return {
    ingested,
    matchedListingIds: published.matchedListingIds,
    alerts: published.alerts.length,
    floors,
  };
}

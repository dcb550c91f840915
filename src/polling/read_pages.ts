import type { Clock } from "../platform/clock.ts";
import type { Pool } from "../platform/sql.ts";
import type { Poll } from "../polls/schema.ts";
import { findKnownItems } from "../polls/store.ts";
import {
  type ListingDraft,
  type Page,
  type PageCursor,
  type Provider,
  type ProviderCall,
  ProviderError,
} from "../providers/contract.ts";
import { QuotaEmptyError, quotaGate } from "../providers/quota.ts";
import type { QuotaUse } from "../providers/quota_count.ts";

/** Most items one run takes: several times what a real provider's pages hold, so that one that floods costs little. */
export const MAX_ITEMS_PER_RUN = 5_000;
/** Most items one sweep takes: a large record shop has ten thousand products, many in several variants. */
export const MAX_ITEMS_PER_SWEEP = 20_000;

/** One reading of a poll's pages. */
export interface Reading {
  poll: Poll;
  provider: Provider;
  use: QuotaUse;
  /** Pages a sweep may read; null: an ordinary run. */
  sweepPages: number | null;
  signal: AbortSignal;
  onCall: (call: ProviderCall) => void;
  /** Awaited when the first page is there. */
  onFirstPage: () => Promise<void>;
}

/** What the provider said. */
export interface PagesRead {
  drafts: ListingDraft[];
  /** Items behind the page where an ordinary run stops: they were for sale before, whenever they are first seen. */
  olderIds: ReadonlySet<string>;
  /** Reading ended before an item that the poll knows, at a limit or where pages led nowhere. */
  coverageGap: boolean;
  /** The last page was read: what is not among the drafts is not there. */
  reachedEnd: boolean;
  /** Why the page where reading ended was not read: no call was left for it, or it failed. Null: reading was not cut. */
  cutBy: "quota" | ProviderError | null;
}

/**
 * The whole first page, then further ones until an item in its place that this poll read in an earlier run; a sweep goes
 * on to the end. A poll that never ran reads one page: it has nothing to meet, and what lies behind was for sale before its rules.
 * Pages that repeat themselves, whose cursor was there before or that bring nothing new, end it as the limit does, and so
 * does a quota behind the first page: what was paid for is not read again and again until there is enough for all. A page
 * that fails ends a sweep alone where an ordinary run would have stopped before it. A sweep that shall find what is new and
 * stops at a limit leaves a gap whatever it met. A feed shows its newest alone: where
 * the poll knows none of them, those between are lost.
 * @throws {QuotaEmptyError} without a call for the first page
 * @throws {ProviderError} when what an ordinary run reads fails
 */
export async function readPages(
  deps: { sql: Pool; clock: Clock },
  reading: Reading,
): Promise<PagesRead> {
  const { poll, provider, sweepPages, signal, onCall } = reading;
  const maxPages = sweepPages ?? provider.capabilities.maxPagesPerPoll;
  const maxItems = sweepPages === null ? MAX_ITEMS_PER_RUN : MAX_ITEMS_PER_SWEEP;
  const showsAll = provider.capabilities.kind !== "feed";
  const calling = { signal, onCall, beforeCall: quotaGate(deps, provider, reading.use) };
  const drafts: ListingDraft[] = [];
  const olderIds = new Set<string>();
  const seen = new Set<string>();
  const cursors = new Set<PageCursor>();
  let cursor: PageCursor = null;
  let metKnown = false;
  const cutBy = (error: unknown, pages: number) => {
    if (pages > 1 && error instanceof QuotaEmptyError) return "quota";
    const isBehind = metKnown || pages > provider.capabilities.maxPagesPerPoll;
    return sweepPages !== null && isBehind && error instanceof ProviderError ? error : null;
  };
  for (let pages = 1;; pages++) {
    cursors.add(cursor);
    let page: Page;
    try {
      page = await provider.search(poll.query, cursor, { ...calling, storedAt: poll.last_success_at });
    } catch (error) {
      const cause = cutBy(error, pages);
      if (cause === null) throw error;
      return { drafts, olderIds, coverageGap: !metKnown, reachedEnd: false, cutBy: cause };
    }
    if (pages === 1) await reading.onFirstPage();
    const room = maxItems - drafts.length;
    const isFlood = page.listings.length > room;
    const listings = isFlood ? page.listings.slice(0, room) : page.listings;
    const fresh = listings.filter(({ external_id }) => !seen.has(external_id));
    drafts.push(...fresh);
    for (const { external_id } of fresh) {
      if (metKnown) olderIds.add(external_id);
      seen.add(external_id);
    }
    cursor = page.next;
    const isLast = cursor === null && !isFlood;
    if ((isLast && (showsAll || drafts.length === 0)) || poll.runs === 0) {
      return { drafts, olderIds, coverageGap: isFlood, reachedEnd: isLast, cutBy: null };
    }
    const inOrder = listings.map(({ external_id }) => external_id)
      .filter((id) => !page.unordered?.includes(id));
    const query = { poll_id: poll.id, provider: poll.provider, external_ids: inOrder };
    metKnown ||= (await findKnownItems(deps.sql, query)).size > 0;
    if (isLast) return { drafts, olderIds, coverageGap: !metKnown, reachedEnd: true, cutBy: null };
    const leadsNowhere = isFlood || fresh.length === 0 || cursors.has(cursor);
    if (pages >= maxPages || leadsNowhere || (metKnown && sweepPages === null)) {
      const isUnseen = sweepPages !== null && provider.capabilities.sweep?.findsNew === true;
      return { drafts, olderIds, coverageGap: !metKnown || isUnseen, reachedEnd: false, cutBy: null };
    }
  }
}

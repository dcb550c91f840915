import type { Clock } from "../platform/clock.ts";
import type { Pool } from "../platform/sql.ts";
import type { Poll } from "../polls/schema.ts";
import { findKnownItems } from "../polls/store.ts";
import type { ListingDraft, PageCursor, Provider, ProviderCall } from "../providers/contract.ts";
import { quotaGate } from "../providers/quota.ts";

/** One reading of a poll's pages. */
export interface Reading {
  poll: Poll;
  provider: Provider;
  /** Pages a sweep may read; null: an ordinary run. */
  sweepPages: number | null;
  signal: AbortSignal;
  onCall: (call: ProviderCall) => void;
}

/** What the provider said. */
export interface PagesRead {
  drafts: ListingDraft[];
  /** Items behind the page where an ordinary run stops: they were for sale before, whenever they are first seen. */
  olderIds: ReadonlySet<string>;
  /** The page limit came before an item that the poll knows. */
  coverageGap: boolean;
  /** The last page was read: what is not among the drafts is not there. */
  reachedEnd: boolean;
}

/**
 * The whole first page, then further ones until an item in its place that this poll read in an earlier run; a sweep goes
 * on to the end. A poll that never ran reads one page: it has nothing to meet, and what lies behind was for sale before its rules.
 */
export async function readPages(
  deps: { sql: Pool; clock: Clock },
  reading: Reading,
): Promise<PagesRead> {
  const { poll, provider, sweepPages, signal, onCall } = reading;
  const maxPages = sweepPages ?? provider.capabilities.maxPagesPerPoll;
  const beforeCall = quotaGate(deps, provider, "poll");
  const drafts: ListingDraft[] = [];
  const olderIds = new Set<string>();
  const seen = new Set<string>();
  let cursor: PageCursor = null;
  let metKnown = false;
  for (let pages = 1;; pages++) {
    const page = await provider.search(poll.query, cursor, { signal, onCall, beforeCall });
    drafts.push(...page.listings);
    const ids = page.listings.map((listing) => listing.external_id);
    for (const id of ids) {
      if (metKnown && !seen.has(id)) olderIds.add(id);
      seen.add(id);
    }
    cursor = page.next;
    if (cursor === null || poll.runs === 0) {
      return { drafts, olderIds, coverageGap: false, reachedEnd: cursor === null };
    }
    const inOrder = ids.filter((id) => !page.unordered?.includes(id));
    const query = { poll_id: poll.id, provider: poll.provider, external_ids: inOrder };
    metKnown ||= (await findKnownItems(deps.sql, query)).size > 0;
    if (pages >= maxPages || (metKnown && sweepPages === null)) {
      return { drafts, olderIds, coverageGap: !metKnown, reachedEnd: false };
    }
  }
}

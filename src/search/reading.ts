import { factsOf } from "../listings/facts.ts";
import type { Listing } from "../listings/schema.ts";
import type { ListingFacts } from "../matching/verdict.ts";
import type { PageCursor, ProviderQuery } from "../providers/contract.ts";
import type { PageRead } from "./read_page.ts";

/**
 * Most pages read of one provider in one search: what lies behind 600 offers of eBay, 300 releases of Discogs or 75 of
 * the simulated market is found by better words, and Discogs has fifty calls a minute for everybody.
 */
export const MAX_PAGES = 3;

/** A listing with what it is judged by, worked out once for all who search alike. */
export interface FoundListing {
  listing: Listing;
  facts: ListingFacts;
}

/** Where the next page starts. */
export interface Position {
  query: ProviderQuery;
  cursor: PageCursor;
}

/**
 * What one provider says to one search, page by page, shared by everybody who searches alike. It only grows at its end,
 * so that whoever pages through it meets no item twice and misses none.
 */
export class Reading {
  readonly startedAt: Date;
  readonly #queries: readonly ProviderQuery[];
  readonly #found = new Map<string, FoundListing>();
  #pages = 0;
  #next: { index: number; cursor: PageCursor } | null;
  #error: string | null = null;
  #flight: Promise<void> | null = null;

  /** Of at least one query; several are read one after the other. */
  constructor(queries: readonly ProviderQuery[], startedAt: Date) {
    this.#queries = queries;
    this.startedAt = startedAt;
    this.#next = queries.length > 0 ? { index: 0, cursor: null } : null;
  }

  /** Everything found so far, in the provider's order. */
  get found(): Iterable<FoundListing> {
    return this.#found.values();
  }

  /** How many listings it holds. */
  get size(): number {
    return this.#found.size;
  }

  /** Pages read so far. */
  get pages(): number {
    return this.#pages;
  }

  /** Another page may be read. */
  get isOpen(): boolean {
    return this.#error === null && this.#next !== null && this.#pages < MAX_PAGES;
  }

  /** Why reading ended before its end; null: it did not. */
  get error(): string | null {
    return this.#error;
  }

  /**
   * Adds the next page by `read`, unless there is none; whoever asks meanwhile waits for the same one. A page that fails
   * ends the reading: what came behind it would move to another place when a later try succeeds.
   */
  async deepen(read: (position: Position) => Promise<PageRead>): Promise<void> {
    if (this.#flight) return await this.#flight;
    const next = this.#next;
    if (!this.isOpen || next === null) return;
    const query = this.#queries[next.index]!; // safe: #next is only ever an index of it
    this.#flight = read({ query, cursor: next.cursor }).then((page) => this.#add(page, next.index));
    try {
      await this.#flight;
    } finally {
      this.#flight = null;
    }
  }

  #add(page: PageRead, index: number): void {
    if (page.kind === "failed") {
      this.#error = page.error;
      return;
    }
    this.#pages++;
    for (const listing of page.listings) {
      // Offers move to later pages while new ones come: the first place counts.
      if (!this.#found.has(listing.id)) this.#found.set(listing.id, { listing, facts: factsOf(listing) });
    }
    const isMore = index + 1 < this.#queries.length;
    this.#next = page.next !== null
      ? { index, cursor: page.next }
      : isMore
      ? { index: index + 1, cursor: null }
      : null;
  }
}

import { addSeconds } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { storableTextOrNull } from "../platform/text.ts";
import { formatsOfText } from "../matching/formats.ts";
import { gradeOfListing } from "../matching/listing_grade.ts";
import { releaseKeys } from "../matching/release_watch.ts";
import { listingKeys, tokens } from "../matching/tokens.ts";
import { insertObservations } from "../pricing/store.ts";
import type { ListingDraft } from "../providers/contract.ts";
import { ENDED_SECONDS } from "../providers/terms.ts";
import type { Ingested, Listing } from "./schema.ts";
import { isShippingNews, mergeShipping } from "./shipping.ts";
import { findClosedSellers } from "./seller_store.ts";
import { insertNewListings, type ListingRow, lockListings, touchListings, updateListings } from "./store.ts";

/** Where drafts come from, and how long they may be shown. */
export interface IngestSource {
  provider: string;
  max_age_seconds: number | null;
}

/** Longest texts kept, in UTF-16 units; longer ones are cut. */
const MAX_TITLE = 1_000;
const MAX_TEXT = 300;
const MAX_URL = 2_000;

/** What rules look at: a listing in which only other things moved needs no new verdict. */
const MATCHED_FIELDS = [
  "title",
  "price_minor",
  "currency",
  "price_kind",
  "grade",
  "status",
  "discogs_release_id",
  "discogs_master_id",
  "for_sale_count",
  "is_blocked",
] as const;
/** What else is worth a write when it changes. */
const SHOWN_FIELDS = [
  "kind",
  "url",
  "image_url",
  "shipping_minor",
  "condition",
  "seller",
  "location",
] as const;

/**
 * Stores a batch of drafts of one provider inside an ingest transaction (`enterIngest` first) and says, in the order
 * of the drafts, what each one was: new, changed or the same. A price or status that differs from the last is kept
 * as an observation. A draft named twice in the batch is taken once, the first time.
 */
export async function ingestListings(
  tx: Sql,
  input: { source: IngestSource; drafts: readonly ListingDraft[]; now: Date },
): Promise<Ingested[]> {
  const rows = await withoutClosedSellers(tx, distinctRows(input), input);
  if (rows.length === 0) return [];
  const sorted = [...rows].sort((a, b) => (a.external_id < b.external_id ? -1 : 1));
  const inserted = await insertNewListings(tx, sorted, input.now);
  const created = new Map(inserted.map((listing) => [listing.external_id, listing]));
  const known = sorted.filter((row) => !created.has(row.external_id));
  const stored = new Map(
    (known.length > 0 ? await lockListings(tx, known) : []).map((row) => [row.external_id, row]),
  );
  const results = rows.map((row) =>
    compareWithStored(row, created.get(row.external_id), stored.get(row.external_id), input.now)
  );
  await writeChanges(tx, results, input);
  return results.map(({ row: _row, written: _written, ...ingested }) => ingested);
}

interface Compared extends Ingested {
  row: ListingRow;
  /** Something differs from what is stored. */
  written: boolean;
}

function compareWithStored(
  row: ListingRow,
  created: Listing | undefined,
  stored: Listing | undefined,
  now: Date,
): Compared {
  if (created) {
    return { listing: created, created: true, previous: null, observed: true, row, written: false };
  }
  if (!stored) throw new Error(`Cannot find listing ${row.provider}/${row.external_id} that was just locked`);
  const marketplaces = merged(stored.marketplaces, row.marketplaces);
  // Amounts are in the currency of the price: those of another say nothing any more.
  const knownShipping = stored.currency === row.currency ? stored.shipping : {};
  const shipping = mergeShipping(knownShipping, row.shipping, now);
  // Nobody was shown what expired, so a rule that began meanwhile has not judged it.
  const isExpired = stored.blanked_at !== null || (stored.expires_at !== null && stored.expires_at <= now);
  const changed = isExpired || MATCHED_FIELDS.some((field) => stored[field] !== row[field]) ||
    stored.formats.join() !== row.formats.join() || stored.marketplaces.join() !== marketplaces.join();
  const ends = dateOf(row.ends_at);
  const observed = stored.price_minor !== row.price_minor || stored.currency !== row.currency ||
    stored.status !== row.status;
  return {
    // listed_at stays what it was when a later answer no longer says it.
    listing: {
      ...stored,
      ...row,
      listed_at: dateOf(row.listed_at) ?? stored.listed_at,
      ends_at: ends,
      marketplaces,
      shipping,
      expires_at: dateOf(row.expires_at),
      blanked_at: null,
      observed_at: now,
    },
    created: false,
    previous: changed ? stored : null,
    observed,
    row: {
      ...row,
      marketplaces,
      shipping,
      listed_at: row.listed_at ?? stored.listed_at?.toISOString() ?? null,
    },
    written: changed || ends?.getTime() !== stored.ends_at?.getTime() ||
      isShippingNews(knownShipping, row.shipping, now) ||
      SHOWN_FIELDS.some((field) => stored[field] !== row[field]),
  };
}

/** A listing that two marketplaces show is one listing, to be had on both. */
function merged(stored: readonly string[], named: readonly string[]): string[] {
  return [...new Set([...stored, ...named])].sort();
}

async function writeChanges(
  tx: Sql,
  results: readonly Compared[],
  input: { source: IngestSource; now: Date },
): Promise<void> {
  const changed = results.filter((result) => result.written);
  if (changed.length > 0) {
    await updateListings(tx, changed.map((result) => ({ ...result.row, id: result.listing.id })), input.now);
  }
  const same = results.filter((result) => !result.written && !result.created);
  if (same.length > 0) {
    await touchListings(tx, {
      ids: same.map((result) => result.listing.id),
      expires_at: expiry(input),
      now: input.now,
    });
  }
  const observed = results.filter((result) => result.observed);
  if (observed.length > 0) {
    const rows = observed.map(({ listing }) => ({
      listing_id: listing.id,
      price_minor: listing.price_minor,
      currency: listing.currency,
      status: listing.status,
      expires_at: listing.expires_at,
    }));
    await insertObservations(tx, rows, input.now);
  }
}

/** A search may name a seller who closed his account for a while after it was told; a page may have been read before. */
async function withoutClosedSellers(
  tx: Sql,
  rows: ListingRow[],
  { source: { provider }, now }: { source: IngestSource; now: Date },
): Promise<ListingRow[]> {
  const names = [...new Set(rows.flatMap(({ seller }) => seller ?? []))];
  if (names.length === 0) return rows;
  const closed = await findClosedSellers(tx, { provider, names, now });
  if (closed.size === 0) return rows;
  return rows.map((row) =>
    row.seller !== null && closed.has(row.seller) ? { ...row, seller: null, location: null } : row
  );
}

function distinctRows(
  input: { source: IngestSource; drafts: readonly ListingDraft[]; now: Date },
): ListingRow[] {
  const rows = new Map<string, ListingRow>();
  for (const draft of input.drafts) {
    const row = toRow(draft, input);
    if (row && !rows.has(row.external_id)) rows.set(row.external_id, row);
  }
  return [...rows.values()];
}

/** The draft as it can be stored; null when it has no identity or title, which is nothing to store. */
function toRow(draft: ListingDraft, input: { source: IngestSource; now: Date }): ListingRow | null {
  const externalId = storableTextOrNull(draft.external_id, MAX_TEXT);
  const title = storableTextOrNull(draft.title, MAX_TITLE);
  if (externalId === null || title === null) return null;
  const condition = storableTextOrNull(draft.condition, MAX_TEXT);
  const expiresAt = expiry(input, draft.status)?.toISOString() ?? null;
  return {
    provider: input.source.provider,
    external_id: externalId,
    kind: draft.kind,
    title,
    url: storableTextOrNull(draft.url, MAX_URL),
    image_url: storableTextOrNull(draft.image_url, MAX_URL),
    price_minor: draft.currency === null ? null : draft.price_minor,
    currency: draft.currency,
    price_kind: draft.price_kind ?? "fixed",
    ...shippingOf(draft, expiresAt),
    for_sale_count: draft.for_sale_count ?? null,
    is_blocked: draft.is_blocked ?? false,
    condition,
    // A release of the catalogue and a floor have no copy that could have a grade, whatever their title says.
    grade: draft.kind === "offer" ? gradeOfListing({ condition, title }) : null,
    formats: formatsOfText(title, draft.formats),
    seller: storableTextOrNull(draft.seller, MAX_TEXT),
    location: storableTextOrNull(draft.location, MAX_TEXT),
    discogs_release_id: draft.discogs_release_id,
    discogs_master_id: draft.discogs_master_id,
    status: draft.status,
    keys: [...listingKeys(tokens(title)), ...releaseKeys(draft)],
    listed_at: draft.listed_at?.toISOString() ?? null,
    ends_at: draft.ends_at?.toISOString() ?? null,
    marketplaces: merged([], draft.marketplaces ?? []),
    expires_at: expiresAt,
  };
}

/** What depends on the marketplace is kept by marketplace: no reading of one stands for another. */
function shippingOf(
  { shipping_minor: minor, shipping_to: marketplace }: ListingDraft,
  expires_at: string | null,
): Pick<ListingRow, "shipping_minor" | "shipping"> {
  if (!marketplace) return { shipping_minor: minor, shipping: {} };
  return { shipping_minor: null, shipping: { [marketplace]: { minor, expires_at } } };
}

function expiry(
  { source: { max_age_seconds }, now }: { source: IngestSource; now: Date },
  status: Listing["status"] = "active",
): Date | null {
  if (max_age_seconds === null) return null;
  return addSeconds(now, status === "ended" ? Math.min(max_age_seconds, ENDED_SECONDS) : max_age_seconds);
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

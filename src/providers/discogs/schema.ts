/** What Discogs sends, as far as we read it: API v2 (documentation of 2025-07, measured 2026-08). */
import { z } from "zod";

/** Fields that are decoration: a strange value costs the field, not the answer. */
const text = z.string().nullish().catch(null);
const texts = z.array(z.string().nullish().catch(null)).nullish().catch(null);
/** Discogs writes 0 for "no master". */
const id = z.int().min(1).nullish().catch(null);
const count = z.int().min(0).nullish().catch(null);
const community = z.looseObject({ have: count }).nullish().catch(null);

/** The body of every error answer. */
export const DiscogsErrorBody = z.looseObject({ message: text });

/** One row of a database search; other types than `release` are let through, to be left out. */
export const DiscogsSearchRow = z.looseObject({
  id: z.int().min(1),
  type: z.string(),
  title: z.string().trim().min(1),
  format: texts,
  master_id: id,
  thumb: text,
  cover_image: text,
  community,
});
export type DiscogsSearchRow = z.infer<typeof DiscogsSearchRow>;

/** A page of a search; rows are read one by one by DiscogsSearchRow. */
export const DiscogsSearchBody = z.looseObject({
  pagination: z.looseObject({ page: z.int().nullish(), pages: z.int().nullish() }).nullish().catch(null),
  results: z.array(z.unknown()),
});
export type DiscogsSearchBody = z.infer<typeof DiscogsSearchBody>;

/**
 * Marketplace statistics. None for sale is null or 0; blocked is both null. A body without any of the keys is no
 * statistics at all, and a price without its currency is no price.
 */
export const DiscogsStatsBody = z.looseObject({
  lowest_price: z.looseObject({ value: z.number(), currency: z.string().regex(/^[A-Z]{3}$/) }).nullish(),
  num_for_sale: z.int().min(0).nullish().catch(null),
  blocked_from_sale: z.boolean().nullish().catch(null),
}).refine((body) => "lowest_price" in body || "num_for_sale" in body || "blocked_from_sale" in body, {
  message: "not marketplace statistics",
});
export type DiscogsStatsBody = z.infer<typeof DiscogsStatsBody>;

const artists = z.array(z.looseObject({ name: z.string(), join: text })).nullish().catch(null);

/** A release, names only. Its `lowest_price` is not read: it is in US dollars whatever was asked for. */
export const DiscogsReleaseBody = z.looseObject({
  id: z.int().min(1),
  title: z.string().trim().min(1),
  artists,
  formats: z.array(z.looseObject({ name: text, descriptions: texts })).nullish().catch(null),
  master_id: id,
  community,
});
export type DiscogsReleaseBody = z.infer<typeof DiscogsReleaseBody>;

/** A master, names only. Its `lowest_price` has no currency and is not read. */
export const DiscogsMasterBody = z.looseObject({
  id: z.int().min(1),
  title: z.string().trim().min(1),
  artists,
  main_release: id,
});
export type DiscogsMasterBody = z.infer<typeof DiscogsMasterBody>;

/** One version of a master. Its artist is the master's and not in the row. */
export const DiscogsVersionRow = z.looseObject({
  id: z.int().min(1),
  title: z.string().trim().min(1),
  /** "LP, Album, Reissue". */
  format: text,
  /** "Vinyl". */
  major_formats: texts,
  status: text,
  stats: z.looseObject({ community: z.looseObject({ in_collection: count }).nullish().catch(null) }).nullish()
    .catch(null),
});
export type DiscogsVersionRow = z.infer<typeof DiscogsVersionRow>;

/** A page of versions; rows are read one by one by DiscogsVersionRow. */
export const DiscogsVersionsBody = z.looseObject({
  pagination: z.looseObject({ pages: z.int().nullish() }).nullish().catch(null),
  versions: z.array(z.unknown()),
});

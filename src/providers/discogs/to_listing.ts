import { fromNumber } from "../../pricing/money.ts";
import type { ListingDraft } from "../contract.ts";
import { cleanTitle, formatsBehind, withFormats } from "./names.ts";
import type { DiscogsSearchRow, DiscogsStatsBody } from "./schema.ts";
import type { KnownRelease } from "./catalogue_store.ts";

const SITE = "https://www.discogs.com";

/** What a listing of the catalogue and a floor have in common: nothing of an offer. */
const NO_OFFER = {
  image_url: null,
  price_minor: null,
  currency: null,
  shipping_minor: null,
  condition: null,
  seller: null,
  location: null,
  listed_at: null,
  status: "active",
} as const;

/** A release of the catalogue by its name; it has no price. */
export function toCatalogueListing(release: KnownRelease, imageUrl: string | null = null): ListingDraft {
  return {
    ...NO_OFFER,
    external_id: `release:${release.id}`,
    kind: "release",
    title: release.title,
    formats: formatsBehind(release.title),
    url: `${SITE}/release/${release.id}`,
    image_url: imageUrl,
    discogs_release_id: release.id,
    discogs_master_id: release.master_id,
  };
}

/** A search row as what is known of the release. */
export function releaseOfRow(row: DiscogsSearchRow): KnownRelease {
  return {
    id: row.id,
    title: withFormats(cleanTitle(row.title), row.format ?? []),
    master_id: row.master_id ?? null,
    collectors: row.community?.have ?? null,
  };
}

/** The picture of a search row; without credentials Discogs sends empty texts. */
export function imageOfRow(row: DiscogsSearchRow): string | null {
  const address = row.cover_image || row.thumb || "";
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : null;
}

/**
 * Statistics as the floor of a release: the lowest price worldwide, in the currency Discogs states. Nothing for sale is
 * a count of 0 without price; blocked is neither: both numbers unknown. A price of 0 is no price.
 */
export function toFloor(release: KnownRelease, stats: DiscogsStatsBody): ListingDraft {
  const isBlocked = stats.blocked_from_sale ?? false;
  const lowest = isBlocked ? null : stats.lowest_price ?? null;
  const minor = (lowest && fromNumber(lowest.value, lowest.currency)) || null;
  return {
    ...NO_OFFER,
    external_id: `floor:${release.id}`,
    kind: "floor",
    title: release.title,
    formats: formatsBehind(release.title),
    url: `${SITE}/sell/release/${release.id}`,
    price_minor: minor,
    currency: minor === null ? null : lowest?.currency ?? null,
    for_sale_count: isBlocked ? null : stats.num_for_sale ?? (lowest === null ? 0 : null),
    is_blocked: isBlocked,
    discogs_release_id: release.id,
    discogs_master_id: release.master_id,
  };
}

import { decodeEntities } from "../../matching/entities.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import { parseDecimal } from "../../pricing/money.ts";
import { isCurrency } from "../../matching/rule_query.ts";
import type { ListingDraft } from "../contract.ts";
import { instantOf, webAddress } from "../read_values.ts";
import { priceInTitle } from "./price_in_title.ts";
import type { FeedEntry } from "./schema.ts";

/** Longest key of an entry that is kept as it is: what a listing's id may have. */
const MAX_KEY_LENGTH = 200;

/** An entry as an offer. Its price is unknown unless the feed names it. */
export async function toListing(
  entry: FeedEntry,
  { url, currency }: { url: string; currency: string | null },
): Promise<ListingDraft> {
  const title = withoutMarkup(entry.title);
  const price = ownPrice(entry, currency) ?? priceInTitle(title, currency);
  return {
    external_id: entry.key.length <= MAX_KEY_LENGTH ? entry.key : await sha256Hex(entry.key),
    kind: "offer",
    title,
    url: webAddress(URL.parse(entry.url ?? "", url)?.href),
    image_url: webAddress(entry.image_url),
    price_minor: price?.minor ?? null,
    currency: price?.currency ?? null,
    ...(price && { price_kind: "fixed" as const }),
    shipping_minor: null,
    condition: null,
    seller: null,
    location: null,
    discogs_release_id: null,
    discogs_master_id: null,
    listed_at: instantOf(entry.published),
    status: entry.is_sold_out ? "ended" : "active",
  };
}

/** Titles may be HTML, once or twice encoded. */
function withoutMarkup(title: string): string {
  const text = decodeEntities(title).replace(/<\/?[a-z][^<>]{0,500}>/gi, " ");
  return decodeEntities(text).replace(/\s+/g, " ").trim() || title;
}

function ownPrice({ price }: FeedEntry, own: string | null): { minor: number; currency: string } | null {
  const currency = price?.currency ?? own;
  if (!price || currency === null || !isCurrency(currency)) return null;
  const minor = parseDecimal(price.value, currency);
  return minor ? { minor, currency } : null;
}

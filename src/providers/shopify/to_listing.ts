/** From a product of a shop to listings: one per variant. Conventions differ from shop to shop. Pure. */
import { formatsOfText } from "../../matching/formats.ts";
import { tokens } from "../../matching/tokens.ts";
import { parseDecimal } from "../../pricing/money.ts";
import type { ArtistPlace, SourceConfig } from "../added_source.ts";
import type { ListingDraft } from "../contract.ts";
import { instantOf, webAddress } from "../read_values.ts";
import { type ShopProduct, ShopVariant } from "./schema.ts";

/** Variant titles that say nothing. */
const NO_VARIANT = /^default( title)?$/i;
/** `Artist "Album"`, with straight or typographic quotes, and what follows. */
const QUOTED = /^(.{1,200}?)\s*[-–—:]?\s*["“”„«]([^"“”„«»]{1,300})["“”»]\s*(.*)$/s;
const DASHED = /\s[-–—]\s/;
/** What no record shop calls a record. */
const MERCH =
  /\b(t-?shirts?|tees?|shirt|hood(ie|y|ies)|sweat(er|shirt|pants)|longsleeves?|posters?|prints?|mugs?|totes?|slip-?mats?|stickers?|patch(es)?|pins?|badges?|caps?|hats?|beanies?|socks|shorts|jackets?|books?|zines?|magazines?|gift cards?|e-?books?|turntables?|cartridges?|speakers?|headphones?)\b/i;
const DIGITAL = /^(digital|mp3|flac|wav|aiff|download|streaming)\b/i;
/** How records are sold where no format is named. */
const RECORD_WORDS = /\bvinyl\b|\b\d*\s*x?\s*lps?\b|\d+\s*["”″]/i;

/** What a product is sold as; empty for things that are no records, and for files. */
export function toListings(
  product: ShopProduct,
  { origin, config }: { origin: string; config: SourceConfig },
): ListingDraft[] {
  const variants = product.variants.map((one) => ShopVariant.safeParse(one).data).filter((one) =>
    one !== undefined
  );
  const base = titleOf(product, config.artist_from ?? "vendor");
  return variants.flatMap((variant) => {
    const title = withVariant(base, product, variant);
    if (title === null) return [];
    const minor = priceOf(variant, config.currency);
    return [{
      external_id: variant.id,
      kind: "offer" as const,
      title,
      url: `${origin}/products/${encodeURIComponent(product.handle)}?variant=${variant.id}`,
      image_url: webAddress(variant.featured_image?.src ?? product.images?.[0]?.src),
      price_minor: minor,
      currency: minor === null ? null : config.currency,
      ...(minor === null ? {} : { price_kind: "fixed" as const }),
      shipping_minor: null,
      condition: null,
      seller: new URL(origin).hostname,
      location: null,
      discogs_release_id: null,
      discogs_master_id: null,
      listed_at: instantOf(product.published_at),
      status: variant.available === false ? "ended" as const : "active" as const,
    }];
  });
}

/** Where most products of a shop name their artist. */
export function guessArtistPlace(products: readonly ShopProduct[]): ArtistPlace {
  const share = (pattern: RegExp) =>
    products.filter(({ title }) => pattern.test(title)).length / Math.max(1, products.length);
  if (share(QUOTED) >= 0.5) return "title_quote";
  return share(DASHED) >= 0.5 ? "title_dash" : "vendor";
}

/** Artist and album, in one form. A vendor who already stands in the title is not named twice. */
function titleOf({ title, vendor }: ShopProduct, place: ArtistPlace): string {
  const quoted = place === "title_quote" ? QUOTED.exec(title) : null;
  if (quoted) {
    return [`${quoted[1]?.trim()} - ${quoted[2]?.trim()}`, quoted[3]?.trim()].filter(Boolean).join(" ");
  }
  if (place !== "vendor" || !vendor?.trim()) return title;
  const inTitle = new Set(tokens(title));
  return tokens(vendor).every((token) => inTitle.has(token)) ? title : `${vendor.trim()} - ${title}`;
}

/** The title with what tells the variant apart and the format it is in; null: it is no record. */
function withVariant(base: string, product: ShopProduct, variant: ShopVariant): string | null {
  const name = variant.title?.trim() ?? "";
  if (DIGITAL.test(name)) return null;
  const title = NO_VARIANT.test(name) || name === "" || base.includes(name) ? base : `${base} (${name})`;
  if (formatsOfText(title).length > 0 || RECORD_WORDS.test(title)) return title;
  const type = product.product_type?.trim() ?? "";
  if (MERCH.test(title) || MERCH.test(type) || DIGITAL.test(type)) return null;
  // A tag says what a product is only where the tags name one format: else it may be another variant's.
  const tagged = (product.tags ?? []).filter((tag) => formatsOfText(tag).length > 0);
  const formats = new Set(tagged.flatMap((tag) => formatsOfText(tag)).filter((one) => one !== "vinyl"));
  const format = formatsOfText(type).length > 0
    ? type
    : tagged.length > 0 && formats.size <= 1
    ? tagged[0]!.trim()
    : null;
  if (format !== null) return `${title} [${format}]`;
  return /\b(music|records?|albums?|releases?)\b/i.test(type) ? title : null;
}

/** Nothing is sold for nothing: bundles and gifts show 0.00. */
function priceOf({ price }: ShopVariant, currency: string | null): number | null {
  if (!price || currency === null) return null;
  return parseDecimal(price, currency) || null;
}

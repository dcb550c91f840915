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
/** Variants that say no more than whether it is new. */
const NEW_OR_USED = /^(brand[ -]?new|new|still sealed|sealed|like new|used|pre-?owned|second[ -]?hand)$/i;
/** Options that are the condition of the record, in the languages of most shops. */
const CONDITION = /(?<!\p{L})(conditions?|grad(e|ing)|zustand|état|estado|stato|staat)(?!\p{L})/iu;
const OF_SLEEVE = /\b(sleeve|cover|jacket)\b/i;
/** `Artist "Album"`, with straight or typographic quotes, and what follows; 7" is no quote. */
const QUOTED = /^(.{1,200}?)\s*[-–—:]?\s*(?<!\d)["“”„«]([^"“”„«»]{1,300})["“”»]\s*(.*)$/s;
const DASHED = /\s[-–—]\s/;
/** What no record shop calls a record. */
const MERCH =
  /\b(t-?shirts?|tees?|shirt|hood(ie|y|ies)|sweat(er|shirt|pants)|longsleeves?|posters?|prints?|mugs?|totes?|slip-?mats?|stickers?|patch(es)?|pins?|badges?|caps?|hats?|beanies?|socks|shorts|jackets?|books?|zines?|magazines?|gift cards?|e-?books?|turntables?|cartridges?|speakers?|headphones?)\b/i;
const DIGITAL = /^(digital|mp3|flac|wav|aiff|download|streaming)\b/i;
/** How records are sold where no format is named. */
const RECORD_WORDS = /\bvinyl\b|\b\d*\s*x?\s*lps?\b|\d+\s*["”″]/i;
/** How large a poster is. */
const DIMENSIONS = /\b\d{2}\s*["”″]?\s*[x×]\s*\d{2}\s*["”″]?/gi;
/** What comes with a thing is not the thing. */
const ALONG = /[+&]|\bw\/|\bwith\b|\bincl/i;
const FORMAT = String
  .raw`(?:\d{0,2}\s?x?\s?(?:lps?|eps?|cds?|dvds?|vinyls?|cassettes?|tapes?)|\d{1,2}\s?(?:["”″]|inch)(?:\s?vinyl)?)`;
/** "CD/LP" at the end: what a product is to be had as. */
const FORMATS_AT_END = new RegExp(String.raw`[ ([]+${FORMAT}(?:\s?[/,]\s?${FORMAT})*[ )\]]*$`, "i");
/** Many names end so: The Marshall Mathers LP. */
const MAYBE_NAME = /^\W*[le]p\W*$/i;

/** What a product is sold as; empty for things that are no records, and for files. */
export function toListings(
  product: ShopProduct,
  { origin, config }: { origin: string; config: SourceConfig },
): ListingDraft[] {
  const variants = product.variants.map((one) => ShopVariant.safeParse(one).data).filter((one) =>
    one !== undefined
  );
  const named = nameOf(product, config.artist_from ?? "vendor");
  const read = { ...named, type: product.product_type ?? "", formatNamed: once(() => formatNamed(product)) };
  return variants.flatMap((variant) => {
    const title = withVariant(read, variant);
    if (title === null) return [];
    const minor = priceOf(variant, config.currency);
    return [{
      external_id: variant.id,
      kind: "offer" as const,
      title,
      formats: variant.title ?? "",
      url: `${origin}/products/${encodeURIComponent(product.handle)}?variant=${variant.id}`,
      image_url: webAddress(variant.featured_image?.src ?? product.images?.[0]?.src),
      price_minor: minor,
      currency: minor === null ? null : config.currency,
      ...(minor === null ? {} : { price_kind: "fixed" as const }),
      shipping_minor: null,
      condition: conditionOf(product, variant),
      seller: new URL(origin).hostname,
      location: null,
      discogs_release_id: null,
      discogs_master_id: null,
      listed_at: laterOf(instantOf(product.published_at), instantOf(variant.created_at)),
      status: variant.available === false ? "ended" as const : "active" as const,
    }];
  });
}

/** Raised when guessArtistPlace() gives other answers: shops that were guessed before are guessed anew, once. */
export const ARTIST_GUESS = 2;

/**
 * Where most products of a shop name their artist. A dash says nothing where the vendors are artists: what stands behind
 * it is then the colour of the record. Labels are few, artists are as many as products.
 */
export function guessArtistPlace(products: readonly ShopProduct[]): ArtistPlace {
  const share = (pattern: RegExp) =>
    products.filter(({ title }) => pattern.test(title)).length / Math.max(1, products.length);
  if (share(QUOTED) >= 0.5) return "title_quote";
  const vendors = new Set(products.map(({ vendor }) => vendor).filter(Boolean));
  const areLabels = vendors.size <= Math.max(1, products.length / 2);
  return share(DASHED) >= 0.5 && areLabels ? "title_dash" : "vendor";
}

/** A product by name. */
interface Named {
  /** Artist and album, in one form. */
  title: string;
  /** Without its artist, who may be called Magazine or The Books. */
  thing: string;
}

/** A vendor who already stands in the title is not named twice. */
function nameOf({ title, vendor }: ShopProduct, place: ArtistPlace): Named {
  const quoted = place === "title_quote" ? QUOTED.exec(title) : null;
  if (quoted) {
    const [artist = "", album = "", rest = ""] = quoted.slice(1).map((part) => part.trim());
    return { title: [`${artist} - ${album}`, rest].filter(Boolean).join(" "), thing: `${album} ${rest}` };
  }
  if (place === "title_dash") return { title, thing: title.split(DASHED).slice(1).join(" - ") || title };
  if (place !== "vendor" || !vendor) return { title, thing: title };
  const thing = title.replaceAll(vendor, " ");
  const inTitle = new Set(tokens(title));
  return tokens(vendor).every((token) => inTitle.has(token))
    ? { title, thing }
    : { title: `${vendor} - ${title}`, thing };
}

/** A product, with what is worked out of it once, however many variants it has. */
interface ReadProduct extends Named {
  type: string;
  formatNamed: () => string | null;
}

/** The title with what tells the variant apart and the format it is in; null: it is no record. */
function withVariant(product: ReadProduct, variant: ShopVariant): string | null {
  const { thing, type } = product;
  const name = variant.title ?? "";
  if (DIGITAL.test(name) || isThingBeside(name, thing)) return null;
  const base = withoutOtherFormats(product.title, name);
  const title = NO_VARIANT.test(name) || isNamedIn(name, base) ? base : `${base} (${name})`;
  if (isRecord(title.replace(DIMENSIONS, " "))) return title;
  if (MERCH.test(`${thing} ${name}`) || MERCH.test(type) || DIGITAL.test(type)) return null;
  const format = product.formatNamed();
  if (format !== null) return `${title} [${format}]`;
  return /\b(music|records?|albums?|releases?)\b/i.test(type) ? title : null;
}

/** The format in a product's type or tags; null: none, or which is not clear. */
function formatNamed({ product_type: type, tags }: ShopProduct): string | null {
  if (type && formatsOfText(type).length > 0) return type;
  // A tag says what a product is only where the tags name one format: else it may be another variant's.
  const tagged = (tags ?? []).filter((tag) => formatsOfText(tag).length > 0);
  const formats = new Set(tagged.flatMap((tag) => formatsOfText(tag)).filter((one) => one !== "vinyl"));
  return formats.size <= 1 ? tagged[0] ?? null : null;
}

function once<T>(work: () => T): () => T {
  let done: { result: T } | null = null;
  return () => (done ??= { result: work() }).result;
}

function isRecord(text: string): boolean {
  return formatsOfText(text).length > 0 || RECORD_WORDS.test(text);
}

/** A slipmat among the colours of a record. Of a bundle, the record comes along. */
function isThingBeside(name: string, thing: string): boolean {
  return MERCH.test(name) && !isRecord(name) && !ALONG.test(name) && !MERCH.test(thing);
}

/** "CD/LP" as the one of the two that the variant is: a CD's price is not the record's. */
function withoutOtherFormats(base: string, name: string): string {
  const own = formatsOfText(name);
  const end = own.length > 0 ? FORMATS_AT_END.exec(base) : null;
  if (!end || MAYBE_NAME.test(end[0]) || ALONG.test(base.slice(0, end.index).slice(-2))) return base;
  const kept = end[0].replace(/[()[\]]/g, "").split(/[/,]/)
    .filter((part) => formatsOfText(part).some((format) => own.includes(format)));
  return `${base.slice(0, end.index)} ${kept.map((part) => part.trim()).join("/")}`.trim();
}

/** Word by word: "LP" does not stand in "HELP!". */
function isNamedIn(name: string, base: string): boolean {
  return ` ${tokens(base).join(" ")} `.includes(` ${tokens(name).join(" ")} `) || tokens(name).length === 0;
}

/** In the shop's words; null: it says none. */
function conditionOf({ options }: ShopProduct, variant: ShopVariant): string | null {
  const names = (options ?? []).map((option) => option?.name ?? "");
  const at = names.findIndex((name) => CONDITION.test(name) && !OF_SLEEVE.test(name));
  const stated = [variant.option1, variant.option2, variant.option3][at];
  if (stated) return stated;
  return variant.title && NEW_OR_USED.test(variant.title) ? variant.title : null;
}

function laterOf(one: Date | null, other: Date | null): Date | null {
  return one !== null && other !== null && other > one ? other : one ?? other;
}

/** Nothing is sold for nothing: bundles and gifts show 0.00. */
function priceOf({ price }: ShopVariant, currency: string | null): number | null {
  if (!price || currency === null) return null;
  return parseDecimal(price, currency) || null;
}

/** RSS 0.9 to 2.0, RDF, Atom and JSON Feed as entries. Pure. */
import { parseFeed } from "feedsmith";
import { type Feed, type FeedEntry, ParsedEntry, ParsedFeed } from "./schema.ts";

/** Entries of one feed that are read; feeds show their newest ten to a few hundred. */
const MAX_ENTRIES = 1_000;

/**
 * Text of bytes: UTF-8 where they are that beyond doubt, else by the charset of the header, else of the XML declaration; where
 * none of them can be it, as Windows-1252, in which old shops write without a word of it.
 */
export function decodeFeed(bytes: Uint8Array<ArrayBuffer>, contentType: string | null): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 300));
  const declared = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(head)?.[1];
  const mark = head.startsWith("\xff\xfe") ? "utf-16le" : head.startsWith("\xfe\xff") ? "utf-16be" : null;
  const named = /charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType ?? "")?.[1];
  const text = new TextDecoder().decode(bytes);
  // No other charset makes whole letters of UTF-8 by chance, and many servers say what the feed is not in.
  if (mark === null && !text.includes("\ufffd") && NOT_ASCII.test(text)) return text;
  for (const charset of [mark, named, declared]) {
    try {
      const other = charset ? new TextDecoder(charset).decode(bytes) : null;
      if (other !== null && !isBroken(other)) return other;
    } catch {
      // A charset that nobody knows: the next best word for it.
    }
  }
  return isBroken(text) ? new TextDecoder("windows-1252").decode(bytes) : text;
}

const NOT_ASCII = /[^\p{ASCII}]/u;

/** More letters are broken than whole: it was another charset. A feed that cuts its texts by bytes breaks some. */
function isBroken(text: string): boolean {
  const broken = text.split("\ufffd").length - 1;
  return broken > 0 && broken * 2 > text.replace(/\p{ASCII}+/gu, "").length;
}

/** Whether a text is a web page, as gateways and shops without feeds answer. */
export function isHtml(text: string): boolean {
  return /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?(?:<!doctype\s+html|<html)/is.test(text);
}

/** The feed in a text; null: there is none, or it is cut. Entities of its own are not read, so none can grow. */
export function readFeed(text: string): Feed | null {
  if (!isComplete(text)) return null;
  try {
    const { title, items, entries } = ParsedFeed.parse(parseFeed(text, { maxItems: MAX_ENTRIES }).feed);
    const found = items ?? entries ?? [];
    const offers = offersIn(text, found.length);
    const read = found.flatMap((one, index) =>
      toEntry(ParsedEntry.safeParse(one).data, offers[index] ?? NO_OFFER)
    );
    return { title: textOf(title), entries: read };
  } catch {
    return null;
  }
}

/** A feed that ends in the middle parses, and what is missing would count as never having been there. */
function isComplete(text: string): boolean {
  const end = withoutRemarks(text).slice(-200);
  return text.trimStart().startsWith("{")
    ? end.endsWith("}")
    : /<\/(?:[\w-]+:)?(?:rss|feed|rdf)\s*>/i.test(end);
}

/** A text without the comments at its end, where caches tell at length what they did. */
function withoutRemarks(text: string): string {
  let rest = text.trimEnd();
  while (rest.endsWith("-->")) rest = rest.slice(0, Math.max(0, rest.lastIndexOf("<!--"))).trimEnd();
  return rest;
}

/** None without a key or a title. */
function toEntry(parsed: ParsedEntry | undefined, offer: Offer): FeedEntry[] {
  if (!parsed) return [];
  const { guid, id, rdf, link, links, url, external_url } = parsed;
  const permanent = guid?.isPermaLink === false ? null : guid?.value;
  const alternate = links?.find(({ rel }) => !rel || rel === "alternate")?.href ?? links?.[0]?.href;
  const address = textOf(link ?? alternate ?? url ?? external_url ?? permanent ?? rdf?.about);
  const key = textOf(guid?.value ?? id ?? rdf?.about) ?? address;
  const title = textOf(parsed.title) ?? textOf(parsed.content_text ?? parsed.description)?.slice(0, 300) ??
    null;
  if (key === null || title === null) return [];
  const picture = parsed.enclosures?.find(({ type }) => type?.startsWith("image/"))?.url;
  const published = parsed.pubDate ?? parsed.published ?? parsed.date_published ?? parsed.dc?.dates?.[0];
  return [{
    key,
    title,
    url: address,
    image_url: textOf(picture ?? parsed.image ?? parsed.media?.thumbnails?.[0]?.url),
    published: textOf(published ?? parsed.updated),
    ...offer,
  }];
}

function textOf(value: string | null | undefined): string | null {
  return value?.trim() || null;
}

/** What shops' name spaces say of an entry. */
type Offer = Pick<FeedEntry, "price" | "is_sold_out">;

const NO_OFFER: Offer = { price: null, is_sold_out: false };

/** What stands in shops' name spaces, which the parser leaves out: Shopify's `s:price`, Google's `g:price` and `g:availability`. */
function offersIn(text: string, entryCount: number): Offer[] {
  if (!/<[sg]:(?:price|availability)\b/.test(text)) return [];
  const blocks = text.split(/<(?:item|entry)(?=[\s>])/).slice(1, MAX_ENTRIES + 1);
  // Only where every entry is found again.
  return blocks.length !== entryCount ? [] : blocks.map((block) => ({
    price: priceOfShopify(block) ?? priceOfGoogle(block),
    is_sold_out: SOLD_OUT.test(block),
  }));
}

const SOLD_OUT = /<g:availability>\s*(?:<!\[CDATA\[\s*)?out[ _]of[ _]stock\b/i;

/** The price of all variants; null where they differ: which of them is meant nobody can say. */
function priceOfShopify(block: string): FeedEntry["price"] {
  const all = [...block.matchAll(/<s:price(?:\s+currency="([A-Z]{3})")?\s*>\s*([\d.]{1,20})\s*</g)];
  const [first, ...others] = all.map(([, currency = null, value = ""]) => ({ value, currency }));
  return first && others.every(({ value, currency }) => value === first.value && currency === first.currency)
    ? first
    : null;
}

/** What is asked now: a sale's price where there is one; null for a sale of certain days. */
function priceOfGoogle(block: string): FeedEntry["price"] {
  if (block.includes("<g:sale_price_effective_date>")) return null;
  const [, before, value, after] = googlePrice("sale_price").exec(block) ??
    googlePrice("price").exec(block) ?? [];
  return value ? { value, currency: before ?? after ?? null } : null;
}

function googlePrice(name: string): RegExp {
  return new RegExp(
    String
      .raw`<g:${name}>\s*(?:<!\[CDATA\[\s*)?(?:([A-Z]{3})\s+)?([\d.]{1,20})(?:\s+([A-Z]{3}))?\s*(?:<|\]\]>)`,
  );
}

import { z } from "zod";
import { storableText } from "../platform/text.ts";
import { isCurrency } from "../matching/rule_query.ts";
import { toNumber } from "../pricing/money.ts";
import {
  ARTIST_PLACES,
  type FeedLink,
  type FoundSource,
  SOURCE_KINDS,
  type SourceConfig,
  type SourceKind,
} from "../providers/added_source.ts";
import type { ListingDraft } from "../providers/contract.ts";

/** Most sources of one user: each is asked every ten minutes for him alone, if need be. */
export const MAX_SOURCES = 20;
/** Longest address. */
const MAX_URL_LENGTH = 2_000;
/** Longest name. */
export const MAX_NAME_LENGTH = 120;
/** Listings that the answer to a new source shows. */
const PREVIEW_SIZE = 5;

/** The address as a URL without its fragment; without a scheme it is of the web. Null: it is none. */
export function addressOf(text: string): URL | null {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url) url.hash = "";
  return url;
}

const name = z.string({ error: (issue) => `name is text, not ${JSON.stringify(issue.input)}` })
  .transform((text) => storableText(text).trim())
  .pipe(
    z.string().min(1, "name is empty").max(
      MAX_NAME_LENGTH,
      `name is longer than ${MAX_NAME_LENGTH} characters`,
    ),
  );

const currency = z.string({ error: (issue) => `currency is text, not ${JSON.stringify(issue.input)}` })
  .transform((text, context) => {
    const code = text.trim().toUpperCase();
    if (isCurrency(code)) return code;
    context.addIssue({
      code: "custom",
      message: `currency is a code of ISO 4217 such as USD, not ${JSON.stringify(text)}`,
    });
    return z.NEVER;
  });

const artistFrom = z.enum(ARTIST_PLACES, {
  error: (issue) => `artist_from is one of ${ARTIST_PLACES.join(", ")}, not ${JSON.stringify(issue.input)}`,
});

/** Body of `POST /api/sources`. */
export const addSourceSchema = z.strictObject({
  url: z.string({ error: (issue) => `url is text, not ${JSON.stringify(issue.input) ?? "absent"}` }).trim()
    .min(1, "url is empty").max(MAX_URL_LENGTH, `url is longer than ${MAX_URL_LENGTH} characters`)
    .meta({ examples: ["https://shop.example/collections/vinyl"] }),
  name: name.nullish().describe("Absent: what the source calls itself"),
  currency: currency.nullish().describe("Of prices that name none; absent: as far as the source tells"),
  artist_from: artistFrom.nullish().describe("Of shops; absent: as most of its products have it"),
}).meta({ id: "AddSource", description: "A shop, a feed or a seller to be watched" });
export type AddSource = z.infer<typeof addSourceSchema>;

/** Body of `PATCH /api/sources/{id}`: absent is unchanged; null of `currency` is "not known". */
export const updateSourceSchema = z.strictObject({
  name: name.optional(),
  currency: currency.nullable().optional(),
  artist_from: artistFrom.optional(),
});
export type UpdateSource = z.infer<typeof updateSourceSchema>;

/** What was found behind an address. */
export interface InspectedSource extends FoundSource {
  /** Feeds that the page at the address names and that were not taken. */
  other_feeds: FeedLink[];
}

/** A user's source. */
export interface SourceRow extends SourceConfig {
  id: string;
  provider: string;
  kind: SourceKind;
  url: string;
  name: string;
  created_at: Date;
  updated_at: Date;
  last_success_at: Date | null;
  last_error: string | null;
  last_error_at: Date | null;
}

/** The `Source` of the API. */
export const sourceSchema = z.object({
  id: z.uuid(),
  provider: z.string().describe("What a rule names it by, in its sources")
    .meta({ examples: ["shopify:shop.example"] }),
  kind: z.enum(SOURCE_KINDS),
  url: z.string().describe(
    "As it is asked; of a private feed it is a key, shown to you alone; of a feed that was shared its host alone",
  ),
  name: z.string(),
  currency: z.string().nullable().describe("Of prices that name none; null: such prices are unknown"),
  artist_from: z.enum(ARTIST_PLACES).nullable().describe("Of shops: where the artist stands"),
  state: z.enum(["new", "ok", "failing"]).describe("new: not asked yet, because no rule names it"),
  last_success_at: z.date().nullable(),
  last_error: z.string().nullable(),
  last_error_at: z.date().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
}).meta({ id: "Source", description: "A shop, a feed or a seller that you added" });

/** The answer of `POST /api/sources`. */
export const addedSourceSchema = sourceSchema.extend({
  found: z.int().describe("Records on its first page"),
  preview: z.array(z.object({
    title: z.string(),
    price: z.number().nullable(),
    currency: z.string().nullable(),
    url: z.string().nullable(),
  })).describe("The first of them, as rules will see them"),
  other_feeds: z.array(z.object({ url: z.string(), title: z.string().nullable() }))
    .describe(
      "Feeds that the page at the address names beside the one taken, which is url; each can be added",
    ),
}).meta({ id: "AddedSource" });

/** The `Source` of the API. */
export function toSourceJson(row: SourceRow): z.input<typeof sourceSchema> {
  return { ...row, state: stateOf(row) };
}

/** The same with what was found behind its address. */
export function toAddedJson(row: SourceRow, found: InspectedSource): z.input<typeof addedSourceSchema> {
  const preview = found.listings.slice(0, PREVIEW_SIZE).map(({ title, url, ...listing }) => ({
    title,
    url,
    ...priceOf(listing),
  }));
  return { ...toSourceJson(row), found: found.listings.length, preview, other_feeds: found.other_feeds };
}

function priceOf({ price_minor, currency }: Pick<ListingDraft, "price_minor" | "currency">) {
  if (price_minor === null || currency === null) return { price: null, currency: null };
  return { price: toNumber(price_minor, currency), currency };
}

function stateOf({ last_success_at: success, last_error_at: error }: SourceRow): "new" | "ok" | "failing" {
  if (error !== null && (success === null || success < error)) return "failing";
  return success === null ? "new" : "ok";
}

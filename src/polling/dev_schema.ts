import { z } from "zod";
import { wholeNumberParam } from "../platform/paging.ts";
import { fromNumber } from "../pricing/money.ts";
import { listingSchema } from "../listings/listing_json.ts";
import type { ListingDraft } from "../providers/contract.ts";

const text = (max: number) => z.string().trim().min(1).max(max);

/** One listing of `POST /api/dev/listings/ingest`. */
export const devListingSchema = z.strictObject({
  provider: text(60).transform((id) => id.toLowerCase()),
  external_id: text(300),
  title: text(1000),
  url: z.string().trim().max(2000).nullish(),
  image_url: z.string().trim().max(2000).nullish(),
  price: z.number({ error: (issue) => `price is a number, not ${JSON.stringify(issue.input)}` }).min(0).max(
    1e9,
  ).nullish(),
  currency: z.string().trim().toUpperCase().regex(/^[A-Z]{3}$/, {
    error: (issue) => `currency is a code of three letters, not ${JSON.stringify(issue.input)}`,
  }).nullish(),
  kind: z.enum(["offer", "release", "floor"]).default("offer"),
  price_kind: z.enum(["fixed", "bid"]).default("fixed"),
  shipping: z.number().min(0).max(1e9).nullish(),
  for_sale_count: z.int().min(0).nullish(),
  is_blocked: z.boolean().default(false),
  condition: z.string().trim().max(300).nullish(),
  seller: z.string().trim().max(300).nullish(),
  location: z.string().trim().max(300).nullish(),
  discogs_release_id: z.int().min(1).nullish(),
  discogs_master_id: z.int().min(1).nullish(),
  listed_at: z.iso.datetime({ offset: true }).transform((at) => new Date(at)).nullish(),
  ends_at: z.iso.datetime({ offset: true }).transform((at) => new Date(at)).nullish(),
  marketplaces: z.array(text(60)).max(50).nullish(),
  status: z.enum(["active", "ended"]).default("active"),
});
export type DevListing = z.infer<typeof devListingSchema>;

const devListingsSchema = z.array(devListingSchema).min(1).max(5000);

const devIngestJson: object = z.toJSONSchema(z.union([devListingSchema, devListingsSchema]), { io: "input" });

/** Body of `POST /api/dev/listings/ingest`: one listing, or many. */
export const devIngestBodySchema = z.unknown().transform((body, context) => {
  // Not a union: its errors would not say which field of the listing is wrong.
  const read = (Array.isArray(body) ? devListingsSchema : devListingSchema).safeParse(body);
  if (read.success) return read.data;
  for (const issue of read.error.issues) context.addIssue({ ...issue } as z.core.$ZodRawIssue); // safe: an issue of zod's
  return z.NEVER;
}).meta({ override: devIngestJson });

/** The answer for one listing. */
export const devIngestResultSchema = z.object({
  listing: listingSchema,
  created_listing: z.boolean(),
  created_snapshot: z.boolean().describe("A price or status that differs from the last was recorded"),
  created_matches: z.int(),
});
export type DevIngestResult = z.input<typeof devIngestResultSchema>;

/** Query of `POST /api/dev/rules/{id}/run`. */
export const devRunSchema = z.object({
  limit: wholeNumberParam("limit", { min: 1, max: 50 }).default(50).describe("Most searches to run"),
});

/** The report of `POST /api/dev/rules/{id}/run`. */
export const runReportSchema = z.object({
  rule_id: z.uuid(),
  fetched: z.int(),
  listings_created: z.int(),
  snapshots_created: z.int(),
  matches_created: z.int(),
});
export type RunReport = z.infer<typeof runReportSchema>;

/** A listing a developer sends, as a provider would have named it. A price without a currency is in US dollars. */
export function toDraft(input: DevListing): ListingDraft {
  const currency = input.currency ?? (typeof input.price === "number" ? "USD" : null);
  return {
    external_id: input.external_id,
    kind: input.kind,
    title: input.title,
    url: input.url ?? null,
    image_url: input.image_url ?? null,
    price_minor: typeof input.price === "number" && currency ? fromNumber(input.price, currency) : null,
    currency,
    price_kind: input.price_kind,
    shipping_minor: typeof input.shipping === "number" && currency
      ? fromNumber(input.shipping, currency)
      : null,
    for_sale_count: input.for_sale_count ?? null,
    is_blocked: input.is_blocked,
    condition: input.condition ?? null,
    seller: input.seller ?? null,
    location: input.location ?? null,
    discogs_release_id: input.discogs_release_id ?? null,
    discogs_master_id: input.discogs_master_id ?? null,
    listed_at: input.listed_at ?? null,
    ends_at: input.ends_at ?? null,
    marketplaces: input.marketplaces ?? [],
    status: input.status,
  };
}

/** What eBay sends, as far as we read it: Browse API v1.10.0 and OAuth client credentials (read 2026-11). */
import { z } from "zod";

/** An amount as eBay writes it: the value is a decimal string, never a float. */
export const EbayAmount = z.looseObject({
  value: z.union([z.string(), z.number()]).transform(String),
  currency: z.string(),
  /** What the seller asks, where the marketplace that was asked shows it in a currency of its own. */
  convertedFromValue: z.union([z.string(), z.number()]).transform(String).nullish().catch(null),
  convertedFromCurrency: z.string().nullish().catch(null),
});
export type EbayAmount = z.infer<typeof EbayAmount>;

/** One error or warning; ids are listed in errors.ts. */
export const EbayProblem = z.looseObject({
  errorId: z.coerce.number().nullish().catch(null),
  domain: z.string().nullish().catch(null),
  message: z.string().nullish().catch(null),
  longMessage: z.string().nullish().catch(null),
});
export type EbayProblem = z.infer<typeof EbayProblem>;

/** The envelope of every error answer of the Browse API, and the flat one of the token endpoint. */
export const EbayErrorBody = z.looseObject({
  errors: z.array(EbayProblem).nullish().catch(null),
  error: z.string().nullish().catch(null),
  error_description: z.string().nullish().catch(null),
});
export type EbayErrorBody = z.infer<typeof EbayErrorBody>;

/** Fields that are decoration: a strange value costs the field, not the row. */
const text = z.string().nullish().catch(null);
const amount = EbayAmount.nullish().catch(null);
const image = z.looseObject({ imageUrl: text }).nullish().catch(null);

/** One row of a search. A row without id or title is refused; everything else may be missing or strange. */
export const EbayItem = z.looseObject({
  itemId: z.string().min(1),
  title: z.string().trim().min(1),
  price: amount,
  currentBidPrice: amount,
  buyingOptions: z.array(z.string()).nullish().catch(null),
  shippingOptions: z.array(z.looseObject({ shippingCostType: text, shippingCost: amount })).nullish().catch(
    null,
  ),
  condition: text,
  conditionId: z.coerce.string().nullish().catch(null),
  itemWebUrl: text,
  itemAffiliateWebUrl: text,
  image,
  thumbnailImages: z.array(image).nullish().catch(null),
  seller: z.looseObject({ username: text }).nullish().catch(null),
  itemLocation: z.looseObject({ city: text, country: text }).nullish().catch(null),
  itemCreationDate: text,
  itemEndDate: text,
  listingMarketplaceId: text,
  /** Categories of a row of a search, and the one of a single item. */
  leafCategoryIds: z.array(z.coerce.string()).nullish().catch(null),
  categories: z.array(z.looseObject({ categoryId: z.coerce.string().nullish().catch(null) })).nullish().catch(
    null,
  ),
  categoryId: z.coerce.string().nullish().catch(null),
  /** A paid place; true on more than half of all rows that were recorded. */
  priorityListing: z.boolean().nullish().catch(null),
  /** Of single items only. */
  estimatedAvailabilities: z.array(z.looseObject({ estimatedAvailabilityStatus: text })).nullish().catch(
    null,
  ),
});
export type EbayItem = z.infer<typeof EbayItem>;

/** A page of a search. An empty result has no `itemSummaries` at all; rows are read one by one by EbayItem. */
export const EbaySearchBody = z.looseObject({
  total: z.number().int().nullish(),
  next: z.string().nullish(),
  itemSummaries: z.array(z.unknown()).nullish(),
  warnings: z.array(EbayProblem).nullish().catch(null),
}).refine((body) => ["total", "itemSummaries", "href", "limit", "warnings"].some((key) => key in body), {
  message: "not a search result",
});
export type EbaySearchBody = z.infer<typeof EbaySearchBody>;

/** The answer of the token endpoint; `expires_in` counts seconds (7,200 in production). */
export const EbayTokenBody = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
});
export type EbayTokenBody = z.infer<typeof EbayTokenBody>;

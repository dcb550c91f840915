import { z } from "zod";

const text = z.string().nullish().catch(null);
const amount = z.number().positive().finite();

/** One offer of an inventory; also the answer to a question for one offer. */
export const SellerOffer = z.object({
  id: z.int().min(1),
  status: text,
  condition: text,
  sleeve_condition: text,
  posted: text,
  ships_from: text,
  uri: text,
  price: z.object({ value: amount, currency: z.string().regex(/^[A-Z]{3}$/) }).nullish().catch(null),
  original_price: z.object({ value: amount, curr_abbr: z.string().regex(/^[A-Z]{3}$/) }).nullish().catch(
    null,
  ),
  seller: z.object({ username: text }).nullish().catch(null),
  release: z.object({ id: z.int().min(1), description: z.string().trim().min(1), thumbnail: text }),
});
export type SellerOffer = z.infer<typeof SellerOffer>;

/** A page of an inventory, its offers unread. */
export const InventoryBody = z.object({
  pagination: z.object({ page: z.int().nullish(), pages: z.int().nullish() }).nullish().catch(null),
  listings: z.array(z.unknown()),
});

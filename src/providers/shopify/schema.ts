import { z } from "zod";

const text = z.string().nullish().catch(null);

const image = z.object({ src: text }).nullish().catch(null);

/** A variant: what one buys. Numbers are ids beyond doubt; everything else may be missing or of another type. */
export const ShopVariant = z.object({
  id: z.union([z.int(), z.string().regex(/^\d+$/)]).transform(String),
  title: text,
  price: z.union([z.string(), z.number().transform(String)]).nullish().catch(null),
  available: z.boolean().nullish().catch(null),
  featured_image: image,
});
export type ShopVariant = z.infer<typeof ShopVariant>;

/** A product of `products.json`, with its variants unread. */
export const ShopProduct = z.object({
  title: z.string().trim().min(1),
  handle: z.string().min(1),
  vendor: text,
  product_type: text,
  // An older shape has one text.
  tags: z.union([z.array(z.string()), z.string().transform((tags) => tags.split(","))]).nullish().catch(null),
  published_at: text,
  variants: z.array(z.unknown()),
  images: z.array(image).nullish().catch(null),
});
export type ShopProduct = z.infer<typeof ShopProduct>;

/** The answer of `products.json`, its products unread. */
export const ShopPage = z.object({ products: z.array(z.unknown()) });

/** The answer of `meta.json`, as far as it is of use. */
export const ShopMeta = z.object({ name: text, currency: text });

/** The answer of `cart.js`. */
export const ShopCart = z.object({ currency: text });

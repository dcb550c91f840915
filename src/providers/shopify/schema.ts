import { z } from "zod";

/** Longest text read, in UTF-16 units, which is the longest that Shopify takes. */
const MAX_TEXT = 255;
/** Most tags that are read of a product, which is the most that Shopify takes. */
const MAX_TAGS = 250;
/** Most variants of a product: likewise. */
const MAX_VARIANTS = 2_048;

/** In one line and not too long, so that no pattern takes long over what a stranger wrote. */
function plain(text: string): string {
  return text.slice(0, 4 * MAX_TEXT).replace(/\s+/g, " ").trim().slice(0, MAX_TEXT);
}

const text = z.string().transform(plain).nullish().catch(null);

const image = z.object({ src: z.string().nullish().catch(null) }).nullish().catch(null);

/** A variant: what one buys. Numbers are ids beyond doubt; everything else may be missing or of another type. */
export const ShopVariant = z.object({
  id: z.union([z.int(), z.string().regex(/^\d+$/)]).transform(String),
  title: text,
  /** What it is of each of the product's options, in their order. */
  option1: text,
  option2: text,
  option3: text,
  price: z.union([z.string(), z.number().transform(String)]).nullish().catch(null),
  available: z.boolean().nullish().catch(null),
  featured_image: image,
  created_at: text,
});
export type ShopVariant = z.infer<typeof ShopVariant>;

/** A product of `products.json`, with its variants unread. */
export const ShopProduct = z.object({
  title: z.string().transform(plain).pipe(z.string().min(1)),
  handle: z.string().min(1),
  vendor: text,
  product_type: text,
  // An older shape has one text.
  tags: z.union([z.array(z.string()), z.string().transform((tags) => tags.split(",", MAX_TAGS))])
    .transform((tags) => tags.slice(0, MAX_TAGS).map(plain)).nullish().catch(null),
  published_at: text,
  /** What its variants differ in: "Format", "Condition". */
  options: z.array(z.object({ name: text }).nullish().catch(null)).nullish().catch(null),
  variants: z.array(z.unknown()).max(MAX_VARIANTS),
  images: z.array(image).nullish().catch(null),
});
export type ShopProduct = z.infer<typeof ShopProduct>;

/** The answer of `products/{handle}.json`: prices in the shop's own currency, and no word of what is left. */
export const ShopProductAnswer = z.object({ product: ShopProduct });

/** The answer of `products/{handle}.js`: what can be bought, at prices in the currency of whoever asks. */
export const ShopStock = z.object({
  variants: z.array(z.object({ id: ShopVariant.shape.id, available: z.boolean() })),
});

/** The answer of `products.json`, its products unread. */
export const ShopPage = z.object({ products: z.array(z.unknown()) });

/** The answer of `meta.json`, as far as it is of use. */
export const ShopMeta = z.object({ name: text, currency: text });

/** The answer of `cart.js`. */
export const ShopCart = z.object({ currency: text });

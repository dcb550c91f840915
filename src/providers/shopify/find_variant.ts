/** One variant of a product as it is now. */
import type { AddedSource } from "../added_source.ts";
import { type CallOptions, type ListingDraft, ProviderError } from "../contract.ts";
import { askShop, type ShopDeps } from "./call.ts";
import { ShopProductAnswer, ShopStock, ShopVariant } from "./schema.ts";
import { toListings } from "./to_listing.ts";

/** Which variant; `doing` completes "Cannot …". */
export interface VariantAsk {
  source: AddedSource;
  externalId: string;
  doing: string;
}

/**
 * The variant by its product's two public faces: one names prices in the shop's currency, the other what is left. Null: both
 * say that there is no such product, or no such variant of it. One alone may be switched off, and says nothing.
 * @throws {ProviderError} for every failure, and where its address does not name the product
 */
export async function findVariant(
  deps: ShopDeps,
  ask: VariantAsk,
  options: CallOptions,
): Promise<ListingDraft | null> {
  const { source, externalId, doing } = ask;
  const { origin } = new URL(source.url);
  const handle = /^\/products\/([^/]+)$/.exec(URL.parse(options.url ?? "")?.pathname ?? "")?.[1];
  if (handle === undefined) throw new ProviderError("bad_response", `Cannot ${doing}: no product is known`);
  const read = (ending: "json" | "js") =>
    askShop(deps, {
      provider: source.provider,
      operation: "listing",
      url: `${origin}/products/${handle}.${ending}`,
      doing,
      mayBeGone: true,
    }, options);
  const [answer, stock] = [await read("json"), await read("js")];
  if (answer === null && stock === null) return null;
  const product = ShopProductAnswer.safeParse(answer).data?.product;
  const variants = ShopStock.safeParse(stock).data?.variants;
  if (!product || !variants) {
    throw new ProviderError("bad_response", `Cannot ${doing}: the shop does not show the product whole`);
  }
  const left = variants.find(({ id }) => id === externalId);
  const variant = product.variants.map((one) => ShopVariant.safeParse(one).data)
    .find((one) => one?.id === externalId);
  if (!left && !variant) return null;
  const own = { ...product, variants: [{ ...variant, available: left?.available }] };
  const [listing] = left && variant ? toListings(own, { origin, config: source }) : [];
  if (listing) return listing;
  throw new ProviderError("bad_response", `Cannot ${doing}: the product is not what it was`);
}

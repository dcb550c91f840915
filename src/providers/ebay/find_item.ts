import { type CallOptions, type ListingDraft, ProviderError } from "../contract.ts";
import { jsonOf } from "../http_call.ts";
import { browseHeaders, type EbayApi } from "./api.ts";
import { failureOf, problemsOf } from "./errors.ts";
import { EBAY_MARKETPLACES } from "./marketplaces.ts";
import { EbayItem } from "./schema.ts";
import { toListing } from "./to_listing.ts";

/** Id of a 404 that says there is no such item (any more), and not that there is no such address. */
const NO_SUCH_ITEM = 11001;

/**
 * One item as it is now; null when eBay no longer knows it. Any eBay tells of the items of all, and what the shipping to
 * its own buyers costs, so one that showed the item is asked. That says nothing of where the item may be bought.
 * @throws {ProviderError} for every other answer, another item's too
 */
export async function findItem(
  api: EbayApi,
  itemId: string,
  options: CallOptions,
): Promise<ListingDraft | null> {
  const doing = `look at item ${JSON.stringify(itemId)} of eBay`;
  const marketplace = marketplaceFor(options.marketplaces ?? [], api.config.marketplace);
  const response = await api.get({
    operation: "item",
    path: `/buy/browse/v1/item/${encodeURIComponent(itemId)}`,
    headers: browseHeaders(api.config, marketplace),
    doing,
  }, options);
  const now = api.clock.now();
  if (
    response.status === 404 && problemsOf(response.text()).some(({ errorId }) => errorId === NO_SUCH_ITEM)
  ) {
    return null;
  }
  if (response.status !== 200) throw failureOf(response, doing, now);
  const item = EbayItem.safeParse(jsonOf(response, doing)).data;
  if (item?.itemId !== itemId) {
    throw new ProviderError("bad_response", `Cannot ${doing}: the answer is not that item`);
  }
  return toListing(item, { now, affiliate: api.config.campaignId !== null, marketplace, isFound: false });
}

/** The default one where it showed the item, or nobody knows who did. */
function marketplaceFor(shownOn: readonly string[], fallback: string): string {
  return shownOn.includes(fallback)
    ? fallback
    : shownOn.find((id) => EBAY_MARKETPLACES.includes(id)) ?? fallback;
}

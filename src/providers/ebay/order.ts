import type { EbayItem } from "./schema.ts";

/**
 * Ids of rows that do not stand where their age puts them. eBay puts promoted items among the newest whatever they are
 * sorted by, so a paid place proves nothing where the page has others, and one of the others is in its place only when
 * none of them behind it is newer. A row without a date stands where it stands.
 */
export function unorderedIds(items: readonly EbayItem[]): string[] {
  const hasUnpaid = items.some((item) => !item.priorityListing);
  const unordered: string[] = [];
  let newestBehind = -Infinity;
  for (const item of items.toReversed()) {
    const listedMs = Date.parse(item.itemCreationDate ?? "");
    const isPaid = hasUnpaid && item.priorityListing;
    if (isPaid || listedMs < newestBehind) unordered.push(item.itemId);
    if (!isPaid && listedMs > newestBehind) newestBehind = listedMs;
  }
  return unordered.reverse();
}

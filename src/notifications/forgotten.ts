/** Words for what a provider's terms no longer let us show. Pure. */

/** "An offer on eBay that you were told of is no longer shown"; `provider` as people know it. */
export function titleOfForgotten(about: { provider: string; listing_kind: unknown }): string {
  const what = about.listing_kind === "release" || about.listing_kind === "floor" ? "A release" : "An offer";
  return `${what} on ${about.provider} that you were told of is no longer shown`;
}

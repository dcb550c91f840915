/** Marketplaces that eBay's Browse API searches (developer.ebay.com, MarketplaceIdEnum and Browse overview, read 2026-11). */
export const EBAY_MARKETPLACES: readonly string[] = [
  "EBAY_AT",
  "EBAY_AU",
  "EBAY_BE",
  "EBAY_CA",
  "EBAY_CH",
  "EBAY_DE",
  "EBAY_ES",
  "EBAY_FR",
  "EBAY_GB",
  "EBAY_HK",
  "EBAY_IE",
  "EBAY_IT",
  "EBAY_NL",
  "EBAY_PL",
  "EBAY_SG",
  "EBAY_US",
];

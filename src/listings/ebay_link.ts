/** Domains of eBay's marketplaces (developer.ebay.com, MarketplaceIdEnum of its APIs, read 2026-11-25). */
const EBAY_DOMAINS = [
  "ebay.com",
  "ebay.at",
  "ebay.be",
  "ebay.ca",
  "ebay.ch",
  "ebay.co.jp",
  "ebay.co.uk",
  "ebay.com.au",
  "ebay.com.hk",
  "ebay.com.my",
  "ebay.com.sg",
  "ebay.com.tw",
  "ebay.de",
  "ebay.es",
  "ebay.fr",
  "ebay.ie",
  "ebay.it",
  "ebay.nl",
  "ebay.ph",
  "ebay.pl",
];

/**
 * The address as it may stand in a redirect; null unless it is a plain http or https address of a marketplace of eBay.
 * Whoever can write a listing must not be able to send people elsewhere from our domain.
 */
export function ebayLink(address: string): string | null {
  const url = URL.parse(address);
  if (!url || !["https:", "http:"].includes(url.protocol)) return null;
  if (url.username !== "" || url.password !== "" || url.port !== "") return null;
  const isEbay = EBAY_DOMAINS.some((domain) =>
    url.hostname === domain || url.hostname.endsWith(`.${domain}`)
  );
  return isEbay ? url.href : null;
}

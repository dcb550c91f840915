/**
 * Rotation ids of the eBay Partner Network by the domain of the marketplace (developer.ebay.com, "eBay Partner Network
 * link"; AT, AU, BE and CA there, the others agreed upon by several public projects; read 2026-11). No other has one.
 */
const ROTATIONS: readonly [domain: string, rotation: string][] = [
  ["ebay.at", "5221-53469-19255-0"],
  ["ebay.be", "1553-53471-19255-0"],
  ["ebay.ca", "706-53473-19255-0"],
  ["ebay.ch", "5222-53480-19255-0"],
  ["ebay.co.uk", "710-53481-19255-0"],
  ["ebay.com", "711-53200-19255-0"],
  ["ebay.com.au", "705-53470-19255-0"],
  ["ebay.de", "707-53477-19255-0"],
  ["ebay.es", "1185-53479-19255-0"],
  ["ebay.fr", "709-53476-19255-0"],
  ["ebay.ie", "5282-53468-19255-0"],
  ["ebay.it", "724-53478-19255-0"],
  ["ebay.nl", "1346-53482-19255-0"],
  ["ebay.pl", "4908-226936-19255-0"],
];

/** Whose links they are, and what the report of earnings calls each. */
export interface Campaign {
  /** Ten digits. */
  campaignId: string;
  /** Told to eBay: nothing that says who follows the link. */
  customId: string;
}

/**
 * An address on eBay as a link of a campaign. Unchanged when it is one already, as those of eBay's own answers are, or
 * leads to a marketplace that has no affiliates.
 */
export function affiliateLink(address: string, { campaignId, customId }: Campaign): string {
  const url = new URL(address);
  const rotation = ROTATIONS.find(([domain]) =>
    url.hostname === domain || url.hostname.endsWith(`.${domain}`)
  )?.[1];
  if (!rotation || url.searchParams.has("campid")) return address;
  // 1, 1: a click, of the Partner Network; 10001: a link that was made by hand.
  const params = {
    mkevt: "1",
    mkcid: "1",
    mkrid: rotation,
    campid: campaignId,
    toolid: "10001",
    customid: customId,
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

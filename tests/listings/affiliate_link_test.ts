import assert from "node:assert/strict";
import { affiliateLink } from "../../src/listings/affiliate_link.ts";
import { EBAY_MARKETPLACES } from "../../src/providers/ebay/marketplaces.ts";
import { aListing } from "../support/factories.ts";
import { withService } from "../support/service.ts";

const CAMPAIGN = { campaignId: "5338000000", customId: "listing-1" };

const ROTATIONS: [host: string, rotation: string][] = [
  ["www.ebay.com", "711-53200-19255-0"],
  ["ebay.com", "711-53200-19255-0"],
  ["www.ebay.co.uk", "710-53481-19255-0"],
  ["www.ebay.de", "707-53477-19255-0"],
  ["www.ebay.fr", "709-53476-19255-0"],
  ["www.ebay.it", "724-53478-19255-0"],
  ["www.ebay.es", "1185-53479-19255-0"],
  ["www.ebay.nl", "1346-53482-19255-0"],
  ["www.ebay.ie", "5282-53468-19255-0"],
  ["www.ebay.ch", "5222-53480-19255-0"],
  ["www.ebay.pl", "4908-226936-19255-0"],
  ["www.ebay.com.au", "705-53470-19255-0"],
  ["www.ebay.ca", "706-53473-19255-0"],
  ["cafr.ebay.ca", "706-53473-19255-0"],
  ["www.ebay.at", "5221-53469-19255-0"],
  ["www.befr.ebay.be", "1553-53471-19255-0"],
];
for (const [host, rotation] of ROTATIONS) {
  Deno.test(`affiliateLink() gives a link to ${host} its rotation`, () => {
    assert.equal(
      affiliateLink(`https://${host}/itm/1?var=2`, CAMPAIGN),
      `https://${host}/itm/1?var=2&mkevt=1&mkcid=1&mkrid=${rotation}&campid=5338000000&toolid=10001&customid=listing-1`,
    );
  });
}

const UNCHANGED: [what: string, address: string][] = [
  ["that is an affiliate link already", "https://www.ebay.com/itm/1?mkevt=1&campid=1&toolid=10049"],
  ["to a marketplace without affiliates", "https://www.ebay.com.hk/itm/1"],
  ["to another site", "https://www.notebay.com/itm/1"],
];
for (const [what, address] of UNCHANGED) {
  Deno.test(`affiliateLink() leaves a link ${what} as it is`, () => {
    assert.equal(affiliateLink(address, CAMPAIGN), address);
  });
}

Deno.test("affiliateLink() knows every marketplace that is searched but two without affiliates", () => {
  const isKnown = (id: string) => {
    const country = id.slice("EBAY_".length).toLowerCase();
    const domain = { us: "com", gb: "co.uk", au: "com.au", hk: "com.hk", sg: "com.sg" }[country] ?? country;
    const address = `https://www.ebay.${domain}/itm/1`;
    return affiliateLink(address, CAMPAIGN) !== address;
  };
  assert.deepEqual(EBAY_MARKETPLACES.filter((id) => !isKnown(id)), ["EBAY_HK", "EBAY_SG"]);
});

for (
  const [what, env, campaign] of [
    ["with", { EBAY_CAMPAIGN_ID: "5338000000" }, "5338000000"],
    ["without", {}, null],
  ] as const
) {
  Deno.test(`GET /api/outbound/ebay/{listing_id} ${what} a campaign leads to an affiliate link of it: ${campaign}`, async () => {
    await withService(async ({ client, request }) => {
      const listing = aListing({ provider: "ebay", url: "https://www.ebay.co.uk/itm/7" });
      const { body } = await (await client("ada")).post("/api/dev/listings/ingest", listing);
      const { status, headers } = await request(`/api/outbound/ebay/${body.listing.id}`);
      const url = new URL(headers.get("location") ?? "");
      assert.deepEqual([status, url.host, url.pathname], [307, "www.ebay.co.uk", "/itm/7"]);
      assert.equal(url.searchParams.get("campid"), campaign);
      assert.equal(url.searchParams.get("customid"), campaign && body.listing.id);
    }, env);
  });
}

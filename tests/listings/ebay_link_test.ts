import assert from "node:assert/strict";
import { ebayLink } from "../../src/listings/ebay_link.ts";

const LEADS: [string, string][] = [
  [
    "https://www.ebay.com/itm/1?mkevt=1&campid=5338000000",
    "https://www.ebay.com/itm/1?mkevt=1&campid=5338000000",
  ],
  ["https://ebay.com/itm/1", "https://ebay.com/itm/1"],
  ["http://www.ebay.de/itm/1", "http://www.ebay.de/itm/1"],
  ["https://www.ebay.co.uk/itm/1#x", "https://www.ebay.co.uk/itm/1#x"],
  ["https://rover.ebay.com/rover/1/711/1?mpre=x", "https://rover.ebay.com/rover/1/711/1?mpre=x"],
  ["https://cafr.ebay.ca/itm/1", "https://cafr.ebay.ca/itm/1"],
  ["https://www.ebay.com.au:443/itm/1", "https://www.ebay.com.au/itm/1"],
  ["HTTPS://WWW.EBAY.COM/itm/é", "https://www.ebay.com/itm/%C3%A9"],
  ["https://www.ebay.com/itm/1\r\nset-cookie: a=b", "https://www.ebay.com/itm/1set-cookie:%20a=b"],
];

for (const [address, target] of LEADS) {
  Deno.test(`ebayLink() lets ${JSON.stringify(address)} pass`, () => {
    assert.equal(ebayLink(address), target);
  });
}

const REFUSED = [
  "",
  "/itm/1",
  "//www.ebay.com/itm/1",
  "https://example.com/",
  "https://notebay.com/",
  "https://ebay.com.example.com/",
  "https://www.ebay.example/",
  "https://ebay.com@example.com/",
  "https://user@www.ebay.com/",
  "https://www.ebay.com:password@www.ebay.com/",
  "https://www.ebay.com:8443/",
  "https://example.com/https://www.ebay.com/",
  "https://example.com\\.ebay.com/",
  "https://example.com#.ebay.com/",
  "https://example.com?.ebay.com",
  "https://ebay。com。example/",
  "https://ebaỵ.com/",
  "https://ebay.com./",
  "https://com/",
  "javascript:alert(1)//www.ebay.com",
  "data:text/html,ebay.com",
  "ftp://www.ebay.com/",
  "intent://www.ebay.com/#Intent;end",
];

for (const address of REFUSED) {
  Deno.test(`ebayLink() refuses ${JSON.stringify(address)}`, () => {
    assert.equal(ebayLink(address), null);
  });
}

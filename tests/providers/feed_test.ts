import assert from "node:assert/strict";
import { createHttpClient } from "../../src/platform/http_client.ts";
import { createFeedFamily, createFeedProvider } from "../../src/providers/feed/provider.ts";
import { decodeFeed, isHtml, readFeed } from "../../src/providers/feed/read_feed.ts";
import { toListing } from "../../src/providers/feed/to_listing.ts";
import type { FeedMemory, Validators } from "../../src/providers/feed/validator_store.ts";
import { addSeconds } from "../../src/platform/clock.ts";
import { NOON } from "../support/clock.ts";
import { fakeClock } from "../support/clock.ts";
import { html, json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { testProviderContract } from "./conformance.ts";
import { PATIENT_MS, type ProviderUnderTest, withProvider } from "./conformance_support.ts";
import { failed, fixture, watched } from "./support.ts";

const ID = "feed:shop.example-0123456789";
const RSS = Deno.readTextFileSync(new URL("../fixtures/feeds/records.rss", import.meta.url));

function memory(): FeedMemory & { kept: Map<string, Validators> } {
  const kept = new Map<string, Validators>();
  return {
    kept,
    find: (provider) => Promise.resolve(kept.get(provider) ?? null),
    put: (provider, validators) => {
      if (validators) kept.set(provider, validators);
      else kept.delete(provider);
      return Promise.resolve();
    },
  };
}

function makeFeed(
  options: { memory?: FeedMemory; currency?: string; updatedAt?: () => Date } = {},
): ProviderUnderTest["make"] {
  return ({ url, http, clock }) => {
    const source = {
      provider: ID,
      kind: "feed",
      url: `${url}/private/hunter2?key=hunter2`,
      currency: options.currency ?? null,
      artist_from: null,
    } as const;
    const sources = {
      find: () => Promise.resolve({ ...source, updated_at: options.updatedAt?.() ?? new Date(0) }),
    };
    return createFeedProvider({ http, clock, sources, memory: options.memory ?? memory() }, ID);
  };
}

const subject: ProviderUnderTest = {
  make: makeFeed(),
  keyword: "miles davis",
  // The one format whose values can be changed one by one.
  answers: () => json(fixture("feeds/records.json")),
  empty: () => json({ version: "https://jsonfeed.org/version/1.1", title: "New records", items: [] }),
};
testProviderContract("feed", subject);

const rss: Script = () => new Response(RSS, { headers: { "content-type": "application/rss+xml" } });

Deno.test("search() reads an RSS feed without inventing a value", () =>
  withProvider(subject, rss, async (provider, query) => {
    const { listings, next } = await provider.search(query, null, watched());
    assert.equal(next, null);
    const facts = listings.map((one) => [one.external_id, one.title, one.price_minor, one.currency]);
    const port = /:(\d+)\//.exec(listings[1]?.url ?? "")?.[1];
    assert.deepEqual(facts, [
      ["kob-1", "Miles Davis - Kind of Blue LP – 24,99 €", 2_499, "EUR"],
      ["/blue-train", "John Coltrane & Band Blue Train LP", 3_000, "USD"],
      ["https://shop.example/space", "Sun Ra - Space Is the Place LP $30", null, null],
    ]);
    assert.deepEqual(listings.map(({ url }) => url), [
      "https://shop.example/kob",
      `http://127.0.0.1:${port}/blue-train`,
      "https://shop.example/space",
    ]);
    assert.equal(listings[0]?.image_url, "https://shop.example/kob.jpg");
    assert.deepEqual(listings.map(({ listed_at }) => listed_at?.toISOString() ?? null), [
      "2026-11-20T10:00:00.000Z",
      "2026-11-21T10:00:00.000Z",
      null,
    ]);
  }));

Deno.test("search() takes the feed's dollar where its owner named it", () =>
  withProvider({ ...subject, make: makeFeed({ currency: "CAD" }) }, rss, async (provider, query) => {
    const { listings } = await provider.search(query, null, watched());
    assert.deepEqual([listings[2]?.price_minor, listings[2]?.currency], [3_000, "CAD"]);
  }));

Deno.test("search() tells nobody more of a feed's address than its host", () =>
  withProvider(subject, () => html(500), async (provider, query) => {
    const options = watched();
    const error = await failed(provider.search(query, null, options), "unavailable");
    assert.match(options.calls[0]?.url ?? "", /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.doesNotMatch(JSON.stringify([options.calls, error.message]), /hunter2/);
  }));

Deno.test("search() asks for what is new alone once an answer is stored, and only then", async () => {
  const known = memory();
  const asked: (string | null)[] = [];
  const script: Script = ({ headers }) => {
    asked.push(headers.get("if-none-match") ?? headers.get("if-modified-since"));
    if (headers.get("if-none-match") === '"a"') return new Response(null, { status: 304 });
    return new Response(RSS, { headers: { etag: '"a"', "last-modified": "Fri, 20 Nov 2026 10:00:00 GMT" } });
  };
  await withProvider({ ...subject, make: makeFeed({ memory: known }) }, script, async (provider, query) => {
    const search = async (storedAt: Date | null) =>
      (await provider.search(query, null, { ...watched(), storedAt })).listings.length;
    assert.equal(await search(null), 3);
    // It was read, and whoever read it crashed before he stored it.
    assert.equal(await search(addSeconds(NOON, -1)), 3);
    assert.equal(await search(NOON), 0);
    // A person who searches wants to see what is there.
    assert.equal(await search(null), 3);
  });
  assert.deepEqual(asked, [null, null, '"a"', null]);
});

Deno.test("search() asks for all of a feed whose configuration has changed since it was read", async () => {
  let updated_at = addSeconds(NOON, -1);
  const script: Script = ({ headers }) =>
    headers.get("if-none-match") === null
      ? new Response(RSS, { headers: { etag: '"a"' } })
      : new Response(null, { status: 304 });
  const make = makeFeed({ memory: memory(), updatedAt: () => updated_at });
  await withProvider({ ...subject, make }, script, async (provider, query) => {
    const search = async () =>
      (await provider.search(query, null, { ...watched(), storedAt: NOON })).listings.length;
    assert.deepEqual([await search(), await search()], [3, 0]);
    updated_at = addSeconds(NOON, 1);
    assert.equal(await search(), 3);
  });
});

Deno.test("search() forgets what a feed that sends no validators was recognised by", async () => {
  const known = memory();
  await known.put(ID, { etag: '"old"', last_modified: null, fetched_at: NOON });
  await withProvider({ ...subject, make: makeFeed({ memory: known }) }, rss, async (provider, query) => {
    await provider.search(query, null, { ...watched(), storedAt: NOON });
    assert.equal(known.kept.size, 0);
  });
});

Deno.test("search() calls a 304 that nobody asked for a failure", () =>
  withProvider(subject, () => new Response(null, { status: 304 }), async (provider, query) => {
    await failed(provider.search(query, null, watched()), "bad_response");
  }));

Deno.test("search() refuses a feed that is cut, which would look like one with less in it", () =>
  withProvider(subject, () => new Response(RSS.slice(0, 900)), async (provider, query) => {
    await failed(provider.search(query, null, watched()), "bad_response");
  }));

const BOMB = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "${"a".repeat(1_000)}">` +
  Array.from({ length: 9 }, (_, n) => {
    const [name, inner] = [String.fromCharCode(98 + n), String.fromCharCode(97 + n)];
    return `<!ENTITY ${name} "${`&${inner};`.repeat(10)}">`;
  }).join("") +
  `]><rss version="2.0"><channel><title>x</title><item><title>Bomb &j;</title><guid>1</guid></item></channel></rss>`;

Deno.test("readFeed() reads no entity that a feed declares, and nothing of one that names files", () => {
  assert.deepEqual(readFeed(BOMB)?.entries.map(({ title }) => title), ["Bomb &j;"]);
  const file = BOMB.replace("]>", `<!ENTITY file SYSTEM "file:///etc/hostname">]>`).replace("&j;", "&file;");
  assert.equal(readFeed(file), null);
});

Deno.test("readFeed() reads RDF, Atom and Shopify's Atom with its prices", () => {
  const atom = (inner: string) =>
    `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:s="http://jadedpixel.com/-/spec/shopify"><title>A</title>${inner}</feed>`;
  const entry =
    `<entry><id>urn:1</id><title>Pearl Jam LP</title><link rel="self" href="https://x.example/self"/>` +
    `<link href="https://x.example/1"/><updated>2026-11-20T10:00:00Z</updated>` +
    `<s:variant><s:price currency="GBP">16.99</s:price></s:variant></entry>`;
  assert.deepEqual(readFeed(atom(entry)), {
    title: "A",
    entries: [{
      key: "urn:1",
      title: "Pearl Jam LP",
      url: "https://x.example/1",
      image_url: null,
      published: "2026-11-20T10:00:00Z",
      price: { value: "16.99", currency: "GBP" },
      is_sold_out: false,
    }],
  });
  const rdf =
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">` +
    `<channel rdf:about="https://x.example/"><title>R</title><link>https://x.example/</link></channel>` +
    `<item rdf:about="https://x.example/2"><title>Blue LP</title><link>https://x.example/2</link></item></rdf:RDF>`;
  assert.deepEqual(readFeed(rdf)?.entries.map(({ key, title }) => [key, title]), [[
    "https://x.example/2",
    "Blue LP",
  ]]);
});

const CACHED = `
<!--
Performance optimized by W3 Total Cache. Learn more: https://www.boldgrid.com/w3-total-cache/?utm_source=w3tc&utm_medium=footer_comment

Page Caching using Disk: Enhanced${" "}

Served from: shop.example @ 2026-11-20 10:00:00 by W3 Total Cache
-->
<!-- Dynamic page generated in 0.512 seconds. -->
`;
Deno.test("readFeed() reads a feed below which a cache signed, and still none that is cut", () => {
  assert.deepEqual(readFeed(RSS + CACHED), readFeed(RSS));
  assert.equal(readFeed(RSS + CACHED)?.entries.length, 4);
  assert.equal(readFeed(RSS.slice(0, 900) + CACHED), null);
});

const SHOP_ENTRY = (prices: string) =>
  `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:s="http://jadedpixel.com/-/spec/shopify" ` +
  `xmlns:g="http://base.google.com/ns/1.0"><title>A</title>` +
  `<entry><id>urn:1</id><title>Pearl Jam</title>${prices}</entry></feed>`;
const variant = (price: string) => `<s:variant><s:price currency="GBP">${price}</s:price></s:variant>`;
const PRICES: [what: string, inner: string, expected: [string, string | null] | null][] = [
  ["variants of one price", variant("16.99") + variant("16.99"), ["16.99", "GBP"]],
  ["a CD and a record of different prices", variant("9.99") + variant("24.99"), null],
  ["a price", "<g:price>24.99 EUR</g:price>", ["24.99", "EUR"]],
  ["a price in CDATA", "<g:price><![CDATA[ 24.99 EUR ]]></g:price>", ["24.99", "EUR"]],
  ["a sale", "<g:price>24.99 EUR</g:price><g:sale_price>19.99 EUR</g:sale_price>", ["19.99", "EUR"]],
  [
    "a sale of some days",
    "<g:price>24.99 EUR</g:price><g:sale_price>19.99 EUR</g:sale_price>" +
    "<g:sale_price_effective_date>2026-11-27T00:00Z/2026-11-30T00:00Z</g:sale_price_effective_date>",
    null,
  ],
];
for (const [what, inner, expected] of PRICES) {
  Deno.test(`readFeed() reads ${expected?.[0] ?? "no price"} of ${what}`, () => {
    const price = readFeed(SHOP_ENTRY(inner))?.entries[0]?.price ?? null;
    assert.deepEqual(price, expected && { value: expected[0], currency: expected[1] });
  });
}

for (const text of ["", "[1,2]", "{}", "<a></a>", "<rss></rss>", "not a feed", "<html><rss/></html>"]) {
  Deno.test(`readFeed() finds no entry in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(readFeed(text)?.entries ?? [], []);
  });
}

for (
  const [said, isSoldOut] of [
    ["out of stock", true],
    ["out_of_stock", true],
    ["<![CDATA[out of stock]]>", true],
    ["in stock", false],
    ["preorder", false],
  ] as const
) {
  Deno.test(`readFeed() takes ${said} for ${isSoldOut ? "over" : "for sale"}`, async () => {
    const feed = readFeed(SHOP_ENTRY(`<g:availability>${said}</g:availability>`));
    const listing = await toListing(feed!.entries[0]!, { url: "https://shop.example/feed", currency: null });
    assert.equal(listing.status, isSoldOut ? "ended" : "active");
  });
}

const BJOERK = [0x42, 0x6a, 0xf6, 0x72, 0x6b];
const latin1 = (text: string) => new Uint8Array([...new TextEncoder().encode(text), ...BJOERK]);
const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = new Uint8Array([0xff, 0xfe, ...[..."Björk"].flatMap((c) => [c.charCodeAt(0), 0])]);
const cut = new Uint8Array([...utf8("Sigur Rós, Björ"), 0xc3, ...utf8(", Hüsker Dü")]);
const CHARSETS: [what: string, bytes: Uint8Array<ArrayBuffer>, type: string | null, expected: RegExp][] = [
  [
    "a declaration",
    latin1(`<?xml version="1.0" encoding="ISO-8859-1"?>`),
    "application/xml",
    /Björk$/,
  ],
  ["a header", latin1("<a>"), "text/xml; charset=iso-8859-1", /Björk$/],
  ["a declaration of nonsense", latin1(`<?xml version="1.0" encoding="nonsense"?>`), null, /Björk$/],
  ["no word of it", latin1("<rss>"), null, /Björk$/],
  ["a header that is wrong", latin1("<rss>"), "text/xml; charset=utf-8", /Björk$/],
  ["a declaration that is wrong", utf8(`<?xml version="1.0" encoding="ISO-8859-1"?>Björk`), null, /Björk$/],
  ["a byte order mark", utf16, "text/xml; charset=utf-8", /^Björk$/],
  ["a text that was cut in a letter", cut, null, /^Sigur Rós, Björ\ufffd, Hüsker Dü$/],
  ["no letter beyond ASCII", utf8("Bjork"), "text/xml; charset=iso-2022-jp", /^Bjork$/],
];
for (const [what, bytes, contentType, expected] of CHARSETS) {
  Deno.test(`decodeFeed() reads a feed with ${what}`, () => {
    assert.match(decodeFeed(bytes, contentType), expected);
  });
}

for (
  const [text, expected] of [
    ["<!DOCTYPE html><html>", true],
    ["\ufeff <!-- by hand --> <HTML>", true],
    [
      `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"`,
      true,
    ],
    [`<?xml version="1.0"?><rss version="2.0">`, false],
    [`<?xml version="1.0"?><!DOCTYPE rss><rss>`, false],
  ] as const
) {
  Deno.test(`isHtml() says ${expected} of ${text.slice(0, 60)}`, () => {
    assert.equal(isHtml(text), expected);
  });
}

Deno.test("the family of feeds looks behind an address and keeps it whole", async () => {
  await using server = startScriptedServer(({ path }) => path === "/page" ? html(200) : new Response(RSS));
  const http = createHttpClient({ userAgent: "WaxWatch-test/1.0", timeoutMs: PATIENT_MS });
  const sources = { find: () => Promise.resolve(null) };
  const family = createFeedFamily({ http, clock: fakeClock(), sources, memory: memory() });
  const found = await family.inspect(new URL(`${server.url}/a?key=b#top`), watched());
  assert.ok(found && !("links" in found));
  assert.match(found.provider, /^feed:127\.0\.0\.1-\d+-[0-9a-f]{10}$/);
  assert.deepEqual([found.url, found.name, found.listings.length], [
    `${server.url}/a?key=b`,
    "New records",
    3,
  ]);
  assert.equal(await family.inspect(new URL(`${server.url}/page`), watched()), null);
  assert.equal(family.make(found.provider).name, `127.0.0.1-${new URL(server.url).port}`);
});

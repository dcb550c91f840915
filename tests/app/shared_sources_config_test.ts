import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../src/app/config.ts";
import { MAX_SHARED_SOURCES } from "../../src/sources/shared_schema.ts";

const BASE = { ENVIRONMENT: "production", DATABASE_URL: "postgres://a@127.0.0.1/b" };
const read = (shared: string) => readConfig({ ...BASE, SHARED_SOURCES: shared }).sharedSources;

Deno.test("readConfig() shares nothing unless told to", () => {
  assert.deepEqual(readConfig(BASE).sharedSources, []);
  assert.deepEqual(read(" \n "), []);
});

Deno.test("readConfig() reads shared sources from commas or lines, with what they say of themselves", () => {
  const none = { kind: null, name: null, currency: null, artist_from: null };
  assert.deepEqual(
    read(`https://shop.example/collections/vinyl name=Rough Trade currency=eur artist_from=title_dash,
      blog.example/feed.xml?key=1#top   kind=feed
    `),
    [
      {
        ...none,
        url: "https://shop.example/collections/vinyl",
        name: "Rough Trade",
        currency: "EUR",
        artist_from: "title_dash",
      },
      { ...none, url: "https://blog.example/feed.xml?key=1", kind: "feed" },
    ],
  );
});

const many = Array.from({ length: MAX_SHARED_SOURCES + 1 }, (_, n) => `https://s${n}.example`).join();
const REFUSED: [text: string, message: RegExp][] = [
  ["https://a.example,http://b.example/hunter2", /SHARED_SOURCES: entry 2: it is not an https address/],
  ["https://a.example,https://10.0.0.1/hunter2", /entry 2: .*not a public address/],
  ["https://a.example,https://u:hunter2@b.example", /entry 2: it holds a user name/],
  ["https://a.example/,https://b.example,a.example#x", /entry 3 is the address of entry 1/],
  ["http://", /entry 1 does not begin with an address/],
  ["kind=feed", /entry 1 does not begin with an address/],
  ["https://a.example/hunter2 kind=shop", /entry 1: kind is one of shopify, feed, discogs_seller/],
  ["https://a.example/hunter2 currency=XXY", /entry 1: currency is a code of ISO 4217/],
  ["https://a.example/hunter2 artist_from=label", /entry 1: artist_from is one of/],
  ["https://a.example/hunter2 name=", /entry 1: name is empty/],
  ["https://a.example/hunter2 title=x", /entry 1: "title" is none of kind, name/],
  ["https://a.example/hunter2 name=x name=y", /entry 1 has an attribute twice/],
  ["https://a.example/hunter2 A shop", /entry 1: behind the address stands something/],
  [many, /it has 26 entries, and 25 is the most/],
];
for (const [text, message] of REFUSED) {
  Deno.test(`readConfig() refuses SHARED_SOURCES ${text.slice(0, 60)}, naming the entry and never what is secret`, () => {
    assert.throws(() => read(text), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /^SHARED_SOURCES: /);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });
}

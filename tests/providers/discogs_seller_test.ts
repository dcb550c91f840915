import assert from "node:assert/strict";
import { createHttpClient } from "../../src/platform/http_client.ts";
import {
  createSellerFamily,
  createSellerProvider,
  usernameIn,
} from "../../src/providers/discogs/seller_provider.ts";
import { fakeClock } from "../support/clock.ts";
import { html, json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { testProviderContract } from "./conformance.ts";
import { type ProviderUnderTest, withProvider } from "./conformance_support.ts";
import { configFor, memoryCatalogue } from "./discogs_support.ts";
import { failed, fixture, watched } from "./support.ts";

const ID = "discogs_seller:wax-fan-0123ab";
const SOURCE = {
  provider: ID,
  kind: "discogs_seller",
  url: "https://www.discogs.com/seller/wax_fan/profile",
  currency: null,
  artist_from: null,
  updated_at: new Date(0),
} as const;
const inventory: Script = ({ query }) =>
  json(
    query.get("page") === "1"
      ? fixture("discogs/inventory.json")
      : { pagination: { page: 2, pages: 2 }, listings: [] },
  );

const subject: ProviderUnderTest = {
  make: ({ url, http, clock }) => {
    const sources = { find: () => Promise.resolve(SOURCE) };
    const catalogue = memoryCatalogue();
    return createSellerProvider({ http, clock, sources, catalogue, config: configFor(url) }, ID);
  },
  keyword: "miles davis",
  unsaidWaitSeconds: 60,
  answers: inventory,
  empty: () => json({ pagination: { page: 1, pages: 1 }, listings: [] }),
};
testProviderContract("discogs_seller", subject);

Deno.test("search() reads a seller's newest offers, with grade, release and the seller's own price", () =>
  withProvider(subject, inventory, async (provider, query) => {
    const { listings, next } = await provider.search(query, null, watched());
    assert.equal(next, "2");
    assert.deepEqual(
      listings.map((
        one,
      ) => [one.external_id, one.title, one.price_minor, one.currency, one.condition, one.status]),
      [
        [
          "1001",
          "Miles Davis - Kind Of Blue (LP, Album, RE)",
          3_148,
          "USD",
          "Near Mint (NM or M-)",
          "active",
        ],
        ["1002", "Nirvana - Nevermind (CD)", 1_000, "EUR", null, "ended"],
        ["1003", "The Beatles - Help! (LP)", null, null, "Mint (M)", "active"],
      ],
    );
    assert.deepEqual(listings.map((one) => one.formats), ["LP, Album, RE", "CD", "LP"]);
    assert.deepEqual(listings.map((one) => one.discogs_release_id), [101, 102, 103]);
    assert.deepEqual([listings[0]?.seller, listings[0]?.location], ["wax_fan", "Germany"]);
    assert.equal(listings[0]?.listed_at?.toISOString(), "2026-11-20T18:00:00.000Z");
    assert.equal(listings[1]?.url, "https://www.discogs.com/sell/item/1002");
  }));

Deno.test("search() asks for what is for sale, newest first, as the one that Discogs knows", async () => {
  await using server = startScriptedServer(inventory);
  const http = createHttpClient({ userAgent: "other/1.0" });
  const sources = { find: () => Promise.resolve(SOURCE) };
  const deps = {
    http,
    clock: fakeClock(),
    sources,
    catalogue: memoryCatalogue(),
    config: configFor(server.url),
  };
  await createSellerProvider(deps, ID).search({ source: ID }, "2", watched());
  const [request] = server.requestsTo("/users/wax_fan/inventory");
  assert.deepEqual(Object.fromEntries(request?.query ?? []), {
    status: "For Sale",
    sort: "listed",
    sort_order: "desc",
    per_page: "100",
    page: "2",
  });
  assert.equal(request?.headers.get("authorization"), "Discogs token=hunter2");
});

Deno.test("findListing() gives an offer as it is, null for one that is gone, and no guess for anything else", async () => {
  const [offer] = (fixture("discogs/inventory.json") as { listings: unknown[] }).listings;
  const answers: Record<string, () => Response> = {
    "1001": () => json({ ...offer as object, status: "Sold" }),
    "1002": () => json({ message: "The requested resource was not found." }, { status: 404 }),
    "1003": () => html(404),
    "1004": () => json({}),
    "1005": () => json(offer),
  };
  const script: Script = ({ path }) => answers[path.split("/").at(-1) ?? ""]?.() ?? html(500);
  await withProvider(subject, script, async ({ findListing }) => {
    assert.ok(findListing);
    assert.equal((await findListing("1001", watched()))?.status, "ended");
    assert.equal(await findListing("1002", watched()), null);
    for (const id of ["1003", "1004", "1005"]) {
      await failed(findListing(id, watched()), "bad_response");
    }
  });
});

const PAGES: [url: string, name: string | null][] = [
  ["https://www.discogs.com/seller/wax_fan/profile", "wax_fan"],
  ["https://discogs.com/de/user/Wax.Fan", "Wax.Fan"],
  ["https://www.discogs.com/pt_BR/seller/wax_fan/profile", "wax_fan"],
  ["https://www.discogs.com/sell/release/1", null],
  ["https://www.discogs.com.evil.example/seller/a", null],
  ["https://evil.example/seller/a", null],
];
for (const [url, name] of PAGES) {
  Deno.test(`usernameIn() finds ${name} in ${url}`, () => {
    assert.equal(usernameIn(new URL(url)), name);
  });
}

Deno.test("the family of sellers finds a seller, and is off without credentials", async () => {
  await using server = startScriptedServer(inventory);
  const http = createHttpClient({ userAgent: "other/1.0" });
  const sources = { find: () => Promise.resolve(null) };
  const deps = { http, clock: fakeClock(), sources, catalogue: memoryCatalogue() };
  const family = createSellerFamily({ ...deps, config: configFor(server.url) });
  const found = await family.inspect(new URL("https://www.discogs.com/user/Wax_Fan"), watched());
  assert.ok(found && !("links" in found));
  assert.match(found.provider, /^discogs_seller:wax-fan-[0-9a-f]{6}$/);
  assert.deepEqual([found.name, found.url, found.listings.length], [
    "Wax_Fan on Discogs",
    "https://www.discogs.com/seller/wax_fan/profile",
    3,
  ]);
  assert.equal(await family.inspect(new URL("https://shop.example/"), watched()), null);
  assert.equal(
    createSellerFamily({ ...deps, config: configFor(server.url, { credentials: null }) }).enabled,
    false,
  );
});

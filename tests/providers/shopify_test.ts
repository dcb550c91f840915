import assert from "node:assert/strict";
import { type ArtistPlace, collectionOf, sourceHostOf } from "../../src/providers/added_source.ts";
import { gradeOfListing } from "../../src/matching/listing_grade.ts";
import { inspectShop } from "../../src/providers/shopify/inspect.ts";
import { ShopProduct } from "../../src/providers/shopify/schema.ts";
import { MAX_VARIANTS, PAGE_SIZE, productsOf, readProducts } from "../../src/providers/shopify/provider.ts";
import { guessArtistPlace, toListings } from "../../src/providers/shopify/to_listing.ts";
import { createHttpClient } from "../../src/platform/http_client.ts";
import { fakeClock } from "../support/clock.ts";
import { html, json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { testProviderContract } from "./conformance.ts";
import { PATIENT_MS, withProvider } from "./conformance_support.ts";
import { makeShop, SHOP_ANSWERS, SHOP_ID, shopOf } from "./shopify_support.ts";
import { allPages, failed, fixture, watched } from "./support.ts";

const subject = {
  make: makeShop(),
  keyword: "miles davis",
  answers: SHOP_ANSWERS,
  empty: () => json({ products: [] }),
};
testProviderContract("shopify", subject);

Deno.test("search() makes a listing of every variant that is a record", () =>
  withProvider(subject, SHOP_ANSWERS, async (provider, query) => {
    const { listings } = await provider.search(query, null, watched());
    const facts = listings.map(({ external_id, title, price_minor, currency, status }) =>
      [external_id, title, price_minor, currency, status] as const
    );
    assert.deepEqual(facts, [
      ["101", "Miles Davis - Kind of Blue [Vinyl]", 2_499, "USD", "active"],
      ["201", "John Coltrane - Blue Train (LP - Blue)", 3_000, "USD", "active"],
      ["202", "John Coltrane - Blue Train (CD)", 1_250, "USD", "ended"],
      ["401", "The Shop - Mystery LP", null, null, "active"],
    ]);
  }));

Deno.test("search() maps the whole of a good product", () =>
  withProvider(subject, SHOP_ANSWERS, async (provider, query) => {
    const [first, second] = (await provider.search(query, null, watched())).listings;
    assert.match(first?.url ?? "", /^http:\/\/127\.0\.0\.1:\d+\/products\/kind-of-blue\?variant=101$/);
    assert.equal(first?.image_url, "https://cdn.example/kob.jpg");
    assert.equal(second?.image_url, "https://cdn.example/blue.jpg");
    assert.equal(first?.seller, "127.0.0.1");
    assert.equal(first?.listed_at?.toISOString(), "2026-11-20T15:00:00.000Z");
    assert.deepEqual([first?.price_kind, first?.kind, first?.condition], ["fixed", "offer", null]);
  }));

Deno.test("search() knows no price of a shop whose currency is not known", () =>
  withProvider({ ...subject, make: makeShop({ currency: null }) }, SHOP_ANSWERS, async (provider, query) => {
    const { listings } = await provider.search(query, null, watched());
    assert.ok(listings.every(({ price_minor, currency }) => price_minor === null && currency === null));
  }));

Deno.test("search() reads yen without decimal places", () =>
  withProvider({ ...subject, make: makeShop({ currency: "JPY" }) }, SHOP_ANSWERS, async (provider, query) => {
    const prices = (await provider.search(query, null, watched())).listings.map((one) => one.price_minor);
    assert.deepEqual(prices, [25, 30, 12, null]);
  }));

Deno.test("search() ends at an empty page, however few products a page has", async () => {
  const product = (id: number) => ({
    title: `Record ${id} LP`,
    handle: `record-${id}`,
    variants: [{ id, title: "Default Title", price: "1.00", available: true }],
  });
  const answers: Script = ({ query }) => {
    const page = Number(query.get("page"));
    return json({ products: page <= 3 ? [product(2 * page), product(2 * page + 1)] : [] });
  };
  await withProvider(subject, answers, async (provider, query) => {
    const pages = await allPages(provider, query);
    assert.deepEqual(pages.map(({ listings }) => listings.length), [2, 2, 2, 0]);
  });
});

Deno.test("search() reads on behind a page on which nothing is a record", () => {
  const shirt = {
    title: "Tee",
    handle: "tee",
    product_type: "Shirts",
    variants: [{ id: 9, title: "S", price: "9.00" }],
  };
  const answers: Script = ({ query }) => {
    const page = query.get("page");
    return page === "1"
      ? json({ products: [shirt] })
      : page === "2"
      ? json(fixture("shopify/products.json"))
      : json({ products: [] });
  };
  return withProvider(subject, answers, async (provider, query) => {
    const options = watched();
    const { listings, next } = await provider.search(query, null, options);
    assert.deepEqual([listings.length, options.calls.length, next?.split(" ")[0]], [4, 2, "3"]);
  });
});

Deno.test("search() ends where a shop gives the same page for ever", () =>
  withProvider(subject, () => json(fixture("shopify/products.json")), async (provider, query) => {
    assert.equal((await allPages(provider, query)).length, 2);
  }));

const REFUSALS = [
  [430, "rate_limited"],
  [402, "unavailable"],
  [423, "unavailable"],
  [404, "bad_response"],
] as const;
for (const [status, kind] of REFUSALS) {
  Deno.test(`search() says ${kind} for ${status}`, () =>
    withProvider(subject, () => html(status), async (provider, query) => {
      await failed(provider.search(query, null, watched()), kind);
    }));
}

Deno.test("search() refuses the query of another source and of one that was removed", () =>
  withProvider(subject, SHOP_ANSWERS, async (provider) => {
    await failed(provider.search({ source: "shopify:other.example" }, null, watched()), "bad_response");
  }));

const TITLES: [place: ArtistPlace, vendor: string, title: string, variant: string, expected: string][] = [
  [
    "vendor",
    "Thursday",
    "No Devolución 2xLP (Black)",
    "Default Title",
    "Thursday - No Devolución 2xLP (Black)",
  ],
  [
    "vendor",
    "The Promise Ring",
    "The Promise Ring: Nothing Feels Good LP",
    "Default",
    "The Promise Ring: Nothing Feels Good LP",
  ],
  [
    "title_quote",
    "Robotic Empire",
    "1 Mile North “Awakened By Decay”",
    "LP - Black",
    "1 Mile North - Awakened By Decay (LP - Black)",
  ],
  [
    "title_quote",
    "Relapse",
    'Devourment "Pious Impiety" 7"',
    "Electric Blue",
    'Devourment - Pious Impiety 7" (Electric Blue)',
  ],
  [
    "title_quote",
    "Shop",
    'GRUMPSTER - "Honeydew" 12" VINYL',
    "Default Title",
    'GRUMPSTER - Honeydew 12" VINYL',
  ],
  [
    "title_dash",
    "Carpark",
    "CAK188 Dent May - The Big One",
    "Red LP",
    "CAK188 Dent May - The Big One (Red LP)",
  ],
  [
    "vendor",
    "Copyrights",
    'Copyrights "Alone In A Dome" CD/LP',
    "CD",
    'Copyrights "Alone In A Dome" CD',
  ],
  [
    "vendor",
    "Copyrights",
    'Copyrights "Alone In A Dome" CD/LP',
    "LP - Red",
    'Copyrights "Alone In A Dome" LP (LP - Red)',
  ],
  ["vendor", "HEY-SMITH", 'Life In The Sun 12" VINYL/CD', "CD", "HEY-SMITH - Life In The Sun CD"],
  [
    "vendor",
    "HEY-SMITH",
    'Life In The Sun 12" VINYL/CD',
    "COLOR VINYL",
    'HEY-SMITH - Life In The Sun 12" VINYL (COLOR VINYL)',
  ],
  ["vendor", "Classics of Love", 'S/T 12" VINYL', "Cassette", "Classics of Love - S/T (Cassette)"],
  ["vendor", "Eminem", "The Marshall Mathers LP", "CD", "Eminem - The Marshall Mathers LP (CD)"],
  ["vendor", "Combust", "Another Life CD / LP", "Black", "Combust - Another Life CD / LP (Black)"],
  ["vendor", "THE BEATLES", "HELP!", "LP", "THE BEATLES - HELP! (LP)"],
  [
    "title_quote",
    "Shop",
    'Comeback Kid 7" "Turn It Around"',
    "Default Title",
    'Comeback Kid 7" - Turn It Around',
  ],
];
for (const [place, vendor, title, variant, expected] of TITLES) {
  Deno.test(`toListings() reads ${JSON.stringify(title)} (${variant}) as ${JSON.stringify(expected)}`, () => {
    const product = ShopProduct.parse({
      title,
      vendor,
      handle: "x",
      variants: [{ id: 1, title: variant, price: "1.00" }],
    });
    const config = { currency: "USD", artist_from: place };
    assert.deepEqual(
      toListings(product, { origin: "https://shop.example", config }).map((one) => [one.title, one.formats]),
      [[expected, variant]],
    );
  });
}

const BY_TYPE: [place: ArtistPlace, vendor: string, title: string][] = [
  ["vendor", "The Books", "Thought For Food"],
  ["title_dash", "Some Label", "Magazine - Real Life"],
];
for (const [place, vendor, title] of BY_TYPE) {
  Deno.test(`toListings() takes ${title} for a record, whatever its artist is called`, () => {
    const variants = [{ id: 1, title: "Default Title", price: "5.00" }];
    const product = ShopProduct.parse({ title, handle: "x", vendor, product_type: "Vinyl", variants });
    const config = { currency: "USD", artist_from: place };
    assert.equal(toListings(product, { origin: "https://shop.example", config }).length, 1);
  });
}

for (const place of ["title_quote", "title_dash", "vendor"] as const) {
  Deno.test(`toListings() takes no long over a hostile title (${place})`, () => {
    const title = `a${" ".repeat(20_000)}b${'"'.repeat(20_000)}`;
    const [product] = [title].map((one) =>
      ShopProduct.parse({ title: one, vendor: one, handle: "x", variants: [{ id: 1, title: one }] })
    );
    const started = performance.now();
    guessArtistPlace([product!]);
    toListings(product!, { origin: "https://shop.example", config: { currency: "USD", artist_from: place } });
    // It was four minutes.
    assert.ok(performance.now() - started < 2_000);
  });
}

Deno.test("toListings() says since when a variant is there that came later than its product", () => {
  const product = ShopProduct.parse({
    title: "Kind of Blue LP",
    handle: "x",
    published_at: "2024-01-01T10:00:00Z",
    variants: [
      { id: 1, title: "Black", price: "5.00", created_at: "2023-12-20T10:00:00Z" },
      { id: 2, title: "Blue", price: "5.00", created_at: "2026-11-20T10:00:00Z" },
      { id: 3, title: "Red", price: "5.00" },
    ],
  });
  const config = { currency: "USD", artist_from: "vendor" } as const;
  assert.deepEqual(
    toListings(product, { origin: "https://shop.example", config }).map((one) =>
      one.listed_at?.toISOString()
    ),
    ["2024-01-01T10:00:00.000Z", "2026-11-20T10:00:00.000Z", "2024-01-01T10:00:00.000Z"],
  );
});

const NO_RECORDS: [title: string, type: string, variant: string][] = [
  ["Logo Hoodie", "Apparel", "M"],
  ["Slipmat", "", "Default Title"],
  ["Gift Card", "Gift Cards", "$25"],
  ["There Near", "Music", "MP3"],
  ["There Near", "Music", "Digital Download"],
  ["Coffee", "Food", "Default Title"],
  ["Reign In Hell Tote Bag", "Vinyl", "Default Title"],
  ['Revolting Cocks (12" x 12" Poster)', "PS", "Default Title"],
  ['Alkaline Trio 12" Vinyl', "Vinyl", "A3 - Slipmat"],
];
for (const [title, product_type, variant] of NO_RECORDS) {
  Deno.test(`toListings() leaves out ${title} (${variant})`, () => {
    const variants = [{ id: 1, title: variant, price: "5.00", available: true }];
    const product = ShopProduct.parse({ title, handle: "x", vendor: "Shop", product_type, variants });
    const config = { currency: "USD", artist_from: "vendor" } as const;
    assert.deepEqual(toListings(product, { origin: "https://shop.example", config }), []);
  });
}

Deno.test("guessArtistPlace() sees a shop's habit", () => {
  const shop = (...titles: string[]) =>
    guessArtistPlace(titles.map((title) => ShopProduct.parse({ title, handle: "x", variants: [] })));
  assert.equal(shop('A "B" LP', "C “D”", "Tote"), "title_quote");
  assert.equal(shop("A - B", "C – D", "Tote"), "title_dash");
  assert.equal(shop("B LP", "D", "A - E"), "vendor");
  const shopOfVendors = (...products: [vendor: string, title: string][]) =>
    guessArtistPlace(
      products.map(([vendor, title]) => ShopProduct.parse({ title, vendor, handle: "x", variants: [] })),
    );
  // What stands behind the dash is the colour: the artist is in no title.
  assert.equal(
    shopOfVendors(["Fairweather", "Lusitania - Blue 2xLP"], ["Hail The Sun", "Culture Scars - CD"], [
      "Whitesnake",
      "Slide It in (Exclusive - Onyx LP)",
    ]),
    "vendor",
  );
  assert.equal(
    shopOfVendors(["Label", "A - B LP"], ["Label", "C - D LP"], ["Label", "E - F"], ["Sublabel", "G - H"]),
    "title_dash",
  );
  assert.equal(shop(), "vendor");
});

async function inspected(script: Script, path = "/") {
  await using server = startScriptedServer(script);
  const http = createHttpClient({ userAgent: "WaxWatch-test/1.0", timeoutMs: PATIENT_MS });
  const found = await inspectShop({ http, clock: fakeClock() }, new URL(server.url + path), watched());
  return { found, port: new URL(server.url).port, paths: server.requests.map((one) => one.path) };
}

Deno.test("inspectShop() finds a shop with its currency and habit", async () => {
  const products = SHOP_ANSWERS;
  const { found, port } = await inspected((request, seen) =>
    request.path === "/meta.json" ? json({ name: "The Shop", currency: "eur" }) : products(request, seen)
  );
  assert.equal(found?.provider, `shopify:127.0.0.1-${port}`);
  assert.deepEqual([found?.currency, found?.artist_from, found?.listings.length], ["EUR", "vendor", 4]);
  assert.equal(found?.listings[0]?.price_minor, 2_499);
});

Deno.test("inspectShop() finds the collection that the address names, and its currency in the cart", async () => {
  const products = SHOP_ANSWERS;
  const { found, port } = await inspected((request, seen) => {
    if (request.path === "/cart.js") return json({ currency: "GBP" });
    return request.path === "/collections/used-vinyl/products.json" ? products(request, seen) : html(404);
  }, "/collections/used-vinyl/products/x?variant=1");
  assert.equal(found?.provider, `shopify:127.0.0.1-${port}--used-vinyl`);
  assert.equal(found?.url, `http://127.0.0.1:${port}/collections/used-vinyl`);
  assert.equal(found?.currency, "GBP");
});

for (
  const [path, handle, slug] of [
    ["/collections/Used-Vinyl", "used-vinyl", "used-vinyl"],
    ["/en-GB/collections/used_vinyl?page=2", "used_vinyl", "used-vinyl"],
    [
      "/collections/%E3%83%AC%E3%82%B3%E3%83%BC%E3%83%89",
      "%E3%83%AC%E3%82%B3%E3%83%BC%E3%83%89",
      "f29e0dfd16",
    ],
  ] as const
) {
  Deno.test(`inspectShop() takes the collection at ${path}, not the whole shop`, async () => {
    const products = SHOP_ANSWERS;
    const { found, port } = await inspected(
      (request, seen) =>
        request.path === `/collections/${handle}/products.json` ? products(request, seen) : html(404),
      path,
    );
    assert.equal(found?.url, `http://127.0.0.1:${port}/collections/${handle}`);
    assert.equal(found?.provider, `shopify:127.0.0.1-${port}--${slug}`);
    assert.equal(collectionOf(found?.provider ?? ""), slug);
    assert.equal(sourceHostOf(found?.provider ?? ""), `127.0.0.1-${port}`);
  });
}

for (
  const [what, script] of [
    ["a web page", () => html(200)],
    ["a password page", () => html(403)],
    ["nothing", () => html(404)],
    ["other JSON", () => json({ a: 1 })],
  ] as const
) {
  Deno.test(`inspectShop() finds no shop behind ${what}`, async () => {
    assert.equal((await inspected(script)).found, null);
  });
}

Deno.test("the id of a shop is the one it was added under", () =>
  withProvider(subject, shopOf({ products: [] }), ({ id, name }) => {
    assert.deepEqual([id, name], [SHOP_ID, "shop.example"]);
  }));

const SHOP = { origin: "https://shop.example", config: { currency: "USD", artist_from: "vendor" } } as const;

function products(count: number, variants: number, tags: readonly string[] = []) {
  const variant = (id: number) => ({ id, title: `Colour ${id}`, price: "1.00" });
  return Array.from({ length: count }, (_, at) => ({
    title: `Thing ${at}`,
    handle: `thing-${at}`,
    vendor: "Somebody",
    tags,
    variants: Array.from({ length: variants }, (_, id) => variant(at * variants + id + 1)),
  }));
}

const CONDITIONS: [options: string[], values: string[], condition: string | null, grade: string | null][] = [
  [["Title"], ["Default Title"], null, null],
  [["Title"], ["New"], "New", "M"],
  [["Condition"], ["Used"], "Used", null],
  [["Format", "Media Condition", "Sleeve Condition"], ["LP", "VG+", "G"], "VG+", "VG+"],
  [["Sleeve Condition", "Zustand"], ["M", "Near Mint (NM or M-)"], "Near Mint (NM or M-)", "NM"],
  // The size of a shirt in a bundle.
  [["Bundle", "Size"], ["LP + Shirt", "M"], null, null],
  [["Colour"], ["New Blue"], null, null],
];
for (const [options, values, condition, grade] of CONDITIONS) {
  Deno.test(`toListings() reads the condition ${condition} of ${options} ${values}`, () => {
    const [option1 = null, option2 = null, option3 = null] = values;
    const variant = { id: 1, title: values.join(" / "), option1, option2, option3, price: "1.00" };
    const product = { title: "Album LP", handle: "a", vendor: "Artist", variants: [variant] };
    const [read] = productsOf({
      products: [{ ...product, options: options.map((name) => ({ name })) }],
    }, "read");
    const [listing] = toListings(read!, SHOP);
    assert.equal(listing?.condition, condition);
    assert.equal(gradeOfListing({ condition, title: listing!.title }), grade);
  });
}

Deno.test("toListings() looks at the tags of a product once, not once for each variant", () => {
  const [product] = productsOf({ products: products(1, 2_000, ["a", "LP"]) }, "read");
  let looks = 0;
  const watchedProduct = {
    ...product!,
    get tags() {
      looks++;
      return product!.tags;
    },
  };
  assert.equal(toListings(watchedProduct, SHOP).length, 2_000);
  assert.equal(looks, 1);
});

Deno.test("productsOf() reads no more of a product than Shopify takes of one", () => {
  const tags = Array.from({ length: 10_000 }, (_, at) => `tag ${at}`);
  const [kept, ...others] = productsOf({
    products: [
      { ...products(1, 2_048, tags)[0], title: "T".repeat(1_000) },
      ...products(1, 2_049),
    ],
  }, "read");
  assert.deepEqual([kept?.tags?.length, kept?.title.length, others.length], [250, 255, 0]);
});

Deno.test("productsOf() refuses a page that holds more than a page of any shop", () => {
  const read = (count: number, variants: number) =>
    productsOf({ products: products(count, variants) }, "read").length;
  assert.equal(read(PAGE_SIZE, MAX_VARIANTS / PAGE_SIZE), PAGE_SIZE);
  assert.throws(() => read(PAGE_SIZE, MAX_VARIANTS / PAGE_SIZE + 1), /a page has 25250 variants/);
  assert.throws(() => read(PAGE_SIZE + 1, 1), /a page has 251 products/);
});

Deno.test("readProducts() lets others have their turn while it reads many variants", async () => {
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns++;
    if (!isDone) setTimeout(turn, 0);
  };
  setTimeout(turn, 0);
  const listings = await readProducts(productsOf({ products: products(40, 100, ["LP"]) }, "read"), SHOP);
  isDone = true;
  assert.equal(listings.length, 4_000);
  assert.ok(turns >= 10, `${turns} turns`);
  await new Promise((resolve) => setTimeout(resolve, 0));
});

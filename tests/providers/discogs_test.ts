import assert from "node:assert/strict";
import { createDiscogsProvider } from "../../src/providers/discogs/provider.ts";
import { html, json } from "../support/scripted_server.ts";
import { testProviderContract } from "./conformance.ts";
import { configFor, memoryCatalogue, startDiscogs, withStats } from "./discogs_support.ts";
import { allPages, aRule, failed, fixture, watched } from "./support.ts";

testProviderContract("discogs", {
  make: ({ url, http, clock }) =>
    createDiscogsProvider({ http, clock, config: configFor(url), catalogue: memoryCatalogue() }),
  keyword: "miles davis",
  unsaidWaitSeconds: 60,
  answers: () => json(fixture("discogs/search.json")),
  empty: () => json({ pagination: { page: 1, pages: 0 }, results: [] }),
});

testProviderContract("discogs floor", {
  make: ({ url, http, clock }) =>
    createDiscogsProvider({ http, clock, config: configFor(url), catalogue: memoryCatalogue() }),
  keyword: "miles davis",
  query: { op: "stats", release_id: 101 },
  operation: "stats",
  unsaidWaitSeconds: 60,
  answers: withStats({
    lowest_price: { currency: "USD", value: 12.5 },
    num_for_sale: 3,
    blocked_from_sale: false,
  }),
  empty: null,
});

testProviderContract("discogs versions", {
  make: ({ url, http, clock }) =>
    createDiscogsProvider({ http, clock, config: configFor(url), catalogue: memoryCatalogue() }),
  keyword: "miles davis",
  query: { op: "versions", master_id: 5460 },
  operation: "versions",
  unsaidWaitSeconds: 60,
  answers: withStats({}),
  empty: ({ path }) =>
    json(
      path.endsWith("/versions")
        ? { pagination: { pages: 0 }, versions: [] }
        : fixture("discogs/master_5460.json"),
    ),
});

const SEARCH = { op: "search", q: "blue kind of" };
const STATS = { op: "stats", release_id: 101 };
const MASTER = { op: "master", master_id: 5460 };
const VERSIONS = { op: "versions", master_id: 5460 };

Deno.test("search() of the catalogue asks for releases by year and gives rows as releases without a price", async () => {
  await using discogs = startDiscogs(() => json(fixture("discogs/search.json")));
  const { listings, next } = await discogs.provider.search(SEARCH, null, watched());
  assert.equal(next, null);
  assert.deepEqual(Object.fromEntries(discogs.server.requests[0]!.query), {
    q: "blue kind of",
    type: "release",
    sort: "year",
    sort_order: "desc",
    per_page: "100",
    page: "1",
  });
  assert.deepEqual(listings.map((one) => [one.external_id, one.title, one.discogs_master_id]), [
    ["release:101", "Miles Davis - Kind Of Blue (Vinyl, LP, Album)", 5460],
    ["release:102", "The Persuader - Stockholm", null],
    ["release:103", "Nirvana, Jam & Friends - Songs (1) - Live (CD)", null],
  ]);
  assert.deepEqual(listings[0], {
    external_id: "release:101",
    kind: "release",
    title: "Miles Davis - Kind Of Blue (Vinyl, LP, Album)",
    formats: "Vinyl, LP, Album",
    url: "https://www.discogs.com/release/101",
    image_url: "https://img.example/101.jpg",
    price_minor: null,
    currency: null,
    shipping_minor: null,
    condition: null,
    seller: null,
    location: null,
    discogs_release_id: 101,
    discogs_master_id: 5460,
    listed_at: null,
    status: "active",
  });
});

Deno.test("search() pages by number up to the ten thousandth row", async () => {
  await using discogs = startDiscogs(({ query }) => {
    const page = Number(query.get("page"));
    return json({
      pagination: { page, pages: 3 },
      results: [{ id: page, type: "release", title: `Record ${page}` }],
    });
  });
  const pages = await allPages(discogs.provider, SEARCH);
  assert.deepEqual(pages.map((page) => page.next), ["2", "3", null]);
  discogs.server.answer(() =>
    json({ pagination: { pages: 500 }, results: [{ id: 1, type: "artist", title: "x" }] })
  );
  assert.deepEqual(await discogs.provider.search(SEARCH, "100", watched()), { listings: [], next: null });
});

const CREDENTIALS = [
  [{ kind: "token", token: "hunter2" }, "Discogs token=hunter2"],
  [{ kind: "key", key: "k", secret: "hunter2" }, "Discogs key=k, secret=hunter2"],
  [null, null],
] as const;
for (const [credentials, header] of CREDENTIALS) {
  Deno.test(`search() with ${credentials?.kind ?? "no credentials"} sends them in the header alone, with User-Agent and Accept`, async () => {
    await using discogs = startDiscogs(() => json({ results: [] }), { credentials });
    const options = watched();
    await discogs.provider.search(SEARCH, null, options);
    const [request] = discogs.server.requests;
    assert.equal(request?.headers.get("authorization"), header);
    assert.equal(request?.headers.get("user-agent"), "WaxWatch/1.0");
    assert.equal(request?.headers.get("accept"), "application/vnd.discogs.v2.discogs+json");
    assert.doesNotMatch(JSON.stringify([options.calls, [...request!.query]]), /hunter2/);
  });
}

const FLOORS: [name: string, stats: unknown, price: number | null, count: number | null, blocked: boolean][] =
  [
    ["copies for sale", { lowest_price: { value: 2.09, currency: "USD" }, num_for_sale: 26 }, 209, 26, false],
    [
      "a converted float",
      { lowest_price: { value: 7.679804607882764, currency: "USD" }, num_for_sale: 1 },
      768,
      1,
      false,
    ],
    ["a tie, to even", { lowest_price: { value: 0.125, currency: "USD" }, num_for_sale: 1 }, 12, 1, false],
    [
      "none for sale as null",
      { lowest_price: null, num_for_sale: null, blocked_from_sale: false },
      null,
      0,
      false,
    ],
    ["none for sale as 0", { lowest_price: null, num_for_sale: 0, blocked_from_sale: false }, null, 0, false],
    ["blocked", { lowest_price: null, num_for_sale: null, blocked_from_sale: true }, null, null, true],
    ["a count without a price", { lowest_price: null, num_for_sale: 4 }, null, 4, false],
    ["a price without a count", { lowest_price: { value: 5, currency: "USD" } }, 500, null, false],
    ["a price of 0", { lowest_price: { value: 0, currency: "USD" }, num_for_sale: 1 }, null, 1, false],
    ["a negative price", { lowest_price: { value: -3, currency: "USD" }, num_for_sale: 1 }, null, 1, false],
  ];
for (const [name, stats, price, count, blocked] of FLOORS) {
  Deno.test(`search() of statistics reads ${name} as price ${price}, count ${count}, blocked ${blocked}`, async () => {
    await using discogs = startDiscogs(withStats(stats));
    const { listings: [floor], next } = await discogs.provider.search(STATS, null, watched());
    assert.equal(next, null);
    assert.deepEqual([floor?.price_minor, floor?.currency, floor?.for_sale_count, floor?.is_blocked], [
      price,
      price === null ? null : "USD",
      count,
      blocked,
    ]);
    assert.deepEqual([floor?.external_id, floor?.kind, floor?.url], [
      "floor:101",
      "floor",
      "https://www.discogs.com/sell/release/101",
    ]);
  });
}

for (
  const stats of [{}, { is_offensive: false }, { lowest_price: 12, num_for_sale: 3 }, {
    lowest_price: { value: "3" },
  }]
) {
  Deno.test(`search() of statistics refuses ${JSON.stringify(stats)}: no price is invented`, async () => {
    await using discogs = startDiscogs(withStats(stats));
    await failed(discogs.provider.search(STATS, null, watched()), "bad_response");
  });
}

Deno.test("search() of statistics asks in US dollars and reads the title once, never the price beside it", async () => {
  await using discogs = startDiscogs(
    withStats({ lowest_price: { value: 9, currency: "USD" }, num_for_sale: 2 }),
  );
  const [first] = (await discogs.provider.search(STATS, null, watched())).listings;
  await discogs.provider.search(STATS, null, watched());
  assert.deepEqual([first?.title, first?.price_minor, first?.discogs_master_id], [
    "Miles Davis & The Sextet - Kind Of Blue (Vinyl, LP, Album, Reissue)",
    900,
    5460,
  ]);
  assert.equal(discogs.server.requestsTo("/releases/101").length, 1);
  assert.deepEqual(
    discogs.server.requestsTo("/marketplace/stats/101").map((one) => one.query.get("curr_abbr")),
    [
      "USD",
      "USD",
    ],
  );
});

Deno.test("search() of a master gives the version that stands for it, once, and no price", async () => {
  await using discogs = startDiscogs(withStats({}));
  for (const _ of [1, 2]) {
    const { listings: [release] } = await discogs.provider.search(MASTER, null, watched());
    assert.deepEqual(
      [release?.external_id, release?.kind, release?.discogs_master_id, release?.price_minor],
      [
        "release:101",
        "release",
        5460,
        null,
      ],
    );
  }
  assert.equal(discogs.server.requests.length, 2);
});

Deno.test("search() of versions gives those that can be sold under the master's artist, newest first, without a price", async () => {
  await using discogs = startDiscogs(withStats({}));
  const { listings, next } = await discogs.provider.search(VERSIONS, null, watched());
  assert.equal(next, null);
  assert.deepEqual(listings.map((one) => [one.external_id, one.title]), [
    ["release:301", "Miles Davis - Kind Of Blue (Vinyl, LP, Album, Reissue)"],
    ["release:302", "Miles Davis - Kind Of Blue (Legacy Edition) (CD, DVD, Album, Reissue, Ltd)"],
    ["release:101", 'Miles Davis - Kind Of Blue (12")'],
  ]);
  for (const one of listings) {
    assert.deepEqual([one.kind, one.price_minor, one.discogs_master_id], ["release", null, 5460]);
  }
  const [asked] = discogs.server.requestsTo("/masters/5460/versions");
  assert.deepEqual(Object.fromEntries(asked!.query), {
    sort: "released",
    sort_order: "desc",
    per_page: "100",
    page: "1",
  });
  // The names came with the versions and the artist was asked once: a floor costs one call, a second reading too.
  await discogs.provider.search({ op: "stats", release_id: 302 }, null, watched()).catch(() => null);
  await discogs.provider.search(VERSIONS, null, watched());
  assert.deepEqual(discogs.server.requests.map(({ path }) => path), [
    "/masters/5460",
    "/masters/5460/versions",
    "/marketplace/stats/302",
    "/masters/5460/versions",
  ]);
});

const ODD_VERSIONS: [name: string, row: unknown][] = [
  ["no title", { id: 7 }],
  ["an empty title", { id: 7, title: " " }],
  ["an id as text", { id: "7", title: "Blue" }],
  ["an id of 0", { id: 0, title: "Blue" }],
  ["nothing", null],
  ["another status", { id: 7, title: "Blue", status: "Deleted" }],
  ["files alone", { id: 7, title: "Blue", major_formats: ["File"], format: "MP3" }],
];
for (const [name, row] of ODD_VERSIONS) {
  Deno.test(`search() of versions leaves a row out that has ${name}, and no other`, async () => {
    const versions = [row, { id: 8, title: "Blue", major_formats: "?", format: 3, status: null, stats: "?" }];
    await using discogs = startDiscogs(({ path }) =>
      json(path.endsWith("/versions") ? { versions } : { id: 5460, title: "Kind Of Blue" })
    );
    const { listings } = await discogs.provider.search(VERSIONS, null, watched());
    assert.deepEqual(listings.map((one) => [one.external_id, one.title]), [["release:8", "Blue"]]);
  });
}

Deno.test("search() of versions refuses a page of which it can read no row", async () => {
  await using discogs = startDiscogs(({ path }) =>
    json(path.endsWith("/versions") ? { versions: [{ id: "x" }] } : fixture("discogs/master_5460.json"))
  );
  await failed(discogs.provider.search(VERSIONS, null, watched()), "bad_response");
});

Deno.test("search() of versions reads three of Discogs' pages at most, each with a call that is asked for", async () => {
  await using discogs = startDiscogs(({ path, query }) =>
    json(
      path.endsWith("/versions")
        ? { pagination: { pages: 9 }, versions: [{ id: Number(query.get("page")), title: "Blue" }] }
        : fixture("discogs/master_5460.json"),
    )
  );
  let asked = 0;
  const beforeCall = () => Promise.resolve(void asked++);
  const { listings } = await discogs.provider.search(VERSIONS, null, { ...watched(), beforeCall });
  assert.deepEqual(listings.map((one) => one.discogs_release_id), [1, 2, 3]);
  assert.deepEqual([asked, discogs.server.requests.length], [4, 4]);
});

const FAILURES = [
  [
    "429 without Retry-After",
    json({ message: "You are making requests too quickly." }, { status: 429 }),
    "rate_limited",
    60,
  ],
  ["401", json({ message: "Invalid consumer token." }, { status: 401 }), "unauthorized", null],
  [
    "403 with a message",
    json({ message: "You don't have permission." }, { status: 403 }),
    "unauthorized",
    null,
  ],
  ["an empty 403", new Response("", { status: 403 }), "blocked", null],
  ["404", json({ message: "Release not found." }, { status: 404 }), "bad_response", null],
  ["422", json({ detail: [] }, { status: 422 }), "bad_response", null],
  [
    "500 query time",
    json({ message: "Query time exceeded. Please try a simpler query." }, { status: 500 }),
    "bad_response",
    null,
  ],
  [
    "500 malformed",
    json({ message: "An internal server error occurred. (Malformed query?)" }, { status: 500 }),
    "bad_response",
    null,
  ],
  ["500 of another kind", json({ message: "oops" }, { status: 500 }), "unavailable", null],
  [
    "503 with Retry-After",
    new Response("", { status: 503, headers: { "retry-after": "9" } }),
    "unavailable",
    9,
  ],
  ["a page", html(200), "blocked", null],
] as const;
for (const [name, answer, kind, seconds] of FAILURES) {
  Deno.test(`search() says ${kind} for ${name}`, async () => {
    await using discogs = startDiscogs(() => answer);
    const error = await failed(discogs.provider.search(SEARCH, null, watched()), kind);
    assert.equal(error.retryAfterSeconds, seconds);
  });
}

Deno.test("search() asks before every call, and makes none that is refused", async () => {
  await using discogs = startDiscogs(withStats({ lowest_price: null, num_for_sale: 0 }));
  const refusal = new Error("no more");
  let left = 1;
  const beforeCall = () => left-- > 0 ? Promise.resolve() : Promise.reject(refusal);
  await assert.rejects(discogs.provider.search(STATS, null, { ...watched(), beforeCall }), refusal);
  assert.equal(discogs.server.requests.length, 1);
  left = 1;
  // The title was kept: the second try needs one call only.
  assert.equal((await discogs.provider.search(STATS, null, { ...watched(), beforeCall })).listings.length, 1);
});

Deno.test("plan() of Discogs makes one query per alternative, planRelease() one for a release and two for a master", () => {
  const provider = createDiscogsProvider({
    http: { request: () => Promise.reject(new Error("no call is planned")) },
    clock: { now: () => new Date(0) },
    config: configFor("http://127.0.0.1:1"),
    catalogue: memoryCatalogue(),
  });
  assert.deepEqual(
    provider.plan(aRule({ keywords: ["kind of blue"], any_keywords: ["LP", "The Vinyl Album"] })),
    [
      { op: "search", q: "album blue kind of vinyl" },
      { op: "search", q: "blue kind lp of" },
    ],
  );
  assert.deepEqual(provider.plan(aRule({ keywords: [] })), []);
  const queries = (release: number | null, master: number | null) =>
    provider.planRelease!({ discogs_release_id: release, discogs_master_id: master }).map((one) => one.query);
  assert.deepEqual(queries(101, null), [STATS]);
  assert.deepEqual(queries(101, 5460), [STATS, MASTER, VERSIONS]);
});

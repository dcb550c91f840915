/** All pages of one search: no hit twice, none missing, providers never mixed, and no more calls than the pages need. */
import assert from "node:assert/strict";
import { anEbayItem, SEARCH_PATH } from "../support/ebay.ts";
import type { NewSearch } from "../support/factories.ts";
import { html } from "../support/scripted_server.ts";
import {
  ebayPages,
  type Found,
  hitsOf,
  search,
  someOffers,
  someReleases,
  withMarkets,
} from "../support/search.ts";
import type { Client } from "../support/service.ts";

/** Every page until one says that there is no next. */
async function allPages(client: Client, fields: Partial<NewSearch> = {}): Promise<Found[]> {
  const pages: Found[] = [];
  for (let page = 1; page <= 200; page++) {
    const answer = await search(client, { ...fields, page });
    pages.push(answer);
    if (!answer.pagination.has_next) return pages;
  }
  throw new Error("Cannot reach the last page");
}

function check(pages: readonly Found[], size: number): string[] {
  const hits = pages.flatMap(hitsOf);
  assert.equal(new Set(hits).size, hits.length, "no hit twice");
  for (const [index, { pagination, items }] of pages.entries()) {
    assert.equal(pagination.page, index + 1);
    assert.equal(pagination.returned, items.length);
    assert.equal(pagination.total_pages, Math.ceil(pagination.total / size));
    if (index < pages.length - 1) assert.equal(items.length, size, `page ${index + 1} is full`);
  }
  return hits;
}

/** `a a b b` → `a b`; a provider that comes back is named again. */
function groupsOf(hits: readonly string[]): string[] {
  return hits.map((hit) => hit.split(" ")[0]!).filter((one, index, all) => one !== all[index - 1]);
}

Deno.test("every page of a search over three providers joins to all their hits, each page of a provider read once", async () => {
  const stock = { ebay: someOffers(450), discogs: someReleases(150) };
  await withMarkets(stock, async ({ client }, { calls }) => {
    const ada = await client("ada");
    const first = await search(ada);
    assert.deepEqual(calls(), { ebay: 1, discogs: 1 }, "one call each answers the first page");
    const known = first.pagination;
    assert.ok(known.total >= 300 && known.has_next, JSON.stringify(known));
    const pages = await allPages(ada);
    const hits = check(pages, 24);
    const wanted = [
      ...stock.ebay.map((item) => `ebay ${item["itemId"]}`),
      ...stock.discogs.map((row) => `discogs release:${row["id"]}`),
    ];
    assert.deepEqual(hits.filter((hit) => !hit.startsWith("mock ")), wanted);
    assert.ok(hits.length > wanted.length, "the simulated market has some too");
    assert.deepEqual(groupsOf(hits), ["ebay", "discogs", "mock"]);
    assert.deepEqual(calls(), { ebay: 3, discogs: 2 });
    assert.deepEqual(check(await allPages(ada, { page_size: 100 }), 100), hits, "in other portions the same");
    assert.deepEqual(calls(), { ebay: 3, discogs: 2 });
    const last = pages.at(-1)!.pagination;
    assert.deepEqual([last.total, last.page], [hits.length, last.total_pages]);
  }, { SIMULATED_MARKET: "true" });
});

Deno.test("a deeper page of a provider is read when a page needs it, and not for the ones before", async () => {
  await withMarkets({ ebay: someOffers(250) }, async ({ client }, { calls }) => {
    const ada = await client("ada");
    const pageOf = async (page: number) =>
      (await search(ada, { page, page_size: 100, providers: ["ebay"] })).pagination;
    assert.deepEqual(await pageOf(2), {
      page: 2,
      page_size: 100,
      total: 200,
      returned: 100,
      total_pages: 2,
      has_next: true,
    });
    assert.equal(calls().ebay, 1);
    assert.deepEqual(await pageOf(3), {
      page: 3,
      page_size: 100,
      total: 250,
      returned: 50,
      total_pages: 3,
      has_next: false,
    });
    assert.equal(calls().ebay, 2);
    assert.deepEqual(await pageOf(4), {
      page: 4,
      page_size: 100,
      total: 250,
      returned: 0,
      total_pages: 3,
      has_next: false,
    });
    assert.equal((await pageOf(Number.MAX_SAFE_INTEGER)).returned, 0);
    assert.equal(calls().ebay, 2);
  });
});

Deno.test("a page is filled from deeper pages when filters leave few hits, three of a provider at most", async () => {
  const dear = { price: { value: "99.00", currency: "USD" } };
  const ebay = someOffers(900, dear).map((item, n) =>
    n % 100 === 0 ? { ...item, price: { value: "9.00", currency: "USD" } } : item
  );
  await withMarkets({ ebay, discogs: someReleases(150) }, async ({ client }, { calls }) => {
    const ada = await client("ada");
    const { pagination } = await search(ada, { max_price: 10 });
    assert.deepEqual(pagination, {
      page: 1,
      page_size: 24,
      total: 6,
      returned: 6,
      total_pages: 1,
      has_next: false,
    });
    // Releases have no price: no deeper page of them is worth a call.
    assert.deepEqual(calls(), { ebay: 3, discogs: 1 });
  });
});

Deno.test("whoever pages stays with what he began with, also after a minute, while new offers come", async () => {
  await withMarkets({ ebay: someOffers(250) }, async ({ client, clock }, { stock, calls }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const pageOf = async (page: number) => await search(ada, { page, page_size: 50, providers: ["ebay"] });
    const pages = [await pageOf(1), await pageOf(2), await pageOf(3)];
    stock.ebay = [anEbayItem({ itemId: "new" }), ...stock.ebay];
    clock.advance(61_000);
    pages.push(await pageOf(4), await pageOf(5));
    const hits = check(pages, 50);
    assert.deepEqual(hits, stock.ebay.slice(1).map((item) => `ebay ${item["itemId"]}`));
    assert.equal(calls().ebay, 2);
    assert.equal(
      hitsOf(await search(bob, { providers: ["ebay"] }))[0],
      "ebay new",
      "who begins sees the new",
    );
    clock.advance(600_000);
    await pageOf(2);
    assert.equal(calls().ebay, 4, "after ten minutes everything is read anew");
  });
});

Deno.test("a deeper page that fails ends its provider for whoever pages, so that nothing moves", async () => {
  const stock = { ebay: someOffers(250), discogs: someReleases(30) };
  await withMarkets(stock, async ({ client, clock }, { ebay, calls }) => {
    const ada = await client("ada");
    const healthy = ebayPages(() => stock.ebay);
    ebay.answer((request, seen) =>
      request.path === SEARCH_PATH && request.query.get("offset") !== "0" ? html(500) : healthy(request, seen)
    );
    const pages = [
      await search(ada, { page: 1, page_size: 90 }),
      await search(ada, { page: 2, page_size: 90 }),
    ];
    assert.deepEqual(pages[1]!.provider_errors, {});
    pages.push(await search(ada, { page: 3, page_size: 90 }));
    assert.match(pages[2]!.provider_errors["ebay"] ?? "", /^Cannot search eBay: /);
    ebay.answer(healthy);
    clock.advance(31_000);
    assert.equal((await search(ada, { page: 3, page_size: 90 })).pagination.total, 230);
    const hits = check(pages, 90);
    assert.deepEqual([hits.length, groupsOf(hits)], [230, ["ebay", "discogs"]]);
    assert.equal(calls().ebay, 2);
    clock.advance(30_000);
    assert.equal(
      check(await allPages(ada, { page_size: 90 }), 90).length,
      280,
      "a search begun anew reads all",
    );
  });
});

Deno.test("many who page through one search at once share the deeper pages too", async () => {
  await withMarkets({ ebay: someOffers(450) }, async ({ client }, { calls }) => {
    const people = [await client("ada"), await client("bob"), await client("cy")];
    const fields = { page: 5, page_size: 100, providers: ["ebay"] };
    const answers = await Promise.all(people.map((person) => search(person, fields)));
    for (const answer of answers) assert.equal(answer.pagination.returned, 50);
    assert.equal(calls().ebay, 3);
  });
});

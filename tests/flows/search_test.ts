/** Path F: providers asked at the same time, what they say stored, matched and published like what a poll reads. */
import assert from "node:assert/strict";
import { DatabaseError, type Pool } from "../../src/platform/sql.ts";
import { recordProviderFailure } from "../../src/providers/state_store.ts";
import { refused } from "../support/answers.ts";
import { aRow } from "../support/discogs.ts";
import { anEbayItem, SEARCH_PATH } from "../support/ebay.ts";
import { hang, html, json } from "../support/scripted_server.ts";
import { useCalls } from "../support/quota.ts";
import {
  aSearch,
  discogsPages,
  ebayPages,
  hitsOf,
  search,
  someOffers,
  withMarkets,
} from "../support/search.ts";

const HITS = { ebay: [anEbayItem({ itemId: "1" })], discogs: [aRow(101)] };

Deno.test("every provider is asked before any has answered", async () => {
  await withMarkets(HITS, async ({ client }, { ebay, discogs, stock }) => {
    const ada = await client("ada");
    const [ebayAsked, discogsAsked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    ebay.answer(async (request, seen) => {
      if (request.path === SEARCH_PATH) {
        ebayAsked.resolve();
        await discogsAsked.promise;
      }
      return await ebayPages(() => stock.ebay)(request, seen);
    });
    discogs.answer(async (request, seen) => {
      discogsAsked.resolve();
      await ebayAsked.promise;
      return await discogsPages(() => stock.discogs)(request, seen);
    });
    assert.deepEqual(hitsOf(await search(ada)), ["ebay 1", "discogs release:101"]);
  });
});

Deno.test("a provider that does not answer costs its deadline once, is named, and does not stop its polls", async () => {
  await withMarkets(HITS, async ({ client, deps }, { ebay, stock }) => {
    const ada = await client("ada");
    Object.assign(deps, { searchDeadlineMs: 400 });
    ebay.answer((request, seen) =>
      request.path === SEARCH_PATH ? hang(request) : ebayPages(() => stock.ebay)(request, seen)
    );
    const startedMs = performance.now();
    const answer = await search(ada);
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs >= 390 && tookMs < 2_000, `${tookMs} ms`);
    assert.deepEqual(hitsOf(answer), ["discogs release:101"]);
    assert.deepEqual(answer.providers_searched, ["ebay", "discogs"]);
    assert.deepEqual(answer.provider_errors, { ebay: "Cannot search eBay: it took longer than 0.4 s" });
    const [state] = await deps
      .sql`select blocked_until, last_error from provider_states where provider = 'ebay'`;
    assert.deepEqual(state, {
      blocked_until: null,
      last_error: "Cannot search eBay: it took longer than 0.4 s",
    });
    const [call] = await deps
      .sql`select status_code, error from provider_requests where provider = 'ebay' and operation = 'search'`;
    assert.equal(call?.["status_code"], null);
    assert.match(call?.["error"], /cancelled/);
  });
});

Deno.test("one provider that fails does not fail the search; when all fail, the answer is their reasons", async () => {
  await withMarkets(HITS, async ({ client, clock, deps }, { ebay, discogs, stock }) => {
    const ada = await client("ada");
    ebay.answer(() => html(500));
    const partial = await search(ada);
    assert.deepEqual(hitsOf(partial), ["discogs release:101"]);
    assert.deepEqual(Object.keys(partial.provider_errors), ["ebay"]);
    clock.advance(60_000);
    discogs.answer(() => json({ message: "no" }, { status: 503 }));
    const none = await search(ada);
    assert.deepEqual(none.items, []);
    assert.deepEqual(none.pagination, {
      page: 1,
      page_size: 24,
      total: 0,
      returned: 0,
      total_pages: 0,
      has_next: false,
    });
    assert.deepEqual(Object.keys(none.provider_errors), ["ebay", "discogs"]);
    const states = await deps.sql`select provider, failures from provider_states order by provider`;
    assert.deepEqual(states, [{ provider: "discogs", failures: 1 }, { provider: "ebay", failures: 2 }]);
    clock.advance(60_000);
    ebay.answer(ebayPages(() => stock.ebay));
    discogs.answer(discogsPages(() => stock.discogs));
    assert.deepEqual((await search(ada)).provider_errors, {});
    const healed = await deps.sql`select provider, failures from provider_states order by provider`;
    assert.deepEqual(healed, [{ provider: "discogs", failures: 0 }, { provider: "ebay", failures: 1 }]);
  });
});

Deno.test("a provider that is left alone is not called, and the error says until when", async () => {
  await withMarkets(HITS, async ({ client, clock, deps }, { calls }) => {
    const ada = await client("ada");
    const failure = { kind: "rate_limited", message: "no", retryAfterSeconds: 30 } as const;
    await recordProviderFailure(deps.sql, { provider: "ebay", now: clock.now(), ...failure });
    clock.advance(29_999);
    const { provider_errors } = await search(ada);
    assert.deepEqual(provider_errors, {
      ebay: "Cannot search eBay: after a failure it is left alone until 2026-11-23T12:00:30.000Z",
    });
    assert.deepEqual(calls(), { ebay: 0, discogs: 1 });
    clock.advance(1);
    assert.deepEqual(hitsOf(await search(ada)), ["ebay 1", "discogs release:101"]);
  });
});

Deno.test("a search may use the calls that polls leave, and without one says when the next is free", async () => {
  await withMarkets(HITS, async ({ client, clock, deps }, { calls }) => {
    const ada = await client("ada");
    await useCalls(deps, "discogs", 47);
    for (const word of ["kind", "of", "blue"]) {
      assert.deepEqual((await search(ada, { keywords: [word] })).provider_errors, {}, word);
    }
    assert.equal(calls().discogs, 3);
    const empty = await search(ada);
    assert.deepEqual(empty.provider_errors, {
      discogs: "Cannot call discogs before 2026-11-23T12:01:03.000Z: the calls it allows are used up",
    });
    assert.deepEqual(hitsOf(empty), ["ebay 1"]);
    assert.equal(calls().discogs, 3);
    const [state] = await deps
      .sql`select failures, last_error from provider_states where provider = 'discogs'`;
    assert.deepEqual(state, { failures: 0, last_error: null }, "no failure of Discogs");
    clock.advance(63_000);
    assert.deepEqual((await search(ada)).provider_errors, {});
  });
});

Deno.test("calls of a search are logged as the searcher's own, and those served from memory make none", async () => {
  await withMarkets(HITS, async ({ client, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await search(ada);
    await search(bob);
    const rows = await deps.sql`
      select provider, operation, user_id, poll_id, status_code, error from provider_requests
      order by provider, operation`;
    const own = { user_id: ada.userId, poll_id: null, status_code: 200, error: null };
    assert.deepEqual(rows, [
      { provider: "discogs", operation: "search", ...own },
      { provider: "ebay", operation: "search", ...own },
      { provider: "ebay", operation: "token", ...own },
    ]);
  });
});

Deno.test("equal searches share one call: at once, for 60 s, whoever asks, in whatever words and with any filter", async () => {
  await withMarkets(HITS, async ({ client, clock }, { calls }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const answers = await Promise.all([ada, bob, ada, bob, ada].map((person) => search(person)));
    for (const answer of answers) assert.deepEqual(hitsOf(answer), hitsOf(answers[0]!));
    assert.deepEqual(calls(), { ebay: 1, discogs: 1 });
    clock.advance(59_999);
    await search(bob, { keywords: ["KIND of Blue"], max_price: 100, page_size: 1 });
    assert.deepEqual(calls(), { ebay: 1, discogs: 1 });
    clock.advance(1);
    await search(bob);
    assert.deepEqual(calls(), { ebay: 2, discogs: 2 });
    await search(bob, { keywords: ["miles davis"] });
    assert.deepEqual(calls(), { ebay: 3, discogs: 3 });
  });
});

Deno.test("a failure is not remembered: the same search a moment later asks again", async () => {
  await withMarkets(HITS, async ({ client, deps }, { ebay, stock }) => {
    const ada = await client("ada");
    ebay.answer((request, seen) =>
      request.path === SEARCH_PATH
        ? json({ strange: true, itemSummaries: 3 })
        : ebayPages(() => [])(request, seen)
    );
    assert.match((await search(ada)).provider_errors["ebay"] ?? "", /not a search result/);
    const [row] = await deps
      .sql`select status_code, error from provider_requests where provider = 'ebay' and operation = 'search'`;
    assert.equal(row?.["status_code"], 200);
    assert.match(row?.["error"], /^bad_response: /);
    ebay.answer(ebayPages(() => stock.ebay));
    assert.deepEqual(hitsOf(await search(ada)), ["ebay 1", "discogs release:101"]);
  });
});

Deno.test("what cannot be stored is not shown: 503 while the database is away, and the answer is kept once it is back", async () => {
  await withMarkets(HITS, async ({ client, deps }, { calls }) => {
    const ada = await client("ada");
    const { sql } = deps;
    const away = () => Promise.reject(new DatabaseError("lost", "Cannot reach the database"));
    Object.assign(deps, { sql: withBegin(sql, away) });
    const lost = refused(await ada.api.POST("/api/search", { body: aSearch() }), 503);
    assert.equal(lost.code, "http_error");
    Object.assign(deps, { sql });
    assert.deepEqual(hitsOf(await search(ada)), ["ebay 1", "discogs release:101"]);
    // Without the database no call of a quota can be taken.
    assert.deepEqual(calls(), { ebay: 1, discogs: 1 });
  });
});

Deno.test("an answer that this service cannot store is that provider's error, not the search's", async () => {
  await withMarkets(HITS, async ({ client, deps }) => {
    const ada = await client("ada");
    const { sql } = deps;
    Object.assign(deps, { sql: withBegin(sql, () => Promise.reject(new Error("a mistake of ours"))) });
    const { provider_errors } = await search(ada, { providers: ["ebay"] });
    assert.deepEqual(provider_errors, { ebay: "Cannot search eBay: the answer could not be stored" });
    Object.assign(deps, { sql });
    assert.equal((await search(ada)).items.length, 2);
  });
});

/** A pool whose transactions end as `begin` says. */
function withBegin(sql: Pool, begin: Pool["begin"]): Pool {
  return Object.assign(
    (text: TemplateStringsArray, ...values: Parameters<Pool> extends [unknown, ...infer V] ? V : never) =>
      sql(text, ...values),
    { begin, listen: sql.listen.bind(sql), stats: sql.stats.bind(sql) },
  ) as Pool; // safe: disposal is never asked of it
}

Deno.test("a search without a word that a marketplace can look for says so and calls nobody", async () => {
  await withMarkets({ ebay: someOffers(3) }, async ({ client }, { calls }) => {
    const ada = await client("ada");
    const { provider_errors } = await search(ada, { keywords: ["x".repeat(150)], providers: ["ebay"] });
    assert.equal(calls().ebay, 0);
    assert.deepEqual(provider_errors, {
      ebay: "Cannot search eBay: the keywords hold no word that it can look for",
    });
  });
});

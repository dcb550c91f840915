import assert from "node:assert/strict";
import { MAX_ITEMS_PER_RUN, MAX_ITEMS_PER_SWEEP, readPages } from "../../src/polling/read_pages.ts";
import { ingestListings } from "../../src/listings/ingest_listings.ts";
import type { Poll } from "../../src/polls/schema.ts";
import { upsertPollItems } from "../../src/polls/store.ts";
import type { Provider } from "../../src/providers/contract.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { aDraft, createPlainMarket } from "../support/plain_market.ts";
import { json, type Script, startScriptedServer } from "../support/scripted_server.ts";

const POLL: Poll = {
  id: crypto.randomUUID(),
  provider: "shop",
  query: { q: "blue" },
  interval_seconds: 60,
  runs: 1,
  failures: 0,
  last_success_at: NOON,
  last_sweep_at: NOON,
};

/** Pages by cursor; the first is "". */
type Pages = Readonly<Record<string, { ids: readonly string[]; next: string | null }>>;

const scriptOf = (pages: Pages): Script => ({ query }) => {
  const page = pages[query.get("page") ?? ""];
  return json({ items: (page?.ids ?? []).map((id) => ({ id, title: id })), next: page?.next ?? null });
};

interface ReadResult {
  ids: string[];
  calls: number;
  coverageGap: boolean;
  reachedEnd: boolean;
  older: string[];
}

async function read(
  sql: Pool,
  script: Script,
  options: {
    sweep?: boolean;
    runs?: number;
    kind?: Provider["capabilities"]["kind"];
    findsNew?: boolean;
  } = {},
): Promise<ReadResult> {
  await using server = startScriptedServer(script);
  const market: Provider = createPlainMarket({ id: "shop", url: server.url });
  const { kind = market.capabilities.kind } = options;
  const sweep = { maxPages: 5, findsNew: options.findsNew ?? false };
  const provider: Provider = { ...market, capabilities: { ...market.capabilities, kind, sweep } };
  const pages = await readPages({ sql, clock: fakeClock() }, {
    poll: { ...POLL, runs: options.runs ?? 1 },
    provider,
    use: "poll",
    sweepPages: options.sweep ? 5 : null,
    signal: new AbortController().signal,
    onCall: () => {},
    onFirstPage: () => Promise.resolve(),
  });
  return {
    ids: pages.drafts.map(({ external_id }) => external_id),
    calls: server.requests.length,
    coverageGap: pages.coverageGap,
    reachedEnd: pages.reachedEnd,
    older: [...pages.olderIds],
  };
}

/** Items that the poll read in an earlier run. */
async function know(sql: Pool, ids: readonly string[]): Promise<void> {
  await sql`
    insert into polls (id, provider, query, query_key, next_poll_at, created_at)
    values (${POLL.id}, 'shop', '{}', ${"0".repeat(64)}, ${NOON}, ${NOON})`;
  await sql.begin(async (tx) => {
    const source = { provider: "shop", max_age_seconds: null };
    const ingested = await ingestListings(tx, { source, drafts: ids.map(aDraft), now: NOON });
    await upsertPollItems(tx, {
      poll_id: POLL.id,
      listing_ids: ingested.map(({ listing }) => listing.id),
      run: 1,
    });
  });
}

Deno.test("readPages() stops at the page with a known item, whole, wherever reordering put it", async () => {
  await withDatabase(async (sql) => {
    await know(sql, ["k1", "k2"]);
    const pages: Pages = {
      "": { ids: ["n1", "n2"], next: "2" },
      "2": { ids: ["n3", "k2", "n4"], next: "3" },
      "3": { ids: ["k1"], next: null },
    };
    assert.deepEqual(await read(sql, scriptOf(pages)), {
      ids: ["n1", "n2", "n3", "k2", "n4"],
      calls: 2,
      coverageGap: false,
      reachedEnd: false,
      older: [],
    });
    const swept = await read(sql, scriptOf(pages), { sweep: true });
    assert.deepEqual([swept.calls, swept.reachedEnd, swept.coverageGap], [3, true, false]);
    assert.deepEqual(swept.older, ["k1"]);
  });
});

Deno.test("readPages() takes an item once that moved to the next page while it was read", async () => {
  await withDatabase(async (sql) => {
    const pages: Pages = {
      "": { ids: ["a", "b"], next: "2" },
      "2": { ids: ["b", "c"], next: null },
    };
    const { ids, reachedEnd } = await read(sql, scriptOf(pages));
    assert.deepEqual([ids, reachedEnd], [["a", "b", "c"], true]);
  });
});

Deno.test("readPages() ends with a gap where pages lead nowhere, and a sweep of them is not complete", async () => {
  await withDatabase(async (sql) => {
    const loop: Pages = {
      "": { ids: ["a"], next: "2" },
      "2": { ids: ["b"], next: "3" },
      "3": { ids: ["c"], next: "2" },
    };
    const cases: [Script, number, string[]][] = [
      [scriptOf(loop), 3, ["a", "b", "c"]],
      [(_request, seen) => json({ items: [{ id: "same", title: "x" }], next: String(seen) }), 2, ["same"]],
      [(_request, seen) => json({ items: [], next: String(seen) }), 1, []],
      [(_request, seen) => json({ items: [{ id: `${seen}`, title: "x" }], next: String(seen) }), 5, [
        ..."01234",
      ]],
    ];
    for (const [script, calls, ids] of cases) {
      for (const sweep of [false, true]) {
        assert.deepEqual(await read(sql, script, { sweep }), {
          ids,
          calls,
          coverageGap: true,
          reachedEnd: false,
          older: [],
        });
      }
    }
  });
});

Deno.test("readPages() notes a gap where a feed shows nothing any more of what the poll knows", async () => {
  await withDatabase(async (sql) => {
    await know(sql, ["k1"]);
    const gapOf = async (ids: string[], options: Parameters<typeof read>[2]) =>
      (await read(sql, scriptOf({ "": { ids, next: null } }), options)).coverageGap;
    assert.equal(await gapOf(["n1", "k1"], { kind: "feed" }), false);
    assert.equal(await gapOf(["n1", "n2"], { kind: "feed" }), true);
    // Unchanged, and the first time.
    assert.equal(await gapOf([], { kind: "feed" }), false);
    assert.equal(await gapOf(["n1"], { kind: "feed", runs: 0 }), false);
    // A search shows all there is.
    assert.equal(await gapOf(["n1", "n2"], { kind: "offers" }), false);
  });
});

Deno.test("readPages() reads more items in a sweep, which is to see all, and not without end", async () => {
  await withDatabase(async (sql) => {
    const pagesOf = (count: number): Script => ({ query }) => {
      const page = Number(query.get("page") || "0");
      const items = Array.from({ length: 6_000 }, (_, n) => ({ id: `${page}-${n}`, title: "x" }));
      return json({ items, next: page + 1 < count ? `${page + 1}` : null });
    };
    const shop = await read(sql, pagesOf(2), { sweep: true });
    assert.deepEqual([shop.ids.length, shop.reachedEnd, shop.coverageGap], [12_000, true, false]);
    const flood = await read(sql, pagesOf(4), { sweep: true });
    assert.deepEqual([flood.ids.length, flood.reachedEnd, flood.coverageGap], [
      MAX_ITEMS_PER_SWEEP,
      false,
      true,
    ]);
  });
});

Deno.test("readPages() leaves a gap where a sweep of what has no order stops with more to read, whatever it met", async () => {
  await withDatabase(async (sql) => {
    await know(sql, ["0"]);
    const pagesOf = (count: number): Script => ({ query }) => {
      const page = Number(query.get("page") || "0");
      return json({ items: [{ id: `${page}`, title: "x" }], next: page + 1 < count ? `${page + 1}` : null });
    };
    for (
      const [pages, options, gap] of [
        [6, { sweep: true, findsNew: true }, true],
        [5, { sweep: true, findsNew: true }, false],
        [6, { sweep: true, findsNew: false }, false],
        [6, { sweep: false, findsNew: true }, false],
      ] as const
    ) {
      assert.equal(
        (await read(sql, pagesOf(pages), options)).coverageGap,
        gap,
        JSON.stringify({ pages, options }),
      );
    }
  });
});

Deno.test("readPages() takes no more than its limit of items, on the first run too, and says what it left", async () => {
  await withDatabase(async (sql) => {
    const flood: Script = ({ query }) => {
      const page = query.get("page") || "0";
      const items = Array.from({ length: 3_000 }, (_, n) => ({ id: `${page}-${n}`, title: "x" }));
      return json({ items, next: `${Number(page) + 1}` });
    };
    const second = await read(sql, flood);
    assert.deepEqual([second.ids.length, second.calls, second.coverageGap], [MAX_ITEMS_PER_RUN, 2, true]);
    const whole: Script = () =>
      json({ items: Array.from({ length: 7_000 }, (_, n) => ({ id: `${n}`, title: "x" })), next: null });
    for (const runs of [0, 1]) {
      const once = await read(sql, whole, { runs });
      assert.deepEqual(
        [once.ids.length, once.coverageGap, once.reachedEnd],
        [MAX_ITEMS_PER_RUN, true, false],
      );
    }
  });
});

import assert from "node:assert/strict";
import type { Listing } from "../../src/listings/schema.ts";
import type { PageRead } from "../../src/search/read_page.ts";
import { MAX_PAGES, type Position, Reading } from "../../src/search/reading.ts";
import { Readings } from "../../src/search/readings.ts";
import { fakeClock, NOON } from "../support/clock.ts";

const QUERIES = [{ q: "a" }, { q: "b" }];

/** A page of listings with these ids; only what a reading looks at. */
function aPage(ids: readonly string[], next: string | null = null): PageRead {
  const listings = ids.map((id) => ({ id, provider: "p", title: id, formats: [] }) as unknown as Listing); // safe: never shown
  return { kind: "read", listings, next };
}

function idsOf(reading: Reading): string[] {
  return [...reading.found].map(({ listing }) => listing.id);
}

Deno.test("Reading.deepen() asks once for all who wait, and for the same page again only when asking threw", async () => {
  const reading = new Reading(QUERIES, NOON);
  const answer = Promise.withResolvers<PageRead>();
  let asked = 0;
  const read = () => (asked++, answer.promise);
  const waiting = Promise.all([reading.deepen(read), reading.deepen(read), reading.deepen(read)]);
  answer.resolve(aPage(["1"], "2"));
  await waiting;
  assert.deepEqual([asked, idsOf(reading), reading.pages], [1, ["1"], 1]);
  const lost = () => Promise.reject(new Error("the database is away"));
  await assert.rejects(Promise.all([reading.deepen(lost), reading.deepen(lost)]), /away/);
  assert.deepEqual([reading.isOpen, reading.error], [true, null]);
  await reading.deepen((position) => {
    assert.deepEqual(position, { query: { q: "a" }, cursor: "2" });
    return Promise.resolve(aPage(["2"]));
  });
  assert.deepEqual(idsOf(reading), ["1", "2"]);
});

Deno.test("Reading.deepen() goes through pages, then queries, keeps first places and stops at its depth", async () => {
  const reading = new Reading([...QUERIES, { q: "c" }], NOON);
  const positions: Position[] = [];
  const pages = [aPage(["1", "2"], "x"), aPage(["2", "3"]), aPage(["1", "4"]), aPage(["5"])];
  for (let n = 0; n < 5; n++) {
    await reading.deepen((position) => (positions.push(position), Promise.resolve(pages[n]!)));
  }
  assert.deepEqual(positions, [
    { query: { q: "a" }, cursor: null },
    { query: { q: "a" }, cursor: "x" },
    { query: { q: "b" }, cursor: null },
  ]);
  assert.deepEqual(idsOf(reading), ["1", "2", "3", "4"]);
  assert.deepEqual([reading.pages, reading.isOpen, reading.error], [MAX_PAGES, false, null]);
});

Deno.test("a failed page ends a reading with what it has; one without queries has nothing to read", async () => {
  const reading = new Reading(QUERIES, NOON);
  await reading.deepen(() => Promise.resolve(aPage(["1"], "x")));
  await reading.deepen(() => Promise.resolve({ kind: "failed", error: "no" }));
  await reading.deepen(() => assert.fail("asked again"));
  assert.deepEqual([idsOf(reading), reading.isOpen, reading.error], [["1"], false, "no"]);
  const empty = new Reading([], NOON);
  await empty.deepen(() => assert.fail("asked"));
  assert.deepEqual([empty.isOpen, empty.size], [false, 0]);
});

Deno.test("Readings.open() gives a first page what is younger than 60 s, a later page what is younger than 600 s", () => {
  const ages: [number, boolean, boolean][] = [
    [59_999, true, true],
    [60_000, true, false],
    [599_999, false, true],
    [600_000, false, false],
  ];
  for (const [ageMs, isFirstPage, isSame] of ages) {
    const clock = fakeClock();
    const readings = new Readings({ clock });
    const first = readings.open({ provider: "p", queries: QUERIES, isFirstPage: true });
    clock.advance(ageMs);
    assert.equal(
      readings.open({ provider: "p", queries: QUERIES, isFirstPage }) === first,
      isSame,
      `${ageMs}`,
    );
  }
});

Deno.test("Readings.open() keeps providers and queries apart and hands a failed first page to later pages only", async () => {
  const readings = new Readings({ clock: fakeClock() });
  const open = (fields: { provider?: string; isFirstPage?: boolean; queries?: typeof QUERIES } = {}) =>
    readings.open({ provider: "p", queries: QUERIES, isFirstPage: true, ...fields });
  const reading = open();
  assert.equal(open({ queries: [{ q: "a" }, { q: "b" }] }), reading, "equal queries");
  assert.notEqual(open({ provider: "q" }), reading);
  assert.notEqual(open({ queries: [{ q: "b" }, { q: "a" }] }), reading);
  await reading.deepen(() => Promise.resolve({ kind: "failed", error: "no" }));
  assert.equal(open({ isFirstPage: false }), reading);
  const again = open();
  assert.notEqual(again, reading);
  await again.deepen(() => Promise.resolve(aPage(["1"], "x")));
  await again.deepen(() => Promise.resolve({ kind: "failed", error: "no" }));
  assert.equal(open(), again, "what it has is good");
});

Deno.test("Readings forgets the oldest beyond a thousand readings and beyond twenty thousand listings", async () => {
  const readings = new Readings({ clock: fakeClock() });
  const open = (n: number) => readings.open({ provider: "p", queries: [{ n }], isFirstPage: true });
  const [first, second] = [open(0), open(1)];
  for (let n = 2; n < 1_000; n++) open(n);
  assert.equal(open(0), first);
  open(1_000);
  assert.equal(open(1), second);
  assert.notEqual(open(0), first);
  const large = new Readings({ clock: fakeClock() });
  const of = (n: number) => large.open({ provider: "p", queries: [{ n }], isFirstPage: true });
  const ids = Array.from({ length: 10_000 }, (_, n) => String(n));
  const big = [of(0), of(1), of(2)];
  for (const reading of big) await reading.deepen(() => Promise.resolve(aPage(ids)));
  of(3);
  assert.notEqual(of(0), big[0]);
  assert.deepEqual([of(1) === big[1], of(2) === big[2]], [true, true]);
});

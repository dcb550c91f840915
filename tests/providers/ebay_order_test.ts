import assert from "node:assert/strict";
import fc from "fast-check";
import { unorderedIds } from "../../src/providers/ebay/order.ts";
import { EbayItem } from "../../src/providers/ebay/schema.ts";

interface Row {
  /** Hours after midnight; null: eBay gives no date. */
  hour: number | null;
  paid: boolean;
}

const rows = fc.array(
  fc.record({ hour: fc.option(fc.integer({ min: 0, max: 23 })), paid: fc.boolean() }),
  { maxLength: 30 },
);

function itemsOf(list: readonly Row[]): EbayItem[] {
  return list.map(({ hour, paid }, index) =>
    EbayItem.parse({
      itemId: String(index),
      title: "A record",
      priorityListing: paid,
      ...(hour !== null && { itemCreationDate: new Date(Date.UTC(2026, 10, 23, hour)).toISOString() }),
    })
  );
}

/** Indexes of the rows that are in their place. */
function inOrder(list: readonly Row[]): number[] {
  const unordered = new Set(unorderedIds(itemsOf(list)));
  return list.map((_, index) => index).filter((index) => !unordered.has(String(index)));
}

Deno.test("unorderedIds() leaves no row in its place that a newer one in no paid place stands behind", () => {
  fc.assert(fc.property(rows, (list) => {
    const hasUnpaid = list.some(({ paid }) => !paid);
    for (const index of inOrder(list)) {
      const { hour } = list[index]!;
      const behind = list.slice(index + 1).filter(({ paid }) => !paid || !hasUnpaid);
      assert.ok(hour === null || behind.every((row) => row.hour === null || row.hour <= hour));
    }
  }));
});

Deno.test("unorderedIds() always leaves a row in its place, so that a poll can stop on any page", () => {
  fc.assert(fc.property(rows, (list) => {
    assert.ok(list.length === 0 || inOrder(list).length > 0);
  }));
});

Deno.test("unorderedIds() names nothing of a page that is in order, and only the paid place that is put into it", () => {
  const dated = fc.array(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(dated, fc.nat(30), fc.integer({ min: 0, max: 23 }), (hours, place, hour) => {
    const page = hours.toSorted((a, b) => b - a).map((one) => ({ hour: one, paid: false }));
    assert.equal(inOrder(page).length, page.length);
    const at = Math.min(place, page.length);
    const withPaid = page.toSpliced(at, 0, { hour, paid: true });
    assert.deepEqual(inOrder(withPaid), withPaid.map((_, index) => index).filter((index) => index !== at));
  }));
});

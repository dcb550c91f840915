import assert from "node:assert/strict";
import { describeEvent, isGone } from "../../src/notifications/message/describe_event.ts";
import { renderHtml } from "../../src/notifications/message/render_html.ts";
import { renderText } from "../../src/notifications/message/render_text.ts";
import type { AlertView, OutgoingMessage } from "../../src/notifications/message/schema.ts";
import type { ListingFacts, MessageRow } from "../../src/notifications/message/store.ts";
import { factsLine, priceLine, subjectOf } from "../../src/notifications/message/words.ts";
import { creditOf, DISCOGS_TERMS, EBAY_TERMS } from "../../src/providers/terms.ts";
import { NOON } from "../support/clock.ts";

const BEFORE = "2026-11-23T11:59:59Z";
const AFTER = "2026-11-23T12:00:01Z";

/** What makes a notice of a find. */
const NOTICE: Partial<AlertView> = {
  type: "SERVICE_NOTICE",
  is_find: false,
  is_listing: false,
  title: "eBay does not answer",
  price: null,
  provider: null,
  matched: [],
};

Deno.test("describeEvent() gives the price in the recipient's currency when a rate is known", () => {
  const rates = {
    rate: (from: string, to: string) => (from === "USD" && to === "EUR" ? { rate: 0.9244 } : null),
  };
  assert.deepEqual(describe({}, { rates }).converted_price, { minor: 2_310, currency: "EUR" });
  assert.equal(describe({ now: facts({ currency: "GBP" }) }, { rates }).converted_price, null);
  assert.equal(describe({}, { rates, currency: "USD" }).converted_price, null);
});

Deno.test("describeEvent() shows what a provider said only as long as its terms allow, and never an id instead", () => {
  const fresh = describe({
    now: facts({ expires_at: AFTER }),
    then: facts({ expires_at: BEFORE, price_minor: 3_000 }),
  });
  assert.deepEqual([fresh.title, fresh.earlier_price], ["Kind of Blue", null]);
  const stored = describe({
    now: facts({ expires_at: BEFORE, title: "Old" }),
    then: facts({ expires_at: AFTER }),
  });
  assert.equal(stored.title, "Kind of Blue");
  const blank = describe({ now: facts({ expires_at: BEFORE }), then: facts({ expires_at: BEFORE }) });
  assert.deepEqual([blank.title, blank.price, blank.url, blank.matched], [
    "An offer on ebay that you were told of is no longer shown",
    null,
    null,
    ["Miles"],
  ]);
});

Deno.test("describeEvent() shows the price it alerted with beside another one now", () => {
  const changed = describe({ then: facts({ price_minor: 3_000 }) });
  assert.deepEqual([changed.price?.minor, changed.earlier_price?.minor], [2_499, 3_000]);
  assert.equal(describe({ then: facts() }).earlier_price, null);
});

Deno.test("describeEvent() shows the price told before, where it has not changed again since the alert", () => {
  const then = facts({ previous_price_minor: 3_000, previous_currency: "USD" });
  assert.equal(describe({ type: "LISTING_PRICE_DROP", then }).earlier_price?.minor, 3_000);
  assert.equal(describe({ then, now: facts({ price_minor: 2_000 }) }).earlier_price?.minor, 2_499);
  assert.equal(describe({ then: { ...then, previous_price_minor: 2_499 } }).earlier_price, null);
});

Deno.test("describeEvent() names the reason before the type: a reminder is no price drop", () => {
  const label = (reason: string) => describe({ type: "LISTING_PRICE_DROP", payload: { reason } }).label;
  assert.deepEqual(["price_drop", "reminder", "new_low"].map(label), [
    "Price drop",
    "Still for sale",
    "New low",
  ]);
});

Deno.test("priceLine() of a floor says from where and how many, and never that it is an offer", () => {
  const floor = describe({
    payload: { reason: "first_available", listing_kind: "floor" },
    now: facts({ price_minor: 1_200, for_sale_count: 7 }),
    then: null,
  });
  assert.equal(priceLine(floor), "From 12.00 USD, 7 for sale worldwide");
  assert.equal(floor.label, "Now available");
});

const BESIDE: [what: string, said: Partial<ListingFacts>, line: string][] = [
  ["what shipping costs", { shipping_minor: 450 }, "shipping 4.50 USD · VG+ · ebay"],
  ["free shipping", { shipping_minor: 0 }, "free shipping · VG+ · ebay"],
  ["nothing of shipping that nobody knows", { shipping_minor: null }, "VG+ · ebay"],
  [
    "when an auction ends",
    { ends_at: "2026-11-30T10:00:00+00:00", price_kind: "bid" },
    "ends 2026-11-30 10:00 UTC · VG+ · ebay",
  ],
];
for (const [what, said, line] of BESIDE) {
  Deno.test(`factsLine() says ${what}, which is no part of the price`, () => {
    const alert = describe({ now: facts({ condition: "VG+", ...said }) });
    assert.equal(factsLine(alert), line);
    assert.match(priceLine(alert) ?? "", /24\.99 USD$/);
    assert.equal(factsLine(describe({ now: null, then: facts({ condition: "VG+", ...said }) })), line);
  });
}

Deno.test("factsLine() says what shipping costs now where the rules behind the alert look, and not elsewhere", () => {
  const shipping = {
    EBAY_GB: { minor: 450, expires_at: AFTER },
    EBAY_US: { minor: 0, expires_at: AFTER },
    EBAY_DE: { minor: 900, expires_at: BEFORE },
  };
  const line = (...marketplaces: string[]) =>
    factsLine(describe({ payload: { marketplaces }, now: facts({ shipping }), then: facts() }));
  assert.equal(line("EBAY_GB"), "shipping 4.50 USD · VG+ · ebay");
  assert.equal(line("EBAY_US"), "free shipping · VG+ · ebay");
  for (const elsewhere of [["EBAY_DE"], ["EBAY_FR"], ["EBAY_GB", "EBAY_US"], []]) {
    assert.equal(line(...elsewhere), "VG+ · ebay");
  }
});

Deno.test("isGone() is an ended listing, not an expired one", () => {
  assert.equal(isGone(aRow({ now: { ...facts(), status: "ended" } })), true);
  assert.equal(isGone(aRow({ now: { ...facts({ expires_at: BEFORE }), status: "active" } })), false);
});

Deno.test("renderHtml() escapes what strangers wrote and leaves out links that are none", () => {
  const html = renderHtml(message({
    title: `<script>alert("1")</script>`,
    url: "javascript:alert(1)",
    image_url: `https://img.example/"onload="x`,
    matched: ["<b>"],
  }));
  assert.doesNotMatch(html, /<script>|javascript:|<b>|"onload="/);
  assert.match(html, /&#60;script&#62;/);
});

Deno.test("renderHtml() declares both colour schemes and loads nothing but pictures", () => {
  const html = renderHtml(message({}));
  assert.match(html, /<meta name="color-scheme" content="light dark">/);
  assert.doesNotMatch(html, /<link|@import|@font-face|<script/);
  assert.deepEqual(html.match(/src="[^"]*"/g), [`src="https://img.example/1.jpg"`]);
});

Deno.test("renderText() and renderHtml() carry the credit a provider asks for, once", () => {
  const two = message({}, { alerts: [...message({}).alerts, ...message({}).alerts] });
  assert.equal(renderText(two).match(/Listing data from eBay/g)?.length, 1);
  assert.equal(renderHtml(two).match(/Listing data from eBay/g)?.length, 1);
});

for (
  const [name, given, expected] of [
    ["one find", message({}), "Kind of Blue · 24.99 USD"],
    ["a drop", message({ label: "Price drop" }), "Price drop: Kind of Blue · 24.99 USD"],
    ["an unknown price", message({ price: null }), "Kind of Blue"],
    ["a line break in a title", message({ title: "Kind\r\nBcc: x" }), "Kind Bcc: x · 24.99 USD"],
    ["several", message({}, { more: { finds: 4, notices: 0 } }), "5 finds: Kind of Blue and 4 more"],
    [
      "only ended ones",
      message({}, { alerts: [], gone: message({}).alerts }),
      "Gone meanwhile: Kind of Blue",
    ],
    ["a notice", message(NOTICE), "eBay does not answer"],
    [
      "notices",
      message(NOTICE, { more: { finds: 0, notices: 2 } }),
      "3 notices: eBay does not answer and 2 more",
    ],
    [
      "a find and a notice",
      message({}, { alerts: both() }),
      "A find and a notice: Kind of Blue · 24.99 USD",
    ],
    [
      "finds and a notice that is newer",
      message({}, { alerts: both().toReversed(), more: { finds: 1, notices: 0 } }),
      "2 finds and a notice: Kind of Blue and 1 more",
    ],
    [
      "ended ones and a notice",
      message(NOTICE, { gone: [...message({}).alerts, ...message({}).alerts] }),
      "2 finds, all gone meanwhile, and a notice: eBay does not answer",
    ],
  ] as const
) {
  Deno.test(`subjectOf() of ${name}`, () => assert.equal(subjectOf(given), expected));
}

for (
  const [expected, given] of [
    ["A find for you", message({})],
    ["3 finds for you", message({}, { more: { finds: 2, notices: 0 } })],
    ["Gone meanwhile", message({}, { alerts: [], gone: message({}).alerts })],
    [
      "2 finds, all gone meanwhile",
      message({}, { alerts: [], gone: [...message({}).alerts, ...message({}).alerts] }),
    ],
    ["2 finds for you", message({}, { gone: message({}).alerts })],
    ["A notice for you", message(NOTICE)],
    ["4 notices for you", message(NOTICE, { more: { finds: 0, notices: 3 } })],
    ["A find and a notice for you", message({}, { alerts: both() })],
    ["3 finds and 5 notices for you", message({}, { alerts: both(), more: { finds: 2, notices: 4 } })],
    ["A find, gone meanwhile, and a notice", message(NOTICE, { gone: message({}).alerts })],
  ] as const
) {
  Deno.test(`renderText() and renderHtml() begin with "${expected}"`, () => {
    assert.ok(renderText(given).startsWith(`${expected}\n\n`), renderText(given));
    assert.ok(renderHtml(given).includes(`>${expected}</h1>`));
  });
}

Deno.test("renderText() and renderHtml() show notices after the finds, under a heading of their own", () => {
  const given = message({}, { alerts: both().toReversed() });
  assert.match(renderText(given), /--- eBay ---\n\nKind of Blue[^]*--- Notices ---\n\neBay does not answer/);
  assert.match(renderHtml(given), />eBay<\/h2>[^]*Kind of Blue[^]*>Notices<\/h2>[^]*eBay does not answer/);
  assert.doesNotMatch(renderText(message(NOTICE)), /---/);
});

Deno.test("subjectOf() stays within 120 characters and does not cut a character in two", () => {
  const subject = subjectOf(message({ title: "𝄞".repeat(200) }));
  assert.ok(subject.length <= 240 && subject.isWellFormed());
  assert.ok(subjectOf(message({ title: "word ".repeat(100) })).length <= 120);
});

/** A find, and a notice. */
function both(): AlertView[] {
  return [...message({}).alerts, ...message(NOTICE).alerts];
}

Deno.test("a credit that leads to the page of a find stands beside it, and one for all at the end", () => {
  const url = "https://www.discogs.com/sell/release/249504";
  const attribution = creditOf(DISCOGS_TERMS, url);
  const both = message({}, {
    alerts: [
      { ...message({}).alerts[0]!, url, provider: { name: "Discogs", attribution, notice: null } },
      message({}).alerts[0]!,
    ],
  });
  const html = renderHtml(both);
  assert.equal(html.split("Data provided by Discogs.").length, 2);
  const link = `<a class="dim" href="${url}" style="color:#6b655b;">Data provided by Discogs.</a>`;
  assert.ok(html.indexOf(link) > 0 && html.indexOf(link) < html.indexOf("See it on Discogs"));
  assert.ok(html.indexOf("Listing data from eBay") > html.indexOf("See it on eBay"));
  const text = renderText(both);
  assert.match(text, /Data provided by Discogs\.\nhttps:\/\/www\.discogs\.com\/sell\/release\/249504\n/);
  assert.equal(text.split("Data provided by Discogs.").length, 2);
  // Of what is gone no page is shown: the credit is at the end.
  const gone = renderText(message({}, { alerts: [], gone: [both.alerts[0]!] }));
  assert.match(gone, /-- \n(.*\n)*Data provided by Discogs\. \(https:/);
});

function facts(fields: Partial<ListingFacts> = {}): ListingFacts & { status: "active" } {
  return {
    provider: "ebay",
    title: "Kind of Blue",
    url: "https://shop.example/1",
    image_url: "https://img.example/1.jpg",
    price_minor: 2_499,
    currency: "USD",
    price_kind: "fixed",
    condition: "VG+",
    expires_at: null,
    blanked_at: null,
    status: "active",
    ...fields,
  };
}

function aRow(fields: Partial<MessageRow> = {}): MessageRow {
  const payload = { reason: "new_listing", matched: [{ kind: "watch_rule", id: "1", name: "Miles" }] };
  return {
    event_id: "1",
    type: "NEW_MATCH",
    is_find: true,
    payload,
    then: facts(),
    now: facts(),
    total: 1,
    total_finds: 1,
    ...fields,
  };
}

function describe(
  fields: Partial<MessageRow>,
  options: Partial<Parameters<typeof describeEvent>[1]> = {},
): AlertView {
  return describeEvent(aRow(fields), {
    providers: { get: () => null },
    rates: { rate: () => null },
    currency: "EUR",
    now: NOON,
    ...options,
  });
}

function message(alert: Partial<AlertView>, fields: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const provider = { name: "eBay", attribution: EBAY_TERMS.attribution, notice: EBAY_TERMS.notice };
  return {
    kind: "instant",
    recipient: { address: "ada@example.com", name: null },
    alerts: [{ ...describe({}), provider, ...alert }],
    gone: [],
    more: { finds: 0, notices: 0 },
    view_url: "http://localhost/v",
    unsubscribe_url: "http://localhost/u",
    ...fields,
  };
}

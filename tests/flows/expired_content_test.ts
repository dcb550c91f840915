/** What a provider said goes when its terms say so; who was told of what stays, so that nobody is told twice. */
import assert from "node:assert/strict";
import { blankExpired } from "../../src/alerts/blank_expired.ts";
import { EBAY_TERMS, ENDED_SECONDS, SIX_HOURS_SECONDS } from "../../src/providers/terms.ts";
import { changeRule, inboxOf, ingest, ingestAll, saveRule } from "../support/calls.ts";
import { readEvents } from "../support/events.ts";
import { aListing, aRule } from "../support/factories.ts";
import { withMail } from "../support/mail_service.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

const SIX_HOURS_MS = SIX_HOURS_SECONDS * 1000;
const EBAY_RULE = aRule({}, { sources: ["ebay"] });
const OFFER = aListing({
  provider: "ebay",
  external_id: "a",
  listed_at: "2026-11-23T12:00:00Z",
  seller: "shop",
  location: "Berlin",
});
const NOTHING = { listing_count: 0, content_count: 0, observation_count: 0 };

/** A user whose rule matched the offer, which the inbox holds. */
async function told({ client, drain }: TestService): Promise<Client> {
  const ada = await client("ada");
  await saveRule(ada, EBAY_RULE);
  await drain();
  await ingest(ada, OFFER);
  assert.equal((await inboxOf(ada)).length, 1);
  return ada;
}

async function storedListings({ deps }: TestService) {
  return await deps.sql`
    select provider, external_id, title, url, image_url, price_minor, currency, condition, grade, formats, seller,
      location, keys, listed_at, status from listings order by provider, external_id`;
}

Deno.test("content is blanked when it expires, to the millisecond; the listing, its match and the alert stay", async () => {
  await withService(async (service) => {
    const { deps, clock } = service;
    await told(service);
    clock.advance(SIX_HOURS_MS - 1);
    assert.deepEqual(await blankExpired(deps), NOTHING);
    clock.advance(1);
    // LISTING_FIRST_SEEN and NEW_MATCH.
    assert.deepEqual(await blankExpired(deps), { listing_count: 1, content_count: 2, observation_count: 1 });
    assert.deepEqual(await blankExpired(deps), NOTHING);
    const gone = {
      title: null,
      // Says no more than the id: a link in a mail leads on.
      url: OFFER.url,
      image_url: null,
      price_minor: null,
      currency: null,
      condition: null,
    };
    const rest = { grade: null, formats: [], seller: null, location: null, keys: [], listed_at: null };
    assert.deepEqual(await storedListings(service), [
      { provider: "ebay", external_id: "a", ...gone, ...rest, status: "active" },
    ]);
    const content = await deps.sql`
      select provider, title, url, image_url, price_minor, currency, condition from event_content`;
    assert.deepEqual(content, [{ provider: "ebay", ...gone }, { provider: "ebay", ...gone }]);
    const [state] = await deps.sql`select alerted_at, price_minor, currency from alert_states`;
    assert.deepEqual([state!.price_minor, state!.currency], [2499, "USD"]);
    const [match] = await deps.sql`select checks from matches`;
    assert.ok(match!.checks.length > 0);
    assert.ok(match!.checks.every((one: { actual: unknown }) => one.actual === null));
  });
});

Deno.test("an offer that was blanked and is seen again alerts nobody again, unless its price fell by the drop", async () => {
  await withService(async (service) => {
    const { deps, clock } = service;
    const ada = await told(service);
    clock.advance(SIX_HOURS_MS);
    await blankExpired(deps);
    const again = await ingest(ada, { ...OFFER, price: 23.8 });
    assert.deepEqual([again.created_listing, again.created_matches], [false, 0]);
    assert.equal((await inboxOf(ada)).length, 1);
    assert.equal((await storedListings(service))[0]!.title, OFFER.title);
    clock.advance(SIX_HOURS_MS);
    await blankExpired(deps);
    await ingest(ada, { ...OFFER, price: 23.74 });
    const reasons = (await inboxOf(ada)).map((one) => one.payload.reason);
    assert.deepEqual(reasons, ["price_drop", "new_listing"]);
  });
});

Deno.test("an offer that came into range while it was blanked is told; for a rule that is younger it is no news", async () => {
  await withService(async (service) => {
    const { client, deps, clock, drain } = service;
    const [ada, bob] = [await client("ada"), await client("bob")];
    await saveRule(ada, aRule({}, { sources: ["ebay"], max_price: 20 }));
    await drain();
    await ingest(ada, OFFER);
    clock.advance(SIX_HOURS_MS);
    await blankExpired(deps);
    await saveRule(bob, aRule({ alerts: { first_run: "none" } }, { sources: ["ebay"] }));
    await drain();
    await ingest(ada, { ...OFFER, price: 15, listed_at: null });
    assert.deepEqual((await inboxOf(ada)).map((one) => one.payload.reason), ["into_range"]);
    assert.deepEqual(await inboxOf(bob), []);
    const [known] = await deps
      .sql`select alerted_at, price_minor from alert_states where user_id = ${bob.userId}`;
    assert.deepEqual(known, { alerted_at: null, price_minor: 1500 });
  });
});

Deno.test("a new rule finds nothing in what was blanked, also where the title stays", async () => {
  await withService(async ({ client, deps, clock, drain }) => {
    const ada = await client("ada");
    await ingestAll(ada, [OFFER, { ...OFFER, provider: "discogs" }]);
    clock.advance(SIX_HOURS_MS);
    await blankExpired(deps);
    const { id } = await saveRule(
      ada,
      aRule({ alerts: { first_run: "all" } }, { sources: ["ebay", "discogs"] }),
    );
    await drain();
    await changeRule(ada, id, { is_active: false });
    await changeRule(ada, id, { is_active: true });
    await drain();
    assert.deepEqual(await inboxOf(ada), []);
    assert.deepEqual(await deps.sql`select 1 from matches`, []);
  });
});

Deno.test("a new rule finds what may be shown, and what has expired only when it is seen again, blanked or not", async () => {
  await withService(async ({ client, clock, drain }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await ingest(ada, OFFER);
    clock.advance(SIX_HOURS_MS - 1);
    await saveRule(ada, EBAY_RULE);
    await drain();
    assert.equal((await inboxOf(ada)).length, 1);
    clock.advance(1);
    await saveRule(bob, EBAY_RULE);
    await drain();
    assert.deepEqual(await inboxOf(bob), []);
    assert.equal((await ingest(ada, OFFER)).created_matches, 1);
    assert.deepEqual((await inboxOf(bob)).map(({ title }) => title), [OFFER.title]);
    assert.equal((await inboxOf(ada)).length, 1);
    assert.equal((await ingest(ada, OFFER)).created_matches, 0);
  });
});

Deno.test("what Discogs sets free stays; what has no age limit stays as it is", async () => {
  await withService(async (service) => {
    const { client, deps, clock } = service;
    const ada = await client("ada");
    const { listing } = await ingest(ada, { ...OFFER, provider: "discogs" });
    await ingest(ada, { ...OFFER, provider: "mock" });
    clock.advance(100 * SIX_HOURS_MS);
    assert.equal((await blankExpired(deps)).listing_count, 1);
    const [discogs, mock] = await storedListings(service);
    assert.deepEqual([discogs!.title, discogs!.url, discogs!.formats], [OFFER.title, OFFER.url, [
      "lp",
      "vinyl",
    ]]);
    assert.deepEqual([discogs!.price_minor, discogs!.seller, discogs!.condition], [null, null, null]);
    assert.deepEqual([mock!.price_minor, mock!.seller], [2499, "shop"]);
    const { body } = await ada.get(`/api/listings/${listing.id}`);
    assert.deepEqual([body.title, body.price, body.attribution.text], [
      OFFER.title,
      null,
      "Data provided by Discogs.",
    ]);
  });
});

Deno.test("inbox, stream, log, export and history say what is left, and never an id", async () => {
  await withService(async (service) => {
    const { deps, clock } = service;
    const ada = await told(service);
    clock.advance(SIX_HOURS_MS - 1);
    assert.equal((await inboxOf(ada))[0]!.title, OFFER.title);
    clock.advance(1);
    for (const when of ["expired", "blanked"]) {
      const [row] = await inboxOf(ada);
      assert.equal(row!.title, "An offer on eBay that you were told of is no longer shown", when);
      assert.equal(row!.body, "eBay · matches Kind of Blue");
      assert.deepEqual([row!.payload.price, row!.payload.condition], [null, null]);
      // Until it is blanked nothing of it is read.
      assert.equal(row!.url, when === "blanked" ? OFFER.url : null);
      assert.equal(row!.payload.attribution?.text, EBAY_TERMS.attribution?.text);
      await using stream = readEvents(await ada.fetch("/api/stream/events?after=0"));
      assert.equal((await stream.next()).data.title, row!.title);
      const log = (await ada.get("/api/events")).body;
      assert.ok(log.every((one: { payload: object }) => !("title" in one.payload)));
      const exported = JSON.stringify((await ada.get("/api/me/export")).body);
      for (const word of ["Kind Of Blue LP", "24.99", "Very Good Plus"]) {
        assert.ok(!exported.includes(word), `${word} is in the export of what is ${when}`);
      }
      const { body: prices } = await ada.get(`/api/listings/${row!.payload.listing_id}/price-history`);
      assert.deepEqual(prices, []);
      await blankExpired(deps);
    }
    await ingest(ada, { ...OFFER, price: 24 });
    const [fresh] = await inboxOf(ada);
    assert.deepEqual([fresh!.title, fresh!.payload.price], [OFFER.title, 24]);
    assert.equal(fresh!.payload.observed_at, clock.now().toISOString());
  });
});

Deno.test("a mail says what is left, under the credit of its provider; its copy on the web forgets too", async () => {
  await withMail(async (service) => {
    const { smtp, clock, deps, drain, request } = service;
    await told(service);
    await drain();
    const [mail] = smtp.mails;
    assert.ok(mail!.text.includes(OFFER.title!) && mail!.text.includes("Listing data from eBay"));
    const [delivery] = await deps.sql`
      select d.id, c.unsubscribe_token from deliveries d join channels c on c.id = d.channel_id`;
    const path = `/api/messages/${delivery!.unsubscribe_token}/${delivery!.id}`;
    assert.ok((await request(path)).body.includes(OFFER.title));
    clock.advance(SIX_HOURS_MS);
    for (let pass = 0; pass < 2; pass++) {
      const page = (await request(path)).body;
      assert.ok(page.includes("An offer on eBay that you were told of is no longer shown"));
      assert.ok(page.includes("Listing data from eBay"));
      assert.ok(
        !page.includes("24.99") && !page.includes("Kind Of Blue LP") && !page.includes("Price unknown"),
      );
      await blankExpired(deps);
    }
  });
});

Deno.test("what ended is kept for an hour, also where the age would allow more", async () => {
  await withService(async (service) => {
    const { deps, clock } = service;
    const ada = await told(service);
    await ingest(ada, { ...OFFER, external_id: "b" });
    await ingest(ada, { ...OFFER, provider: "mock", external_id: "c", status: "ended" });
    await ingest(ada, { ...OFFER, status: "ended" });
    clock.advance(ENDED_SECONDS * 1000 - 1);
    assert.equal((await blankExpired(deps)).listing_count, 0);
    clock.advance(1);
    assert.equal((await blankExpired(deps)).listing_count, 1);
    const titles = (await storedListings(service)).map(({ external_id, title }) => [external_id, title]);
    assert.deepEqual(titles, [["a", null], ["b", OFFER.title], ["c", OFFER.title]]);
  });
});

Deno.test("a reminder of a blanked offer waits until it is seen again", async () => {
  await withService(async (service) => {
    const { client, deps, clock, drain } = service;
    const ada = await client("ada");
    await saveRule(ada, aRule({ alerts: { remind_after_days: 1 } }, { sources: ["ebay"] }));
    await drain();
    await ingest(ada, OFFER);
    clock.advance(86_400_000);
    await blankExpired(deps);
    await drain();
    assert.equal((await inboxOf(ada)).length, 1);
    await ingest(ada, OFFER);
    clock.advance(3_600_000);
    await drain();
    assert.deepEqual((await inboxOf(ada)).map((one) => one.payload.reason), ["reminder", "new_listing"]);
  });
});

Deno.test("processes that blank at once share the work and blank each thing once", async () => {
  await withService(async ({ client, deps, clock }) => {
    const ada = await client("ada");
    await ingestAll(ada, Array.from({ length: 1_200 }, (_, n) => ({ ...OFFER, external_id: `n${n}` })));
    clock.advance(SIX_HOURS_MS);
    const done = await Promise.all([1, 2, 3].map(() => blankExpired(deps)));
    done.push(await blankExpired(deps));
    assert.equal(done.reduce((sum, one) => sum + one.listing_count, 0), 1_200);
    assert.equal(done.reduce((sum, one) => sum + one.observation_count, 0), 1_200);
    assert.deepEqual(await deps.sql`select 1 from listings where title is not null`, []);
  });
});

Deno.test("an ingest in the middle of blanking wins: what was just seen is whole", async () => {
  await withService(async ({ client, deps, clock }) => {
    const ada = await client("ada");
    const many = Array.from({ length: 400 }, (_, n) => ({ ...OFFER, external_id: `n${n}` }));
    await ingestAll(ada, many);
    clock.advance(SIX_HOURS_MS);
    await Promise.all([blankExpired(deps), ingestAll(ada, many), blankExpired(deps)]);
    const left = await deps
      .sql`select title, blanked_at from listings where title is null or blanked_at is not null`;
    assert.deepEqual(left, []);
  });
});

/** A reminder says that a listing is still for sale, when nothing else has happened for as long as the rule asks. */
import assert from "node:assert/strict";
import { changeRule, inboxOf, ingest, saveRule } from "../support/calls.ts";
import { aListing, aRule } from "../support/factories.ts";
import { type Client, withService } from "../support/service.ts";

const DAY_MS = 86_400_000;
const NEW = { listed_at: "2026-11-23T12:00:00Z", external_id: "a" };

async function reasons(person: Client): Promise<(string | undefined)[]> {
  const inbox = await inboxOf(person, { limit: 200 });
  return inbox.map((one) => one.payload.reason).reverse();
}

Deno.test("a reminder comes once each period while the listing is live and matches, and not after", async () => {
  await withService(async ({ client, drain, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ alerts: { remind_after_days: 3 } }));
    await saveRule(ada, aRule({ name: "slower", alerts: { remind_after_days: 9 } }));
    await drain();
    await ingest(ada, aListing(NEW));
    clock.advance(3 * DAY_MS - 1);
    await drain();
    assert.deepEqual(await reasons(ada), ["new_listing"]);
    clock.advance(1);
    await drain();
    await drain();
    assert.deepEqual(await reasons(ada), ["new_listing", "reminder"]);
    const [reminder] = await inboxOf(ada);
    assert.equal(reminder!.event_type, "LISTING_PRICE_DROP");
    assert.match(reminder!.body, /^24\.99 USD · .* · still for sale · matches /);
    clock.advance(3 * DAY_MS);
    await drain();
    assert.equal((await reasons(ada)).length, 3);
    await ingest(ada, aListing({ ...NEW, status: "ended" }));
    clock.advance(20 * DAY_MS);
    await drain();
    assert.equal((await reasons(ada)).length, 3);
  });
});

Deno.test("an alert in between begins the period anew, and a price that left the range stops it", async () => {
  await withService(async ({ client, drain, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ alerts: { remind_after_days: 2 } }, { max_price: 30 }));
    await drain();
    await ingest(ada, aListing(NEW));
    clock.advance(DAY_MS);
    await ingest(ada, aListing({ ...NEW, price: 20 }));
    clock.advance(2 * DAY_MS - 1);
    await drain();
    assert.deepEqual(await reasons(ada), ["new_listing", "price_drop"]);
    await ingest(ada, aListing({ ...NEW, price: 35 }));
    clock.advance(1);
    await drain();
    assert.deepEqual(await reasons(ada), ["new_listing", "price_drop"]);
  });
});

Deno.test("a rule that asks for reminders later, or is enabled again, reminds of what it told before", async () => {
  await withService(async ({ client, drain, clock }) => {
    const ada = await client("ada");
    const { id } = await saveRule(ada, aRule());
    await drain();
    await ingest(ada, aListing(NEW));
    clock.advance(3 * DAY_MS);
    const changed = await changeRule(ada, id, { alerts: { remind_after_days: 4, drop_percent: 90 } });
    assert.deepEqual(changed.alerts, { first_run: "top", drop_percent: 90, remind_after_days: 4 });
    await changeRule(ada, id, { is_active: false });
    clock.advance(2 * DAY_MS);
    await drain();
    assert.deepEqual(await reasons(ada), ["new_listing"]);
    await changeRule(ada, id, { is_active: true });
    await drain();
    assert.deepEqual(await reasons(ada), ["new_listing", "reminder"]);
    await changeRule(ada, id, { alerts: null });
    clock.advance(20 * DAY_MS);
    await drain();
    assert.deepEqual(await reasons(ada), ["new_listing", "reminder"]);
  });
});

Deno.test("two workers with one reminder remind once, and a lease that was lost writes nothing", async () => {
  const { remindUser } = await import("../../src/alerts/remind_user.ts");
  const { claimDueReminders } = await import("../../src/alerts/reminder_store.ts");
  await withService(async ({ client, drain, clock, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ alerts: { remind_after_days: 1 } }));
    await drain();
    await ingest(ada, aListing(NEW));
    clock.advance(DAY_MS);
    const [lost] = await claimDueReminders(deps.sql, { now: clock.now(), limit: 9 });
    assert.deepEqual(await claimDueReminders(deps.sql, { now: clock.now(), limit: 9 }), []);
    clock.advance(10_000);
    const [row] = await claimDueReminders(deps.sql, { now: clock.now(), limit: 9 });
    const done = await Promise.all([lost!, row!, row!].map((one) => remindUser(deps, one)));
    assert.deepEqual(done.map(({ kind }) => kind).sort(), ["dropped", "reminded", "waiting"]);
    assert.deepEqual(await reasons(ada), ["new_listing", "reminder"]);
  });
});

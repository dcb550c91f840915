/** Digests: what a user gathers leaves once, whole, when he wants it. */
import assert from "node:assert/strict";
import { cutDueItems } from "../../src/notifications/cut_deliveries.ts";
import { ingest, ingestAll, saveRule } from "../support/calls.ts";
import { aListing, aRule } from "../support/factories.ts";
import { type MailService, prefer, statesOf, withMail } from "../support/mail_service.ts";
import type { Client } from "../support/service.ts";

const NEW = { listed_at: "2026-11-23T12:00:00Z" };
const DAILY = "delivery_frequency = 'daily'";

for (
  const [count, shown, more] of [[0, 0, null], [1, 1, null], [50, 50, null], [
    51,
    50,
    "And 1 more: ",
  ]] as const
) {
  Deno.test(`a daily digest of ${count} alerts shows ${shown}${more ? " and says what it leaves out" : ""}`, async () => {
    await withDigest(DAILY, async ({ ada, drain, smtp, clock, request }) => {
      if (count > 0) {
        const listings = Array.from(
          { length: count },
          (_, n) => aListing({ ...NEW, title: `Kind of Blue no ${n} end` }),
        );
        await ingestAll(ada, listings);
      }
      await drain();
      clock.set(new Date("2026-11-24T08:59:59.999Z"));
      await drain();
      assert.equal(smtp.mails.length, 0);
      clock.set(new Date("2026-11-24T09:00:00Z"));
      await drain();
      assert.equal(smtp.mails.length, count === 0 ? 0 : 1);
      if (count === 0) return;
      const { text } = smtp.mails[0]!;
      assert.equal(text.match(/Kind of Blue no \d+ end/g)?.length, shown);
      assert.equal(text.includes("more: http"), more !== null);
      if (more === null) return;
      assert.ok(text.includes(more));
      const link = /more: http:\/\/localhost(\S+)/.exec(text)![1]!;
      const page = await request(link);
      assert.equal(page.status, 200);
      assert.equal(page.body.match(/>Kind of Blue no \d+ end</g)?.length, count);
      assert.equal((await request(`${link.slice(0, -1)}x`)).status, 404);
    });
  });
}

Deno.test("two cuts at once make one digest, and what comes after it waits for tomorrow's", async () => {
  await withDigest(DAILY, async ({ ada, drain, smtp, clock, deps }) => {
    await ingestAll(ada, [aListing(NEW), aListing(NEW)]);
    clock.set(new Date("2026-11-24T09:00:00Z"));
    const cuts = await Promise.all(Array.from({ length: 6 }, () => cutDueItems(deps)));
    assert.equal(cuts.reduce((sum, one) => sum + one.delivery_count, 0), 1);
    // As if published before the cut and committed after it.
    await ingest(ada, aListing(NEW));
    await deps
      .sql`update delivery_items set not_before = ${clock.now()}, local_date = '2026-11-24' where state = 'pending'`;
    await drain();
    assert.equal(smtp.mails.length, 1);
    assert.deepEqual((await statesOf(ada)).map((one) => [one.state, one.until]), [
      ["deferred", "2026-11-25T09:00:00.000Z"],
      ["digested", null],
      ["digested", null],
    ]);
  });
});

Deno.test("two workers that drain at once send each digest once", async () => {
  await withDigest(DAILY, async ({ ada, drain, smtp, clock }) => {
    await ingestAll(ada, [aListing(NEW), aListing(NEW)]);
    clock.set(new Date("2026-11-24T09:00:00Z"));
    await Promise.all([drain(), drain(), drain()]);
    assert.equal(smtp.mails.length, 1);
  });
});

Deno.test("a crash between cut and send loses nothing: the digest leaves later, whole", async () => {
  await withDigest(DAILY, async ({ ada, drain, smtp, clock, deps }) => {
    await ingestAll(ada, [aListing(NEW), aListing(NEW)]);
    clock.set(new Date("2026-11-24T09:00:00Z"));
    await cutDueItems(deps);
    clock.advance(3_600_000);
    await drain();
    assert.equal(smtp.mails.length, 1);
    assert.match(smtp.mails[0]!.headers.get("subject")!, /^2 finds/);
  });
});

Deno.test("slots missed in an outage collapse into one digest", async () => {
  await withDigest("delivery_frequency = 'hourly'", async ({ ada, drain, smtp, clock }) => {
    for (let hour = 0; hour < 4; hour++) {
      await ingest(ada, aListing(NEW));
      clock.advance(3_600_000);
    }
    await drain();
    assert.equal(smtp.mails.length, 1);
    assert.match(smtp.mails[0]!.headers.get("subject")!, /^4 finds/);
  });
});

Deno.test("a zone changed an hour before the digest never gives two for one local date", async () => {
  await withDigest(`${DAILY}, timezone = 'Europe/Berlin'`, async (service) => {
    const { ada, drain, smtp, clock } = service;
    await ingest(ada, aListing(NEW));
    clock.set(new Date("2026-11-24T08:00:00Z"));
    await drain();
    assert.equal(smtp.mails.length, 1, "09:00 in Berlin, 24 November");
    await ingest(ada, aListing(NEW));
    // In New York 24 November has only begun.
    clock.set(new Date("2026-11-24T13:00:00Z"));
    await prefer(service, ada, "timezone = 'America/New_York'");
    clock.set(new Date("2026-11-24T14:00:00Z"));
    await drain();
    assert.equal(smtp.mails.length, 1, "09:00 in New York, 24 November again");
    clock.set(new Date("2026-11-25T14:00:00Z"));
    await drain();
    assert.equal(smtp.mails.length, 2);
  });
});

Deno.test("an hour before the digest, a zone further east sends it at once and the next a day later", async () => {
  await withDigest(`${DAILY}, timezone = 'Europe/Berlin'`, async (service) => {
    const { ada, drain, smtp, clock } = service;
    clock.set(new Date("2026-11-23T23:30:00Z"));
    await ingest(ada, aListing(NEW));
    clock.set(new Date("2026-11-24T07:00:00Z"));
    await prefer(service, ada, "timezone = 'Asia/Tokyo'");
    await drain();
    clock.set(new Date("2026-11-24T08:00:00Z"));
    await drain();
    assert.equal(smtp.mails.length, 1);
  });
});

Deno.test("a change to instant sends what waited at once and together; a change to off sends nothing", async () => {
  await withDigest(DAILY, async (service) => {
    const { ada, drain, smtp } = service;
    await ingestAll(ada, [aListing(NEW), aListing(NEW)]);
    await prefer(service, ada, "delivery_frequency = 'instant'");
    await drain();
    assert.equal(smtp.mails.length, 1);
    assert.match(smtp.mails[0]!.headers.get("subject")!, /^2 finds/);
    await prefer(service, ada, DAILY);
    await ingest(ada, aListing(NEW));
    await prefer(service, ada, "notifications_email = false");
    await prefer(service, ada, "notifications_email = true, delivery_frequency = 'instant'");
    await drain();
    assert.equal(smtp.mails.length, 1);
    assert.deepEqual((await statesOf(ada)).map((one) => one.state).sort(), ["digested", "digested", "off"]);
  });
});

Deno.test("a publish that read the old preferences is waited for by the change, which plans it anew", async () => {
  await withDigest(DAILY, async (service) => {
    const { ada, deps, drain, smtp } = service;
    let changed: Promise<void> | undefined;
    await deps.sql.begin(async (tx) => {
      const { appendEvents } = await import("../../src/events/append_events.ts");
      const { tellUsers } = await import("../../src/notifications/tell_users.ts");
      const draft = {
        user_id: ada.userId,
        type: "SERVICE_NOTICE" as const,
        payload: { title: "Hello", text: "You." },
      };
      await tellUsers(tx, await appendEvents(tx, [draft], service.clock.now()), service.clock.now());
      changed = prefer(service, ada, "delivery_frequency = 'instant'");
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await changed;
    await drain();
    assert.equal(smtp.mails.length, 1);
    assert.match(smtp.mails[0]!.text, /Hello\nYou\./);
  });
});

Deno.test("listings are looked at again: ended ones are gone meanwhile, changed prices show old and new", async () => {
  await withDigest(DAILY, async ({ ada, drain, smtp, clock }) => {
    const anOffer = (external_id: string) =>
      aListing({ ...NEW, external_id, title: `Kind of Blue ${external_id}`, price: 30 });
    const [sold, cheaper, same] = [anOffer("sold"), anOffer("cheaper"), anOffer("same")] as const;
    await ingestAll(ada, [sold, cheaper, same]);
    clock.advance(60_000);
    await ingestAll(ada, [{ ...sold, status: "ended" }, { ...cheaper, price: 29 }]);
    clock.set(new Date("2026-11-24T09:00:00Z"));
    await drain();
    const { text } = smtp.mails[0]!;
    assert.match(text, /Kind of Blue cheaper\n29\.00 USD, was 30\.00 USD/);
    assert.match(text, /Kind of Blue same\n30\.00 USD ·/);
    assert.match(text, /Gone meanwhile:\n- Kind of Blue sold/);
  });
});

async function withDigest(
  set: string,
  work: (service: MailService & { ada: Client }) => Promise<void>,
): Promise<void> {
  await withMail(async (service) => {
    const ada = await service.client("ada");
    await saveRule(ada, aRule());
    await prefer(service, ada, set);
    await work({ ...service, ada });
  });
}

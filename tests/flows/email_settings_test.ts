/** Who gets no mail, and why the API says so. */
import assert from "node:assert/strict";
import { cutDueItems } from "../../src/notifications/cut_deliveries.ts";
import { byId, refused } from "../support/answers.ts";
import { inboxOf, ingest, saveRule } from "../support/calls.ts";
import { aListing, aRule } from "../support/factories.ts";
import { statesOf, withMail } from "../support/mail_service.ts";
import { withService } from "../support/service.ts";

const NEW = { listed_at: "2026-11-23T12:00:00Z" };

Deno.test("an event type switched off does not leave; switched off for the inbox it leaves all the same", async () => {
  await withMail(async ({ client, drain, smtp, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    for (const person of [ada, bob]) await saveRule(person, aRule());
    await deps.sql`
      insert into event_toggles (user_id, event_type, inbox, outgoing)
      values (${ada.userId}, 'NEW_MATCH', null, false), (${bob.userId}, 'NEW_MATCH', false, null)`;
    await ingest(ada, aListing(NEW));
    await drain();
    assert.deepEqual(smtp.mails.map((mail) => mail.to), ["bob@example.com"]);
    assert.equal((await inboxOf(ada)).length, 1);
    assert.equal((await inboxOf(bob)).length, 0);
  });
});

Deno.test("an event type switched on leaves, with words of its own", async () => {
  await withMail(async ({ client, drain, smtp, deps }) => {
    const ada = await client("ada");
    await deps.sql`
      insert into event_toggles (user_id, event_type, inbox, outgoing) values (${ada.userId}, 'RULE_CREATED', true, true)`;
    await saveRule(ada, aRule({ name: "Miles" }));
    await drain();
    assert.equal(smtp.mails[0]!.headers.get("subject"), "Rule created: Miles");
  });
});

Deno.test("the link of a mail unsubscribes without login: GET asks, POST does it, and what waited is off", async () => {
  await withMail(async ({ client, drain, smtp, request, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingest(ada, aListing(NEW));
    await drain();
    const link = new URL(/<(.*)>/.exec(smtp.mails[0]!.headers.get("list-unsubscribe")!)![1]!).pathname;
    assert.deepEqual((await request(link)).body, { unsubscribed: false });
    const page = await request(link, { headers: { accept: "text/html" } });
    assert.match(page.body, /<form method="post">/);
    await ingest(ada, aListing(NEW));
    const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
    for (let again = 0; again < 2; again++) {
      assert.deepEqual((await request(link, { method: "POST", body })).body, { unsubscribed: true });
    }
    await ingest(ada, aListing(NEW));
    await drain();
    assert.equal(smtp.mails.length, 1);
    const states = (await statesOf(ada)).map((one) => `${one.state} ${one.reason}`).sort();
    assert.deepEqual(states, ["off not_wanted", "off switched_off", "sent null"]);
    const [preferences] = await deps
      .sql`select notifications_email from preferences where user_id = ${ada.userId}`;
    assert.equal(preferences!["notifications_email"], false);
  });
});

Deno.test("links with a token that is nobody's answer 404, and so does somebody else's delivery list", async () => {
  await withMail(async ({ client, api }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await saveRule(ada, aRule());
    await ingest(ada, aListing(NEW));
    for (const token of ["x", crypto.randomUUID()]) {
      refused(await api.GET("/api/unsubscribe/{token}", { params: { path: { token } } }), 404);
      refused(await api.POST("/api/unsubscribe/{token}", { params: { path: { token } } }), 404);
    }
    const path = { token: "x", delivery: crypto.randomUUID() };
    refused(await api.GET("/api/messages/{token}/{delivery}", { params: { path }, parseAs: "stream" }), 404);
    const [row] = await inboxOf(ada);
    refused(await bob.api.GET("/api/notifications/{id}/deliveries", byId(row!.id)), 404);
    refused(await api.GET("/api/notifications/{id}/deliveries", byId(row!.id)), 401);
  });
});

for (
  const [name, change, reason] of [
    ["made-up address", "email = 'x@users.invalid'", "no_address"],
    ["unverified address", "email_verified = false", "address_unverified"],
    ["deactivated account", "is_active = false", "account_deactivated"],
  ] as const
) {
  Deno.test(`a ${name} is not mailed outside development: suppressed, ${reason}`, async () => {
    await withMail(async ({ client, drain, smtp, deps }) => {
      const ada = await client("ada");
      await saveRule(ada, aRule());
      await ingest(ada, aListing(NEW));
      const { runScript } = await import("../../src/platform/connection.ts");
      await runScript(deps.sql, `update users set ${change}`);
      await cutDueItems({ ...deps, isDevLike: false });
      await drain();
      assert.equal(smtp.mails.length, 0);
      const [item] = await deps.sql`select state, reason from delivery_items`;
      assert.deepEqual(item, { state: "suppressed", reason });
    });
  });
}

Deno.test("an address that was verified while the alert waited gets it", async () => {
  await withMail(async ({ client, drain, smtp, deps }) => {
    const ada = await client("ada");
    await deps.sql`update users set email_verified = false`;
    await saveRule(ada, aRule());
    await ingest(ada, aListing(NEW));
    await deps.sql`update users set email_verified = true`;
    await cutDueItems({ ...deps, isDevLike: false });
    await drain();
    assert.equal(smtp.mails.length, 1);
  });
});

Deno.test("without a mail server e-mail is off outside development, and says so", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingest(ada, aListing(NEW));
    await cutDueItems({ ...deps, channels: new Map() });
    const [state] = await statesOf(ada);
    assert.deepEqual([state!.state, state!.reason], ["off", "not_configured"]);
  });
});

/** What a digest counts, and what it says of those whose listings it shows. */
import assert from "node:assert/strict";
import { appendEvents } from "../../src/events/append_events.ts";
import { tellUsers } from "../../src/notifications/tell_users.ts";
import { AFFILIATE_NOTICE } from "../../src/providers/ebay/provider.ts";
import { saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, ebayScript } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { type MailService, prefer, withMail } from "../support/mail_service.ts";
import { startScriptedServer } from "../support/scripted_server.ts";
import type { Client } from "../support/service.ts";

const CAMPAIGN = { EBAY_CAMPAIGN_ID: "5338000000" };

/** Two finds at eBay that wait for the digest of the hour, and what `work` adds. */
async function withFinds(
  work: (service: MailService & { ada: Client }) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const finds = ["1", "2"].map((id) =>
    anEbayItem({
      itemId: `v1|${id}|0`,
      itemWebUrl: `https://www.ebay.com/itm/${id}`,
      itemAffiliateWebUrl: `https://www.ebay.com/itm/${id}?campid=5338000000`,
    })
  );
  await using ebay = startScriptedServer(ebayScript(() => finds));
  await withMail(async (service) => {
    const ada = await service.client("ada");
    await saveRule(ada, aRule({}, { sources: ["ebay"] }));
    await prefer(service, ada, "delivery_frequency = 'hourly'");
    await service.drain();
    await work({ ...service, ada });
  }, { ...ebayEnv(ebay.url), ...env });
}

async function notify({ deps, clock }: MailService, { userId }: Client): Promise<void> {
  const payload = { title: "Discogs does not answer", text: "We go on trying." };
  const draft = { user_id: userId, type: "SERVICE_NOTICE" as const, payload };
  await deps.sql.begin(async (tx) =>
    await tellUsers(tx, await appendEvents(tx, [draft], clock.now()), clock.now())
  );
}

Deno.test("a digest of two finds and a notice says so in its subject and first lines, and keeps them apart", async () => {
  await withFinds(async (service) => {
    const { ada, clock, drain, smtp } = service;
    await notify(service, ada);
    clock.advance(3_600_000);
    await drain();
    assert.equal(smtp.mails.length, 1);
    const { headers, text, html } = smtp.mails[0]!;
    assert.equal(
      headers.get("subject"),
      "2 finds and a notice: Miles Davis - Kind Of Blue LP VG+ and 1 more",
    );
    assert.match(text, /^2 finds and a notice for you\n\n--- eBay ---\n\n/);
    assert.match(text, /--- Notices ---\n\nDiscogs does not answer\nWe go on trying\.\n/);
    assert.ok(text.indexOf("Kind Of Blue") < text.indexOf("--- Notices ---"), "finds come first");
    assert.match(html, />2 finds and a notice for you<\/h1>/);
    assert.deepEqual([...html.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, name]) => name), ["eBay", "Notices"]);
  });
});

Deno.test("a digest that hides finds and notices behind its limit counts each as what it is", async () => {
  await withFinds(async (service) => {
    const { ada, clock, drain, smtp, request } = service;
    for (let n = 0; n < 51; n++) await notify(service, ada);
    clock.advance(3_600_000);
    await drain();
    const { headers, text } = smtp.mails[0]!;
    assert.match(headers.get("subject")!, /^2 finds and 51 notices: Discogs does not answer and 50 more$/);
    const [, count, link] = /And (\d+) more: http:\/\/localhost(\S+)/.exec(text)!;
    assert.equal(count, "3");
    const { body } = await request(link!);
    assert.match(body, />2 finds and 51 notices for you<\/h1>/);
    assert.equal(body.match(/>Miles Davis - Kind Of Blue LP VG\+</g)?.length, 2);
  });
});

Deno.test("a digest credits eBay, and where its links are affiliate links, and only there, it says so once", async () => {
  for (const [env, link, notices] of [[CAMPAIGN, "?campid=5338000000", 1], [{}, "", 0]] as const) {
    await withFinds(async ({ clock, drain, smtp }) => {
      clock.advance(3_600_000);
      await drain();
      const { text, html } = smtp.mails[0]!;
      assert.ok(text.includes(`https://www.ebay.com/itm/1${link}\n`), text);
      assert.ok(html.includes(`href="https://www.ebay.com/itm/1${link}"`));
      for (const form of [text, html]) {
        assert.equal(form.split(AFFILIATE_NOTICE).length - 1, notices);
        assert.equal(form.split("Listing data from eBay").length - 1, 1);
        assert.ok(form.includes("https://www.ebay.com"));
      }
    }, env);
  }
});

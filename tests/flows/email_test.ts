/** Path C to its end: an alert leaves as a mail, once, when its user wants it. */
import assert from "node:assert/strict";
import { inboxOf, ingest, ingestAll, saveRule } from "../support/calls.ts";
import { aListing, aRule } from "../support/factories.ts";
import { MAIL_ENV, prefer, statesOf, withMail } from "../support/mail_service.ts";
import { withService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp_server.ts";
import { cutDueItems } from "../../src/notifications/cut_deliveries.ts";
import { deliver } from "../../src/notifications/deliver.ts";
import { claimDueDeliveries } from "../../src/notifications/delivery_store.ts";
import { createLog } from "../../src/platform/log.ts";
import { DatabaseError } from "../../src/platform/sql.ts";
import { endTheWait } from "../support/database.ts";

const NEW = { listed_at: "2026-11-23T12:00:00Z" };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

Deno.test("an alert leaves as one mail with everything a buyer wants to know", async () => {
  await withMail(async ({ client, drain, smtp }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ name: "Blue <under> 30" }));
    await ingest(ada, aListing({ ...NEW, title: "Miles Davis – Kind Of Blue & more" }));
    await drain();
    assert.equal(smtp.mails.length, 1);
    const [mail] = smtp.mails;
    assert.equal(mail!.to, "ada@example.com");
    assert.equal(mail!.from, "alerts@waxwatch.test");
    for (
      const part of [
        "Miles Davis – Kind Of Blue & more",
        "24.99 USD",
        "Very Good Plus (VG+)",
        "Simulated market",
      ]
    ) {
      assert.ok(mail!.text.includes(part), part);
    }
    assert.ok(mail!.text.includes("Matches Blue <under> 30"));
    assert.ok(mail!.text.includes("https://market.example/offers/1"));
    assert.ok(mail!.html.includes("Blue &#60;under&#62; 30"));
    assert.match(
      mail!.headers.get("list-unsubscribe")!,
      /^<http:\/\/localhost\/api\/unsubscribe\/[0-9a-f-]{36}>$/,
    );
    assert.equal(mail!.headers.get("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    await drain();
    assert.equal(smtp.mails.length, 1);
    assert.deepEqual((await statesOf(ada)).map((one) => one.state), ["sent"]);
  });
});

Deno.test("ten alerts of one batch leave as ten mails with ten Message-IDs, and a second drain sends nothing", async () => {
  await withMail(async ({ client, drain, smtp }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingestAll(ada, Array.from({ length: 10 }, () => aListing(NEW)));
    await drain();
    await drain();
    assert.equal(new Set(smtp.mails.map((mail) => mail.headers.get("message-id"))).size, 10);
    assert.equal(smtp.mails.length, 10);
  });
});

Deno.test("a message that cannot be read in time is tried by the schedule, said once for each try, and leaves in the end", async () => {
  await withMail(async (service) => {
    const { client, deps, clock, drain, smtp } = service;
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const log = createLog({ format: "json", level: "info", now: clock.now, write });
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingest(ada, aListing(NEW));
    await cutDueItems(deps);
    const [row] = await claimDueDeliveries(deps.sql, { now: clock.now(), limit: 1 });
    await deps.sql.begin(async (tx) => {
      await tx`lock table event_content in access exclusive mode`;
      const delivering = deliver({ ...deps, log }, row!);
      await endTheWait(deps.sql);
      assert.equal((await delivering).kind, "retry");
    });
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)).map(({ level, message, detail, attempts }) => [
        level,
        message,
        detail,
        attempts,
      ]),
      [["warn", "delivery not taken", "it could not be read in time", 1]],
    );
    clock.advance(3_999);
    await drain();
    assert.equal(smtp.mails.length, 0);
    clock.advance(2_001);
    await drain();
    assert.equal(smtp.mails.length, 1);
    const [state] = await statesOf(ada);
    assert.deepEqual([state!.state, state!.attempts], ["sent", 2]);
  });
});

Deno.test("a crash between acceptance and record repeats that one mail with the same Message-ID", async () => {
  await withMail(async ({ client, drain, smtp, deps, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingestAll(ada, [aListing(NEW), aListing(NEW)]);
    const channel = deps.channels.get("email")!;
    const send = channel.send;
    let crashes = 1;
    // The process dies: nothing after the acceptance runs, not even an error path that writes.
    channel.send = async (...args) => {
      const taken = await send(...args);
      if (crashes-- > 0) {
        throw new DatabaseError("lost", "killed");
      }
      return taken;
    };
    await drain();
    assert.equal(smtp.mails.length, 2);
    clock.advance(9_999);
    await drain();
    assert.equal(smtp.mails.length, 2, "the lease holds");
    clock.advance(1);
    await drain();
    assert.equal(smtp.mails.length, 3);
    assert.equal(new Set(smtp.mails.map((mail) => mail.headers.get("message-id"))).size, 2);
    assert.deepEqual((await statesOf(ada)).map((one) => one.state), ["sent", "sent"]);
  });
});

Deno.test("an answer lost on the way repeats the mail with the same Message-ID after five seconds", async () => {
  await withMail(async ({ client, drain, smtp, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingest(ada, aListing(NEW));
    smtp.answer((stage) => (stage === "BODY" ? "drop" : undefined));
    await drain();
    assert.deepEqual((await statesOf(ada)).map((one) => [one.state, one.attempts]), [["deferred", 1]]);
    smtp.answer(() => undefined);
    clock.advance(6_001);
    await drain();
    assert.equal(smtp.mails.length, 2);
    assert.equal(smtp.mails[0]!.headers.get("message-id"), smtp.mails[1]!.headers.get("message-id"));
  });
});

Deno.test("a mail server that is down for an hour loses nothing and doubles nothing", async () => {
  const port = freePort();
  await withService(async ({ client, drain, clock, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    for (let minute = 0; minute < 60; minute += 10) {
      await ingest(ada, aListing({ ...NEW, title: `Kind of Blue ${minute}` }));
      await drain();
      clock.advance(10 * MINUTE);
    }
    await using smtp = startSmtpServer({ port });
    for (let round = 0; round < 40; round++) {
      await drain();
      clock.advance(10 * MINUTE);
    }
    const titles = smtp.mails.map((mail) => /Kind of Blue \d+/.exec(mail.text)?.[0]).sort();
    assert.deepEqual(titles, [0, 10, 20, 30, 40, 50].map((minute) => `Kind of Blue ${minute}`));
    assert.equal((await deps.sql`select id from deliveries where state <> 'sent'`).length, 0);
  }, { ...MAIL_ENV, SMTP_URL: `smtp://127.0.0.1:${port}` });
});

Deno.test("a server that is down for good is tried eight times in about 27.6 hours, then the delivery has failed", async () => {
  await withService(async ({ client, drain, clock, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingest(ada, aListing(NEW));
    for (let hour = 0; hour < 36; hour++) {
      for (let part = 0; part < 4; part++) {
        await drain();
        clock.advance(15 * MINUTE);
      }
    }
    const state = (await statesOf(ada))[0]!;
    assert.deepEqual([state.state, state.attempts], ["failed", 8]);
    assert.doesNotMatch(state.reason!, /127\.0\.0\.1/);
    const [last] = await deps.sql`select max(started_at) as at from delivery_attempts`;
    const hours = (last!["at"].getTime() - Date.parse("2026-11-23T12:00:00Z")) / HOUR;
    assert.ok(hours > 20 && hours < 36, String(hours));
  }, { ...MAIL_ENV, SMTP_URL: `smtp://127.0.0.1:${freePort()}` });
});

Deno.test("an address refused for good fails at once, is not mailed again, and its owner is told in the inbox", async () => {
  await withMail(async ({ client, drain, smtp, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    smtp.answer((stage) => (stage === "RCPT" ? "550 5.1.1 no such user" : undefined));
    await ingest(ada, aListing(NEW));
    clock.advance(1);
    await drain();
    const [notice] = await inboxOf(ada);
    assert.equal(notice!.event_type, "SERVICE_NOTICE");
    assert.match(notice!.title, /E-mail to you is switched off/);
    assert.match(notice!.body, /no such user/);
    assert.deepEqual((await statesOf(ada)).map((one) => [one.state, one.reason, one.attempts]), [
      ["suppressed", "address_bounced", 0],
      ["failed", "550 5.1.1 no such user", 1],
    ]);
    smtp.answer(() => undefined);
    await ingest(ada, aListing(NEW));
    await drain();
    assert.equal(smtp.mails.length, 0);
  });
});

Deno.test("a refusal of the content fails this message and leaves the channel as it is", async () => {
  await withMail(async ({ client, drain, smtp }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    smtp.answer((stage) => (stage === "BODY" ? "554 5.7.1 looks like spam" : undefined));
    await ingest(ada, aListing(NEW));
    await drain();
    smtp.answer(() => undefined);
    await ingest(ada, aListing(NEW));
    await drain();
    assert.equal(smtp.mails.length, 1);
    assert.deepEqual((await statesOf(ada)).map((one) => one.state).sort(), ["failed", "sent"]);
  });
});

Deno.test("quiet hours defer; what they held back leaves as one mail when they end, and later ones singly", async () => {
  await withMail(async (service) => {
    const { client, drain, smtp, clock } = service;
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await prefer(service, ada, "quiet_hours_start = 22, quiet_hours_end = 7, timezone = 'Europe/Berlin'");
    clock.set(new Date("2026-11-23T20:59:59Z"));
    await ingest(ada, aListing(NEW));
    await drain();
    assert.equal(smtp.mails.length, 1, "21:59:59 is not quiet");
    clock.set(new Date("2026-11-23T21:00:00Z"));
    await ingestAll(ada, [aListing(NEW), aListing(NEW)]);
    clock.set(new Date("2026-11-24T05:59:59Z"));
    await ingest(ada, aListing(NEW));
    await drain();
    assert.equal(smtp.mails.length, 1, "06:59:59 is quiet");
    assert.deepEqual((await statesOf(ada)).slice(0, 3).map((one) => [one.state, one.until]), [
      ["deferred", "2026-11-24T06:00:00.000Z"],
      ["deferred", "2026-11-24T06:00:00.000Z"],
      ["deferred", "2026-11-24T06:00:00.000Z"],
    ]);
    clock.set(new Date("2026-11-24T06:00:00Z"));
    await drain();
    assert.equal(smtp.mails.length, 2);
    assert.match(smtp.mails[1]!.headers.get("subject")!, /^3 finds: /);
    await ingest(ada, aListing(NEW));
    await drain();
    assert.equal(smtp.mails.length, 3, "07:00:00 is not quiet");
    assert.deepEqual((await statesOf(ada)).map((one) => one.state), [
      "sent",
      "digested",
      "digested",
      "digested",
      "sent",
    ]);
  });
});

Deno.test("an alert whose cut or attempt comes late is not sent into quiet hours", async () => {
  await withMail(async (service) => {
    const { client, drain, smtp, clock } = service;
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await prefer(service, ada, "quiet_hours_start = 13, quiet_hours_end = 15");
    clock.set(new Date("2026-11-23T12:59:00Z"));
    smtp.answer(() => "421 busy");
    await ingest(ada, aListing(NEW));
    await drain();
    await ingest(ada, aListing(NEW));
    smtp.answer(() => undefined);
    clock.set(new Date("2026-11-23T13:00:00Z"));
    await drain();
    assert.equal(smtp.mails.length, 0);
    clock.set(new Date("2026-11-23T15:00:00Z"));
    await drain();
    assert.equal(smtp.mails.length, 2);
  });
});

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

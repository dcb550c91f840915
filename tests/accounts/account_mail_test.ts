import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { sha256 } from "../../src/platform/crypto.ts";
import { createLog } from "../../src/platform/log.ts";
import type { Pool } from "../../src/platform/sql.ts";
import {
  type AccountMailKind,
  claimDueAccountMails,
  deleteVerifyingMails,
  insertAccountMail,
  nextAccountMailDueAt,
  pruneAccountMails,
} from "../../src/accounts/account_mail_store.ts";
import { findLink, pruneLinks, takeLink } from "../../src/accounts/link_store.ts";
import { insertLocalUser, setEmailVerified } from "../../src/accounts/local_user_store.ts";
import {
  type AccountMailDeps,
  type AccountMailResult,
  sendAccountMail,
} from "../../src/accounts/send_account_mail.ts";
import { createMailer } from "../../src/notifications/channels/email/account_mailer.ts";
import { createSmtpTransport } from "../../src/notifications/channels/email/smtp_transport.ts";
import { type FakeClock, fakeClock, NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp_server.ts";

const ADA = "ada@example.com";

interface World extends AccountMailDeps {
  sql: Pool;
  clock: FakeClock;
  smtp: SmtpServer;
  lines: string[];
  /** Asks for a mail and works it once. */
  ask(kind: AccountMailKind, email?: string): Promise<AccountMailResult | "none">;
  /** Works what is due. */
  work(): Promise<AccountMailResult | "none">;
}

async function withMails(test: (world: World) => Promise<void>): Promise<void> {
  await withDatabase(async (sql) => {
    await using smtp = startSmtpServer();
    await using transport = createSmtpTransport({ url: smtp.url, maxConnections: 2 });
    const clock = fakeClock();
    const lines: string[] = [];
    const log = createLog({
      format: "json",
      level: "debug",
      now: clock.now,
      write: (line) => lines.push(line),
    });
    const mailer = createMailer({ transport, from: { name: "WaxWatch", address: "alerts@waxwatch.test" } });
    const deps = { sql, clock, log, mailer, publicUrl: "https://wax.example" };
    const work = async () => {
      const [row] = await claimDueAccountMails(sql, { now: clock.now(), limit: 1 });
      return row ? await sendAccountMail(deps, row) : "none";
    };
    const ask = async (kind: AccountMailKind, email = ADA) => {
      await insertAccountMail(sql, { kind, email, now: clock.now() });
      return await work();
    };
    await test({ ...deps, smtp, lines, ask, work });
  });
}

function aUser(sql: Pool): Promise<string | null> {
  return insertLocalUser(sql, { email: ADA, display_name: "Buy https://evil.example", now: NOON });
}

/** The token in the last mail. */
function tokenIn({ smtp }: World): string {
  return /\?token=([\w-]{43})$/m.exec(smtp.mails.at(-1)?.text ?? "")?.[1] ?? "";
}

for (
  const [kind, subject, path] of [
    ["verify_email", "Confirm your e-mail address", "verify-email"],
    ["register_again", "Confirm your e-mail address", "verify-email"],
    ["reset_password", "Choose a new password", "reset-password"],
  ] as const
) {
  Deno.test(`the mail ${kind} has a link in both its parts, of which only the hash is kept`, async () => {
    await withMails(async (world) => {
      const id = await aUser(world.sql);
      assert.equal(await world.ask(kind, "ADA@example.com"), "sent");
      const [mail] = world.smtp.mails;
      assert.deepEqual([mail?.to, mail?.headers.get("subject")], [ADA, subject]);
      assert.equal(mail?.headers.get("auto-submitted"), "auto-generated");
      const token = tokenIn(world);
      const url = `https://wax.example/api/auth/${path}?token=${token}`;
      assert.ok(mail?.text.includes(url) && mail.html.includes(`href="${url}"`), mail?.raw);
      assert.ok(!mail.raw.includes("evil.example"), "words of whoever registered reach a stranger");
      const [link] = await world.sql`select * from account_links`;
      assert.deepEqual([link?.["user_id"], link?.["kind"], link?.["email"]], [id, kind, ADA]);
      assert.deepEqual(link?.["token_hash"], Buffer.from(await sha256(token)));
      assert.equal(await nextAccountMailDueAt(world.sql), null);
      assert.ok(!world.lines.join().includes(token));
    });
  });
}

Deno.test("the mail already_registered has no link but to the service", async () => {
  await withMails(async (world) => {
    await aUser(world.sql);
    assert.equal(await world.ask("already_registered"), "sent");
    assert.match(world.smtp.mails[0]?.text ?? "", /^Somebody tried to make an account/);
    assert.equal((await world.sql`select 1 from account_links`).length, 0);
    await world.sql`update users set is_active = false`;
    await world.ask("already_registered");
    assert.match(world.smtp.mails[1]?.text ?? "", /is deactivated/);
  });
});

Deno.test("a mail that nobody is to get is dropped without a word to anybody", async () => {
  await withMails(async (world) => {
    const kinds = ["verify_email", "register_again", "already_registered", "reset_password"] as const;
    for (const kind of kinds) assert.equal(await world.ask(kind, "nobody@example.com"), "dropped");
    await world.sql`
      insert into users (email, origin, email_verified, created_at, updated_at)
      values ('issued@example.com', 'issuer', true, ${NOON}, ${NOON})`;
    assert.equal(await world.ask("reset_password", "issued@example.com"), "dropped");
    const id = await aUser(world.sql);
    await setEmailVerified(world.sql, { id: id!, now: NOON });
    assert.equal(await world.ask("verify_email"), "dropped");
    await world.sql`update users set is_active = false`;
    assert.equal(await world.ask("reset_password"), "dropped");
    assert.deepEqual([world.smtp.mails.length, await nextAccountMailDueAt(world.sql)], [0, null]);
  });
});

Deno.test("a mail that the server puts off is tried again by its schedule, with the same Message-ID, then given up", async () => {
  await withMails(async (world) => {
    await aUser(world.sql);
    world.smtp.answer((stage) => stage === "RCPT" ? "450 4.7.1 come again" : undefined);
    assert.equal(await world.ask("verify_email"), "retry");
    const results: string[] = [];
    for (let attempt = 2; attempt <= 5; attempt++) {
      assert.equal(await world.work(), "none");
      world.clock.set((await nextAccountMailDueAt(world.sql))!);
      results.push(await world.work());
    }
    assert.deepEqual(results, ["retry", "retry", "retry", "retry"]);
    assert.ok(world.clock.now() <= addSeconds(NOON, 1.2 * (5 + 60 + 300 + 1_800)));
    world.clock.advance(1.2 * 3_600_000);
    assert.equal(await world.work(), "failed");
    assert.equal(await nextAccountMailDueAt(world.sql), null);
  });
});

Deno.test("a mail whose acceptance was lost arrives twice, and both links work until one is used", async () => {
  await withMails(async (world) => {
    await aUser(world.sql);
    world.smtp.answer((stage) => stage === "BODY" ? "drop" : undefined);
    assert.equal(await world.ask("verify_email"), "retry");
    const first = tokenIn(world);
    world.smtp.answer(() => undefined);
    world.clock.advance(10_000);
    assert.equal(await world.work(), "sent");
    const ids = world.smtp.mails.map((mail) => mail.headers.get("message-id"));
    assert.equal(ids[0], ids[1]);
    for (const token of [first, tokenIn(world)]) {
      const query = {
        token_hash: await sha256(token),
        kinds: ["verify_email"],
        now: world.clock.now(),
      } as const;
      assert.notEqual(await findLink(world.sql, query), null);
    }
  });
});

Deno.test("a mail that the server refuses for good is given up at once, and the log holds no link", async () => {
  await withMails(async (world) => {
    await aUser(world.sql);
    world.smtp.answer((stage) => stage === "BODY" ? "554 5.7.1 spam" : undefined);
    assert.equal(await world.ask("reset_password"), "failed");
    assert.equal(await nextAccountMailDueAt(world.sql), null);
    assert.ok(world.lines.some((line) => line.includes("account mail not taken") && line.includes("spam")));
    assert.ok(!world.lines.join().includes("token="));
  });
});

Deno.test("a mail that was taken back after its claim makes no link and is not sent", async () => {
  await withMails(async (world) => {
    await aUser(world.sql);
    await insertAccountMail(world.sql, { kind: "verify_email", email: ADA, now: NOON });
    await insertAccountMail(world.sql, { kind: "reset_password", email: ADA, now: NOON });
    const [row] = await claimDueAccountMails(world.sql, { now: NOON, limit: 1 });
    await deleteVerifyingMails(world.sql, "Ada@example.com");
    assert.equal(await sendAccountMail(world, row!), "dropped");
    assert.equal((await world.sql`select 1 from account_links`).length, 0);
    const left = await world.sql<{ kind: string }>`select kind from account_mails`;
    assert.deepEqual(left.map((one) => one.kind), ["reset_password"]);
  });
});

Deno.test("without a mail server a mail is dropped, and the operator is told why", async () => {
  await withMails(async (world) => {
    await aUser(world.sql);
    await insertAccountMail(world.sql, { kind: "reset_password", email: ADA, now: NOON });
    const [row] = await claimDueAccountMails(world.sql, { now: NOON, limit: 1 });
    assert.equal(await sendAccountMail({ ...world, mailer: null }, row!), "dropped");
    assert.ok(world.lines.some((line) => line.includes("SMTP_URL is not set")));
    assert.equal(await nextAccountMailDueAt(world.sql), null);
  });
});

Deno.test("two dispatchers never claim one mail, and a lost lease writes nothing", async () => {
  await withMails(async (world) => {
    await aUser(world.sql);
    await insertAccountMail(world.sql, { kind: "verify_email", email: ADA, now: NOON });
    const claim = () => claimDueAccountMails(world.sql, { now: world.clock.now(), limit: 5 });
    const [one, two] = await Promise.all([claim(), claim()]);
    assert.equal(one.length + two.length, 1);
    world.clock.advance(10_000);
    const again = await claim();
    assert.equal(await sendAccountMail(world, [...one, ...two][0]!), "dropped");
    assert.equal(await sendAccountMail(world, again[0]!), "sent");
    assert.equal(world.smtp.mails.length, 1);
  });
});

Deno.test("a link lives a day, or an hour for a new password, is used once, and then forgotten", async () => {
  await withMails(async (world) => {
    await aUser(world.sql);
    for (const [kind, seconds] of [["verify_email", 86_400], ["reset_password", 3_600]] as const) {
      await world.ask(kind);
      const query = { token_hash: await sha256(tokenIn(world)), kinds: [kind] };
      const at = (after: number) => findLink(world.sql, { ...query, now: addSeconds(NOON, after) });
      assert.notEqual(await at(seconds - 0.001), null);
      assert.equal(await at(seconds), null);
      const take = () => world.sql.begin((tx) => takeLink(tx, { ...query, now: NOON }));
      const taken = await Promise.all([take(), take()]);
      assert.equal(taken.filter((one) => one !== null).length, 1);
    }
    await world.ask("reset_password");
    assert.equal(await pruneLinks(world.sql, addSeconds(NOON, 3_600)), 0);
    assert.equal(await pruneLinks(world.sql, addSeconds(NOON, 3_600.001)), 1);
    await insertAccountMail(world.sql, { kind: "verify_email", email: ADA, now: NOON });
    assert.equal(await pruneAccountMails(world.sql, NOON), 0);
    assert.equal(await pruneAccountMails(world.sql, addSeconds(NOON, 0.001)), 1);
  });
});

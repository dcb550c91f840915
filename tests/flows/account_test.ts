/** From registration to login and from a forgotten password to a new one, by links of real mails. */
import assert from "node:assert/strict";
import { ok, refused } from "../support/answers.ts";
import { type Browser, openBrowser, PASSWORD } from "../support/browser.ts";
import { MAIL_ENV, type MailService, withMail } from "../support/mail_service.ts";

const ADA = "ada@example.com";
const VERIFY = "/api/auth/verify-email";
const RESET = "/api/auth/reset-password";
const NEW = "another password";
/** An installation where mail confirms addresses. */
const STRICT = { ...MAIL_ENV, ENVIRONMENT: "staging", PUBLIC_URL: "https://wax.example" };
const HOUR = 3_600_000;

/** Runs `work` where addresses are confirmed by mail. */
function withStrict(work: (service: MailService) => Promise<void>): Promise<void> {
  return withMail(work, STRICT);
}

/** The link of the last mail, as a path. */
async function lastLink({ smtp, drain }: MailService): Promise<string> {
  await drain();
  const url = /^https:\/\/wax\.example(\S+\?token=\S+)$/m.exec(smtp.mails.at(-1)?.text ?? "")?.[1];
  assert.ok(url, `no link in the last of ${smtp.mails.length} mails`);
  return url;
}

async function lastToken(service: MailService): Promise<string> {
  return new URL(await lastLink(service), "https://wax.example").searchParams.get("token")!;
}

const confirm = ({ api }: Browser, token: string) => api.POST(VERIFY, { body: { token } });
const choose = ({ api }: Browser, token: string, password = NEW) =>
  api.POST(RESET, { body: { token, password } });
const logIn = ({ api }: Browser, password = PASSWORD) =>
  api.POST("/api/auth/login", { body: { email: ADA, password } });
const forget = ({ api }: Browser, email = ADA) => api.POST("/api/auth/forgot-password", { body: { email } });
const resend = ({ api }: Browser) => api.POST(`${VERIFY}/resend`);

/** Ada, registered and confirmed. */
async function confirmed(service: MailService): Promise<Browser> {
  const browser = openBrowser(service);
  await browser.register(ADA);
  ok(await confirm(browser, await lastToken(service)), 200);
  return browser;
}

async function forgotten(service: MailService, browser: Browser): Promise<string> {
  ok(await forget(browser), 202);
  return await lastToken(service);
}

Deno.test("register, mail, link, page, button, login", async () => {
  await withStrict(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    refused(await logIn(browser), 401);
    const link = await lastLink(service);
    for (let opened = 0; opened < 3; opened++) {
      const page = await browser.get(link);
      assert.equal(page.status, 200);
      assert.match(page.headers.get("content-type")!, /^text\/html/);
      assert.match(page.headers.get("content-security-policy")!, /^default-src 'none'; .*form-action 'self'/);
      assert.equal(page.headers.get("referrer-policy"), "no-referrer");
      assert.match(page.body, /<form method="post" action="verify-email">/);
    }
    refused(await logIn(browser), 401);
    const token = /name="token" value="([\w-]{43})"/.exec((await browser.get(link)).body)?.[1];
    const done = await browser.submit(VERIFY, { token: token! });
    assert.equal(done.status, 200);
    assert.match(done.body, /Your address is confirmed/);
    assert.equal(ok(await logIn(browser), 200).user.email_verified, true);
  });
});

Deno.test("forget, mail, link, page, new password, login", async () => {
  await withStrict(async (service) => {
    const browser = await confirmed(service);
    ok(await logIn(browser));
    const other = openBrowser(service);
    ok(await forget(other));
    const link = await lastLink(service);
    const page = await other.get(link);
    assert.match(page.body, /<input[^>]* type="password" name="password" minlength="10"/);
    const token = /name="token" value="([\w-]{43})"/.exec(page.body)?.[1]!;
    const short = await other.submit(RESET, { token, password: "short" });
    assert.equal(short.status, 422);
    assert.match(short.body, /That did not work/);
    assert.ok(!short.body.includes(token) && !short.body.includes("short<"));
    ok(await browser.api.GET("/api/me"), 200);
    const done = await other.submit(RESET, { token, password: NEW });
    assert.equal(done.status, 200);
    assert.match(done.body, /Your password is saved/);
    refused(await browser.api.GET("/api/me"), 401);
    refused(await logIn(other), 401);
    ok(await logIn(other, NEW), 200);
  });
});

Deno.test("a link works once, also when used twice at once", async () => {
  await withStrict(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    const token = await lastToken(service);
    const twice = await Promise.all([confirm(browser, token), confirm(browser, token)]);
    assert.deepEqual(twice.map((one) => one.response.status).sort(), [200, 400]);
    refused(await confirm(browser, token), 400);
    const page = await browser.submit(VERIFY, { token });
    assert.equal(page.status, 400);
    assert.match(page.body, /That did not work[\s\S]*it was used, has expired/);
    const reset = await forgotten(service, browser);
    const both = await Promise.all([choose(browser, reset), choose(browser, reset, "a third password")]);
    assert.deepEqual(both.map((one) => one.response.status).sort(), [200, 400]);
    const [won, lost] = both[0].response.status === 200
      ? [NEW, "a third password"]
      : ["a third password", NEW];
    refused(await logIn(browser, lost), 401);
    ok(await logIn(browser, won), 200);
  });
});

Deno.test("a link to confirm lives 24 hours, one to choose a password one hour", async () => {
  await withStrict(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    const late = await lastToken(service);
    service.clock.advance(24 * HOUR);
    refused(await confirm(browser, late), 400);
    await browser.register(ADA);
    const inTime = await lastToken(service);
    service.clock.advance(24 * HOUR - 1);
    ok(await confirm(browser, inTime), 200);
    const lateReset = await forgotten(service, browser);
    service.clock.advance(HOUR);
    refused(await choose(browser, lateReset), 400);
    const reset = await forgotten(service, browser);
    service.clock.advance(HOUR - 1);
    ok(await choose(browser, reset), 200);
  });
});

Deno.test("a link does only what it is for, and no other text opens anything", async () => {
  await withStrict(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    const verify = await lastToken(service);
    refused(await choose(browser, verify), 400);
    const reset = await forgotten(service, browser);
    refused(await confirm(browser, reset), 400);
    for (const token of ["x", `${verify}x`, "\u0000", "💿".repeat(50)]) {
      assert.ok([400, 422].includes((await confirm(browser, token)).response.status), token);
    }
    // No text at all is past the typed client.
    for (const token of ["", "x".repeat(201), undefined, 5]) {
      assert.equal((await browser.post(VERIFY, { token })).status, 422);
    }
    assert.equal((await browser.get(VERIFY)).status, 200);
    const evil = encodeURIComponent('"><script>alert(1)</script>');
    assert.ok(!(await browser.get(`${VERIFY}?token=${evil}`)).body.includes("<script"));
  });
});

Deno.test("a registration before the address is confirmed replaces the password, kills older links and their access", async () => {
  await withStrict(async (service) => {
    const mallory = openBrowser(service);
    await mallory.register(ADA, "mallory's password");
    const old = await lastToken(service);
    // Got in before mail was set up here.
    const { id } = (await service.deps.sql`select id from users`)[0]!;
    await service.deps.sql`insert into api_tokens (user_id, name, token_hash, scopes, created_at)
      values (${id}, 'x', sha256('wax_mallory'), array['read'], now())`;
    const script = () => service.api.GET("/api/me", { headers: { authorization: "Bearer wax_mallory" } });
    ok(await script(), 200);
    const ada = openBrowser(service);
    await ada.register(ADA);
    const link = await lastToken(service);
    refused(await confirm(mallory, old), 400);
    ok(await script(), 200);
    ok(await confirm(ada, link), 200);
    refused(await script(), 401);
    refused(await logIn(mallory, "mallory's password"), 401);
    ok(await logIn(ada), 200);
  });
});

Deno.test("a second registration takes back a mail of the first that has not left", async () => {
  await withStrict(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA, "mallory's password");
    await browser.register(ADA);
    await service.drain();
    assert.equal(service.smtp.mails.length, 1);
    ok(await confirm(browser, await lastToken(service)));
    ok(await logIn(browser), 200);
  });
});

Deno.test("a link to a new password confirms the address as well, and ends what was there before", async () => {
  await withStrict(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA, "mallory's password");
    await service.drain();
    const token = await forgotten(service, browser);
    ok(await choose(browser, token), 200);
    refused(await logIn(browser, "mallory's password"), 401);
    ok(await logIn(browser, NEW), 200);
    assert.equal((await service.deps.sql`select 1 from account_links`).length, 0);
  });
});

Deno.test("POST /api/auth/forgot-password answers every address the same, and writes to those who have an account", async () => {
  await withStrict(async (service) => {
    const browser = await confirmed(service);
    const ask = async (email: string) => ok(await forget(browser, email), 202);
    const before = service.smtp.mails.length;
    assert.deepEqual(await ask("nobody@example.com"), { success: true });
    assert.deepEqual(await ask("ADA@example.com"), { success: true });
    assert.equal((await service.deps.sql`select 1 from account_mails`).length, 2);
    await service.drain();
    assert.deepEqual(service.smtp.mails.slice(before).map((mail) => mail.to), [ADA]);
    assert.equal((await service.deps.sql`select 1 from account_mails`).length, 0);
    for (let at = 0; at < 6; at++) assert.deepEqual(await ask(ADA), { success: true });
    await service.drain();
    assert.equal(service.smtp.mails.length - before, 5);
  });
});

Deno.test("POST /api/auth/verify-email/resend sends one more link, and none to a confirmed address", async () => {
  await withMail(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    ok(await logIn(browser));
    await service.drain();
    ok(await resend(browser), 202);
    await service.drain();
    assert.equal(service.smtp.mails.length, 2);
    const token = /token=([\w-]+)/.exec(service.smtp.mails[1]!.text)![1]!;
    ok(await confirm(browser, token), 200);
    ok(await browser.api.GET("/api/me"), 200);
    refused(await resend(browser), 409);
  });
});

Deno.test("POST /api/auth/verify-email/resend answers 429 after five, and 409 to an issuer's user", async () => {
  await withMail(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    ok(await logIn(browser));
    for (let at = 0; at < 5; at++) ok(await resend(browser), 202);
    const late = await resend(browser);
    refused(late, 429);
    assert.equal(late.response.headers.get("retry-after"), "1200");
    await service.deps.sql`update users set origin = 'issuer'`;
    refused(await resend(browser), 409);
  });
});

Deno.test("a link of a deactivated account does nothing", async () => {
  await withStrict(async (service) => {
    const browser = await confirmed(service);
    const token = await forgotten(service, browser);
    await service.deps.sql`update users set is_active = false`;
    refused(await choose(browser, token), 400);
    ok(await forget(browser));
    const before = service.smtp.mails.length;
    await service.drain();
    assert.equal(service.smtp.mails.length, before);
  });
});

Deno.test("a password in a form is the same as one in JSON", async () => {
  await withStrict(async (service) => {
    const browser = await confirmed(service);
    const password = "pässwörd + & = % ﬃ 🎵";
    await browser.submit(RESET, { token: await forgotten(service, browser), password });
    ok(await logIn(browser, password), 200);
    refused(await logIn(browser, PASSWORD), 401);
  });
});

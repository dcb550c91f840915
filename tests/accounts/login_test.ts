import assert from "node:assert/strict";
import { PasswordHasher } from "../../src/accounts/password_hasher.ts";
import { loggedIn, openBrowser, PASSWORD } from "../support/browser.ts";
import { untilWaiting } from "../support/database.ts";
import { CHEAP_PASSWORDS, withService } from "../support/service.ts";

const LOGIN = "/api/auth/login";
const ADA = "ada@example.com";
const DAY = 86_400_000;

Deno.test("POST /api/auth/login answers 200 with user and session, and a cookie no script can read", async () => {
  await withService(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    const { status, body, headers } = await browser.login(ADA);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body.user).sort(), ["display_name", "email", "email_verified", "id"]);
    assert.equal(body.session.expires_at, "2026-12-23T12:00:00.000Z");
    const [session, device] = headers.getSetCookie();
    assert.match(
      session!,
      /^waxwatch_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    assert.match(device!, /^waxwatch_device=[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/);
    const [row] = await service.deps.sql`select token_hash, user_agent from sessions`;
    assert.ok(
      !Buffer.from(row?.["token_hash"]).toString().includes(browser.cookies.get("waxwatch_session")!),
    );
    assert.equal((await browser.get("/api/me")).body.id, body.user.id);
  });
});

Deno.test("POST /api/auth/login outside development sets cookies bound to this host and to https", async () => {
  await withService(async (service) => {
    const { headers } = await loggedIn(service, ADA).then((browser) => browser.login(ADA));
    for (const line of headers.getSetCookie()) assert.match(line, /^__Host-waxwatch_\w+=.*; Secure$/);
  }, { ENVIRONMENT: "staging" });
});

Deno.test("POST /api/auth/login takes the fields of other services, with null or text, and ignores them", async () => {
  await withService(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    const extra = {
      return_to: "https://evil.example",
      handoff: null,
      state: "s",
      nonce: null,
      expires_at: null,
    };
    const { status, headers } = await browser.post(LOGIN, { email: ADA, password: PASSWORD, ...extra });
    assert.deepEqual([status, headers.get("location")], [200, null]);
    for (const fields of [{ state: 5 }, { unknown: null }]) {
      assert.equal((await browser.post(LOGIN, { email: ADA, password: PASSWORD, ...fields })).status, 422);
    }
  });
});

Deno.test("a wrong password, an unknown address and a deactivated account are refused with the same words", async () => {
  await withService(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    await browser.register("bob@example.com");
    await service.deps.sql`update users set is_active = false where email = 'bob@example.com'`;
    const answers = [
      await browser.login(ADA, "wrong password"),
      await browser.login("nobody@example.com"),
      await browser.login("bob@example.com"),
    ];
    for (const { status, body, headers } of answers) {
      assert.deepEqual([status, body.error.code, body.error.message], [
        401,
        "invalid_credentials",
        "Cannot log in: e-mail or password is wrong",
      ]);
      assert.equal(headers.get("www-authenticate"), null);
      assert.deepEqual(headers.getSetCookie(), []);
    }
  });
});

Deno.test("an account without a password cannot log in with any", async () => {
  await withService(async (service) => {
    await service.client("ada");
    assert.equal((await openBrowser(service).login(ADA)).status, 401);
  });
});

Deno.test("a login with a password of an older cost keeps it at today's", async () => {
  await withService(async (service) => {
    const browser = await loggedIn(service, ADA);
    const old = await new PasswordHasher({ ln: 3, r: 8, p: 1 }).hash(PASSWORD);
    await service.deps.sql`update passwords set hash = ${old}`;
    const answers = await Promise.all([browser.login(ADA), openBrowser(service).login(ADA)]);
    assert.deepEqual(answers.map((one) => one.status), [200, 200]);
    const [row] = await service.deps.sql`select hash from passwords`;
    assert.ok(row?.["hash"].startsWith(`$scrypt$ln=${CHEAP_PASSWORDS.ln},`));
    assert.equal((await browser.login(ADA)).status, 200);
  });
});

Deno.test("a login that meets a deactivation or a new password opens no session behind its back", async () => {
  await withService(async (service) => {
    const browser = await loggedIn(service, ADA);
    const { sql } = service.deps;
    for (const change of ["deactivate", "password"]) {
      const changed = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const ending = sql.begin(async (tx) => {
        if (change === "deactivate") await tx`update users set is_active = false`;
        else await tx`update passwords set changed_at = changed_at + interval '1 second'`;
        changed.resolve();
        await goOn.promise;
        await tx`update sessions set ended_at = now()`;
      });
      await changed.promise;
      const login = browser.login(ADA);
      await untilWaiting(sql);
      goOn.resolve();
      await ending;
      assert.equal((await login).status, 401, change);
      assert.equal((await sql`select 1 from sessions where ended_at is null`).length, 0);
      await sql`update users set is_active = true`;
      await sql`delete from auth_throttles`;
    }
  });
});

Deno.test("a session lives 30 days after its last use and its cookie moves on at most once a minute", async () => {
  await withService(async (service) => {
    const { clock } = service;
    const browser = await loggedIn(service, ADA);
    const renewed = async () => (await browser.get("/api/me")).headers.getSetCookie().length;
    clock.advance(59_999);
    assert.equal(await renewed(), 0);
    clock.advance(1 + 5_000);
    assert.equal(await renewed(), 1);
    assert.equal(await renewed(), 0);
    clock.advance(30 * DAY - 1);
    assert.equal((await browser.get("/api/me")).status, 200);
    clock.advance(30 * DAY);
    assert.equal((await browser.get("/api/me")).status, 401);
  });
});

Deno.test("a session in daily use ends after 180 days", async () => {
  await withService(async (service) => {
    const { clock } = service;
    const browser = await loggedIn(service, ADA);
    for (let days = 20; days < 180; days += 20) {
      clock.advance(20 * DAY);
      assert.equal((await browser.get("/api/me")).status, 200, `day ${days}`);
    }
    clock.advance(20 * DAY - 1);
    assert.equal((await browser.get("/api/me")).status, 200);
    clock.advance(1);
    assert.equal((await browser.get("/api/me")).status, 401);
  });
});

Deno.test("a user has at most 50 live sessions: those used longest ago end at once", async () => {
  await withService(async (service) => {
    const first = await loggedIn(service, ADA);
    for (let at = 0; at < 49; at++) {
      service.clock.advance(1_000);
      assert.equal((await openBrowser(service).login(ADA)).status, 200);
    }
    assert.equal((await first.get("/api/me")).status, 200);
    service.clock.advance(1_000);
    assert.equal((await openBrowser(service).login(ADA)).status, 200);
    assert.equal((await first.get("/api/me")).status, 401);
    assert.equal((await service.deps.sql`select 1 from sessions where ended_at is null`).length, 50);
  });
});

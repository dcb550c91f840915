import assert from "node:assert/strict";
import { openBrowser, PASSWORD } from "../support/browser.ts";
import { MAIL_ENV, withMail } from "../support/mail_service.ts";
import { type TestService, withService } from "../support/service.ts";

const REGISTER = "/api/auth/register";
/** An installation where mail confirms addresses. */
const STRICT = { ...MAIL_ENV, ENVIRONMENT: "staging", PUBLIC_URL: "https://wax.example" };

async function usersOf({ deps }: TestService) {
  return await deps.sql<{ email: string; email_verified: boolean; display_name: string | null }>`
    select email, email_verified, display_name from users order by created_at`;
}

Deno.test("POST /api/auth/register answers 201, keeps a hash and no password, and the account can log in", async () => {
  await withService(async (service) => {
    const browser = openBrowser(service);
    const made = await browser.post(REGISTER, {
      email: " Ada@example.com ",
      password: PASSWORD,
      display_name: "Ada",
    });
    assert.deepEqual([made.status, made.body], [201, {
      email: "Ada@example.com",
      verification_required: false,
    }]);
    assert.deepEqual(await usersOf(service), [
      { email: "Ada@example.com", email_verified: false, display_name: "Ada" },
    ]);
    const [kept] = await service.deps.sql`select hash from passwords`;
    assert.match(kept?.["hash"], /^\$scrypt\$/);
    assert.equal((await browser.login("ada@EXAMPLE.com")).status, 200);
    const { body } = await browser.get("/api/me");
    assert.deepEqual([body.display_name, body.preferences.currency], ["Ada", "USD"]);
  });
});

Deno.test("a second registration where accounts need no confirmation answers the same and changes nothing", async () => {
  await withService(async (service) => {
    const browser = openBrowser(service);
    const first = await browser.register("ada@example.com");
    const second = await browser.post(REGISTER, {
      email: "ada@example.com",
      password: "another password",
      display_name: "Mallory",
    });
    assert.deepEqual([second.status, second.body], [first.status, first.body]);
    assert.equal((await browser.login("ada@example.com", "another password")).status, 401);
    assert.equal((await browser.login("ada@example.com")).status, 200);
    assert.equal((await usersOf(service))[0]?.display_name, null);
  });
});

Deno.test("registrations of one address at once make one account", async () => {
  await withService(async (service) => {
    const browser = openBrowser(service);
    const emails = ["ada@example.com", "ADA@example.com", "Ada@Example.com", "ada@example.com"];
    const answers = await Promise.all(emails.map((email) => browser.register(email)));
    assert.deepEqual(answers.map((one) => one.status), [201, 201, 201, 201]);
    assert.equal((await usersOf(service)).length, 1);
    assert.equal((await browser.login("ada@example.com")).status, 200);
  });
});

Deno.test("an issuer's user with the same address is another account", async () => {
  await withService(async (service) => {
    const now = service.clock.now();
    await service.deps.sql`
      insert into users (email, origin, email_verified, created_at, updated_at)
      values ('ada@example.com', 'issuer', true, ${now}, ${now})`;
    const browser = openBrowser(service);
    await browser.register("ada@example.com");
    assert.equal((await browser.login("ada@example.com")).status, 200);
    assert.equal((await usersOf(service)).length, 2);
  });
});

Deno.test("closed registration answers 409 and says so", async () => {
  await withService(async (service) => {
    const { status, body } = await openBrowser(service).register("ada@example.com");
    assert.equal(status, 409);
    assert.match(body.error.message, /takes no new accounts/);
    assert.deepEqual(await usersOf(service), []);
  }, { REGISTRATION: "closed" });
});

/** A body that is refused, and the field its error names. */
const REFUSED: [string, Record<string, unknown>, string][] = [
  ["no e-mail", { email: undefined }, "email"],
  ["an e-mail that is none", { email: "ada" }, "email"],
  ["an e-mail of 330 characters", { email: `${"a".repeat(318)}@example.com` }, "email"],
  ["no password", { password: undefined }, "password"],
  ["a password of 9 characters", { password: "123456789" }, "password"],
  ["a password of 9 characters and NUL", { password: "123456789\0" }, "password"],
  ["a password of 5 characters in 10 units", { password: "🎵🎵🎵🎵🎵" }, "password"],
  ["a password of 201 characters", { password: "x".repeat(201) }, "password"],
  ["a password of 1,001 characters", { password: "x".repeat(1_001) }, "password"],
  ["a password that is no text", { password: 1234567890 }, "password"],
  ["an empty name", { display_name: " " }, "display_name"],
  ["an unknown field", { is_admin: true }, "is_admin"],
];

for (const [what, fields, field] of REFUSED) {
  Deno.test(`POST /api/auth/register answers 422 for ${what}, naming ${field} and never the password`, async () => {
    await withService(async (service) => {
      const body = { email: "ada@example.com", password: PASSWORD, ...fields };
      const answer = await openBrowser(service).post(REGISTER, body);
      assert.equal(answer.status, 422, JSON.stringify(answer.body));
      assert.deepEqual(answer.body.error.details.map((one: { loc: string[] }) => one.loc.join(".")), [
        `body.${field}`,
      ]);
      const password = String(body.password ?? "none");
      assert.ok(!JSON.stringify(answer.body).includes(password));
      assert.deepEqual(await usersOf(service), []);
    });
  });
}

for (const password of ["1234567890", "🎵".repeat(10), "x".repeat(200), "ﬃ".repeat(4)]) {
  Deno.test(`a password such as ${password.slice(0, 12)}… of ${[...password].length} signs is taken`, async () => {
    await withService(async (service) => {
      const browser = openBrowser(service);
      assert.equal((await browser.register("ada@example.com", password)).status, 201);
      assert.equal((await browser.login("ada@example.com", password.normalize("NFKC"))).status, 200);
    });
  });
}

Deno.test("where mail confirms addresses an account cannot log in before, and is refused like a wrong password", async () => {
  await withMail(async (service) => {
    const browser = openBrowser(service);
    const made = await browser.register("ada@example.com");
    assert.deepEqual(made.body, { email: "ada@example.com", verification_required: true });
    const [right, wrong, nobody] = [
      await browser.login("ada@example.com"),
      await browser.login("ada@example.com", "wrong password"),
      await browser.login("nobody@example.com"),
    ];
    assert.deepEqual([right.status, right.body], [401, wrong.body]);
    assert.deepEqual([nobody.status, nobody.body], [401, wrong.body]);
    assert.equal(browser.cookies.size, 0);
  }, STRICT);
});

Deno.test("a registration of a confirmed address answers the same and tells its owner by mail", async () => {
  await withMail(async (service) => {
    const browser = openBrowser(service);
    const first = await browser.register("ada@example.com");
    await service.drain();
    await service.deps.sql`update users set email_verified = true`;
    const again = await browser.register("ada@example.com", "another password");
    await service.drain();
    assert.deepEqual([again.status, again.body], [first.status, first.body]);
    assert.deepEqual(service.smtp.mails.map((mail) => mail.headers.get("subject")), [
      "Confirm your e-mail address",
      "You already have an account",
    ]);
    assert.equal((await browser.login("ada@example.com", "another password")).status, 401);
    assert.equal((await browser.login("ada@example.com")).status, 200);
  }, STRICT);
});

Deno.test("one address gets five mails of registrations, then one in twenty minutes; what is beyond changes nothing", async () => {
  await withMail(async (service) => {
    const browser = openBrowser(service);
    for (let at = 1; at <= 7; at++) {
      assert.equal((await browser.register("ada@example.com", `password number ${at}`)).status, 201);
      await service.drain();
    }
    assert.equal(service.smtp.mails.length, 5);
    await service.deps.sql`update users set email_verified = true`;
    assert.equal((await browser.login("ada@example.com", "password number 7")).status, 401);
    assert.equal((await browser.login("ada@example.com", "password number 5")).status, 200);
    service.clock.advance(1_200_000);
    await browser.register("ada@example.com");
    await service.drain();
    assert.equal(service.smtp.mails.length, 6);
  }, STRICT);
});

Deno.test("a page of another site cannot register or log in, and a client that is no browser can", async () => {
  await withService(async (service) => {
    const browser = openBrowser(service);
    const ada = { email: "ada@example.com", password: PASSWORD };
    const elsewhere = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": null, origin: "https://evil.example" },
    ];
    for (const place of elsewhere) {
      for (const path of [REGISTER, "/api/auth/login"]) {
        const { status, body } = await browser.post(path, ada, place);
        assert.deepEqual([status, body.error.code], [409, "http_error"]);
      }
    }
    assert.equal((await browser.post(REGISTER, ada, { "sec-fetch-site": null })).status, 201);
    assert.equal((await browser.post("/api/auth/login", ada, { "sec-fetch-site": null })).status, 200);
  });
});

Deno.test("POST /api/auth/verify-email/resend and a wrong method refuse in the envelope also where a page would be accepted: they are no links", async () => {
  await withService(async ({ client }) => {
    const { fetch } = await client("ada");
    const answer = await fetch("/api/auth/verify-email/resend", {
      method: "POST",
      headers: { accept: "text/html" },
    });
    assert.deepEqual([answer.status, (await answer.json()).error.code], [409, "http_error"]);
    const wrong = await fetch("/api/auth/verify-email", { method: "PUT", headers: { accept: "text/html" } });
    assert.deepEqual([wrong.status, (await wrong.json()).error.code], [405, "http_error"]);
  });
});

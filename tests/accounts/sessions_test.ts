import assert from "node:assert/strict";
import { type Browser, loggedIn, openBrowser, PASSWORD, type Place } from "../support/browser.ts";
import { type TestService, withService } from "../support/service.ts";

const ADA = "ada@example.com";
const SESSIONS = "/api/me/sessions";
const PASSWORD_PATH = "/api/me/password";

/** Ada in two browsers, the second a second later. */
async function twoBrowsers(service: TestService): Promise<[Browser, Browser]> {
  const first = await loggedIn(service, ADA);
  service.clock.advance(1_000);
  const second = openBrowser(service);
  await second.login(ADA);
  return [first, second];
}

async function statusOf(browser: Browser): Promise<number> {
  return (await browser.get("/api/me")).status;
}

Deno.test("GET /api/me/sessions lists the live ones, newest first, and marks the one that asks", async () => {
  await withService(async (service) => {
    const [first, second] = await twoBrowsers(service);
    await loggedIn(service, "bob@example.com");
    const { status, body } = await second.get(SESSIONS);
    assert.equal(status, 200);
    assert.deepEqual(body.map((one: { is_current: boolean }) => one.is_current), [true, false]);
    assert.deepEqual(Object.keys(body[0]).sort(), [
      "created_at",
      "expires_at",
      "id",
      "is_current",
      "last_used_at",
      "user_agent",
    ]);
    const page = await first.get(`${SESSIONS}?limit=1`);
    assert.equal(page.body.length, 1);
    const next = await first.get(`${SESSIONS}?limit=1&cursor=${page.headers.get("x-next-cursor")}`);
    assert.deepEqual([page.body[0].id, next.body[0].id], body.map((one: { id: string }) => one.id));
    assert.equal(next.headers.get("x-next-cursor"), null);
    service.clock.advance(30 * 86_400_000);
    const late = openBrowser(service);
    await late.login(ADA);
    assert.equal((await late.get(SESSIONS)).body.length, 1);
  });
});

Deno.test("DELETE /api/me/sessions/{id} ends a session at once, and nobody else's", async () => {
  await withService(async (service) => {
    const [first, second] = await twoBrowsers(service);
    const bob = await loggedIn(service, "bob@example.com");
    assert.equal(await statusOf(first), 200);
    const { id } = (await second.get(SESSIONS)).body[1];
    for (const path of [`${SESSIONS}/${id}`, `${SESSIONS}/${crypto.randomUUID()}`, `${SESSIONS}/x`]) {
      assert.equal((await bob.delete(path)).status, 404);
    }
    assert.equal(await statusOf(first), 200);
    const ended = await second.delete(`${SESSIONS}/${id}`);
    assert.deepEqual([ended.status, ended.body], [204, ""]);
    assert.deepEqual([await statusOf(first), await statusOf(second)], [401, 200]);
    assert.equal((await second.delete(`${SESSIONS}/${id}`)).status, 404);
  });
});

Deno.test("DELETE /api/me/sessions ends all others at once, and all of them when asked with a token", async () => {
  await withService(async (service) => {
    const [first, second] = await twoBrowsers(service);
    assert.equal(await statusOf(first), 200);
    assert.equal((await second.delete(SESSIONS)).status, 204);
    assert.deepEqual([await statusOf(first), await statusOf(second)], [401, 200]);
    const script = await service.client("ada");
    assert.equal((await script.delete(SESSIONS)).status, 204);
    assert.equal(await statusOf(second), 401);
    assert.equal((await script.get("/api/me")).status, 200);
  });
});

Deno.test("POST /api/me/password replaces the password and ends all other sessions at once", async () => {
  await withService(async (service) => {
    const [first, second] = await twoBrowsers(service);
    assert.equal(await statusOf(first), 200);
    const changed = await second.post(PASSWORD_PATH, {
      current_password: PASSWORD,
      new_password: "another password",
    });
    assert.deepEqual([changed.status, changed.body], [200, { success: true }]);
    assert.deepEqual([await statusOf(first), await statusOf(second)], [401, 200]);
    assert.equal((await first.login(ADA)).status, 401);
    assert.equal((await first.login(ADA, "another password")).status, 200);
  });
});

Deno.test("POST /api/me/password answers 422 for a wrong current or a short new password, and shows neither", async () => {
  await withService(async (service) => {
    const browser = await loggedIn(service, ADA);
    for (
      const [current_password, new_password, field] of [
        ["wrong password", "another password", "current_password"],
        [PASSWORD, "shortword", "new_password"],
        ["", "another password", "current_password"],
      ] as const
    ) {
      const { status, body } = await browser.post(PASSWORD_PATH, { current_password, new_password });
      assert.equal(status, 422);
      assert.deepEqual(body.error.details[0].loc, ["body", field]);
      const text = JSON.stringify(body);
      assert.ok(
        ![PASSWORD, "wrong password", "another password", "shortword"].some((one) => text.includes(one)),
      );
    }
    assert.equal((await openBrowser(service).login(ADA)).status, 200);
  });
});

Deno.test("POST /api/me/password slows whoever guesses with a stolen session, and nobody's login", async () => {
  await withService(async (service) => {
    const browser = await loggedIn(service, ADA);
    const guess = (current_password: string) =>
      browser.post(PASSWORD_PATH, { current_password, new_password: "another password" });
    for (let at = 0; at < 5; at++) assert.equal((await guess("wrong password")).status, 422);
    const { status, headers } = await guess(PASSWORD);
    assert.deepEqual([status, headers.get("retry-after")], [429, "30"]);
    assert.equal((await openBrowser(service).login(ADA)).status, 200);
    service.clock.advance(30_000);
    assert.equal((await guess(PASSWORD)).status, 200);
  });
});

Deno.test("POST /api/me/password answers 409 for an account that has none", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const body = { current_password: PASSWORD, new_password: "another password" };
    assert.equal((await ada.post(PASSWORD_PATH, body)).status, 409);
  });
});

/** What a cookie's write says of where it was made, and what it answers. */
const PLACES: [string, Place, number][] = [
  ["nothing", { "sec-fetch-site": null }, 409],
  ["same-origin", {}, 200],
  ["cross-site", { "sec-fetch-site": "cross-site" }, 409],
  ["same-site", { "sec-fetch-site": "same-site" }, 409],
  ["none", { "sec-fetch-site": "none" }, 409],
  ["another Origin", { "sec-fetch-site": null, origin: "https://evil.example" }, 409],
  ["the Origin null", { "sec-fetch-site": null, origin: "null" }, 409],
  ["the Origin of PUBLIC_URL", { "sec-fetch-site": null, origin: "https://wax.example" }, 200],
];

for (const [what, place, expected] of PLACES) {
  Deno.test(`a write by cookie that says ${what} answers ${expected}, and a read 200`, async () => {
    await withService(async (service) => {
      const browser = await loggedIn(service, ADA);
      const { status, body } = await browser.patch("/api/me", { display_name: "Ada" }, place);
      assert.equal(status, expected, JSON.stringify(body));
      assert.equal((await browser.get("/api/me")).body.display_name, expected === 200 ? "Ada" : null);
    }, { PUBLIC_URL: "https://wax.example/app" });
  });
}

Deno.test("an Authorization header wins over the cookie, also where it is wrong, and needs no Origin", async () => {
  await withService(async (service) => {
    const browser = await loggedIn(service, ADA);
    const bob = await service.client("bob");
    const cookie = `waxwatch_session=${browser.cookies.get("waxwatch_session")}`;
    const as = (authorization: string, init: RequestInit = {}) =>
      service.request("/api/me", { ...init, headers: { cookie, authorization } });
    assert.equal((await as(`Bearer ${bob.token}`)).body.id, bob.userId);
    for (const wrong of ["Bearer wax_wrong", "Basic x", "nonsense"]) {
      assert.equal((await as(wrong)).status, 401, wrong);
    }
    const write = { method: "PATCH", body: "{}", headers: {} };
    const headers = { cookie, authorization: `Bearer ${bob.token}`, "content-type": "application/json" };
    assert.equal((await service.request("/api/me", { ...write, headers })).status, 200);
  });
});

for (
  const [what, cookie] of [
    ["an unknown session", `waxwatch_session=${"x".repeat(43)}`],
    ["a session of another form", "waxwatch_session=x"],
    ["control characters", "waxwatch_session=\u0001\u007f"],
    ["bytes beyond ASCII", "waxwatch_session=\u00ff\u00fe"],
    ["ten thousand cookies", "a=b; ".repeat(10_000)],
    ["separators only", ";;;===;;;"],
  ] as const
) {
  Deno.test(`a Cookie header with ${what} answers 401`, async () => {
    await withService(async ({ request }) => {
      const { status, headers } = await request("/api/me", { headers: { cookie } });
      assert.deepEqual([status, headers.get("www-authenticate")], [401, "Bearer"]);
    });
  });
}

Deno.test("the cookie of a deactivated account answers 401, its tokens 403", async () => {
  await withService(async (service) => {
    const browser = await loggedIn(service, ADA);
    const script = await service.client("ada");
    await service.deps.sql`update users set is_active = false`;
    assert.deepEqual([await statusOf(browser), (await script.get("/api/me")).status], [401, 403]);
  });
});

Deno.test("the routes of sessions, tokens and passwords answer 401 to nobody", async () => {
  await withService(async ({ request }) => {
    const id = crypto.randomUUID();
    for (
      const [method, path] of [
        ["GET", SESSIONS],
        ["DELETE", SESSIONS],
        ["DELETE", `${SESSIONS}/${id}`],
        ["GET", "/api/me/tokens"],
        ["POST", "/api/me/tokens"],
        ["DELETE", `/api/me/tokens/${id}`],
        ["POST", PASSWORD_PATH],
        ["POST", "/api/auth/verify-email/resend"],
      ] as const
    ) assert.equal((await request(path, { method })).status, 401, `${method} ${path}`);
  });
});

import assert from "node:assert/strict";
import { loggedIn } from "../support/browser.ts";
import { startIdentityProvider } from "../support/identity_provider.ts";
import { withService } from "../support/service.ts";

const ADA = "ada@example.com";
const LOGOUT = "/api/me/logout";
const NOON_SECONDS = Date.parse("2026-11-23T12:00:00Z") / 1000;

Deno.test("POST /api/me/logout ends the browser's session at once, clears its cookie and leaves other sessions", async () => {
  await withService(async (service) => {
    const [here, there] = [await loggedIn(service, ADA), await loggedIn(service, ADA)];
    const bob = await loggedIn(service, "bob@example.com");
    const { id } = (await here.get("/api/me")).body;
    const cookies = new Map(here.cookies);
    const { status, body, headers } = await here.post(LOGOUT);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body, {
      success: true,
      marker: {
        user_id: id,
        logged_out_at: "2026-11-23T12:00:00.000Z",
        invalidate_before: "2026-11-23T12:00:00.001Z",
      },
    });
    assert.match(headers.getSetCookie().at(-1)!, /^waxwatch_session=; Max-Age=0; Path=\/; HttpOnly/);
    assert.equal(here.cookies.has("waxwatch_session"), false);
    // Whoever kept a copy has nothing.
    for (const [name, value] of cookies) here.cookies.set(name, value);
    assert.equal((await here.get("/api/me")).status, 401);
    assert.equal((await here.post(LOGOUT)).status, 401);
    assert.equal((await there.get("/api/me")).status, 200);
    assert.equal((await bob.get("/api/me")).status, 200);
  });
});

Deno.test("POST /api/me/logout with a JWT ends it and all of before, also of the same second; later ones work", async () => {
  await using idp = await startIdentityProvider();
  await withService(async ({ request, clock }) => {
    const me = async (iat: number) =>
      (await request("/api/me", await idp.auth("ada", { claims: { iat } }))).status;
    assert.equal(await me(NOON_SECONDS), 200);
    assert.equal(await me(NOON_SECONDS - 60), 200);
    const out = await request(LOGOUT, { method: "POST", ...await idp.auth("ada") });
    assert.equal(out.status, 200, JSON.stringify(out.body));
    assert.deepEqual([await me(NOON_SECONDS), await me(NOON_SECONDS - 60), await me(NOON_SECONDS + 1)], [
      401,
      401,
      200,
    ]);
    assert.equal((await request("/api/me", await idp.auth("bob"))).status, 200);
    clock.advance(10_500);
    const late = await idp.auth("ada", { claims: { iat: NOON_SECONDS + 10 } });
    const { marker } = (await request(LOGOUT, { method: "POST", ...late })).body;
    assert.equal(marker.invalidate_before, "2026-11-23T12:00:10.501Z");
    assert.deepEqual([await me(NOON_SECONDS + 10), await me(NOON_SECONDS + 11)], [401, 200]);
  }, idp.env);
});

Deno.test("POST /api/me/logout revokes the API token that calls it, and no other", async () => {
  await withService(async ({ client, deps }) => {
    const [one, other] = [await client("ada"), await client("ada")];
    assert.equal(one.userId, other.userId);
    assert.equal((await one.post(LOGOUT)).status, 200);
    assert.deepEqual([(await one.get("/api/me")).status, (await other.get("/api/me")).status], [401, 200]);
    const [user] = await deps.sql`select invalidate_before from users where id = ${one.userId}`;
    assert.deepEqual(user!["invalidate_before"], new Date("2026-11-23T12:00:00.001Z"));
  });
});

Deno.test("a logout never moves invalidate_before back", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    const later = new Date("2026-11-23T13:00:00Z");
    await deps.sql`update users set invalidate_before = ${later}`;
    assert.equal((await ada.post(LOGOUT)).body.marker.invalidate_before, later.toISOString());
  });
});

Deno.test("POST /api/me/logout answers 401 without a credential, 409 for a cookie from elsewhere and 403 for a token that may only read", async () => {
  await withService(async (service) => {
    const ada = await loggedIn(service, ADA);
    assert.equal((await service.request(LOGOUT, { method: "POST" })).status, 401);
    assert.equal((await ada.post(LOGOUT, undefined, { "sec-fetch-site": "cross-site" })).status, 409);
    assert.equal((await ada.get("/api/me")).status, 200);
    const bob = await service.client("bob");
    await service.deps.sql`update api_tokens set scopes = array['read']`;
    assert.equal((await bob.post(LOGOUT)).status, 403);
  });
});

import assert from "node:assert/strict";
import { deleteAccount } from "../../src/profile/delete_account.ts";
import { loggedIn, openBrowser } from "../support/browser.ts";
import { aListing, aRule } from "../support/factories.ts";
import { startIdentityProvider } from "../support/identity_provider.ts";
import { withService } from "../support/service.ts";

const ME = "/api/me";
const HARD = "/api/me/hard-delete";
const DAY = 86_400_000;
const ROUTES = [ME, "/api/watch-rules", "/api/notifications", "/api/me/sessions", "/api/stream/events"];

Deno.test("DELETE /api/me/hard-delete with a JWT: then 401 everywhere, 404 again, and the token makes no account again", async () => {
  await using idp = await startIdentityProvider();
  await withService(async ({ request, deps }) => {
    const auth = await idp.auth("ada", { claims: { exp: Date.parse("2027-06-01") / 1000 } });
    await request(ME, auth);
    const { status, body } = await request(HARD, { method: "DELETE", ...auth });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body, { success: true, deleted_at: "2026-11-23T12:00:00.000Z" });
    for (const path of ROUTES) assert.equal((await request(path, auth)).status, 401, path);
    assert.equal((await request(HARD, { method: "DELETE", ...auth })).status, 404);
    const newer = await idp.auth("ada", { claims: { iat: Date.parse("2026-11-23T12:00:01Z") / 1000 } });
    assert.equal((await request(ME, newer)).status, 401);
    assert.equal((await request(HARD, { method: "DELETE", ...newer })).status, 404);
    assert.equal((await deps.sql`select id from users`).length, 0);
  }, idp.env);
});

Deno.test("the tombstones of a deletion hold for 30 days and are then forgotten", async () => {
  await using idp = await startIdentityProvider();
  await withService(async ({ request, deps, clock, client }) => {
    const { pruneTombstones } = await import("../../src/accounts/closing_store.ts");
    const auth = await idp.auth("ada", { claims: { exp: Date.parse("2027-06-01") / 1000 } });
    await request(ME, auth);
    const bob = await client("bob");
    await request(HARD, { method: "DELETE", ...auth });
    await bob.delete(HARD);
    clock.advance(30 * DAY - 1);
    assert.equal(await pruneTombstones(deps.sql, clock.now()), 0);
    assert.deepEqual([(await request(ME, auth)).status, (await bob.delete(HARD)).status], [401, 404]);
    clock.advance(2);
    assert.equal((await bob.delete(HARD)).status, 401);
    assert.equal(await pruneTombstones(deps.sql, clock.now()), 2);
    assert.equal((await request(ME, auth)).status, 200, "somebody new");
  }, idp.env);
});

Deno.test("hard-delete again with the same API token answers 404, and other routes 401; one that never was answers 401", async () => {
  await withService(async ({ client, request }) => {
    const [ada, other, bob] = [await client("ada"), await client("ada"), await client("bob")];
    assert.equal((await ada.delete(HARD)).status, 200);
    for (const token of [ada, other]) {
      assert.equal((await token.delete(HARD)).status, 404);
      for (const path of ROUTES) assert.equal((await token.get(path)).status, 401, path);
      assert.equal((await token.post("/api/watch-rules", aRule())).status, 401);
    }
    const never = { authorization: `Bearer wax_${"x".repeat(43)}` };
    assert.equal((await request(HARD, { method: "DELETE", headers: never })).status, 401);
    assert.equal((await request(HARD, { method: "DELETE" })).status, 401);
    assert.equal((await bob.get(ME)).status, 200);
  });
});

Deno.test("hard-delete by a cookie clears it; the same cookie then answers 404 there and 401 elsewhere, and the address is free", async () => {
  await withService(async (service) => {
    const [here, there] = [
      await loggedIn(service, "ada@example.com"),
      await loggedIn(service, "ada@example.com"),
    ];
    const cookies = new Map(here.cookies);
    assert.equal((await here.delete(HARD, { "sec-fetch-site": "cross-site" })).status, 409);
    assert.equal((await here.delete(HARD)).status, 200);
    assert.equal(here.cookies.has("waxwatch_session"), false);
    for (const [name, value] of cookies) here.cookies.set(name, value);
    for (const browser of [here, there]) {
      assert.equal((await browser.delete(HARD)).status, 404);
      for (const path of ROUTES) assert.equal((await browser.get(path)).status, 401, path);
    }
    assert.equal((await openBrowser(service).login("ada@example.com")).status, 401);
    const again = await loggedIn(service, "ada@example.com");
    assert.deepEqual((await again.get("/api/watch-rules")).body, []);
  });
});

Deno.test("a deactivated account can be deleted by its JWT and its API token, and one that was logged out by neither", async () => {
  await using idp = await startIdentityProvider();
  await withService(async ({ client, request, deps }) => {
    const jwt = await idp.auth("ada");
    await request(ME, jwt);
    const bob = await client("bob");
    assert.equal((await request(ME, { method: "DELETE", ...jwt })).status, 200);
    assert.equal((await bob.delete(ME)).status, 200);
    assert.equal((await request(HARD, { method: "DELETE", ...jwt })).status, 200);
    assert.equal((await bob.delete(HARD)).status, 200);
    assert.equal((await deps.sql`select id from users`).length, 0);
    const [cyd, dee] = [await client("cyd"), await idp.auth("dee")];
    await request(ME, dee);
    await cyd.post("/api/me/logout");
    await request("/api/me/logout", { method: "POST", ...dee });
    assert.equal((await cyd.delete(HARD)).status, 401);
    assert.equal((await request(HARD, { method: "DELETE", ...dee })).status, 401);
    assert.equal((await deps.sql`select id from users`).length, 2);
  }, idp.env);
});

Deno.test("of two deletions at once one succeeds and the other answers 404", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule());
    const ends = await Promise.allSettled([ada, ada, ada].map(({ userId }) => deleteAccount(deps, userId)));
    const outcomes = ends.map((one) => one.status === "fulfilled" ? "deleted" : one.reason.code).sort();
    assert.deepEqual(outcomes, ["deleted", "not_found", "not_found"]);
  });
});

Deno.test("a deletion that broke off after its first step goes on with the same cookie", async () => {
  await withService(async (service) => {
    const { deps, clock } = service;
    const ada = await loggedIn(service, "ada@example.com");
    const { id: user_id } = (await ada.get(ME)).body;
    const { switchOff } = await import("../../src/profile/deactivate_account.ts");
    await deps.sql.begin((tx) => switchOff(tx, { user_id, now: clock.now() }));
    deps.callers.forget("all");
    assert.equal((await ada.get(ME)).status, 401);
    assert.equal((await ada.delete(HARD)).status, 200);
    assert.equal((await deps.sql`select id from users`).length, 0);
  });
});

Deno.test("a poll goes on for whoever shares it with a deleted account, as often as he asks", async () => {
  await withService(async ({ client, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await ada.post("/api/watch-rules", aRule({ poll_interval_seconds: 30 }));
    await bob.post("/api/watch-rules", aRule({ poll_interval_seconds: 900 }));
    const intervals = async () =>
      (await deps.sql`select interval_seconds as s from polls`).map((one) => one["s"]);
    assert.deepEqual(await intervals(), [30]);
    assert.equal((await ada.delete(HARD)).status, 200);
    assert.deepEqual(await intervals(), [900]);
    await ada.delete(HARD);
    await bob.post("/api/dev/listings/ingest", aListing({ listed_at: "2026-11-23T12:00:00Z" }));
    assert.equal((await bob.get("/api/notifications")).body.length, 1);
  }, { SIMULATED_MARKET: "true" });
});

Deno.test("a request that was let in just before its account was deleted answers 401, with a key of its own and without", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    // As another process that has not heard of the deletion yet.
    await ada.get(ME);
    await deps.sql`delete from users where id = ${ada.userId}`;
    for (const headers of [undefined, { "idempotency-key": "once" }]) {
      assert.equal((await ada.post("/api/watch-rules", aRule(), headers)).status, 401);
    }
    assert.equal((await ada.post("/api/me/tokens", { name: "late", scopes: ["read"] })).status, 401);
    assert.equal((await ada.post("/api/me/logout")).status, 401);
    assert.equal((await ada.delete(ME)).status, 401);
  });
});

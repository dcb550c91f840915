import assert from "node:assert/strict";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import { runScript } from "../../src/platform/connection.ts";
import { readText } from "../architecture/source.ts";
import { createRule } from "../../src/watch_rules/create_rule.ts";
import { deactivateAccount } from "../../src/profile/deactivate_account.ts";
import { createRuleSchema } from "../../src/watch_rules/schema.ts";
import { updateRule } from "../../src/watch_rules/update_rule.ts";
import { loggedIn, openBrowser } from "../support/browser.ts";
import { aListing, aRule } from "../support/factories.ts";
import { startIdentityProvider } from "../support/identity_provider.ts";
import { type TestService, withService } from "../support/service.ts";

const ME = "/api/me";
const NEW = { listed_at: "2026-11-23T12:00:00Z" };
const MARKET = { SIMULATED_MARKET: "true" };
const RELEASE = { discogs_release_id: 1, title: "Kind of Blue" };

/** What is left of a user's watching that could still do something. */
async function traces({ deps: { sql } }: TestService, userId: string): Promise<Record<string, number>> {
  const [row] = await sql<Record<string, number>>`
    select
      (select count(*) from watch_rules where user_id = ${userId} and is_active) as rules,
      (select count(*) from watch_releases where user_id = ${userId} and is_active) as releases,
      (select count(*) from compiled_rules where user_id = ${userId} and active) as compiled,
      (select count(*) from rule_anchors where user_id = ${userId}) as anchors,
      (select count(*) from poll_subscriptions where user_id = ${userId} and ended_at is null) as subscriptions,
      (select count(*) from sessions where user_id = ${userId} and ended_at is null) as sessions`;
  return row!;
}

const NOTHING = { rules: 0, releases: 0, compiled: 0, anchors: 0, subscriptions: 0, sessions: 0 };

Deno.test("DELETE /api/me stops everything of the user and nothing of others", async () => {
  await withService(async (service) => {
    const { client, deps } = service;
    const [ada, bob] = [await client("ada"), await client("bob")];
    for (const person of [ada, bob]) {
      await person.post("/api/watch-rules", aRule());
      await person.post("/api/watch-rules", aRule({ name: "Off", is_active: false }));
      await person.post("/api/watch-releases", RELEASE);
      await loggedIn(service, `${person.userId}@example.com`);
    }
    const before = await traces(service, bob.userId);
    const { status, body } = await ada.delete(ME);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body, { success: true, deactivated_at: "2026-11-23T12:00:00.000Z" });
    assert.deepEqual(await traces(service, ada.userId), NOTHING);
    assert.deepEqual(await traces(service, bob.userId), before);
    const log = await deps.sql`
      select type, payload ->> 'name' as name from events where user_id = ${ada.userId} order by seq`;
    assert.deepEqual(log.slice(3).map((one) => [one["type"], one["name"]]).sort(), [
      ["RULE_DISABLED", "Kind of Blue"],
      ["WATCH_RELEASE_DISABLED", "Kind of Blue"],
    ]);
    // Bob has the search still, as often as he asked; nobody else does.
    const polls = await deps.sql`select interval_seconds from polls where provider = 'mock'`;
    assert.deepEqual(polls.map((one) => one["interval_seconds"]), [600]);
    await bob.delete(ME);
    const left = await deps.sql`select id from polls where interval_seconds is not null`;
    assert.equal(left.length, 0);
  }, MARKET);
});

Deno.test("a deactivated account answers 403 to its tokens on every route but hard-delete, and 401 to a cookie and a login", async () => {
  await using idp = await startIdentityProvider();
  await withService(async (service) => {
    const { client, request } = service;
    const ada = await client("ada");
    const browser = await loggedIn(service, "bob@example.com");
    const cookies = new Map(browser.cookies);
    const jwt = await idp.auth("cyd");
    assert.equal((await ada.delete(ME)).status, 200);
    assert.equal((await browser.delete(ME)).status, 200);
    assert.equal(browser.cookies.has("waxwatch_session"), false);
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    assert.equal((await request(ME, { method: "DELETE", ...jwt })).status, 200);
    for (
      const path of [ME, "/api/watch-rules", "/api/notifications", "/api/stream/events", "/api/me/export"]
    ) {
      assert.equal((await ada.get(path)).status, 403, path);
      assert.equal((await browser.get(path)).status, 401, path);
      assert.equal((await request(path, jwt)).status, 403, path);
    }
    assert.equal((await request(ME, await idp.auth("cyd", { claims: { iat: undefined } }))).status, 403);
    assert.equal((await ada.delete(ME)).status, 403);
    assert.equal((await browser.delete("/api/me/hard-delete")).status, 401);
    const again = await openBrowser(service).login("bob@example.com");
    assert.deepEqual([again.status, again.body.error.code], [401, "invalid_credentials"]);
  }, idp.env);
});

Deno.test("deactivating again changes nothing and gives the first time, also twice at once", async () => {
  await withService(async (service) => {
    const { client, deps, clock } = service;
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule());
    const first = await Promise.all([ada, ada].map((one) => deactivateAccount(deps, one.userId)));
    clock.advance(60_000);
    const later = await deactivateAccount(deps, ada.userId);
    assert.deepEqual(
      [...first, later].map((one) => one.deactivated_at),
      Array(3).fill(first[0]!.deactivated_at),
    );
    const log = await deps.sql`select type from events where type = 'RULE_DISABLED'`;
    assert.equal(log.length, 1);
  });
});

Deno.test("what has not left is suppressed as account_deactivated, and what is being handed over tells what came of it", async () => {
  await withService(async (service) => {
    const { client, deps, drain } = service;
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule());
    const night = { preferences: { quiet_hours_start: 12, quiet_hours_end: 14 } };
    assert.equal((await ada.patch(ME, night)).status, 200);
    await ada.post("/api/dev/listings/ingest", [aListing(NEW), aListing(NEW)]);
    await drain();
    await deps.sql`update preferences set quiet_hours_start = null, quiet_hours_end = null`;
    await ada.post("/api/dev/listings/ingest", [aListing(NEW), aListing(NEW), aListing(NEW)]);
    const { cutDueItems } = await import("../../src/notifications/cut_deliveries.ts");
    assert.equal((await cutDueItems(deps)).delivery_count, 3);
    const { claimDueDeliveries } = await import("../../src/notifications/delivery_store.ts");
    const [claimed] = await claimDueDeliveries(deps.sql, { now: service.clock.now(), limit: 1 });
    await ada.delete(ME);
    const states = async () =>
      (await deps.sql`
        select coalesce(d.state, i.state) as state, coalesce(d.reason, i.reason) as reason, count(*)::int as n
        from delivery_items i left join deliveries d on d.id = i.delivery_id group by 1, 2 order by 1, 2`)
        .map((row) => [row["state"], row["reason"], row["n"]]);
    assert.deepEqual(await states(), [["pending", null, 1], ["suppressed", "account_deactivated", 4]]);
    const { deliver } = await import("../../src/notifications/deliver.ts");
    assert.deepEqual(await deliver(deps, claimed!), { kind: "closed", reason: "account_deactivated" });
    assert.deepEqual(await states(), [["suppressed", "account_deactivated", 5]]);
  });
});

Deno.test("a change of a rule that was let in before the deactivation is refused after it", async () => {
  await withService(async (service) => {
    const { client, deps } = service;
    const ada = await client("ada");
    const { id } = (await ada.post("/api/watch-rules", aRule())).body;
    await ada.delete(ME);
    const user_id = ada.userId;
    const refused = { code: "forbidden" };
    await assert.rejects(createRule(deps, { ...createRuleSchema.parse(aRule()), user_id }), refused);
    await assert.rejects(updateRule(deps, { user_id, id, changes: { is_active: true } }), refused);
    assert.deepEqual(await traces(service, user_id), NOTHING);
    await deps.sql`delete from users where id = ${user_id}`;
    const gone = { code: "unauthorized" };
    await assert.rejects(updateRule(deps, { user_id, id, changes: { is_active: true } }), gone);
  });
});

Deno.test("a deactivation waits for a change of a rule that holds the account, and stops that rule too", async () => {
  await withService(async (service) => {
    const { client, deps } = service;
    const ada = await client("ada");
    const { requireActive } = await import("../../src/accounts/require_active.ts");
    const held = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const saving = deps.sql.begin(async (tx) => {
      await requireActive(tx, ada.userId);
      held.resolve();
      await goOn.promise;
      await createRule({ ...deps, sql: withinTransaction(tx) }, {
        ...createRuleSchema.parse(aRule()),
        user_id: ada.userId,
      });
    });
    await held.promise;
    const deactivated = deactivateAccount(deps, ada.userId);
    goOn.resolve();
    await Promise.all([saving, deactivated]);
    assert.deepEqual(await traces(service, ada.userId), NOTHING);
    assert.equal((await deps.sql`select id from watch_rules`).length, 1);
  });
});

/** A pool whose transactions are `tx`. */
function withinTransaction(tx: Sql): Pool {
  const begin = <T>(work: (sql: Sql) => Promise<T>) => work(tx);
  return Object.assign(((text, ...values) => tx(text, ...values)) as Sql, { begin }) as unknown as Pool;
}

Deno.test("the statement of docs/operations.md switches a deactivated account on again, its rules stopped", async () => {
  await using idp = await startIdentityProvider();
  await withService(async (service) => {
    const { client, request, deps, clock } = service;
    const ada = await client("ada");
    const jwt = await idp.auth("bob");
    await ada.post("/api/watch-rules", aRule());
    await request(ME, jwt);
    await ada.delete(ME);
    await request(ME, { method: "DELETE", ...jwt });
    const [, statement] = /```sql\n(update users [^;]+;)/.exec(await readText("docs/operations.md")) ?? [];
    for (const { id } of await deps.sql`select id from users`) {
      await runScript(deps.sql, statement!.replace("…", id));
    }
    assert.equal((await ada.get(ME)).body.is_active, true);
    assert.equal((await request(ME, jwt)).status, 401);
    clock.advance(1_000);
    const later = await idp.auth("bob", { claims: { iat: clock.now().getTime() / 1000 } });
    assert.equal((await request(ME, later)).status, 200);
    const [rule] = (await ada.get("/api/watch-rules")).body;
    assert.equal(rule.is_active, false);
    assert.equal((await ada.patch(`/api/watch-rules/${rule.id}`, { is_active: true })).status, 200);
    await ada.post("/api/dev/listings/ingest", aListing({ listed_at: "2026-11-23T12:00:02Z" }));
    assert.equal((await ada.get("/api/notifications")).body.length, 1);
    assert.equal((await ada.delete(ME)).body.deactivated_at, "2026-11-23T12:00:01.000Z");
  }, idp.env);
});

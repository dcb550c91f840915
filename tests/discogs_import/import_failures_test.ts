/** Whatever goes wrong at Discogs, with the account or with the list: imports wait, go on, or say why they ended. */
import assert from "node:assert/strict";
import { claimDueImports } from "../../src/discogs_import/import_store.ts";
import { MAX_FAILURES, runImport as runOnce } from "../../src/discogs_import/run_import.ts";
import { syncAccounts } from "../../src/discogs_import/sync_accounts.ts";
import { anItem, refuse, someItems } from "../support/discogs_users.ts";
import {
  DISCOGS,
  finish,
  importOf,
  linkByName,
  linkByOAuth,
  runImport,
  startImport,
  watchesOf,
  withImports,
} from "../support/discogs_import.ts";
import { inboxOf } from "../support/calls.ts";
import { endTheWait } from "../support/database.ts";
import { hang, html } from "../support/scripted_server.ts";
import type { TestService } from "../support/service.ts";

const told = async (person: Parameters<typeof inboxOf>[0]) =>
  (await inboxOf(person, { limit: 200 })).map(({ event_type, body }) => [event_type, body]);

async function runDue({ deps, clock }: TestService): Promise<string[]> {
  const results: string[] = [];
  for (const row of await claimDueImports(deps.sql, { now: clock.now(), limit: 9 })) {
    results.push(await runOnce(deps, row));
  }
  return results;
}

const PASSING: [string, () => Response, number][] = [
  ["429", () => refuse(429, "You are making requests too quickly."), 60],
  ["429 with Retry-After", () => refuse(429, "Too quickly.", { "retry-after": "90" }), 90],
  ["500", () => refuse(500, "An internal server error occurred."), 30],
  ["503 as a page", () => html(503), 30],
  ["403 as a page", () => html(403), 30],
  ["200 as a page", () => html(200), 30],
  ["nothing", () => new Response(""), 30],
  ["half of it", () => new Response(`{"pagination":{"page":1,`), 30],
  ["JSON of another kind", () => new Response(`{"results":[]}`), 30],
];
for (const [what, answer, seconds] of PASSING) {
  Deno.test(`an import that Discogs answers with ${what} is planned again in ${seconds} s, and ends complete`, async () => {
    await withImports(async (service, discogs) => {
      const ada = await service.client("ada");
      discogs.user("ada", { wants: someItems(120) });
      await linkByName(ada, "ada");
      const id = await startImport(ada, "wantlist");
      assert.deepEqual(await runDue(service), ["advanced"]);
      discogs.fault = answer;
      assert.deepEqual(await runDue(service), ["postponed"]);
      const job = await importOf(ada, id);
      assert.deepEqual([job.status, job.processed_count, job.error_count], ["running", 100, 0]);
      assert.equal(Date.parse(job.next_attempt_at) - service.clock.now().getTime(), seconds * 1000);
      discogs.fault = null;
      assert.deepEqual((await finish(service, ada, id)).processed_count, 120);
    });
  });
}

Deno.test(`after ${MAX_FAILURES} failures in a row, hours later, the import says so; one success forgets them`, async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(120) });
    await linkByName(ada, "ada");
    const id = await startImport(ada, "wantlist");
    const began = service.clock.now().getTime();
    let failures = 0;
    discogs.fault = ({ path }) => {
      if (!path.includes("/users/")) return null;
      failures++;
      return failures === 3 ? null : refuse(502, "Bad gateway");
    };
    const job = await finish(service, ada, id);
    assert.equal(failures, 3 + MAX_FAILURES);
    assert.deepEqual([job.status, job.processed_count], ["failed", 100]);
    assert.deepEqual(job.errors.map((one: { code: string }) => one.code), ["provider_failed"]);
    assert.match(job.errors[0].message, /status 502, Bad gateway, 8 times in a row$/);
    assert.ok(service.clock.now().getTime() - began > 17 * 3_600_000);
    assert.deepEqual((await told(ada))[0], ["IMPORT_FAILED", job.errors[0].message]);
    // What was imported stays, and a new import begins anew.
    assert.equal((await watchesOf(ada)).size, 100);
    discogs.fault = null;
    assert.equal((await runImport(service, ada, "wantlist")).imported_count, 120);
  });
});

Deno.test("a page that cannot be stored in time is planned again in 30 s, and not read again at every lease", async () => {
  await withImports(async (service, discogs) => {
    const { deps, clock } = service;
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(1) });
    await linkByName(ada, "ada");
    const id = await startImport(ada, "wantlist");
    const [row] = await claimDueImports(deps.sql, { now: clock.now(), limit: 1 });
    await deps.sql.begin(async (tx) => {
      await tx`select id from users where id = ${ada.userId} for no key update`;
      const running = runOnce(deps, row!);
      await endTheWait(deps.sql);
      assert.equal(await running, "postponed");
    });
    clock.advance(29_000);
    assert.deepEqual(await runDue(service), []);
    clock.advance(1_000);
    assert.deepEqual(await runDue(service), ["advanced"]);
    assert.equal((await finish(service, ada, id)).imported_count, 1);
  });
});

Deno.test("a page that never comes is given up and planned again", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(1) });
    await linkByName(ada, "ada");
    const id = await startImport(ada, "wantlist");
    discogs.fault = hang;
    const [row] = await claimDueImports(service.deps.sql, { now: service.clock.now(), limit: 1 });
    const impatient = {
      ...service.deps,
      userLists: {
        ...service.deps.userLists,
        readPage: (...[query, options]: Parameters<typeof service.deps.userLists.readPage>) =>
          service.deps.userLists.readPage(query, { ...options, signal: AbortSignal.timeout(50) }),
      },
    };
    assert.equal(await runOnce(impatient, row!), "postponed");
    assert.equal((await importOf(ada, id)).status, "running");
    discogs.fault = null;
  });
});

Deno.test("a private list is refused at once in words for its owner, and read with his leave", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(3), isPrivate: true });
    await linkByName(ada, "ada");
    const refused = await runImport(service, ada, "wantlist");
    assert.deepEqual([refused.status, refused.errors[0].code], ["failed", "private"]);
    assert.equal(
      refused.errors[0].message,
      "Cannot read the wantlist of ada at Discogs: it is private; make it public at Discogs, or link the account of ada by OAuth",
    );
    assert.deepEqual(await told(ada), [["IMPORT_FAILED", refused.errors[0].message]]);
    await linkByOAuth(ada, discogs, "ada");
    assert.equal((await runImport(service, ada, "wantlist")).imported_count, 3);
    const { token } = discogs.oauth.issue("ada");
    await ada.post(`${DISCOGS}/connect`, { external_user_id: "ada", access_token: token });
    const personal = await runImport(service, ada, "wantlist");
    assert.deepEqual([personal.status, personal.imported_count], ["completed", 3]);
  });
});

Deno.test("the list of somebody else that is private stays so with one's own token, and an unknown name is told", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("bob", { wants: someItems(3), isPrivate: true });
    const { token } = discogs.oauth.issue("ada");
    await ada.post(`${DISCOGS}/connect`, { external_user_id: "bob", access_token: token });
    const job = await runImport(service, ada, "wantlist");
    assert.deepEqual([job.status, job.errors[0].code], ["failed", "private"]);
    await linkByName(ada, "nobody at all");
    const unknown = await runImport(service, ada, "wantlist");
    assert.deepEqual([unknown.status, unknown.errors[0].code], ["failed", "not_found"]);
    assert.match(unknown.errors[0].message, /Discogs knows no such user$/);
    assert.equal(discogs.server.requests.at(-1)!.path, "/users/nobody%20at%20all/wants");
  });
});

Deno.test("the operator's own token never opens a list: who names the operator sees what everybody sees", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("operator", { wants: someItems(3), isPrivate: true });
    await linkByName(ada, "operator");
    const job = await runImport(service, ada, "wantlist");
    assert.deepEqual([job.status, job.errors[0].code], ["failed", "private"]);
    const sent = discogs.server.requests.map(({ headers }) => headers.get("authorization") ?? "");
    assert.ok(sent.length > 0 && !sent.some((one) => one.includes("operators-token")));
  }, { DISCOGS_TOKEN: "operators-token" });
});

Deno.test("a token that its user withdrew is told once, shown by the status, and not tried again", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(3) });
    await linkByOAuth(ada, discogs, "ada");
    discogs.oauth.revoke("ada");
    service.clock.advance(1_000);
    const job = await runImport(service, ada, "wantlist");
    assert.deepEqual([job.status, job.errors[0].code], ["failed", "revoked"]);
    const { body: status } = await ada.get(`${DISCOGS}/status`);
    assert.deepEqual([status.connected, status.has_access_token, status.revoked_at], [
      true,
      false,
      "2026-11-23T12:00:01.000Z",
    ]);
    assert.match(status.notice, /^Discogs no longer accepts the access token: connect again$/);
    assert.deepEqual((await told(ada)).map(([type]) => type).sort(), ["IMPORT_FAILED", "SERVICE_NOTICE"]);
    // The list is public: without the token it can be read.
    assert.equal((await runImport(service, ada, "wantlist")).status, "completed");
    assert.equal((await told(ada)).filter(([type]) => type === "SERVICE_NOTICE").length, 1);
    await linkByOAuth(ada, discogs, "ada");
    assert.equal((await ada.get(`${DISCOGS}/status`)).body.revoked_at, null);
  });
});

Deno.test("disconnecting ends the import, forgets what the lists hold, and leaves what is looked for", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(150), collection: someItems(40, 1_000) });
    await linkByOAuth(ada, discogs, "ada");
    await runImport(service, ada, "collection");
    const switchedOn = (await watchesOf(ada)).get(1_000)!["id"];
    await ada.patch(`/api/watch-releases/${switchedOn}`, { is_active: true });
    const id = await startImport(ada, "wantlist");
    service.clock.advance(120_000);
    const [row] = await claimDueImports(service.deps.sql, { now: service.clock.now(), limit: 1 });
    assert.equal(await runOnce(service.deps, row!), "advanced");
    assert.equal((await ada.post(`${DISCOGS}/disconnect`)).status, 200);
    const job = await importOf(ada, id);
    assert.deepEqual([job.status, job.errors[0].message], [
      "failed",
      "Cannot go on with the import: the account was disconnected",
    ]);
    assert.deepEqual(await runDue(service), []);
    assert.equal((await ada.get(`${DISCOGS}/imported-items`)).body.count, 0);
    const left = await watchesOf(ada);
    assert.deepEqual([left.size, left.has(1), left.has(1_000), left.has(1_001)], [101, true, true, false]);
    const orphans = await service.deps.sql`
      select id from compiled_rules c where owner_kind = 'watch_release'
        and not exists (select from watch_releases w where w.id = c.owner_id)`;
    assert.equal(orphans.length, 0);
    // Again connected and read, they are his own: what is not in the list stays watched.
    discogs.users.get("ada")!.wants = [];
    await linkByName(ada, "ada");
    assert.equal((await runImport(service, ada, "wantlist")).removed_count, 0);
    assert.equal((await watchesOf(ada)).get(1)!["is_active"], true);
  });
});

Deno.test("another account in the place of the one that was linked takes over nothing of its lists", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(3) });
    discogs.user("eve", { wants: [anItem(9)] });
    await linkByName(ada, "ada");
    await runImport(service, ada, "wantlist");
    await linkByName(ada, "ADA");
    assert.equal((await ada.get(`${DISCOGS}/imported-items`)).body.count, 3);
    await linkByName(ada, "eve");
    assert.equal((await ada.get(`${DISCOGS}/imported-items`)).body.count, 0);
    const job = await runImport(service, ada, "wantlist");
    assert.deepEqual([job.imported_count, job.removed_count], [1, 0]);
  });
});

Deno.test("an account that is switched off or deleted while it imports ends it, and nothing is left to do", async () => {
  await withImports(async (service, discogs) => {
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    for (const [person, name] of [[ada, "ada"], [bob, "bob"]] as const) {
      discogs.user(name, { wants: someItems(150) });
      await linkByName(person, name);
      await person.patch(DISCOGS, { sync: "hourly" });
      await startImport(person, "wantlist");
    }
    const rows = await claimDueImports(service.deps.sql, { now: service.clock.now(), limit: 9 });
    assert.equal((await ada.delete("/api/me")).status, 200);
    assert.equal((await bob.delete("/api/me/hard-delete")).status, 200);
    for (const row of rows) assert.equal(await runOnce(service.deps, row), "dropped");
    service.clock.advance(2 * 3_600_000);
    assert.deepEqual(await syncAccounts(service.deps), { started_count: 0 });
    const { sql } = service.deps;
    assert.deepEqual(await sql`select status from import_jobs`, [{ status: "failed" }]);
    assert.equal((await sql`select id from watch_releases`).length, 0);
  });
});

/** Lists that are read by themselves: when, what they change, what stops them, and what they leave to others. */
import assert from "node:assert/strict";
import { syncAccounts, updateSync } from "../../src/discogs_import/sync_accounts.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { inboxOf } from "../support/calls.ts";
import {
  DISCOGS,
  finish,
  importOf,
  linkByName,
  linkByOAuth,
  startImport,
  watchesOf,
  withImports,
} from "../support/discogs_import.ts";
import { anItem, type DiscogsUsers, someItems } from "../support/discogs_users.ts";
import type { TestService } from "../support/service.ts";

const told = async (person: Parameters<typeof inboxOf>[0]) =>
  (await inboxOf(person, { limit: 200 })).map(({ event_type, body }) => [event_type, body]);

/** Lets time go on minute by minute, as the cron does. */
async function passMinutes(service: TestService, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    service.clock.advance(60_000);
    if ((await syncAccounts(service.deps)).started_count > 0) await service.drain();
  }
}

/** Users without anything but a linked account each. */
async function addAccounts(sql: Sql, { count, now }: { count: number; now: Date }): Promise<string[]> {
  const rows = await sql<{ id: string }>`
    insert into users (id, email, created_at, updated_at)
    select gen_random_uuid(), 'user' || n || '@example.com', ${now}, ${now} from generate_series(1, ${count}) n
    returning id`;
  const ids = rows.map(({ id }) => id);
  await sql`
    insert into linked_accounts (user_id, provider, external_user_id, connected_at)
    select id, 'discogs', 'nobody', ${now} from unnest(${ids}::uuid[]) id`;
  return ids;
}

Deno.test("hourly reading begins within the hour, comes again about hourly, and is silent unless it fails", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    assert.equal((await ada.patch(DISCOGS, { sync: "hourly" })).status, 400);
    const user = discogs.user("ada", { wants: someItems(2), collection: [anItem(50)] });
    await linkByName(ada, "ada");
    const { body: on } = await ada.patch(DISCOGS, { sync: "hourly" });
    const first = Date.parse(on.next_sync_at) - service.clock.now().getTime();
    assert.ok(on.sync === "hourly" && first >= 0 && first <= 3_600_000, on.next_sync_at);
    const ticks: number[] = [];
    for (let minute = 0; minute < 5 * 60; minute++) {
      if ((await syncAccounts(service.deps)).started_count > 0) {
        ticks.push(minute);
        await service.drain();
      }
      if (minute === 150) user.wants.push(anItem(3));
      service.clock.advance(60_000);
    }
    await service.drain();
    const gaps = ticks.slice(1).map((minute, index) => minute - ticks[index]!);
    assert.ok(ticks.length >= 4 && gaps.every((gap) => gap >= 54 && gap <= 67), `${ticks}`);
    assert.deepEqual((await watchesOf(ada)).size, 4);
    assert.deepEqual(await told(ada), []);
    user.isPrivate = true;
    for (let minute = 0; minute < 70; minute++) {
      await syncAccounts(service.deps);
      service.clock.advance(60_000);
    }
    await service.drain();
    const [[type, body], ...rest] = await told(ada) as [[string, string], ...unknown[]];
    assert.deepEqual([type, rest.length], ["IMPORT_FAILED", 0]);
    assert.match(body, /it is private.*not read by themselves any more until you switch that on again$/);
    assert.equal((await ada.get(`${DISCOGS}/status`)).body.sync, "off");
    service.clock.advance(2 * 3_600_000);
    assert.deepEqual(await syncAccounts(service.deps), { started_count: 0 });
    assert.equal((await ada.patch(DISCOGS, { sync: "off" })).body.next_sync_at, null);
  });
});

Deno.test("a user who asks while his lists are read by themselves is told of the end", async () => {
  await withImports(async (service, discogs: DiscogsUsers) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(2) });
    await linkByName(ada, "ada");
    await ada.patch(DISCOGS, { sync: "hourly" });
    service.clock.advance(3_600_000);
    assert.deepEqual(await syncAccounts(service.deps), { started_count: 1 });
    await finish(service, ada, await startImport(ada));
    assert.deepEqual((await told(ada)).map(([type]) => type), ["IMPORT_COMPLETED"]);
  });
});

Deno.test("what left the wantlist at Discogs is not looked for any more within the hour, and what came back is", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const user = discogs.user("ada", { wants: someItems(3) });
    await linkByName(ada, "ada");
    await ada.patch(DISCOGS, { sync: "hourly" });
    const active = async () =>
      [...await watchesOf(ada)].filter(([, one]) => one["is_active"]).map(([id]) => id).sort();
    await passMinutes(service, 61);
    assert.deepEqual(await active(), [1, 2, 3]);
    user.wants = [anItem(1), anItem(3)];
    await passMinutes(service, 67);
    assert.deepEqual(await active(), [1, 3]);
    assert.equal((await watchesOf(ada)).size, 3);
    user.wants = someItems(2);
    await passMinutes(service, 67);
    assert.deepEqual(await active(), [1, 2]);
    assert.deepEqual(await told(ada), []);
  });
});

Deno.test("a list that seems to have lost most of what it held is believed when the next reading finds the same", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const user = discogs.user("ada", { wants: someItems(40) });
    await linkByName(ada, "ada");
    await ada.patch(DISCOGS, { sync: "hourly" });
    const read = async (wants: number) => {
      user.wants = someItems(wants);
      service.clock.advance(70 * 60_000);
      assert.deepEqual(await syncAccounts(service.deps), { started_count: 1 });
      const [job] = await service.deps.sql<{ id: string }>`
        select id from import_jobs where status = 'pending'`;
      const { status, removed_count, errors } = await finish(service, ada, job!.id);
      const codes = errors.map((one: { code: string }) => one.code);
      const active = [...(await watchesOf(ada)).values()].filter((one) => one["is_active"]);
      return [status, removed_count, ...codes, active.length];
    };
    assert.deepEqual(await read(40), ["completed", 0, 40]);
    // An empty answer in place of a full one, once.
    assert.deepEqual(await read(0), ["completed", 0, "list_shrank", 40]);
    assert.deepEqual(await read(40), ["completed", 0, 40]);
    assert.deepEqual(await read(19), ["completed", 0, "list_shrank", 40]);
    assert.deepEqual(await read(19), ["completed", 21, 19]);
    // Half of it, or a few, are believed at once.
    assert.deepEqual(await read(40), ["completed", 0, 40]);
    assert.deepEqual(await read(20), ["completed", 20, 20]);
    assert.deepEqual(await read(1), ["completed", 19, 1]);
    assert.deepEqual(await told(ada), []);
  });
});

Deno.test("a token that was withdrawn at Discogs is told once and stops the reading", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(2) });
    await linkByOAuth(ada, discogs, "ada");
    await ada.patch(DISCOGS, { sync: "hourly" });
    discogs.oauth.revoke("ada");
    await passMinutes(service, 61);
    const [[type, body], ...rest] = await told(ada) as [[string, string], ...unknown[]];
    assert.deepEqual([type, rest], ["SERVICE_NOTICE", []]);
    assert.match(
      body,
      /until you connect again\. They are not read by themselves any more until you switch that on/,
    );
    const { body: status } = await ada.get(`${DISCOGS}/status`);
    assert.deepEqual([status.sync, status.next_sync_at, status.has_access_token], ["off", null, false]);
    const asked = discogs.server.requests.length;
    await passMinutes(service, 130);
    assert.equal(discogs.server.requests.length, asked);
    assert.equal((await told(ada)).length, 1);
  });
});

Deno.test("users who switch it on in one minute are read at minutes of their own", async () => {
  await withImports(async ({ deps, clock }) => {
    const now = clock.now();
    const ids = await addAccounts(deps.sql, { count: 600, now });
    for (const user_id of ids) await updateSync(deps, { user_id, sync: "hourly" });
    const minutes = await deps.sql<{ count: number }>`
      select count(*) as count from linked_accounts
      group by floor(extract(epoch from next_sync_at - ${now}::timestamptz) / 60)`;
    // Ten a minute: thirty in one would be a chance of one in a million.
    assert.ok(minutes.length > 50 && minutes.every(({ count }) => count < 30), JSON.stringify(minutes));
  });
});

Deno.test("when many are due at once few are read at once, the others after them, and who asks himself goes first", async () => {
  await withImports(async (service, discogs) => {
    const { deps, clock } = service;
    discogs.user("nobody", { wants: [anItem(1)] });
    const ids = await addAccounts(deps.sql, { count: 120, now: clock.now() });
    for (const user_id of ids) await updateSync(deps, { user_id, sync: "hourly" });
    // The service was away for hours: all are due.
    clock.advance(3 * 3_600_000);
    assert.deepEqual(await syncAccounts(deps), { started_count: 50 });
    assert.deepEqual(await syncAccounts(deps), { started_count: 0 });
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(150) });
    await linkByName(ada, "ada");
    await service.drain();
    const calls = discogs.server.requests.length;
    assert.ok(calls > 10 && calls < 30, `${calls} calls: some are kept for people`);
    // In the same minute: hers are taken from what is kept.
    const id = await startImport(ada, "wantlist");
    await service.drain();
    assert.equal((await importOf(ada, id)).status, "completed");
    const people = async () =>
      (await deps.sql<{ count: number }>`
        select count(distinct user_id) as count from import_jobs where origin = 'sync' and status = 'completed'`)[
        0
      ]!
        .count;
    for (let minute = 0; minute < 60 && await people() < ids.length; minute++) {
      clock.advance(60_000);
      await syncAccounts(deps);
      await service.drain();
      const [{ count }] = await deps.sql<{ count: number }>`
        select count(*) as count from import_jobs where status in ('pending', 'running')` as [
        { count: number },
      ];
      assert.ok(count <= 50, `${count} at once`);
    }
    assert.equal(await people(), ids.length);
  }, { DISCOGS_CALLS_PER_MINUTE: "30" });
});

import assert from "node:assert/strict";
import { claimDueImports } from "../../src/discogs_import/import_store.ts";
import { runImport as runOnce } from "../../src/discogs_import/run_import.ts";
import { anItem, someItems } from "../support/discogs_users.ts";
import {
  countsOf,
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
import { countingPool } from "../support/counting_pool.ts";
import type { Sql } from "../../src/platform/sql.ts";

const typesOf = async (sql: Sql, userId: string) =>
  (await sql<{ type: string }>`select type from events where user_id = ${userId} order by seq`).map((one) =>
    one.type
  );

Deno.test("a wantlist of 250 becomes 250 watches in three pages, told once, with names as people write them", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const wants = someItems(247);
    wants.push(
      anItem(1_001, {
        title: " Nevermind ",
        artists: [{ name: "Nirvana (2)", anv: "NIRVANA" }],
        year: 0,
        master_id: 0,
      }),
      anItem(1_002, {
        title: "Abbey Road",
        artists: [{ name: "Beatles, The" }],
        year: 1969,
        master_id: 24_047,
      }),
      anItem(1_003, { artists: [{ name: "Miles Davis", join: "&" }, { name: "John Coltrane*" }] }),
    );
    discogs.user("ada", { wants });
    await linkByOAuth(ada, discogs, "ada");
    const id = await startImport(ada, "wantlist");
    const begun = await importOf(ada, id);
    assert.deepEqual([begun.status, begun.cursor, begun.import_scope], ["pending", "wantlist:1", "wantlist"]);
    const job = await finish(service, ada, id);
    assert.equal(job.status, "completed", JSON.stringify(job));
    assert.deepEqual(countsOf(job), {
      page: 3,
      processed: 250,
      imported: 250,
      created: 250,
      updated: 0,
      removed: 0,
      errors: 0,
    });
    assert.deepEqual([job.cursor, job.next_attempt_at, job.errors], [null, null, []]);
    assert.ok(job.started_at && job.completed_at);
    const watches = await watchesOf(ada);
    assert.equal(watches.size, 250);
    assert.ok(
      [...watches.values()].every((one) =>
        one["is_active"] === true && one["match_mode"] === "exact_release"
      ),
    );
    const facts = (release: number) => {
      const { artist, title, year, discogs_master_id } = watches.get(release)!;
      return [artist, title, year, discogs_master_id];
    };
    assert.deepEqual(facts(1_001), ["Nirvana", "Nevermind", null, null]);
    assert.deepEqual(facts(1_002), ["The Beatles", "Abbey Road", 1969, 24_047]);
    assert.deepEqual(facts(1_003)[0], "Miles Davis & John Coltrane");
    const inbox = await inboxOf(ada, { limit: 200 });
    assert.deepEqual(inbox.map(({ event_type, title, body }) => [event_type, title, body]), [
      ["IMPORT_COMPLETED", "Import of your Discogs wantlist is complete", "250 releases, 250 new"],
    ]);
    const types = await typesOf(service.deps.sql, ada.userId);
    assert.equal(types.filter((type) => type === "WATCH_RELEASE_CREATED").length, 250);
    assert.equal(types[0], "IMPORT_STARTED");
  });
});

Deno.test("the same lists again change nothing, and what changed there is changed here", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const user = discogs.user("ada", { wants: someItems(120) });
    await linkByName(ada, "ada");
    await runImport(service, ada, "wantlist");
    const before = await watchesOf(ada);
    const again = await runImport(service, ada, "wantlist");
    assert.deepEqual(countsOf(again), {
      page: 2,
      processed: 120,
      imported: 120,
      created: 0,
      updated: 0,
      removed: 0,
      errors: 0,
    });
    assert.deepEqual(await watchesOf(ada), before);
    user.wants[3]!.title = "Another name";
    user.wants.push(anItem(500));
    const third = await runImport(service, ada, "wantlist");
    assert.deepEqual([third.created_count, third.updated_count, third.imported_count], [1, 1, 121]);
    assert.equal((await watchesOf(ada)).get(4)!["title"], "Another name");
  });
});

Deno.test("what one has is imported without being watched, and what one wants besides is", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const user = discogs.user("ada", { collection: [...someItems(3), anItem(3)], wants: [] });
    await linkByName(ada, "ada");
    const first = await runImport(service, ada, "collection");
    assert.deepEqual([first.processed_count, first.imported_count, first.created_count], [4, 3, 3]);
    const isActive = async () => [...await watchesOf(ada)].map(([id, one]) => [id, one["is_active"]]).sort();
    assert.deepEqual(await isActive(), [[1, false], [2, false], [3, false]]);
    const polls = await service.deps.sql`select id from poll_subscriptions where ended_at is null`;
    assert.equal(polls.length, 0);
    user.wants = [anItem(2)];
    const both = await runImport(service, ada);
    assert.deepEqual([both.page, both.processed_count, both.updated_count], [2, 5, 1]);
    assert.deepEqual(await isActive(), [[1, false], [2, true], [3, false]]);
    user.wants = [];
    await runImport(service, ada);
    assert.deepEqual(await isActive(), [[1, false], [2, false], [3, false]]);
  });
});

Deno.test("what left the wantlist is watched no more unless its user changed the watch; what comes back is", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const user = discogs.user("ada", { wants: someItems(4) });
    await linkByName(ada, "ada");
    await runImport(service, ada, "wantlist");
    const own = (await watchesOf(ada)).get(2)!;
    assert.equal((await ada.patch(`/api/watch-releases/${own["id"]}`, { target_price: 20 })).status, 200);
    user.wants = [anItem(4)];
    const job = await runImport(service, ada, "wantlist");
    assert.deepEqual([job.removed_count, job.status], [2, "completed"]);
    const active = async () =>
      [...await watchesOf(ada)].filter(([, one]) => one["is_active"]).map(([id]) => id).sort();
    assert.deepEqual(await active(), [2, 4]);
    assert.deepEqual((await ada.get(`${DISCOGS}/imported-items`)).body.count, 1);
    user.wants = someItems(4);
    const back = await runImport(service, ada, "wantlist");
    assert.deepEqual([back.created_count, back.updated_count, back.removed_count], [0, 2, 0]);
    assert.deepEqual(await active(), [1, 2, 3, 4]);
    assert.equal((await watchesOf(ada)).get(2)!["target_price"], 20);
  });
});

Deno.test("a list that changed while it was read says nothing of what is gone: the next reading does", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const user = discogs.user("ada", { wants: someItems(250) });
    await linkByName(ada, "ada");
    await runImport(service, ada, "wantlist");
    let pages = 0;
    discogs.fault = ({ path }) => {
      // Behind the first page two rows go, so that the others move up and two are never shown.
      if (path.endsWith("/wants") && pages++ === 1) user.wants.splice(0, 2);
      return null;
    };
    const moved = await runImport(service, ada, "wantlist");
    assert.deepEqual([moved.status, moved.removed_count, moved.processed_count], ["completed", 0, 248]);
    const quiet = await runImport(service, ada, "wantlist");
    assert.deepEqual([quiet.removed_count, quiet.processed_count], [2, 248]);
  });
});

Deno.test("a list that shrinks under its reader ends where it ends", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const user = discogs.user("ada", { wants: someItems(201) });
    await linkByName(ada, "ada");
    let pages = 0;
    discogs.fault = ({ path }) => {
      if (path.endsWith("/wants") && pages++ === 2) user.wants.length = 150;
      return null;
    };
    const job = await runImport(service, ada, "wantlist");
    assert.deepEqual([job.status, job.processed_count, job.removed_count], ["completed", 200, 0]);
  });
});

Deno.test("rows that cannot be read are named and counted, and the others are imported", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const broken = { ...anItem(7), title: "" };
    const strange = { ...anItem(8), id: "eight" as unknown as number };
    discogs.user("ada", { wants: [anItem(1), broken, strange, anItem(2)] });
    await linkByName(ada, "ada");
    const job = await runImport(service, ada, "wantlist");
    assert.deepEqual([job.status, job.processed_count, job.imported_count, job.error_count], [
      "completed",
      4,
      2,
      2,
    ]);
    assert.deepEqual(job.errors.map((one: { message: string }) => one.message), [
      "Cannot import release 7: its title is empty",
      "Cannot import a row: it has no id, or no title",
    ]);
  });
});

Deno.test("a release that its user watches already stays as he made it", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const own = { discogs_release_id: 1, title: "Mine", target_price: 12, is_active: false };
    const { body: made } = await ada.post("/api/watch-releases", own);
    discogs.user("ada", { wants: someItems(2) });
    await linkByName(ada, "ada");
    const job = await runImport(service, ada, "wantlist");
    assert.deepEqual([job.created_count, job.imported_count], [1, 2]);
    assert.deepEqual((await ada.get(`/api/watch-releases/${made.id}`)).body, made);
    const items = (await ada.get(`${DISCOGS}/imported-items?source=wantlist`)).body;
    assert.deepEqual(
      items.items.map((one: { watch_release_id: string }) => one.watch_release_id === made.id),
      [
        true,
        false,
      ],
    );
  });
});

Deno.test("imported items come in pages with their place at Discogs, each user's his own", async () => {
  await withImports(async (service, discogs) => {
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    discogs.user("ada", { wants: someItems(30), collection: [anItem(99)] });
    await linkByName(ada, "ada");
    await runImport(service, ada);
    const first = (await ada.get(`${DISCOGS}/imported-items`)).body;
    assert.deepEqual([first.source, first.limit, first.offset, first.count, first.items.length], [
      "both",
      25,
      0,
      31,
      25,
    ]);
    const watch_release_id = first.items[0].watch_release_id;
    assert.deepEqual(first.items[0], {
      watch_release_id,
      discogs_release_id: 1,
      discogs_master_id: null,
      title: "Title 1",
      artist: "Miles Davis",
      year: 1959,
      source: "wantlist",
      open_in_discogs_url: "https://www.discogs.com/release/1",
    });
    const rest = (await ada.get(`${DISCOGS}/imported-items?offset=25&limit=100`)).body;
    assert.equal(rest.items.length, 6);
    const owned = (await ada.get(`${DISCOGS}/imported-items?source=collection`)).body;
    assert.deepEqual([owned.count, owned.items[0].discogs_release_id], [1, 99]);
    const open = `${DISCOGS}/imported-items/${watch_release_id}/open-in-discogs`;
    assert.deepEqual((await ada.get(open)).body, {
      watch_release_id,
      source: "wantlist",
      open_in_discogs_url: "https://www.discogs.com/release/1",
    });
    assert.equal((await ada.get(`${open}?source=collection`)).status, 404);
    assert.equal((await bob.get(open)).status, 404);
    assert.deepEqual((await bob.get(`${DISCOGS}/imported-items`)).body.items, []);
    for (const query of ["limit=0", "limit=101", "offset=-1", "source=x", "limit=x"]) {
      assert.equal((await ada.get(`${DISCOGS}/imported-items?${query}`)).status, 422, query);
    }
  });
});

Deno.test("without a link 400; while an import runs another one of its scope is the same, of another scope its own", async () => {
  await withImports(async (service, discogs) => {
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    const refused = await ada.post(`${DISCOGS}/import`);
    assert.equal(refused.status, 400);
    assert.match(refused.body.error.message, /^Cannot import from Discogs: no account is linked/);
    discogs.user("ada", { wants: someItems(2) });
    await linkByName(ada, "ada");
    const ids = await Promise.all([1, 2, 3, 4].map(() => startImport(ada)));
    assert.equal(new Set(ids).size, 1);
    assert.notEqual(await startImport(ada, "wantlist"), ids[0]);
    assert.equal((await bob.get(`${DISCOGS}/import/${ids[0]}`)).status, 404);
    assert.equal((await ada.post(`${DISCOGS}/import`, { source: "all" })).status, 422);
    await service.drain();
    assert.notEqual(await startImport(ada), ids[0]);
    const types = await typesOf(service.deps.sql, ada.userId);
    assert.equal(types.filter((type) => type === "IMPORT_STARTED").length, 3);
  });
});

Deno.test("a page is stored once however often its job is handed out, and a late worker writes nothing", async () => {
  await withImports(async ({ client, deps, clock }, discogs) => {
    const ada = await client("ada");
    discogs.user("ada", { wants: someItems(150) });
    await linkByName(ada, "ada");
    const id = await startImport(ada, "wantlist");
    const [row] = await claimDueImports(deps.sql, { now: clock.now(), limit: 9 });
    assert.equal((await claimDueImports(deps.sql, { now: clock.now(), limit: 9 })).length, 0);
    const results = await Promise.all([1, 2, 3].map(() => runOnce(deps, row!)));
    assert.deepEqual(results.sort(), ["advanced", "dropped", "dropped"]);
    assert.deepEqual([(await importOf(ada, id)).processed_count, (await watchesOf(ada)).size], [100, 100]);
    // A worker that sleeps through its lease: another one takes the page.
    const [late] = await claimDueImports(deps.sql, { now: clock.now(), limit: 9 });
    clock.advance(10_000);
    const [next] = await claimDueImports(deps.sql, { now: clock.now(), limit: 9 });
    assert.equal(await runOnce(deps, late!), "dropped");
    assert.equal(await runOnce(deps, next!), "advanced");
    assert.deepEqual([(await importOf(ada, id)).processed_count, (await watchesOf(ada)).size], [150, 150]);
  });
});

Deno.test("two users' imports take turns page by page", async () => {
  await withImports(async ({ client, deps, clock }, discogs) => {
    const people = [await client("ada"), await client("bob")];
    for (const [index, name] of ["ada", "bob"].entries()) {
      discogs.user(name, { wants: someItems(300, 1 + index * 1_000) });
      await linkByName(people[index]!, name);
      await startImport(people[index]!, "wantlist");
    }
    clock.advance(1_000);
    const order: string[] = [];
    for (let run = 0; run < 6; run++) {
      const [row] = await claimDueImports(deps.sql, { now: clock.now(), limit: 1 });
      assert.equal(await runOnce(deps, row!), "advanced");
      order.push(row!.id);
      clock.advance(1_000);
    }
    assert.deepEqual(order.slice(0, 2), order.slice(2, 4));
    assert.notEqual(order[0], order[1]);
  });
});

Deno.test("polls of imported releases are spread over their interval, and what is for sale then is told nobody", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(100) });
    await linkByName(ada, "ada");
    await runImport(service, ada, "wantlist");
    const now = service.clock.now();
    const [polls] = await service.deps.sql<{ count: number; seconds: number; due: number }>`
      select count(*) as count, max(interval_seconds) as seconds, count(*) filter (where next_poll_at <= ${now}) as due
      from polls`;
    assert.ok(polls!.count === 100 && polls!.due < 10, JSON.stringify(polls));
    const [rules] = await service.deps
      .sql`select count(*) as count, min(first_run) as min, max(first_run) as max from compiled_rules`;
    assert.deepEqual(rules, { count: 100, min: "none", max: "none" });
    // Somebody who watches one of them by himself does not wait.
    const bob = await service.client("bob");
    await bob.post("/api/watch-releases", { discogs_release_id: 7, title: "Seven" });
    const [seven] = await service.deps.sql<{ next_poll_at: Date }>`
      select next_poll_at from polls where query->>'release_id' = '7'`;
    assert.ok(seven!.next_poll_at <= now);
  });
});

Deno.test("a page of a hundred new releases is stored in as many statements as one of a single release", async () => {
  await withImports(async ({ client, deps, clock }, discogs) => {
    const counts: number[] = [];
    for (const [name, size] of [["ada", 1], ["bob", 100]] as const) {
      const person = await client(name);
      discogs.user(name, { wants: someItems(size, 1 + 1_000 * size) });
      await linkByName(person, name);
      await startImport(person, "wantlist");
      const [row] = await claimDueImports(deps.sql, { now: clock.now(), limit: 1 });
      const { sql, sent } = countingPool(deps.sql);
      assert.equal(await runOnce({ ...deps, sql }, row!), "advanced");
      counts.push(sent());
      assert.equal((await watchesOf(person)).size, size);
      await runOnce(deps, (await claimDueImports(deps.sql, { now: clock.now(), limit: 1 }))[0]!);
    }
    assert.equal(counts[1], counts[0]);
  });
});

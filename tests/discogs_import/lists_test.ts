import assert from "node:assert/strict";
import { parseDirectives } from "../../src/discogs_import/directives.ts";
import {
  countsOf,
  DISCOGS,
  finish,
  linkByName,
  linkByOAuth,
  runImport,
  watchesOf,
  withImports,
} from "../support/discogs_import.ts";
import { inboxOf } from "../support/calls.ts";
import { anItem } from "../support/discogs_users.ts";
import type { Client } from "../support/service.ts";

const CASES: [string | null, number | null, string | null, string[]][] = [
  [null, null, null, []],
  ["", null, null, []],
  ["a birthday present for bob@example.com", null, null, []],
  ["@max=300 @media=VG+ @sleeve=VG+", 300, "VG+", []],
  ["wanted badly @max=12.50, really", null, null, ["@max=12.50, is no price"]],
  ["@MAX=12,50", 12.5, null, []],
  ["@sleeve=NM", null, "NM", []],
  ["@media=VG+ @sleeve=NM", null, "VG+", [
    "@sleeve=NM is not looked at beside @media=VG+: a watch knows one grade",
  ]],
  ["@max=1 @max=2", 2, null, []],
  ["@max=-1 @media=shiny @colour=red", null, null, [
    "@max=-1 is no price",
    "@media=shiny is no grade",
    "@colour=red is not known; @max, @media and @sleeve are",
  ]],
  ["@max=9999999", null, null, ["@max=9999999 is no price"]],
];
for (const [comment, target_price, min_condition, problems] of CASES) {
  Deno.test(`parseDirectives() reads ${JSON.stringify(comment)}`, () => {
    assert.deepEqual(parseDirectives(comment), { target_price, min_condition, problems });
  });
}

const item = (id: number, comment = "", display_title = `Beatles, The - Title ${id}`, type = "release") => ({
  id,
  type,
  comment,
  display_title,
});

Deno.test("a list becomes watches with the prices and grades written in it, and says what it does not understand", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada");
    await ada.patch("/api/me", { preferences: { currency: "EUR" } });
    const items = [
      item(1, "@max=30 @media=VG+"),
      item(2, "@colour=red"),
      item(3),
      item(4, "", "Somebody", "artist"),
      ...Array.from({ length: 146 }, (_, n) => item(100 + n)),
    ];
    discogs.lists.set(77, { owner: "ada", isPrivate: true, items });
    await linkByOAuth(ada, discogs, "ada");
    const list = "https://www.discogs.com/lists/Jazz-I-want/77";
    const { status, body } = await ada.post(`${DISCOGS}/import`, { source: "list", list });
    assert.deepEqual([status, body.import_scope, body.list_id, body.cursor], [200, "list", 77, "list:fetch"]);
    assert.equal((await ada.post(`${DISCOGS}/import`, { source: "list", list: 77 })).body.id, body.id);
    const job = await finish(service, ada, body.id);
    assert.deepEqual(countsOf(job), {
      page: 2,
      processed: 150,
      imported: 149,
      created: 149,
      updated: 0,
      removed: 0,
      errors: 2,
    });
    assert.deepEqual(
      job.errors.map((one: Record<string, unknown>) => [one["code"], one["discogs_release_id"]]),
      [
        ["directive", 2],
        ["unreadable_row", 4],
      ],
    );
    const watch = (await watchesOf(ada)).get(1)!;
    assert.deepEqual(
      [watch["target_price"], watch["currency"], watch["min_condition"], watch["artist"], watch["title"]],
      [30, "EUR", "VG+", "The Beatles", "Title 1"],
    );
    const rules = await service.deps.sql`select label, first_run from compiled_rules where first_run = 'top'`;
    assert.deepEqual(rules.map((rule) => rule["label"]), ["The Beatles - Title 1"]);
    assert.equal(discogs.server.requestsTo("/lists/77").length, 1);
    assert.equal((await service.deps.sql`select job_id from import_rows`).length, 0);
    // Read again without the rows that could not be read: what left it is watched no more, what changed is.
    discogs.lists.get(77)!.items = [item(1, "@max=25 @media=VG+"), item(3)];
    const again = await finish(
      service,
      ada,
      (await ada.post(`${DISCOGS}/import`, { source: "list", list: 77 })).body.id,
    );
    assert.deepEqual([again.updated_count, again.removed_count], [1, 147]);
    assert.equal((await watchesOf(ada)).get(1)!["target_price"], 25);
    assert.equal((await ada.get(`${DISCOGS}/imported-items?source=list`)).body.count, 2);
  });
});

Deno.test("notes of a wantlist are read as those of a list are, for who may see them; those of a collection are not", async () => {
  await withImports(async (service, discogs) => {
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    const wants = [
      anItem(1, { notes: "for mum @max=30 @media=VG+" }),
      anItem(2, { notes: "@max=soon, or write to bob@example.com" }),
      anItem(3),
    ];
    discogs.user("ada", { wants, collection: [anItem(4, { notes: "@max=5 @colour=red" })] });
    await linkByOAuth(ada, discogs, "ada");
    const job = await runImport(service, ada);
    assert.deepEqual([job.status, job.created_count, job.error_count], ["completed", 4, 1]);
    assert.deepEqual(job.errors, [{
      code: "directive",
      message: "Cannot follow what is written beside release 2: @max=soon, is no price",
      discogs_release_id: 2,
      line: null,
    }]);
    const [told] = await inboxOf(ada);
    assert.equal(
      told?.body,
      "4 releases, 4 new, 1 not understood. The first: Cannot follow what is written beside release 2: @max=soon, is no price",
    );
    const wishes = async (person: Client) =>
      [...await watchesOf(person)].map((
        [id, one],
      ) => [id, one["target_price"], one["min_condition"], one["is_active"]]).sort();
    const unsaid = [[2, null, null, true], [3, null, null, true], [4, null, null, false]];
    assert.deepEqual(await wishes(ada), [[1, 30, "VG+", true], ...unsaid]);
    wants[0]!.notes = "@max=25";
    const again = await runImport(service, ada);
    assert.deepEqual([again.updated_count, again.removed_count], [1, 0]);
    assert.deepEqual((await wishes(ada))[0], [1, 25, "VG+", true]);
    // To who is not its owner Discogs shows no notes.
    await linkByName(bob, "ada");
    await runImport(service, bob);
    assert.deepEqual(await wishes(bob), [[1, null, null, true], ...unsaid]);
  });
});

Deno.test("a list that is private or not there ends the import in words for its owner", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada");
    discogs.lists.set(5, { owner: "bob", isPrivate: true, items: [] });
    await linkByName(ada, "ada");
    for (const [list, code] of [[5, "private"], [6, "not_found"]] as const) {
      const { body } = await ada.post(`${DISCOGS}/import`, { source: "list", list });
      const job = await finish(service, ada, body.id);
      assert.deepEqual([job.status, job.errors[0].code], ["failed", code]);
    }
  });
});

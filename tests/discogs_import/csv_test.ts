import assert from "node:assert/strict";
import { countsOf, DISCOGS, finish, linkByName, watchesOf, withImports } from "../support/discogs_import.ts";
import { type Client, toAnswer } from "../support/service.ts";
import { anItem } from "../support/discogs_users.ts";

const WANTLIST = "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,Notes";
const COLLECTION =
  "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,CollectionFolder,Date Added,Collection Media Condition,Collection Sleeve Condition,Collection Notes";
const MEGABYTES_5 = 5 * 1024 * 1024;

const want = (id: number | string, title = `Title ${id}`, artist = "Miles Davis", released = "1959") =>
  `CL ${id},${artist},${title},Columbia,LP,,${released},${id},`;
const wants = (count: number) => Array.from({ length: count }, (_, n) => want(n + 1));
const fileOf = (...lines: string[]) => `${lines.join("\n")}\n`;

/** Sends a file. */
async function send(person: Client, file: BodyInit, query = "", type = "text/csv") {
  const headers = { "content-type": type };
  return await toAnswer(
    await person.fetch(`${DISCOGS}/import/csv${query}`, { method: "POST", headers, body: file }),
  );
}

Deno.test("a file with a byte order mark, CRLF and quoted newlines becomes watches, without a linked account", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const file = [
      `\ufeff${WANTLIST}`,
      want(1, '"Kind\r\nOf ""Blue"""', "Miles Davis", "1959-08-17"),
      "",
      want(2, "Abbey Road", '"Beatles, The"', "0"),
      want(3, 'Blue Monday 12" Mix', "Nirvana (2)", ""),
      want("x"),
      want(4, "", "Somebody"),
      `${want(5)},one too many`,
      want(6, "Duets", '"Miles Davis, John Coltrane*"', "17 Aug 1961"),
    ].join("\r\n");
    const { status, body } = await send(ada, file, "", "text/csv; charset=utf-8");
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([body.import_scope, body.cursor, body.status], ["csv", "wantlist:1", "pending"]);
    const job = await finish(service, ada, body.id);
    const counts = { page: 1, processed: 7, imported: 4, created: 4, updated: 0, removed: 0, errors: 3 };
    assert.deepEqual([job.status, countsOf(job)], ["completed", counts]);
    assert.deepEqual(
      job.errors.map((one: Record<string, unknown>) => [one["code"], one["line"], one["discogs_release_id"]]),
      [["unreadable_row", 7, null], ["unreadable_row", 8, 4], ["unreadable_row", 9, null]],
    );
    assert.equal(job.errors[0].message, 'Cannot import line 7: its release_id is "x"');
    const watches = await watchesOf(ada);
    assert.deepEqual(
      [1, 2, 3, 6].map((id) => {
        const { artist, title, year, is_active } = watches.get(id)!;
        return [artist, title, year, is_active];
      }),
      [
        ["Miles Davis", 'Kind Of "Blue"', 1959, true],
        ["The Beatles", "Abbey Road", null, true],
        ["Nirvana", 'Blue Monday 12" Mix', null, true],
        ["Miles Davis, John Coltrane", "Duets", 1961, true],
      ],
    );
    assert.equal((await service.deps.sql`select job_id from import_rows`).length, 0);
    assert.deepEqual(discogs.server.requests.filter(({ path }) => path.startsWith("/users/")), []);
  });
});

Deno.test("a collection is told by its column, unless the sender says what it is; what one has is not looked for", async () => {
  await withImports(async (service) => {
    const ada = await service.client("ada");
    const row = "CL 1,Miles Davis,Kind Of Blue,Columbia,LP,5,1959,1,Jazz,2024-01-01 10:00:00,VG+,VG,mine";
    const first = await send(ada, fileOf(COLLECTION, row, row));
    const job = await finish(service, ada, first.body.id);
    assert.deepEqual([first.body.cursor, job.imported_count, job.error_count], ["collection:1", 1, 0]);
    assert.equal((await watchesOf(ada)).get(1)!["is_active"], false);
    const second = await send(ada, fileOf(COLLECTION, row), "?source=wantlist");
    assert.equal(second.body.cursor, "wantlist:1");
    await finish(service, ada, second.body.id);
    assert.equal((await ada.get(`${DISCOGS}/imported-items`)).body.count, 2);
  });
});

Deno.test("the same file again changes nothing, and what a file does not hold is not gone", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: [anItem(900)] });
    await linkByName(ada, "ada");
    await finish(service, ada, (await ada.post(`${DISCOGS}/import`, { source: "wantlist" })).body.id);
    const file = fileOf(WANTLIST, ...wants(250));
    const begun = await send(ada, file);
    // Sent twice at once it is one import; another file waits for its end.
    assert.equal((await send(ada, file)).body.id, begun.body.id);
    const other = await send(ada, fileOf(WANTLIST, want(7)));
    assert.deepEqual([other.status, other.body.error.message.includes(begun.body.id)], [409, true]);
    assert.equal((await send(ada, file, "?source=collection")).status, 409);
    const job = await finish(service, ada, begun.body.id);
    const counts = {
      page: 3,
      processed: 250,
      imported: 250,
      created: 250,
      updated: 0,
      removed: 0,
      errors: 0,
    };
    assert.deepEqual(countsOf(job), counts);
    const before = await watchesOf(ada);
    const again = await finish(service, ada, (await send(ada, file)).body.id);
    assert.deepEqual(countsOf(again), { ...counts, created: 0 });
    const less = await finish(service, ada, (await send(ada, fileOf(WANTLIST, want(1)))).body.id);
    assert.deepEqual([less.removed_count, less.updated_count], [0, 0]);
    assert.deepEqual(await watchesOf(ada), before);
    assert.equal(before.size, 251);
    assert.equal((await ada.get(`${DISCOGS}/imported-items?source=wantlist`)).body.count, 251);
  });
});

Deno.test("a file may have 10,000 rows and no more, and of errors a hundred are kept", async () => {
  await withImports(async (service) => {
    const ada = await service.client("ada");
    const bad = Array.from({ length: 10_000 }, () => "a,b");
    const { body } = await send(ada, fileOf(WANTLIST, ...bad));
    const job = await finish(service, ada, body.id);
    assert.deepEqual([job.status, job.processed_count, job.error_count, job.errors.length], [
      "completed",
      10_000,
      10_000,
      100,
    ]);
    const { status, body: refused } = await send(ada, fileOf(WANTLIST, ...bad, "a,b"));
    assert.deepEqual([status, refused.error.details], [422, [
      { loc: ["body"], msg: "it has more than 10000 rows", type: "csv_invalid" },
    ]]);
  });
});

Deno.test("a file has at most 5 MB, the right type and the right bytes", async () => {
  await withImports(async (service) => {
    const ada = await service.client("ada");
    const file = fileOf(WANTLIST, want(1));
    // Blank lines are none of its rows.
    assert.equal((await send(ada, file.padEnd(MEGABYTES_5, "\n"))).status, 200);
    assert.equal((await send(ada, file.padEnd(MEGABYTES_5 + 1, "\n"))).status, 413);
    for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]) {
      assert.equal((await send(ada, file, "", type)).status, 415, type);
    }
    const latin1 = Uint8Array.from(fileOf(WANTLIST, want(1, "Für Elise")), (one) => one.charCodeAt(0));
    for (const charset of ["utf-8", "klingon"]) {
      const refused = await send(ada, latin1, "", `text/csv; charset=${charset}`);
      assert.deepEqual([refused.status, refused.body.error.details], [422, [
        { loc: ["body"], msg: `the body is not text in "${charset}"`, type: "text_invalid" },
      ]]);
    }
    for (const bytes of ["", "\n\n", '{"a":1}']) assert.equal((await send(ada, bytes)).status, 422);
    assert.equal((await send(ada, file, "?source=list")).status, 422);
    const jobs = await service.deps.sql`select id from import_jobs`;
    assert.equal(jobs.length, 1, "what is refused leaves a job");
  });
});

Deno.test("a wantlist as a spreadsheet saves it anew is the same wantlist, with its directives", async () => {
  await withImports(async (service) => {
    const ada = await service.client("ada");
    await ada.patch("/api/me", { preferences: { currency: "EUR" } });
    const text = [
      WANTLIST,
      'CL 1,Björk,"Homogenic, Live",One Little Indian,LP,,1997,1,"für mich, @max=30 @media=VG+"',
      "CL 2,Motörhead,Överkill,Bronze,LP,,1979,2,@max=cheap",
    ].join("\r\n").replaceAll(",", ";").replaceAll("; ", ", ");
    const bytes = Uint8Array.from(text, (one) => one.charCodeAt(0));
    const { status, body } = await send(ada, bytes);
    assert.equal(status, 200, JSON.stringify(body));
    const job = await finish(service, ada, body.id);
    assert.deepEqual([job.status, job.created_count], ["completed", 2]);
    assert.deepEqual(job.errors, [{
      code: "directive",
      message: "Cannot follow what is written beside release 2: @max=cheap is no price",
      discogs_release_id: 2,
      line: 3,
    }]);
    const watches = await watchesOf(ada);
    const facts = (id: number) => {
      const { artist, title, target_price, currency, min_condition } = watches.get(id)!;
      return [artist, title, target_price, currency, min_condition];
    };
    assert.deepEqual(facts(1), ["Björk", "Homogenic, Live", 30, "EUR", "VG+"]);
    assert.deepEqual(facts(2), ["Motörhead", "Överkill", null, "EUR", null]);
  });
});

Deno.test("a file of another kind is 422 and says what it is", async () => {
  await withImports(async (service) => {
    const ada = await service.client("ada");
    const workbook = Uint8Array.from([0x50, 0x4b, 3, 4, 0x14, 0, 6, 0, 8, 0, 0, 0, 0x21, 0, 0xb5, 0x8d]);
    const { status, body } = await send(ada, workbook);
    assert.equal(status, 422);
    assert.deepEqual(body.error.details, [{
      loc: ["body"],
      msg:
        "it is a workbook of a spreadsheet, or another zip archive: save it as CSV; send the CSV that Discogs exports",
      type: "csv_invalid",
    }]);
    assert.equal((await service.deps.sql`select id from import_jobs`).length, 0);
  });
});

Deno.test("a deactivated account imports no file, and nobody reads the import of another", async () => {
  await withImports(async (service) => {
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    const { body } = await send(ada, fileOf(WANTLIST, want(1)));
    assert.equal((await bob.get(`${DISCOGS}/import/${body.id}`)).status, 404);
    await service.deps.sql`update users set is_active = false where id = ${ada.userId}`;
    assert.equal((await send(ada, fileOf(WANTLIST, want(2)))).status, 403);
    assert.equal((await service.deps.sql`select job_id from import_rows`).length, 1);
  });
});

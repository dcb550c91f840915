import assert from "node:assert/strict";
import { readExportedFile } from "../../src/providers/discogs/exported_file.ts";
import { UserListFileError } from "../../src/providers/user_accounts.ts";
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

const read = (text: string, maxRows = 100) => readExportedFile(text, { maxRows });
const problems = (text: string) =>
  read(text).rows.flatMap((row) => "problem" in row ? [[row.line, row.problem]] : []);

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
    const refused = [latin1, "", "\n\n", '{"a":1}', fileOf(WANTLIST.replaceAll(",", ";"))];
    for (const bytes of refused) assert.equal((await send(ada, bytes)).status, 422);
    assert.equal((await send(ada, file, "?source=list")).status, 422);
    const jobs = await service.deps.sql`select id from import_jobs`;
    assert.equal(jobs.length, 1, "what is refused leaves a job");
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

const REFUSED: [string, RegExp][] = [
  ["", /names no release_id, no Artist, no Title/],
  ["release_id,Title\n1,Blue\n", /names no Artist: send/],
  ["Artist,Title,id\n", /names no release_id: send/],
  ['release_id,Artist,Title\n1,a,b\n2,"a,b\n', /a quotation mark is opened in line 3 and never closed/],
  [
    `release_id,Artist,Title\n1,a,${"x".repeat(100_001)}\n`,
    /a row in line 2 has more than 100000 characters/,
  ],
  ["release_id,Artist,Title\n1,a,b\n2,a,b\n3,a,b\n", /more than 2 rows/],
];
for (const [text, problem] of REFUSED) {
  Deno.test(`readExportedFile() refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.throws(
      () => read(text, 2),
      (error) => error instanceof UserListFileError && problem.test(error.message),
    );
  });
}

Deno.test("readExportedFile() finds columns wherever they stand, in any case, and takes a file without rows", () => {
  const { source, rows } = read("TITLE, Artist ,Extra,Release_ID\nBlue,Joni Mitchell,x,5");
  assert.equal(source, "wantlist");
  assert.deepEqual(rows, [{
    discogs_release_id: 5,
    discogs_master_id: null,
    title: "Blue",
    artist: "Joni Mitchell",
    year: null,
    comment: null,
    line: 2,
  }]);
  assert.deepEqual(read("release_id,Artist,Title\n").rows, []);
});

Deno.test("readExportedFile() names the line in which a bad row begins, whatever newlines stand in it and before it", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const lines = [
      "release_id,Artist,Title",
      '1,a,"b',
      "",
      'c"',
      "",
      '0,a,"b',
      'c"',
      "-1,a,b",
      "1e3,a,b",
      "9999999999999,a,b",
      "1,a",
      "1,a, ",
    ];
    assert.deepEqual(problems(lines.join(end)), [
      [6, 'its release_id is "0"'],
      [8, 'its release_id is "-1"'],
      [9, 'its release_id is "1e3"'],
      [10, 'its release_id is "9999999999999"'],
      [11, "it has 2 columns, and the header 3"],
      [12, "its Title is empty"],
    ]);
  }
});

Deno.test("readExportedFile() repeats no more than the beginning of a value, and cuts names to what a watch takes", () => {
  const { rows } = read(
    `release_id,Artist,Title\n${"😀".repeat(5_000)},a,b\n1,${"a".repeat(900)},${"b".repeat(900)}\n`,
  );
  const [bad, good] = rows;
  assert.ok(bad && "problem" in bad && bad.problem.length < 100 && bad.problem.isWellFormed());
  assert.ok(good && "title" in good && good.title.length === 300 && good.artist?.length === 200);
});

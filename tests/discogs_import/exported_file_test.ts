/** Files that users send for their lists: what Discogs exports, and what spreadsheets make of it. */
import assert from "node:assert/strict";
import { decodeText } from "../../src/platform/text.ts";
import { readExportedFile } from "../../src/providers/discogs/exported_file.ts";
import { UserListFileError } from "../../src/providers/user_accounts.ts";

/** What Discogs writes above an exported collection and an exported inventory. */
const COLLECTION =
  "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,CollectionFolder,Date Added,Collection Media Condition,Collection Sleeve Condition,Collection Notes";
const INVENTORY =
  "listing_id,artist,title,label,catno,format,release_id,status,price,listed,comments,media_condition,sleeve_condition,accept_offer,external_id,weight,format_quantity,flat_shipping,location\n";

const read = (text: string, maxRows = 100) => readExportedFile(text, { maxRows });
const problems = async (text: string) =>
  (await read(text)).rows.flatMap((row) => "problem" in row ? [[row.line, row.problem]] : []);

/** Names with letters beyond ASCII, separators, quotes and newlines in fields, empty fields at the end. */
const RELEASES = [
  ["CL 1355", "Björk", "Homogenic; Live, at Home", "One Little Indian", "LP", "", "1997", "1", "für\nmich"],
  ["", "Motörhead", 'Blue "Monday"\t12" Mix', "Columbia, CBS", '12"', "5", "17 Aug 1959", "2", ""],
];
const WANTLIST = [
  "Catalog#",
  "Artist",
  "Title",
  "Label",
  "Format",
  "Rating",
  "Released",
  "release_id",
  "Notes",
];

/** Writes it as spreadsheets do: fields in quotes where they need them. */
function written(rows: string[][], { delimiter, end }: { delimiter: string; end: string }): string {
  const field = (text: string) => /[",;\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(field).join(delimiter) + end).join("");
}

/** Bytes of a text in each encoding that files come in. */
const ENCODINGS: Record<string, (text: string) => Uint8Array> = {
  "UTF-8": (text) => new TextEncoder().encode(text),
  "UTF-8 with a mark": (text) => new TextEncoder().encode(`\ufeff${text}`),
  "UTF-16 as Excel saves it": (text) => utf16(`\ufeff${text}`, true),
  "UTF-16 without a mark": (text) => utf16(text, true),
  "UTF-16, the high byte first": (text) => utf16(`\ufeff${text}`, false),
  "Windows-1252": (text) => Uint8Array.from(text, (one) => one.charCodeAt(0)),
};

function utf16(text: string, isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), isLittle);
  return new Uint8Array(view.buffer);
}

for (const [encoding, bytesOf] of Object.entries(ENCODINGS)) {
  for (const delimiter of [",", ";", "\t"]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      const shown = JSON.stringify([delimiter, end]);
      Deno.test(`readExportedFile() reads a file in ${encoding} with ${shown} as any other`, async () => {
        const text = written([WANTLIST, ...RELEASES], { delimiter, end });
        const { source, rows } = await read(decodeText(bytesOf(text), null));
        assert.equal(source, "wantlist");
        const facts = rows.map((row) => "title" in row && [row.artist, row.title, row.year, row.comment]);
        assert.deepEqual(facts, [
          ["Björk", "Homogenic; Live, at Home", 1997, "für\nmich"],
          ["Motörhead", 'Blue "Monday" 12" Mix', 1959, null],
        ]);
        assert.deepEqual(rows.map(({ line }) => line), [2, 4]);
      });
    }
  }
}

Deno.test("readExportedFile() takes rows whose empty fields at the end a spreadsheet dropped or added, and no torn ones", async () => {
  const file = await read([
    COLLECTION,
    "CL 1,Miles Davis,Kind Of Blue,Columbia,LP,5,1959,1252",
    "CL 2,Miles Davis,Milestones,Columbia,LP,5,1958,2,Jazz,2024-01-01 10:00:00,VG+,VG,,,",
    "CL 3,Miles Davis,Bitches Brew,Columbia,LP,5,1970",
    "CL 4,Miles Davis,Porgy, And Bess,Columbia,LP,5,1970,4,Jazz,2024-01-01 10:00:00,VG+,VG,mine",
  ].join("\n"));
  assert.equal(file.source, "collection");
  assert.deepEqual(file.rows.map((row) => "title" in row ? row.discogs_release_id : row.problem), [
    1252,
    2,
    "it has 7 columns, and the header 13",
    "it has 14 columns, and the header 13",
  ]);
});

Deno.test("readExportedFile() lets others have their turn while it reads a large file", async () => {
  const row = `CL 1,"Miles Davis, John ""Coltrane""",Title,Columbia,LP,,1959,1,"${"a note ".repeat(60)}"\n`;
  const text = WANTLIST.join(",") + "\n" + row.repeat(5_000);
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  const { rows } = await read(text, 5_000);
  clearInterval(others);
  assert.equal(rows.length, 5_000);
  // One turn for each 32 KB: none of them holds anybody up for long.
  assert.ok(turns >= text.length / (64 * 1024), `${turns} turns`);
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
  [INVENTORY, /^it is an inventory, which is what you sell; export your wantlist/],
  ["\n<!doctype html>\n<html>release_id,Artist,Title", /^it is a web page/],
  ["PK\x03\x04\x14 [Content_Types].xml", /^it is a workbook of a spreadsheet/],
  ["ÐÏ\x11à¡±\x1aá", /^it is a workbook of an old spreadsheet/],
  ["\x1f‹\b", /^it is compressed/],
  ["%PDF-1.7", /^it is a PDF/],
  ["--------------------------abc\nContent-Disposition: form-data", /^it is a form: send the file itself/],
  ['{"wants": []}', /^it is JSON/],
  ['[{"release_id": 1}]', /^it is JSON/],
];
for (const [text, problem] of REFUSED) {
  Deno.test(`readExportedFile() refuses ${JSON.stringify(text.slice(0, 60))}`, async () => {
    await assert.rejects(
      read(text, 2),
      (error) => error instanceof UserListFileError && problem.test(error.message),
    );
  });
}

Deno.test("readExportedFile() finds columns wherever they stand, in any case, and takes a file without rows", async () => {
  const { source, rows } = await read("TITLE, Artist ,Extra,Release_ID\nBlue,Joni Mitchell,x,5");
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
  assert.deepEqual((await read("release_id,Artist,Title\n")).rows, []);
});

Deno.test("readExportedFile() names the line in which a bad row begins, whatever newlines stand in it and before it", async () => {
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
    assert.deepEqual(await problems(lines.join(end)), [
      [6, 'its release_id is "0"'],
      [8, 'its release_id is "-1"'],
      [9, 'its release_id is "1e3"'],
      [10, 'its release_id is "9999999999999"'],
      [11, "it has 2 columns, and the header 3"],
      [12, "its Title is empty"],
    ]);
  }
});

Deno.test("readExportedFile() repeats no more than the beginning of a value, and cuts names to what a watch takes", async () => {
  const { rows } = await read(
    `release_id,Artist,Title\n${"😀".repeat(5_000)},a,b\n1,${"a".repeat(900)},${"b".repeat(900)}\n`,
  );
  const [bad, good] = rows;
  assert.ok(bad && "problem" in bad && bad.problem.length < 100 && bad.problem.isWellFormed());
  assert.ok(good && "title" in good && good.title.length === 300 && good.artist?.length === 200);
});

import assert from "node:assert/strict";
import { gradeRank, GRADES, parseGradeName } from "../../src/matching/grades.ts";
import { gradeOfListing } from "../../src/matching/listing_grade.ts";

Deno.test("gradeRank() follows the Goldmine order", () => {
  assert.deepEqual([...GRADES].sort((a, b) => gradeRank(a) - gradeRank(b)), [
    "P",
    "F",
    "G",
    "G+",
    "VG",
    "VG+",
    "NM",
    "M",
  ]);
});

const NAMES: [text: string, expected: string | null][] = [
  ...GRADES.map((grade): [string, string] => [grade, grade]),
  ["vg+", "VG+"],
  [" VG + ", "VG+"],
  ["vg plus", "VG+"],
  ["vgplus", "VG+"],
  ["VG＋", "VG+"],
  ["Very Good Plus (VG+)", "VG+"],
  ["Very Good (VG)", "VG"],
  ["very good+", "VG+"],
  ["Near Mint (NM or M-)", "NM"],
  ["NM or M-", "NM"],
  ["m-", "NM"],
  ["near-mint", "NM"],
  ["Mint (M)", "M"],
  ["mint", "M"],
  ["Good Plus (G+)", "G+"],
  ["Fair (F)", "F"],
  ["poor", "P"],
  ["Excellent", "VG+"],
  ["EX", "VG+"],
  ["EX-", "VG+"],
  ["VG++", "VG+"],
  ["NM-", "VG+"],
  ["VG-", "G+"],
  ["VG/NM", null],
  ["", null],
  ["nice", null],
  ["used", null],
  ["very", null],
  ["constructor", null],
  ["good vibrations", null],
];

for (const [text, expected] of NAMES) {
  Deno.test(`parseGradeName() reads ${JSON.stringify(text)} as ${expected}`, () => {
    assert.equal(parseGradeName(text), expected);
  });
}

const LISTINGS: [condition: string | null, title: string, expected: string | null][] = [
  ["Very Good Plus (VG+)", "Any", "VG+"],
  ["Media: Near Mint (NM or M-) / Sleeve: Good (G)", "Any", "NM"],
  ["Sleeve: Good (G), Vinyl: Very Good (VG)", "Any", "VG"],
  ["VG+/VG", "Any", "VG+"],
  ["G/F", "Any", "G"],
  ["NM /VG+", "Any", "NM"],
  ["Very Good", "Any", "VG"],
  ["Used - Good", "Any", "G"],
  ["Like New", "Any", "NM"],
  ["Acceptable", "Any", "F"],
  ["For parts or not working", "Any (NM)", "P"],
  ["New", "Any", "M"],
  ["Brand New", "Any", "M"],
  ["factory sealed", "Any", "M"],
  ["Used", "Any", null],
  ["Pre-owned", "Any", null],
  ["New other (see details)", "Any", null],
  ["Not Graded", "Any", null],
  ["Used", "Artist - Title LP VG+", "VG+"],
  ["New", "Artist - Title LP VG", "VG"],
  [null, "Artist - Title LP VG+/VG", "VG+"],
  [null, "Artist - Title (NM/VG+)", "NM"],
  [null, "Artist - Title LP G/VG", "G"],
  [null, "Artist - Title M/NM", "M"],
  [null, 'Artist - Title 12" EX/EX', "VG+"],
  [null, "Artist - Title Vinyl: NM Sleeve: VG", "NM"],
  [null, "Artist - Title cover VG vinyl NM", "NM"],
  [null, "Artist - Title VG+ sleeve, NM vinyl", "NM"],
  [null, "Artist - Title LP VG+ cover VG", "VG+"],
  [null, "Artist - Title LP cover G+", null],
  [null, "Artist - Title LP M-", "NM"],
  [null, "Artist - Title vg++", "VG+"],
  [null, "Artist - Title EX-", "VG+"],
  [null, "Artist - Title VG-", "G+"],
  [null, "Artist - Title (EX)", "VG+"],
  [null, "Artist - Title Very Good Plus", "VG+"],
  [null, "Artist - Title Near Mint", "NM"],
  [null, "Artist - Title Vinyl: M", "M"],
  [null, "Artist - Title LP still sealed", "M"],
  [null, "Artist - Title LP NEW & SEALED", "M"],
  [null, "Artist - Title LP (Sealed)", "M"],
  [null, "The Beach Boys - Good Vibrations", null],
  [null, "M - Pop Muzik", null],
  [null, "-M- Lamomali LP", null],
  [null, "G. Love & Special Sauce LP", null],
  [null, "The Ex - Turn", null],
  [null, "EX-Girlfriend LP", null],
  [null, "Mint Condition - Meant To Be Mint", null],
  [null, "Fair Game - Poor Boy LP", null],
  [null, "Stevie Wonder - Signed, Sealed & Delivered LP", null],
  [null, "Brand New - Deja Entendu LP", null],
  [null, "Live At Albuquerque, NM, 1971", null],
  [null, "Artist - A B C D E F G", null],
  [null, "", null],
];

for (const [condition, title, expected] of LISTINGS) {
  Deno.test(`gradeOfListing() of ${JSON.stringify([condition, title])} is ${expected}`, () => {
    assert.equal(gradeOfListing({ condition, title }), expected);
  });
}

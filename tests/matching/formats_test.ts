import assert from "node:assert/strict";
import { FORMATS, formatsOfText, parseFormatName } from "../../src/matching/formats.ts";
import { searchWords } from "../../src/matching/search_words.ts";

for (const format of FORMATS) {
  Deno.test(`parseFormatName() reads ${format} as itself`, () =>
    assert.equal(parseFormatName(format), format));
}

const NAMES: [text: string, expected: string | null][] = [
  ["LP", "lp"],
  ["12 inch", '12"'],
  ["12”", '12"'],
  ["7''", '7"'],
  ["7in", '7"'],
  ["Compact Disc", "cd"],
  ["Tape", "cassette"],
  ["Box Set", "box"],
  ["Blu-ray", "blu-ray"],
  ["", null],
  ["laserdisc player", null],
];

for (const [text, expected] of NAMES) {
  Deno.test(`parseFormatName() reads ${JSON.stringify(text)} as ${expected}`, () => {
    assert.equal(parseFormatName(text), expected);
  });
}

const TITLES: [title: string, extra: string | undefined, expected: string[]][] = [
  ["Artist - Title 2xLP", undefined, ["lp", "vinyl"]],
  ['Artist - Title 7" single', undefined, ['7"', "vinyl"]],
  ["Artist - Title 12-inch EP", undefined, ["ep", '12"', "vinyl"]],
  ["Artist - Title 2CD", undefined, ["cd"]],
  ["Artist - Title", "Cassette", ["cassette"]],
  ["Artist - Title", "Vinyl, LP, Album", ["lp", "vinyl"]],
  ["Artist - Title 5CD box set", undefined, ["cd", "box"]],
  ["Boxer - Mixtape, ABCD 1978", undefined, []],
  ["Album LP", "12 inch", ["lp", '12"', "vinyl"]],
  ["Eminem - The Marshall Mathers LP", "CD, Album", ["cd"]],
  ["Eminem - The Marshall Mathers LP", "Cassette", ["cassette"]],
  ["Eminem - The Marshall Mathers LP", "Vinyl, LP, CD", ["lp", "vinyl", "cd"]],
  ["Eminem - The Marshall Mathers LP", "Box Set", ["lp", "vinyl", "box"]],
  ["Eminem - The Marshall Mathers LP vinyl", "CD", ["vinyl", "cd"]],
  ["Eminem - The Marshall Mathers EP", "CD", ["ep", "cd"]],
  ["Eminem - The Marshall Mathers LP (CD)", "", ["cd"]],
  ["Eminem - The Marshall Mathers LP [2 x CD] Deluxe", "", ["cd"]],
  ["Eminem - The Marshall Mathers LP (New) (Cassette)", "", ["cassette"]],
  ["Eminem - The Marshall Mathers LP (2LP)", "", ["lp", "vinyl"]],
  ["Eminem - The Marshall Mathers LP (LP) (CD)", "", ["lp", "vinyl", "cd"]],
  ["Eminem - The Marshall Mathers LP (CD)", "Vinyl", ["lp", "vinyl", "cd"]],
  ["Eminem - Kamikaze LP (incl. CD)", "", ["lp", "vinyl", "cd"]],
  ["Eminem - Kamikaze LP (LP + CD)", "", ["lp", "vinyl", "cd"]],
];

for (const [title, extra, expected] of TITLES) {
  Deno.test(`formatsOfText() finds ${JSON.stringify(expected)} in ${JSON.stringify([title, extra])}`, () => {
    assert.deepEqual(formatsOfText(title, extra), expected);
  });
}

Deno.test("formatsOfText() does not join words of the title with words of the extra field", () => {
  assert.deepEqual(formatsOfText("Live at 78", "rpm"), []);
});

const WORDS: [text: string, expected: string][] = [
  ["U2 - War", "u2 war"],
  ["Björk & The Sugarcubes", "bjork the sugarcubes"],
  ["Simon and Garfunkel", "simon garfunkel"],
  ['R.E.M. "Murmur"', "rem murmur"],
  ["AC/DC", "ac dc"],
  ["Don't look back", "dont look back"],
  ['Windowlicker 12"', "windowlicker"],
  ["Illmatic 180 gram 2xLP", "illmatic lp"],
  ["Duran Duran", "duran"],
  ['7"', "7 inch"],
  ["and", "and"],
  ["!!!", ""],
];

for (const [text, expected] of WORDS) {
  Deno.test(`searchWords() makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(searchWords(text), expected === "" ? [] : expected.split(" "));
  });
}

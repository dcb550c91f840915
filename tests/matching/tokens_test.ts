import assert from "node:assert/strict";
import { listingKeys, tokens } from "../../src/matching/tokens.ts";
import { randomText, seeded } from "./support.ts";

const TABLE: [guarantee: string, text: string, expected: string][] = [
  ["decodes named entities", "Tom &amp; Jerry &eacute;t&eacute;", "tom jerry ete"],
  ["decodes decimal and hexadecimal entities", "Bj&#246;rk &#x27;n&#X27; co", "bjork n co"],
  ["decodes entities that were escaped twice", "Rock &amp;amp; Roll 7&amp;quot;", "rock roll 7 inch"],
  ["reads Windows-1252 numbers as browsers do", "Guns N&#146; Roses", "guns n roses"],
  ["forgives &amp without a semicolon", "Hall &amp Oates", "hall oates"],
  ["leaves unknown entities as text", "R&B; &zzz;", "r b zzz"],
  ["leaves impossible code points as text", "x&#1114112;", "x 1114112"],
  ["puts a space before a vulgar fraction", "33⅓ RPM", "33 1 3 rpm"],
  ["reads a written fraction alike", "33 1/3 rpm", "33 1 3 rpm"],
  ["drops soft hyphens and zero-width marks", "Mi\u00adles\u200b Da\ufeffvis", "miles davis"],
  ["drops bidi marks and variation selectors", "\u200eAbba\u200f 7\ufe0f", "abba 7"],
  ["does not glue a trademark sign to the word", "Kraftwerk™ Live℠", "kraftwerk live"],
  ["folds accents of Latin letters", "Motörhead Čechomor Łódź Ngữ", "motorhead cechomor lodz ngu"],
  ["folds decomposed accents", "Bjo\u0308rk", "bjork"],
  ["folds accents of Greek letters", "Ελλάς", "ελλασ"],
  ["reads a final sigma as a sigma", "ΟΔΟΣ οδος", "οδοσ οδοσ"],
  ["folds letters without a decomposition", "Øre Đ Ð Þór Æ Œ Ŧ Ħ", "ore d d thor ae oe t h"],
  ["folds sharp s, small and capital", "Straße STRAẞE", "strasse strasse"],
  ["folds both Turkish letters i", "İstanbul ışık", "istanbul isik"],
  ["takes ligatures and full width apart", "ﬁne ＡＢＣ１２", "fine abc 12"],
  ["keeps й and reads ё as е", "Цой Ёлка", "цой елка"],
  ["composes half-width kana with its voicing marks", "ｶﾞﾛ", "ガロ"],
  ["keeps voicing marks of kana", "ガ カ", "ガ カ"],
  ["composes Hangul", "\u1112\u1161\u11ab", "한"],
  ["reads 12 inch in every notation", `12" 12” 12″ 12'' 12’’ 12inch 12-inch 12 inches`, "12 inch ".repeat(8)],
  ["does not take a quotation mark for inches", `"1999" "7" "Live in 99 "`, "1999 7 live in 99"],
  ["removes the thousands comma", "10,000 Maniacs 1,000,000", "10000 maniacs 1000000"],
  ["keeps other commas as separators", "1,2,3 1969,180 12,5", "1 2 3 1969 180 12 5"],
  ["reads 2xLP, 2 x LP and 2×LP as 2 LP", '2xLP 2 x LP 2×LP 2LP 2x12"', "2 lp 2 lp 2 lp 2 lp 2 12 inch"],
  ["keeps an x that counts nothing", "Malcolm X 2x Love 10 X", "malcolm x 2 x love 10 x"],
  [
    "reads a weight in every notation",
    "180g 180 g 180gr 180gm 180 gram 180-grams",
    "180 g ".repeat(6),
  ],
  ["does not weigh Gram Parsons", "GP 1973 Gram Parsons", "gp 1973 gram parsons"],
  ["makes a grade with plus one token", "VG+ VG++/EX+ G+ NM+", "vgplus vgplusplus explus gplus nmplus"],
  ["does not read C+C as a grade", "C+C Music, E+W", "c c music e w"],
  ["reads $ inside a word as s", "A$AP Ke$ha Ma$$e $20 Bada$$", "asap kesha masse 20 bada"],
  ["reads ! inside a word as i", "P!nk Wham! !!!", "pink wham"],
  ["collapses dotted acronyms", "R.E.M. N.W.A D.R.I. B.B.King", "rem nwa dri bb king"],
  ["does not collapse abbreviations", "Vol.2 feat.X T.Rex Dr. J", "vol 2 feat x t rex dr j"],
  ["deletes apostrophes of every kind", "don't don’t don`t don´t donʼt don′t '69", "dont ".repeat(6) + "69"],
  ["splits letters from digits", "U2 2LP BLP-4195 BLP4195", "u 2 2 lp blp 4195 blp 4195"],
  ["keeps a Katakana run whole", "シティ・ポップ", "シティ ポップ"],
  ["splits Han and Hiragana into characters", "山下達郎 ありがとう", "山 下 達 郎 あ り が と う"],
  ["splits scripts", "Jポップ歌abc", "j ポップ 歌 abc"],
  ["keeps marks of other scripts", "हिन्दी ไทย", "हिन्दी ไทย"],
  ["drops and, & and +", "Simon and Garfunkel & Co + Me", "simon garfunkel co me"],
  ["keeps and when nothing else remains", "And & and", "and and"],
  ["separates at emoji", "🔥Miles🎷Davis🔥", "miles davis"],
  ["separates at punctuation and every space", "a/b-c_d\u00a0e\u3000f—g·h", "a b c d e f g h"],
  ["is empty without a letter or digit", "!!! ??? & 🔥", ""],
];

for (const [guarantee, text, expected] of TABLE) {
  Deno.test(`tokens() ${guarantee}`, () => assert.deepEqual(tokens(text), split(expected)));
}

Deno.test("tokens() accepts every string, is deterministic, and finds its own tokens again", () => {
  const random = seeded(1);
  for (let round = 0; round < 3_000; round++) {
    const text = randomText(random);
    const once = tokens(text);
    assert.deepEqual(tokens(text), once);
    assert.deepEqual(tokens(once.join(" ")), once, JSON.stringify(text));
    assert.ok(once.every((token) => token !== "" && !/\s/.test(token)));
  }
});

Deno.test("tokens() is quick on long hostile input", () => {
  for (
    const unit of [
      "a",
      "a.",
      "1,000",
      "&amp;",
      "&",
      "1 x ",
      "$",
      "a!",
      "\u0301",
      "'",
      '1"',
      " ",
      "ｶﾞ",
      "\ud800",
    ]
  ) {
    const started = performance.now();
    tokens(unit.repeat(Math.ceil(100_000 / unit.length)));
    assert.ok(performance.now() - started < 500, unit);
  }
});

const KEYS: [guarantee: string, text: string, expected: string[]][] = [
  ["joins two and three letter tokens", "hip hop jam", [
    "hip",
    "hop",
    "jam",
    "hiphop",
    "hiphopjam",
    "hopjam",
  ]],
  ["does not join below four letters", "re m", ["re", "m"]],
  ["joins from four letters", "ac dc", ["ac", "acdc", "dc"]],
  ["does not join digits", "blink 182", ["blink", "182"]],
  ["does not join Katakana, Han or Hiragana", "シティ ポップ 山下 abc", [
    "シティ",
    "ポップ",
    "山",
    "下",
    "abc",
  ]],
  ["is distinct", "duran duran", ["duran", "duranduran"]],
];

for (const [guarantee, text, expected] of KEYS) {
  Deno.test(`listingKeys() ${guarantee}`, () => {
    assert.deepEqual(listingKeys(tokens(text)).sort(), [...expected].sort());
  });
}

function split(text: string): string[] {
  return text.trim() === "" ? [] : text.trim().split(" ");
}

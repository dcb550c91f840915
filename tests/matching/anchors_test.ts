import assert from "node:assert/strict";
import { type AnchorRow, anchorsOf, keysOf, pairKeys } from "../../src/matching/anchors.ts";
import { compileRule } from "../../src/matching/compile_rule.ts";
import { HOT_TOKENS_VERSION } from "../../src/matching/hot_tokens.ts";
import { type RuleQueryInput, ruleQuerySchema } from "../../src/matching/rule_query.ts";
import { listingKeys, tokens } from "../../src/matching/tokens.ts";
import { matchesText } from "../../src/matching/matches_text.ts";
import { readCorpusTitles } from "./corpus.ts";
import { aRule, pick, seeded } from "./support.ts";

const ROWS: [guarantee: string, query: RuleQueryInput, expected: string[]][] = [
  ["one row for one word", { keywords: ["Primus"] }, ["primus"]],
  ["every spelling of two words", { keywords: ["ac dc"] }, ["ac dc", "acdc"]],
  ["every spelling of three words", { keywords: ["hip hop jam"] }, [
    "hip hop jam",
    "hiphop jam",
    "hopjam hip",
    "hiphopjam",
  ]],
  ["the rarest word as the anchor", { keywords: ["the"], q: "zappa" }, ["zappa the"]],
  ["digits with every spelling", { keywords: ["blink 182"] }, ["blink 182"]],
  ["no row for an article that may be missing", { keywords: ["the beatles"] }, ["beatles", "thebeatles"]],
  ["rows of one keyword only", { keywords: ["ac dc", "zappa"] }, ["zappa"]],
  ["a row for every alternative", { any_keywords: ["zappa", "primus"] }, ["zappa", "primus"]],
  ["a pair for two common words", { keywords: ["vinyl", "love"] }, ["love vinyl"]],
  ["a pair of the rarest two of three common words", { keywords: ["lp", "original", "jazz"] }, [
    "jazz original lp",
  ]],
  ["one key for one common word", { keywords: ["jazz"] }, ["jazz"]],
  ["one key for a common and a rare word", { keywords: ["jazz", "zappa"] }, ["zappa jazz"]],
  ["pairs and joined forms for common neighbours", { keywords: ["black love"] }, ["black love", "blacklove"]],
  ["alternatives beside a common word", { keywords: ["vinyl"], any_keywords: ["zappa", "primus"] }, [
    "zappa vinyl",
    "primus vinyl",
  ]],
  ["no rows for alternatives beside a keyword", { keywords: ["zappa"], any_keywords: ["a", "b"] }, ["zappa"]],
];

for (const [guarantee, query, expected] of ROWS) {
  Deno.test(`anchorsOf() gives ${guarantee}`, () => {
    const rows = anchorsOf(aRule(query).compiled).map(({ anchor, tokens }) => [anchor, ...tokens].join(" "));
    assert.deepEqual(rows.sort(), [...expected].sort());
  });
}

Deno.test("anchorsOf() gives at most six rows for a long keyword", () => {
  const rows = anchorsOf(aRule({ keywords: ["sgt peppers lonely hearts club band"] }).compiled);
  assert.ok(rows.length <= 6);
});

Deno.test("anchorsOf() gives no row for text that can match nothing", () => {
  const query = ruleQuerySchema.parse({ keywords: ["a"] });
  assert.deepEqual(anchorsOf(compileRule({ ...query, keywords: [] })), []);
  assert.deepEqual(anchorsOf(compileRule({ ...query, keywords: ["!!!"] })), []);
});

Deno.test("anchorsOf() anchors on two common words together, in the order pairKeys() gives them", () => {
  assert.deepEqual(anchorsOf(aRule({ keywords: ["vinyl", "love", "live"] }).compiled), [
    { anchor: "live love", tokens: ["vinyl"] },
  ]);
  assert.deepEqual(pairKeys(["vinyl", "zappa", "love", "live"]), ["live love", "live vinyl", "love vinyl"]);
  assert.deepEqual(keysOf({ anchor: "live love", tokens: ["vinyl"] }), ["live", "love", "vinyl"]);
});

Deno.test("anchorsOf() keeps rows small enough for an index entry, whatever the keywords", () => {
  const keywords = Array.from(
    { length: 50 },
    (_, index) => `${"ü".repeat(120 + index)} ${"x".repeat(20)}`,
  );
  for (const { anchor, tokens } of anchorsOf(aRule({ keywords }).compiled)) {
    const bytes = new TextEncoder().encode([anchor, ...tokens].join(" ")).length;
    assert.ok(bytes < 2_000, `${bytes} bytes`);
  }
});

Deno.test("HOT_TOKENS_VERSION is raised with every change of the table and of what is paired", async () => {
  const text = await Deno.readTextFile(new URL("../../src/matching/hot_tokens.ts", import.meta.url));
  const said = /const TABLE = `[^`]*`|const PAIRED_FROM = \d+/g;
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text.match(said)?.join().replace(/\s+/g, " ")),
  );
  const sum = new Uint8Array(digest).toHex().slice(0, 12);
  // A change? Raise the version, then write both here.
  assert.deepEqual([HOT_TOKENS_VERSION, sum], [2, "0baef5004857"]);
});

const SYLLABLES = [
  "the",
  "love",
  "live",
  "vinyl",
  "ac",
  "dc",
  "hip",
  "hop",
  "a",
  "re",
  "m",
  "blue",
  "u",
  "2",
  "12",
  "and",
  "カ",
  "山",
  "lp",
  "vg+",
];

Deno.test("anchorsOf() never hides a listing that matches, whatever rule and title", () => {
  const random = seeded(7);
  let matches = 0;
  for (let round = 0; round < 20_000; round++) {
    const query = randomQuery(random);
    const compiled = compileRule(ruleQuerySchema.parse(query));
    const own = [...(query.keywords ?? []), ...(query.any_keywords ?? []), query.q ?? ""].join(" ");
    const listing = tokens(
      `${words(random, { most: 4, separators: [" ", "", "-"] })} ${respelt(random, own)}`,
    );
    if (!matchesText(compiled, listing)) continue;
    matches++;
    assert.ok(isCandidate(anchorsOf(compiled), listing), JSON.stringify({ compiled, listing }));
  }
  assert.ok(matches > 5_000, `only ${matches} matches`);
});

Deno.test("anchorsOf() never hides a title of the corpus from a rule made of another", async () => {
  const titles = (await readCorpusTitles()).filter((_, index) => index % 101 === 0).slice(0, 700);
  const listings = titles.map(({ artist, title }) => tokens(`${artist} ${title}`));
  const keys = listings.map(lookedUpBy);
  for (const [index, { artist, title }] of titles.entries()) {
    const query = ruleQuerySchema.safeParse(
      [{ keywords: [artist, title] }, { q: `${artist} ${title}` }, { any_keywords: [artist, title] }, {
        keywords: [artist],
      }][index % 4],
    );
    if (!query.success) continue;
    const compiled = compileRule(query.data);
    const rows = anchorsOf(compiled);
    for (const [at, listing] of listings.entries()) {
      if (matchesText(compiled, listing)) {
        assert.ok(fits(rows, keys[at] ?? new Set()), JSON.stringify({ query, listing }));
      }
    }
  }
});

function randomQuery(random: () => number): RuleQueryInput {
  const phrase = () => words(random, { most: 5, separators: [" ", "", " "] });
  const list = () => Array.from({ length: 1 + Math.floor(random() * 2) }, phrase);
  return pick<() => RuleQueryInput>(random, [
    () => ({ keywords: list() }),
    () => ({ any_keywords: list() }),
    () => ({ q: phrase() }),
    () => ({ q: `"${phrase()}" ${phrase()}` }),
    () => ({ keywords: list(), q: phrase(), any_keywords: list(), exclude_keywords: ["lp"] }),
  ])();
}

function words(random: () => number, { most, separators }: { most: number; separators: string[] }): string {
  const count = 1 + Math.floor(random() * most);
  return Array.from({ length: count }, () => pick(random, SYLLABLES) + pick(random, separators)).join("");
}

/** The same text with spaces taken out and put in. */
function respelt(random: () => number, text: string): string {
  const spaced = text.replace(/ /g, () => pick(random, [" ", " ", " ", ""]));
  return random() < 0.3
    ? spaced.replace(/hip|blue/g, (word) => `${word.slice(0, 2)}-${word.slice(2)}`)
    : spaced;
}

function isCandidate(rows: readonly AnchorRow[], listing: readonly string[]): boolean {
  return fits(rows, lookedUpBy(listing));
}

function lookedUpBy(listing: readonly string[]): Set<string> {
  const keys = listingKeys(listing);
  return new Set([...keys, ...pairKeys(keys)]);
}

function fits(rows: readonly AnchorRow[], keys: ReadonlySet<string>): boolean {
  return rows.some(({ anchor, tokens }) => keys.has(anchor) && tokens.every((token) => keys.has(token)));
}

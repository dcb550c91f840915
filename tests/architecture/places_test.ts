/** What the outside world may be touched by: one file each, so that a test or a reader finds it there. */
import assert from "node:assert/strict";
import { parseSource, placesOf, readSources, type Source } from "./source.ts";

interface Place {
  what: string;
  pattern: RegExp;
  /** The only file that may. */
  file: string;
  /** Code that the check must find. */
  example: string;
}

const PLACES: readonly Place[] = [
  {
    what: "the environment is read",
    pattern: /\bDeno\s*\.\s*env\b|\bprocess\s*\.\s*env\b/,
    file: "src/app/config.ts",
    example: `const url = Deno.env.get("DATABASE_URL");`,
  },
  {
    what: "the system clock is read",
    pattern:
      /\bnew Date\s*(?:\(\s*\)|(?=[;,)\]}]))|\bDate\s*\.\s*now\b|\bTemporal\s*\.\s*Now\b|\bperformance\s*\.\s*now\b/,
    file: "src/platform/clock.ts",
    example: `const now = Date.now();`,
  },
  {
    what: "an HTTP request is sent",
    pattern: /(?<![\w.#$])fetch\s*\(|\bglobalThis\s*\.\s*fetch\b/,
    file: "src/platform/http_client.ts",
    example: `const answer = await fetch(url);`,
  },
  {
    what: "the console is written",
    pattern: /(?<![\w.#$])console\b/,
    file: "src/platform/log.ts",
    example: `console.log(1);`,
  },
  {
    what: "a KV is opened",
    pattern: /\bDeno\s*\.\s*openKv\b/,
    file: "src/platform/queue_kv.ts",
    example: `const kv = await Deno.openKv();`,
  },
  {
    // Of eBay and Discogs no price may be suggested or modelled: who does so with others' asks their terms first.
    what: "past prices are shown",
    pattern: /(?<!function )\blistObservations\s*\(/,
    file: "src/listings/find_prices.ts",
    example: "await listObservations(sql, query);",
  },
  {
    what: "a cron is registered",
    pattern: /\bDeno\s*\.\s*cron\b/,
    file: "src/app/crons.ts",
    example: `Deno.cron("x", "* * * * *", () => {});`,
  },
];

const sources = await readSources("src", "main.ts", "worker.ts");

function elsewhere(all: readonly Source[], { pattern, file }: Place): string[] {
  return placesOf(all.filter(({ path }) => path !== file), pattern);
}

for (const place of PLACES) {
  Deno.test(`${place.what} in ${place.file} alone`, () => {
    assert.deepEqual(elsewhere(sources, place), []);
    const own = placesOf(sources.filter(({ path }) => path === place.file), place.pattern);
    assert.ok(own.length > 0, `${place.file} does not do it: the check looks at the wrong file`);
    assert.deepEqual(elsewhere([parseSource("src/polls/a.ts", `\n${place.example}`)], place), [
      "src/polls/a.ts:2",
    ]);
    const harmless = `// ${place.example}\nconst text = ${
      JSON.stringify(place.example)
    };\n/** ${place.example} */`;
    assert.deepEqual(elsewhere([parseSource("src/polls/a.ts", harmless)], place), []);
  });
}

Deno.test("a Date made from a value is not the system clock", () => {
  const clock = PLACES.find(({ file }) => file === "src/platform/clock.ts")!;
  const at = (code: string) => elsewhere([parseSource("src/polls/a.ts", code)], clock).length;
  assert.equal(at("const a = new Date(0);"), 0);
  assert.equal(at("const a = new Date(row.at.getTime());"), 0);
  assert.equal(at("const a = new Date();"), 1);
  assert.equal(at("const a = new Date;"), 1);
});

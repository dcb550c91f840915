import assert from "node:assert/strict";
import { chooseReleases } from "../../src/providers/discogs/choose_releases.ts";

/** Releases with so many collectors; "m" after the id: it stands for its master. */
function releases(...rows: [id: number, collectors: number | null, main?: "m"][]) {
  return rows.map(([id, collectors, main]) => ({ id, collectors, is_main: main === "m" }));
}

const CASES: [guarantee: string, rows: ReturnType<typeof releases>, limit: number, chosen: number[]][] = [
  ["gives none for none", [], 5, []],
  ["gives none where there is no room", releases([1, 5]), 0, []],
  [
    "puts the one that stands for its master first, whoever has it",
    releases([3, 90], [1, 0, "m"], [2, 80]),
    2,
    [
      1,
      3,
    ],
  ],
  ["puts first what most people have", releases([1, 10], [2, 30], [3, 20]), 2, [2, 3]],
  ["takes a count that is not known for none", releases([1, null], [2, 1], [3, 0]), 3, [2, 3, 1]],
  ["puts the newest first where nobody is counted", releases([1, null], [3, null], [2, null]), 2, [3, 2]],
  [
    "keeps every fourth place for the newest",
    releases([1, 90], [2, 80], [3, 70], [4, 60], [5, 50], [6, 40], [7, 1], [8, 2]),
    6,
    [1, 2, 3, 8, 4, 5],
  ],
];
for (const [guarantee, rows, limit, chosen] of CASES) {
  Deno.test(`chooseReleases() ${guarantee}`, () => {
    assert.deepEqual(chooseReleases(rows, limit), chosen);
    assert.deepEqual(chooseReleases(rows.toReversed(), limit), chosen);
  });
}

Deno.test("chooseReleases() of eight hundred versions gives nineteen: the main one, the four newest, and what most have", () => {
  const rows = Array.from({ length: 800 }, (_, n) => ({
    id: n + 1,
    collectors: 800 - n,
    is_main: n === 400,
  }));
  const chosen = chooseReleases(rows, 19);
  assert.equal(chosen[0], 401);
  assert.equal(new Set(chosen).size, 19);
  assert.deepEqual(chosen.filter((id) => id > 700).sort(), [797, 798, 799, 800]);
  assert.deepEqual(chosen.filter((id) => id < 100), Array.from({ length: 14 }, (_, n) => n + 1));
});

/** Who may import whom: the table of the README, checked file by file. */
import assert from "node:assert/strict";
import { type Import, importsOf, parseSource, readSources, readText, sliceOf } from "./source.ts";
import { DIFFERENCES, isAllowed, MAY_IMPORT, ROOT_SLICE } from "./slices.ts";

/** Folders of single marketplaces and channels: behind a contract, so only this file may name them. */
const IMPLEMENTATIONS = /^src\/(?:providers\/\w+|notifications\/channels\/\w+)\//;
/** The composition root, and the part of it that is a file of its own. */
const COMPOSE = ["src/app/compose.ts", "src/app/open_sources.ts"];

const sources = await readSources("src", "main.ts", "worker.ts");
const imports = sources.flatMap(importsOf);

function forbidden(all: readonly Import[]): string[] {
  return all.filter(({ from, to }) => sliceOf(from) !== null && !isAllowed(sliceOf(from)!, to))
    .map(({ from, line, to }) => `${from}:${line} imports ${to}`);
}

function reachesImplementation({ from, to }: Import): boolean {
  const [folder] = IMPLEMENTATIONS.exec(to) ?? [];
  return folder !== undefined && !from.startsWith(folder) && !COMPOSE.includes(from);
}

function leavesTheSources({ from, to }: Import, packages: readonly string[]): boolean {
  if (to.startsWith("node:")) return false;
  const isPackage = packages.some((name) => to === name || to.startsWith(`${name}/`));
  return from.startsWith("src/") && !to.startsWith("src/") && !isPackage;
}

/** Each cycle once, as "a → b → a". */
function cyclesOf(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found = new Set<string>();
  const walk = (path: string[]) => {
    for (const next of edges.get(path.at(-1)!) ?? []) {
      const start = path.indexOf(next);
      if (start < 0) walk([...path, next]);
      else if (path.slice(start).every((name) => next <= name)) {
        found.add([...path.slice(start), next].join(" → "));
      }
    }
  };
  for (const slice of edges.keys()) walk([slice]);
  return [...found];
}

function sliceEdges(all: readonly Import[]): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of all) {
    const [a, b] = [sliceOf(from), sliceOf(to)];
    if (a === null || b === null || a === b) continue;
    edges.set(a, (edges.get(a) ?? new Set()).add(b));
  }
  return edges;
}

Deno.test("every folder of src is in the import table", () => {
  const slices = new Set(sources.map((source) => sliceOf(source.path)).filter((slice) => slice !== null));
  const known = [...Object.keys(MAY_IMPORT), ROOT_SLICE];
  assert.deepEqual([...slices].filter((slice) => !known.includes(slice)), []);
});

Deno.test("slices import only what the table allows, and platform imports no slice", () => {
  assert.deepEqual(forbidden(imports), []);
});

Deno.test("every difference from the import table is still in use", () => {
  const unused = DIFFERENCES.filter(({ from, to }) =>
    !imports.some((one) => sliceOf(one.from) === from && (sliceOf(one.to) === to || one.to === `src/${to}`))
  );
  assert.deepEqual(unused, []);
});

Deno.test("slices do not import each other in a circle", () => {
  assert.deepEqual(cyclesOf(sliceEdges(imports)), []);
});

Deno.test("implementations of contracts are imported where the service is composed alone", () => {
  assert.deepEqual(imports.filter(reachesImplementation).map(({ from, line }) => `${from}:${line}`), []);
});

Deno.test("src imports itself, packages of deno.json and Node's built-ins, nothing else", async () => {
  const packages = Object.keys(JSON.parse(await readText("deno.json")).imports);
  const foreign = imports.filter((one) => leavesTheSources(one, packages));
  assert.deepEqual(foreign.map(({ from, line, to }) => `${from}:${line} imports ${to}`), []);
});

Deno.test("the import checks find what they look for", () => {
  const read = (path: string, text: string) => importsOf(parseSource(path, text));
  assert.deepEqual(forbidden(read("src/pricing/a.ts", `// x\nimport { a } from "../polls/store.ts";`)), [
    "src/pricing/a.ts:2 imports src/polls/store.ts",
  ]);
  assert.equal(forbidden(read("src/matching/a.ts", `export * from "../pricing/store.ts";`)).length, 1);
  assert.equal(forbidden(read("src/matching/a.ts", `import "../pricing/money.ts";`)).length, 0);
  assert.equal(
    forbidden(read("src/platform/a.ts", `const a = await import("../pricing/money.ts");`)).length,
    1,
  );
  assert.equal(
    forbidden(read("src/polls/a.ts", `const text = "not an import ../alerts/schema.ts";`)).length,
    0,
  );
  const ring = [
    ...read("src/polls/a.ts", `import type { A } from "../alerts/b.ts";`),
    ...read("src/alerts/b.ts", `import "../polls/a.ts";`),
  ];
  assert.deepEqual(cyclesOf(sliceEdges(ring)), ["alerts → polls → alerts"]);
  const provider = `import { createEbayProvider } from "../providers/ebay/provider.ts";`;
  assert.equal(read("src/polling/a.ts", provider).filter(reachesImplementation).length, 1);
  assert.equal(read(COMPOSE[0]!, provider).filter(reachesImplementation).length, 0);
  const outward = [
    ...read("src/polls/a.ts", `import "../../scripts/dev.ts"; import "leftpad"; import "hono/cors";`),
  ];
  assert.equal(outward.filter((one) => leavesTheSources(one, ["hono"])).length, 2);
});

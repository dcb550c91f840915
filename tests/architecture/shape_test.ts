/** How long things are, and that every export says what it is for. */
import assert from "node:assert/strict";
import { parseSource, readSources, type Source } from "./source.ts";

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;
const MAX_ENTRY_LINES = 40;
const ENTRY_POINTS = ["main.ts", "worker.ts"];

/** Files and functions (`path name`) that are longer, each with the reason. */
const LONGER: Readonly<Record<string, string>> = {};

const sources = await readSources("src", ...ENTRY_POINTS);

interface Measured {
  name: string;
  line: number;
  lines: number;
}

function linesOf({ text }: Source): number {
  return text.trimEnd().split("\n").length;
}

const FUNCTION = /^(\s*)(?:export )?(?:async )?function\*? (\w+)/;
const ARROW = /^(\s*)(?:export )?const (\w+) = (?:async )?(?:<.*>)?\(.*/;
const CLASS = /^(?:export )?(?:abstract )?class \w+/;
const MEMBER = /^( {2})(?:(?:static|override|async|get|set) |\*)*(#?\w+|\[[\w.]+\])(?:<[^(]*>)?\(/;

/** Functions, methods and named arrows. The formatter puts the end of each at its own indentation. */
function functionsOf(source: Source): Measured[] {
  const lines = source.code.split("\n");
  const found: Measured[] = [];
  let inClass = false;
  for (const [index, line] of lines.entries()) {
    if (CLASS.test(line)) inClass = !line.trimEnd().endsWith("}");
    else if (line.startsWith("}")) inClass = false;
    const match = FUNCTION.exec(line) ?? ARROW.exec(line) ?? (inClass ? MEMBER.exec(line) : null);
    if (!match) continue;
    const [, indent = "", name = ""] = match;
    found.push({ name, line: index + 1, lines: lastLine(lines, index, indent.length) - index + 1 });
  }
  return found;
}

/** The last line of what begins in line `start`: its closing bracket, or the line before the next thing. */
function lastLine(lines: readonly string[], start: number, indent: number): number {
  let last = start;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.trim() === "") continue;
    const isOutside = line.search(/\S/) <= indent;
    const closes = /^\s*[)\]}]/.test(line);
    // `): Promise<void> {` only ends the parameters.
    if (isOutside && closes && !/[({]\s*$|=>\s*$/.test(line)) return at;
    if (isOutside && !closes) return last;
    last = at;
  }
  return last;
}

function longFunctions(all: readonly Source[]): string[] {
  return all.flatMap((source) =>
    functionsOf(source)
      .filter(({ name, lines }) => lines > MAX_FUNCTION_LINES && !(`${source.path} ${name}` in LONGER))
      // A table of routes is a list: it grows with them, and every handler in it is short.
      .filter(({ name }) => !(source.path.endsWith("routes.ts") && name.endsWith("Routes")))
      .map(({ name, line, lines }) => `${source.path}:${line} ${name} has ${lines} lines`)
  );
}

const EXPORT =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|let|enum) (\w+)/;

/** Exports without a docstring. A type made from a documented value (`typeof schema`) shares the value's. */
function undocumented(source: Source): string[] {
  const lines = source.text.split("\n");
  const isDocumented = (index: number) => {
    let before = index - 1;
    while (lines[before]?.startsWith("// deno-lint-ignore")) before--;
    return lines[before]?.trimEnd().endsWith("*/") ?? false;
  };
  return lines.flatMap((line, index) => {
    const name = EXPORT.exec(line)?.[1];
    if (name === undefined || isDocumented(index)) return [];
    const value = /^export type .*\btypeof (\w+)/.exec(line)?.[1];
    const origin = lines.findIndex((one) => new RegExp(`^(?:export )?const ${value}\\b`).test(one));
    return value !== undefined && origin >= 0 && isDocumented(origin)
      ? []
      : [`${source.path}:${index + 1} ${name}`];
  });
}

Deno.test(`files have at most ${MAX_FILE_LINES} lines`, () => {
  const long = sources.filter((source) => linesOf(source) > MAX_FILE_LINES && !(source.path in LONGER));
  assert.deepEqual(long.map((source) => `${source.path} has ${linesOf(source)} lines`), []);
});

Deno.test(`functions have at most ${MAX_FUNCTION_LINES} lines`, () => {
  assert.deepEqual(longFunctions(sources), []);
});

Deno.test("everything allowed to be longer is there, is longer, and says why", () => {
  for (const [name, why] of Object.entries(LONGER)) {
    const [path, fn] = name.split(" ");
    const source = sources.find((one) => one.path === path);
    assert.ok(source && why.length > 20, `${name}: no such file, or no reason`);
    const longest = fn
      ? Math.max(0, ...functionsOf(source).filter((one) => one.name === fn).map((one) => one.lines))
      : linesOf(source);
    assert.ok(longest > (fn ? MAX_FUNCTION_LINES : MAX_FILE_LINES), `${name} need not be in the list`);
  }
});

Deno.test(`entry points have at most ${MAX_ENTRY_LINES} lines`, () => {
  const entries = sources.filter(({ path }) => ENTRY_POINTS.includes(path));
  assert.equal(entries.length, ENTRY_POINTS.length);
  assert.deepEqual(entries.filter((source) => linesOf(source) > MAX_ENTRY_LINES).map(({ path }) => path), []);
});

Deno.test("every export has a docstring", () => {
  assert.deepEqual(sources.flatMap(undocumented), []);
});

Deno.test("the checks of length and docstrings find what they look for", () => {
  const filler = (indent: string) => `${indent}const a = { b: [1, (2)] };\n`.repeat(70);
  const at = (text: string) => longFunctions([parseSource("src/polls/a.ts", text)]);
  assert.deepEqual(at(`/** x */\nfunction long(\n  a: number,\n): void {\n${filler("  ")}}\n`), [
    "src/polls/a.ts:2 long has 74 lines",
  ]);
  assert.equal(at(`const long = async (a: number) => {\n${filler("  ")}};\n`).length, 1);
  assert.equal(at(`class A {\n  async #long<T>(a: T) {\n${filler("    ")}  }\n  short() {}\n}\n`).length, 1);
  assert.equal(at(`function short(): void {}\n${filler("")}function other() {\n  return 1;\n}\n`).length, 0);
  const docs = (text: string) => undocumented(parseSource("src/polls/a.ts", text));
  assert.deepEqual(docs(`/** x */\nexport const a = 1;\n\nexport interface B {}\n`), ["src/polls/a.ts:4 B"]);
  assert.deepEqual(
    docs(`/** x */\nexport const KINDS = [\n  "a",\n] as const;\nexport type Kind = (typeof KINDS)[number];`),
    [],
  );
  assert.equal(
    docs(`export const KINDS = ["a"] as const;\nexport type Kind = (typeof KINDS)[number];`).length,
    2,
  );
});

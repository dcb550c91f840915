/** The repository's own text, cut into what architecture checks need to tell apart: code, comments, strings. */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** One TypeScript file. */
export interface Source {
  /** From the root, with forward slashes: `src/polls/store.ts`. */
  path: string;
  text: string;
  /** `text` with comments, strings and the text of templates blanked; line breaks and offsets stay. */
  code: string;
  /** The text of strings and templates, each expression inside as one `?`. */
  literals: Literal[];
}

/** A string or a template. */
export interface Literal {
  line: number;
  /** Offset of its opening quote. */
  at: number;
  text: string;
  /** A tagged template (`String.raw` apart): in this code base, SQL. */
  isTagged: boolean;
}

/** One import or re-export, resolved where it is relative. */
export interface Import {
  from: string;
  line: number;
  /** A path from the root, or the bare name of a package. */
  to: string;
}

/** Every `.ts` file under these files and folders, in order of path. */
export async function readSources(...paths: string[]): Promise<Source[]> {
  const found: string[] = [];
  for (const path of paths) found.push(...await listFiles(path));
  const files = found.filter((path) => path.endsWith(".ts")).sort();
  return await Promise.all(files.map(async (path) => parseSource(path, await readText(path))));
}

/** The text of a file, by its path from the root. */
export function readText(path: string): Promise<string> {
  return Deno.readTextFile(join(ROOT, path));
}

/** Whether there is a file or folder at this path from the root. */
export function exists(path: string): Promise<boolean> {
  return Deno.lstat(join(ROOT, path)).then(() => true, () => false);
}

/** Paths of the files in a folder and below it, or the path itself where it is a file. */
export async function listFiles(path: string): Promise<string[]> {
  const stat = await Deno.stat(join(ROOT, path));
  if (stat.isFile) return [path];
  const paths: string[] = [];
  for await (const entry of Deno.readDir(join(ROOT, path))) {
    paths.push(...await listFiles(`${path}/${entry.name}`));
  }
  return paths;
}

/** The slice a path belongs to (`src/polls/store.ts` → `polls`); null outside src. */
export function sliceOf(path: string): string | null {
  return /^src\/(\w+)\//.exec(path)?.[1] ?? null;
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** `path:line` of every place where the code, not a comment or string, fits `pattern`. */
export function placesOf(sources: readonly Source[], pattern: RegExp): string[] {
  return sources.flatMap(({ path, code }) =>
    [...code.matchAll(new RegExp(pattern, "g"))].map((match) => `${path}:${lineAt(code, match.index)}`)
  );
}

/** Imports and re-exports of a file, type-only ones too, `import("…")` as well. */
export function importsOf(source: Source): Import[] {
  return source.literals.flatMap(({ at, line, text }) => {
    if (!/\b(?:from|import)\s*\(?\s*$/.test(source.code.slice(Math.max(0, at - 20), at))) return [];
    const to = text.startsWith(".")
      ? relative(ROOT, join(ROOT, dirname(source.path), text)).replaceAll("\\", "/")
      : text;
    return [{ from: source.path, line, to }];
  });
}

/** Takes a file apart. */
export function parseSource(path: string, text: string): Source {
  const code = [...text.split("")];
  const literals: Literal[] = [];
  const blank = (from: number, to: number) => {
    for (let at = from; at < to; at++) if (code[at] !== "\n") code[at] = " ";
  };
  scan(text, 0, { blank, literals, isNested: false });
  return { path, text, code: code.join(""), literals };
}

interface Sink {
  blank: (from: number, to: number) => void;
  literals: Literal[];
  /** Inside `${…}` of a template: ends at its closing brace. */
  isNested: boolean;
}

/** Reads code from `at` to its end and gives the offset behind it. */
function scan(text: string, at: number, sink: Sink): number {
  let depth = 0;
  let before = "";
  while (at < text.length) {
    const char = text[at]!;
    if (char === "`") {
      at = scanTemplate(text, at, { ...sink, isTagged: isTag(before) });
      before += "0";
      continue;
    }
    let end = at + 1;
    if (text.startsWith("//", at)) end = endOf(text, at, "\n", 0);
    else if (text.startsWith("/*", at)) end = endOf(text, at + 2, "*/", 2);
    else if (char === '"' || char === "'") {
      end = endOfQuoted(text, at, char);
      sink.literals.push({ line: lineAt(text, at), at, text: text.slice(at + 1, end - 1), isTagged: false });
    } else if (char === "/" && beginsRegex(before)) end = endOfRegex(text, at);
    else {
      if (char === "{") depth++;
      else if (char === "}" && depth-- === 0 && sink.isNested) return at;
      before += char;
      at = end;
      continue;
    }
    sink.blank(at, end);
    if (!text.startsWith("//", at) && !text.startsWith("/*", at)) before += "0";
    at = end;
  }
  return at;
}

function scanTemplate(text: string, start: number, sink: Sink & { isTagged: boolean }): number {
  let content = "";
  let at = start + 1;
  let from = start;
  while (at < text.length && text[at] !== "`") {
    if (text[at] === "\\") {
      content += text.slice(at, at += 2);
    } else if (text.startsWith("${", at)) {
      sink.blank(from, at);
      from = scan(text, at + 2, { ...sink, isNested: true });
      at = from + 1;
      content += "?";
    } else content += text[at++];
  }
  sink.blank(from, at + 1);
  sink.literals.push({ line: lineAt(text, start), at: start, text: content, isTagged: sink.isTagged });
  return at + 1;
}

/** What stands before a backtick makes it a tagged template: a name or a type argument, and no keyword or arrow. */
function isTag(before: string): boolean {
  if (/=>\s*$|\bString\s*\.raw$/.test(before)) return false;
  return /[\w$)\]>]$/.test(before) &&
    !/\b(?:return|typeof|case|in|of|throw|await|yield|else|default)$/.test(before);
}

function beginsRegex(before: string): boolean {
  const last = before.trimEnd();
  return last === "" || /[(,=:[!&|?{};+\-*%<>~^]$/.test(last) ||
    /\b(?:return|typeof|case|in|of|throw|await)$/.test(last);
}

function endOf(text: string, at: number, mark: string, length: number): number {
  const found = text.indexOf(mark, at);
  return found < 0 ? text.length : found + length;
}

function endOfQuoted(text: string, at: number, quote: string): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === "\\") end++;
    else if (text[end] === quote) return end + 1;
  }
  return text.length;
}

function endOfRegex(text: string, at: number): number {
  let inClass = false;
  for (let end = at + 1; end < text.length; end++) {
    const char = text[end];
    if (char === "\\") end++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return end + 1;
  }
  return text.length;
}

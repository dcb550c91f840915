/** The README and the pages beside it name only what is there, and leave out nothing of configuration and routes. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { createHttpApp, type HttpDeps } from "../../src/app/http.ts";
import { exists, listFiles, readText } from "./source.ts";

const README = "README.md";
const API_GUIDE = "docs/api.md";
/** Where variables are declared. */
const CONFIGS = ["src/app/config.ts", "src/app/ebay_config.ts"];

interface Page {
  path: string;
  text: string;
}

const pages = await readPages();

async function readPages(): Promise<Page[]> {
  const paths = [README, ...await listFiles("docs"), "bench/README.md"].filter((path) =>
    path.endsWith(".md")
  );
  return await Promise.all(paths.map(async (path) => ({ path, text: await readText(path) })));
}

function pageOf(path: string): Page {
  return pages.find((page) => page.path === path)!; // safe: the constants above are among the pages
}

const PATH =
  /`((?:src|tests|scripts|migrations|docs|bench)\/[\w./-]*|[\w-]+\.(?:ts|json|lock|md)|Dockerfile)`/g;
const LINK = /\]\((?!https?:|#)([^)#]+)[^)]*\)/g;

/** Paths in backticks, from the root, and links, from the page's folder. */
function pathsOf({ path, text }: Page): string[] {
  const named = [...text.matchAll(PATH)].map(([, found]) => found!).filter((found) =>
    !LAYER_FILES.has(found)
  );
  const linked = [...text.matchAll(LINK)].map(([, found]) => join(dirname(path), found!));
  return [...new Set([...named, ...linked])];
}

/** Names of the files inside a slice, not paths. */
const LAYER_FILES = new Set(["schema.ts", "store.ts", "routes.ts"]);

/** Variables of the configuration with the default written in the code; null: none, or one that is worked out. */
function variablesOf(config: string): Map<string, string | null> {
  const found = new Map<string, string | null>();
  const tables = config.matchAll(
    /^(?:const variables = z\.object\(|export const \w+Variables = )\{\n(.*?)^\}\)?;/gms,
  );
  for (const [, body] of tables) {
    const rows = body!.matchAll(/^ {2}([A-Z][A-Z0-9_]*): (.*?),\n(?= {2}(?:[A-Z]|\.{3})|(?![\s\S]))/gms);
    for (const [, name, rule] of rows) {
      found.set(name!, /\.default\("?([^")]*)"?\)/.exec(rule!)?.[1] ?? null);
    }
  }
  return found;
}

/** Rows of the README's configuration table: name → default. */
function documentedVariables({ text }: Page): Map<string, string> {
  const [, section = ""] = /^## Configuration\n(.*?)^## /ms.exec(text) ?? [];
  const rows = [...section.matchAll(/^\| `([A-Z0-9_]+)` *\| ([^|]*?) *\|/gm)];
  return new Map(rows.map(([, name, value]) => [name!, value!]));
}

/** `METHOD /path` of everything the API answers, development routes included; parameters as `{id}`. */
function routesOf(): string[] {
  const app = createHttpApp(inertDeps());
  const routes = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) =>
    `${method} ${(path.replace(/\/$/, "") || "/").replace(/:(\w+)/g, "{$1}")}`
  );
  return [...new Set(routes)].sort();
}

function inertDeps(): HttpDeps {
  return { isDevLike: true } as HttpDeps; // safe: registering routes calls nothing
}

function documentedRoutes({ text }: Page): string[] {
  const found = [...text.matchAll(/`((?:GET|POST|PATCH|PUT|DELETE) \/[^`\s]*)`/g)].map(([, route]) => route!);
  return [...new Set(found)].sort();
}

Deno.test("every path and link of the README and its pages leads somewhere", async () => {
  for (const page of pages) {
    const missing: string[] = [];
    for (const path of pathsOf(page)) if (!await exists(path)) missing.push(path);
    assert.deepEqual(missing, [], page.path);
  }
});

Deno.test("the README's map has every folder of src", async () => {
  const slices = new Set((await listFiles("src")).map((path) => path.split("/").slice(0, 2).join("/")));
  const text = pageOf(README).text;
  assert.deepEqual([...slices].filter((slice) => !text.includes(`| \`${slice}/\``)), []);
});

Deno.test("the README's configuration table has every variable of the code with its default, and no other", async () => {
  const variables = variablesOf((await Promise.all(CONFIGS.map(readText))).join("\n"));
  const documented = documentedVariables(pageOf(README));
  assert.deepEqual([...documented.keys()].sort(), [...variables.keys()].sort());
  for (const [name, value] of variables) {
    if (value !== null) assert.equal(documented.get(name), `\`${value}\``, `default of ${name}`);
  }
});

Deno.test("the README and the API guide each name every route of the API, and no other", () => {
  assert.deepEqual(documentedRoutes(pageOf(README)), routesOf());
  assert.deepEqual(documentedRoutes(pageOf(API_GUIDE)), routesOf());
});

Deno.test("the README names every task, and no page names one that is not there", async () => {
  const tasks = Object.keys(JSON.parse(await readText("deno.json")).tasks);
  const named = (page: Page) =>
    [...page.text.matchAll(/\bdeno task ([a-z][\w:-]*)/g)].map(([, task]) => task!);
  for (const page of pages) {
    assert.deepEqual(named(page).filter((task) => !tasks.includes(task)), [], page.path);
  }
  assert.deepEqual(tasks.filter((task) => !named(pageOf(README)).includes(task)), []);
});

Deno.test("the checks of the README find what they look for", () => {
  const page = {
    path: "docs/a.md",
    text: "`src/nowhere.ts`, [x](operations.md#top), `schema.ts`, `worker.ts`",
  };
  assert.deepEqual(pathsOf(page), ["src/nowhere.ts", "worker.ts", "docs/operations.md"]);
  const config =
    'const variables = z.object({\n  PORT: z.string().default(8000),\n  A_URL: url("A_URL", ["x:"])\n' +
    '    .default("x:"),\n  B: z.string().optional(),\n});\n';
  assert.deepEqual([...variablesOf(config)], [["PORT", "8000"], ["A_URL", "x:"], ["B", null]]);
  const table =
    "## Configuration\n\n| `PORT` | `8000` | x |\n| `B`    | none   | x |\n\n## Next\n| `C` | x |\n";
  assert.deepEqual([...documentedVariables({ path: README, text: table })], [["PORT", "`8000`"], [
    "B",
    "none",
  ]]);
  assert.deepEqual(documentedRoutes({ path: README, text: "`GET /a` and `POST /a/{id}`, not GET /b" }), [
    "GET /a",
    "POST /a/{id}",
  ]);
});

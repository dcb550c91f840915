/** A recipe made into a request of somebody who is there. */
import { type Call, initOf } from "../support/call.ts";
import { paramsOf } from "../support/operations.ts";
import type { Mutation, Recipe } from "./recipe.ts";
import { Pairs, write } from "./values.ts";

/** What only the running service knows. */
export interface Ingredients {
  /** A valid call of the sender, and one of the other. */
  own: Call;
  foreign: Call;
  headers: Record<string, string>;
}

/** A request ready to be sent. */
export interface Cooked {
  method: string;
  target: string;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer> | null;
}

/** Fills a recipe in. */
export function cook(recipe: Recipe, { own, foreign, headers: credential }: Ingredients): Cooked {
  const { operation } = recipe;
  const method = recipe.method ?? operation.method.toUpperCase();
  const valid = initOf(operation, own, credential);
  const headers = new Map(Object.entries(valid.headers));
  for (const [name, value] of recipe.headers) headers.set(name, value);
  const text = typeof valid.body === "string" ? valid.body : "";
  const body = bodyOf(recipe, text);
  if (body !== null && !headers.has("content-type")) headers.set("content-type", "application/json");
  return {
    method,
    target: `${pathOf(recipe, own, foreign)}${queryOf(recipe, own)}`,
    headers: [...headers],
    body: ["GET", "HEAD", "get"].includes(method) ? null : body,
  };
}

function pathOf({ operation, params }: Recipe, own: Call, foreign: Call): string {
  const names = paramsOf(operation.path);
  return operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const recipe = params[names.indexOf(name)]!; // safe: one for each
    if (recipe.kind === "raw") return recipe.text;
    if (recipe.kind === "text") return encodeURIComponent(recipe.text);
    return encodeURIComponent((recipe.kind === "own" ? own : foreign).params?.[name] ?? "");
  });
}

function queryOf({ query }: Recipe, own: Call): string {
  if (query === null) return own.query ? `?${new URLSearchParams(own.query)}` : "";
  if (query.pairs.length === 0) return "?";
  if (query.encoded) return `?${new URLSearchParams(query.pairs.map(([key, value]) => [key, value]))}`;
  // Whatever URL makes of it; only what would end the query is taken out.
  return `?${query.pairs.map((pair) => pair.join("=")).join("&").replaceAll("#", "")}`;
}

function bodyOf({ body }: Recipe, valid: string): Uint8Array<ArrayBuffer> | null {
  switch (body.kind) {
    case "none":
      return null;
    case "valid":
      return valid === "" ? null : bytes(valid);
    case "value":
      return bytes(write(body.value));
    case "bytes":
      return new Uint8Array(body.from(valid));
    case "mutated":
      return bytes(write(body.mutations.reduce(mutate, parse(valid))));
  }
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The value of a valid body; of a form its fields. */
function parse(text: string): unknown {
  if (text === "") return {};
  return text.startsWith("{") || text.startsWith("[")
    ? JSON.parse(text)
    : Object.fromEntries(new URLSearchParams(text));
}

/** The value with one change; the objects on the way to it become new ones. */
function mutate(value: unknown, { at, how, value: other, pair }: Mutation): unknown {
  const places = placesOf(value);
  const place = places[Math.min(places.length - 1, Math.floor(at * places.length))]!; // safe: the root is one
  return change(value, place, (found) => {
    if (how === "delete") return undefined;
    if (how === "replace") return other;
    if (Array.isArray(found)) return [...found, other];
    return typeof found === "object" && found !== null && !(found instanceof Pairs)
      ? new Pairs([...Object.entries(found), pair])
      : other;
  });
}

type Place = readonly (string | number)[];

function placesOf(value: unknown, place: Place = []): Place[] {
  if (value instanceof Pairs || typeof value !== "object" || value === null) return [place];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [place, ...inner.flatMap(([key, one]) => placesOf(one, [...place, key]))];
}

function change(value: unknown, [key, ...rest]: Place, by: (found: unknown) => unknown): unknown {
  if (key === undefined) return by(value);
  if (Array.isArray(value)) {
    const changed = value.map((one, index) => index === key ? change(one, rest, by) : one);
    return changed.filter((one) => one !== undefined);
  }
  const entries = Object.entries(value as object).map(([name, one]) =>
    // safe: placesOf() went through an object
    [name, name === key ? change(one, rest, by) : one] as const
  );
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}

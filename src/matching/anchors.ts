import type { CompiledQuery } from "./compile_rule.ts";
import { hotness, isPaired, isPairedInListings } from "./hot_tokens.ts";
import type { Keyword } from "./phrase.ts";
import { joinTokens, MAX_JOINED_TOKENS } from "./tokens.ts";

/**
 * One way into a rule from a listing: the listing is a candidate when `anchor` is among its listingKeys() or
 * pairKeys(), and all `tokens` are among its listingKeys(). `tokens` does not repeat the anchor.
 */
export interface AnchorRow {
  /** A key, or two common keys with a space between, which no key contains. */
  anchor: string;
  tokens: string[];
}

/**
 * The rows a rule is indexed under. Every listing that matches the rule's text fits at least one row, so the index
 * never hides a match; what fits a row is only a candidate. Empty for a rule whose text can match nothing. A pure
 * function of the rule and of HOT_TOKENS_VERSION.
 */
export function anchorsOf(compiled: CompiledQuery): AnchorRow[] {
  const items = requiredItems(compiled);
  if (items.length === 0) return [];
  const stable = items.map((item) => intersection(item.map(stableKeys)));
  const choices = items.map((item, index) => {
    const others = stable.flatMap((keys, other) => (other === index ? [] : keys));
    return withoutImplied(item.flatMap(keySetsOf)).map((keys) => rowOf([...keys, ...others]));
  });
  return choices.reduce((best, rows) => (cost(rows) < cost(best) ? rows : best));
}

/** The keys that a listing of the row has: what the stored listings of a new rule are looked up by. */
export function keysOf(row: AnchorRow): string[] {
  return [...row.anchor.split(" "), ...row.tokens];
}

/**
 * Every pair of common keys among the keys of a listing, as anchors name them. A title has about five pairs; the most
 * is one for each two words of the table.
 */
export function pairKeys(keys: readonly string[]): string[] {
  const paired = keys.filter(isPairedInListings).sort();
  return paired.flatMap((one, index) => paired.slice(index + 1).map((other) => `${one} ${other}`));
}

/** Consecutive tokens a listing has to contain, up to joined forms; never empty. */
type Sequence = readonly string[];

/** Each item must be met, by one of its sequences. */
function requiredItems({ required, words, any }: CompiledQuery): Sequence[][] {
  return [
    ...required.map(sequencesOf),
    // Alternatives are one item. Beside a common word (`vinyl` and one of two artists) they are the better way in.
    ...(any.length > 0 ? [any.flatMap(sequencesOf)] : []),
    // Words of a run may stand anywhere, but what may be joined is the same as in a phrase of all their tokens.
    ...words.map(({ runs }) => runs.map((run) => run.words.flatMap((word) => word.phrases[0]?.tokens ?? []))),
  ];
}

function sequencesOf({ phrases }: Keyword): Sequence[] {
  return phrases.map(({ tokens }) => tokens).filter((tokens) => tokens.length > 0);
}

/** Longest sequence all of whose spellings are listed: at most four. */
const MAX_ENUMERATED_TOKENS = 3;

/** Sets of keys of which a listing that contains the sequence has at least one set. */
function keySetsOf(sequence: Sequence): string[][] {
  return sequence.length <= MAX_ENUMERATED_TOKENS ? spellings(sequence) : aroundRarest(sequence);
}

/** Every way to write a short sequence: `a b c`, `ab c`, `a bc`, `abc`. */
function spellings(sequence: Sequence): string[][] {
  if (sequence.length === 0) return [[]];
  return sizes().flatMap((size) => {
    const key = keyAt(sequence, 0, size);
    return key === null ? [] : spellings(sequence.slice(size)).map((rest) => [key, ...rest]);
  });
}

/**
 * Every way to write the rarest token of a long sequence, alone or with its neighbours, each with the tokens that
 * have one spelling. All spellings of eight tokens would be 81 rows.
 */
function aroundRarest(sequence: Sequence): string[][] {
  const rarest = [...sequence.keys()].reduce((best, index) =>
    compareRarity(sequence[index] ?? "", sequence[best] ?? "") < 0 ? index : best
  );
  const stable = stableKeys(sequence);
  return groupsWith(sequence, rarest).map((key) => [key, ...stable]);
}

/** Tokens of the sequence that are keys of every listing that contains it: no join can absorb them. */
function stableKeys(sequence: Sequence): string[] {
  return sequence.filter((_, index) => groupsWith(sequence, index).length === 1);
}

/** Keys of the token at `index` alone and of every joined form it is part of. */
function groupsWith(sequence: Sequence, index: number): string[] {
  return sizes().flatMap((size) =>
    Array.from({ length: size }, (_, back) => index - back)
      .filter((start) => start >= 0)
      .flatMap((start) => keyAt(sequence, start, size) ?? [])
  );
}

function keyAt(sequence: Sequence, start: number, size: number): string | null {
  return size === 1 ? sequence[start] ?? null : joinTokens(sequence, start, size);
}

function sizes(): number[] {
  return Array.from({ length: MAX_JOINED_TOKENS }, (_, index) => index + 1);
}

/** Drops key sets that contain another one: their listings are candidates anyway. */
function withoutImplied(keySets: readonly string[][]): string[][] {
  const sets = keySets.map((keys) => new Set(keys));
  return keySets.filter((_, index) => {
    const own = sets[index] ?? new Set();
    return !sets.some((other, at) =>
      at !== index && other.isSubsetOf(own) && (other.size < own.size || at < index)
    );
  });
}

/**
 * Most tokens of a row, and their greatest length: more would hardly make a candidate rarer, and a row has to fit into
 * an index entry of 2,700 bytes.
 */
const MAX_ROW_TOKENS = 6;
const MAX_ROW_TOKEN_LENGTH = 32;

/** Anchored on the rarest key, or where that is common on the two rarest together. */
function rowOf(keys: readonly string[]): AnchorRow {
  const [first = "", second, ...rest] = [...new Set(keys)].sort(compareRarity);
  if (second === undefined) return { anchor: first, tokens: [] };
  const isPair = isPaired(first) && isPaired(second);
  const anchor = isPair ? [first, second].sort().join(" ") : first;
  const tokens = (isPair ? rest : [second, ...rest]).filter((key) => key.length <= MAX_ROW_TOKEN_LENGTH);
  return { anchor, tokens: tokens.slice(0, MAX_ROW_TOKENS) };
}

/** Rare before common, then long before short; the alphabet keeps the order the same everywhere. */
function compareRarity(a: string, b: string): number {
  return hotness(a) - hotness(b) || b.length - a.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Listings per ten thousand that reach the rule's rows, roughly. No rows at all are free: nothing can match. */
function cost(rows: readonly AnchorRow[]): number {
  return rows.reduce((sum, { anchor }) => sum + shareOf(anchor) + UNKNOWN_TOKEN_COST, 0);
}

/** Of a pair: as if its words met by chance, which is near enough for a choice. */
function shareOf(anchor: string): number {
  return anchor.split(" ").reduce((share, key) => share * hotness(key) / 10_000, 10_000);
}

/** What a token outside the table counts, and what a further row costs. */
const UNKNOWN_TOKEN_COST = 0.5;

function intersection(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...rest] = lists;
  return first.filter((key) => rest.every((list) => list.includes(key)));
}

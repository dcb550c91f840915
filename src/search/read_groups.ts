/** All providers of one search at the same time, each only as deep as the wanted page needs. */
import { monotonicMs } from "../platform/clock.ts";
import type { Listing } from "../listings/schema.ts";
import { supplyOf } from "../listings/supply.ts";
import { type CompiledQuery, compileRule } from "../matching/compile_rule.ts";
import type { RuleQuery } from "../matching/rule_query.ts";
import type { Rates } from "../matching/verdict.ts";
import { judge } from "../matching/watch.ts";
import type { PollDeps } from "../polling/run_poll.ts";
import type { Provider } from "../providers/contract.ts";
import { readPage } from "./read_page.ts";
import type { Reading } from "./reading.ts";
import type { Readings } from "./readings.ts";

/** How long a search waits for one provider, in milliseconds: they answer in one or two seconds when they are well. */
export const SEARCH_DEADLINE_MS = 8_000;

/** What reading providers needs. */
export type ReadDeps = PollDeps & { readings: Readings; searchDeadlineMs: number };

/** What one provider found. */
export interface Group {
  provider: Provider;
  /** In the provider's order. */
  hits: Listing[];
  /** Another page may be read when somebody gets there. */
  hasMore: boolean;
  /** Why it found nothing, or not all; null: no reason. */
  error: string | null;
}

/** Who searches where for what, and how many hits make the wanted page full. */
export interface GroupsAsk {
  user_id: string;
  providers: readonly Provider[];
  query: RuleQuery;
  needed: number;
  isFirstPage: boolean;
}

/**
 * Asks every provider for its first page at once. Deeper pages are read where the wanted page needs them: a provider's
 * when those before it, read to their ends, do not fill it. So the order of all hits is the same on every page.
 * @throws {DatabaseError} when the database is away
 */
export async function readGroups(deps: ReadDeps, ask: GroupsAsk): Promise<Group[]> {
  const compiled = compileRule(ask.query);
  let before = Promise.resolve(0);
  const reads = ask.providers.map((provider) => {
    const read = readGroup(deps, { ...ask, provider, compiled, before });
    // A failure is thrown below, when nothing is under way any more.
    before = read.then(({ hitCount }) => hitCount, () => 0);
    return read;
  });
  const settled = await Promise.allSettled(reads);
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value.group;
  });
}

interface GroupAsk extends GroupsAsk {
  provider: Provider;
  compiled: CompiledQuery;
  /** Hits of all providers before this one, once they are read as deep as needed. */
  before: Promise<number>;
}

async function readGroup(deps: ReadDeps, ask: GroupAsk): Promise<{ group: Group; hitCount: number }> {
  const { provider, compiled } = ask;
  const queries = provider.plan(ask.query);
  const reading = deps.readings.open({ provider: provider.id, queries, isFirstPage: ask.isFirstPage });
  const deepen = deepenWithin(deps, ask, reading);
  const [before] = await Promise.all([ask.before, reading.pages === 0 ? deepen() : null]);
  const hasMore = () => reading.isOpen && mayHit(provider, compiled);
  let hits = hitsOf(reading, compiled, deps.rates);
  while (before + hits.length < ask.needed && hasMore()) {
    await deepen();
    hits = hitsOf(reading, compiled, deps.rates);
  }
  const error = queries.length > 0
    ? reading.error
    : `Cannot search ${provider.name}: the keywords hold no word that it can look for`;
  return { group: { provider, hits, hasMore: hasMore(), error }, hitCount: before + hits.length };
}

/** All pages of one search share one deadline, which runs only while this provider is waited for. */
function deepenWithin(deps: ReadDeps, ask: GroupAsk, reading: Reading): () => Promise<void> {
  const { provider, user_id } = ask;
  const deadlineMs = deps.searchDeadlineMs;
  let spentMs = 0;
  return async () => {
    const startedMs = monotonicMs();
    await reading.deepen((position) =>
      readPage(deps, { provider, user_id, ...position, deadlineMs, leftMs: deadlineMs - spentMs })
    );
    spentMs += monotonicMs() - startedMs;
  };
}

/** What may be shown: it matches as it would match a rule, is for sale, and has a page to go to. */
function hitsOf(reading: Reading, compiled: CompiledQuery, rates: Rates): Listing[] {
  const watch = { compiled: { kind: "text", text: compiled }, active: true } as const;
  return [...reading.found].flatMap(({ listing, facts }) => {
    if (listing.url === null || supplyOf(listing) !== "some") return [];
    return judge(watch, facts, rates, { untilFailure: true }).kind === "match" ? [listing] : [];
  });
}

/** Whether deeper pages can hold a hit: releases have neither price nor grade, and calls to their providers are few. */
function mayHit({ capabilities: { kind } }: Provider, query: CompiledQuery): boolean {
  const hasBounds = query.min_minor !== null || query.max_minor !== null || query.min_grade !== null;
  return !hasBounds || (kind !== "aggregate" && kind !== "catalogue");
}

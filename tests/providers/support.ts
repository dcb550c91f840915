import assert from "node:assert/strict";
import type { RuleQuery } from "../../src/matching/rule_query.ts";
import type {
  CallOptions,
  Page,
  Provider,
  ProviderCall,
  ProviderErrorKind,
} from "../../src/providers/contract.ts";
import { ProviderError } from "../../src/providers/contract.ts";

/** A rule without predicates, apart from those given. */
export function aRule(parts: Partial<RuleQuery>): RuleQuery {
  return { keywords: [], any_keywords: [], exclude_keywords: [], ungraded: "exclude", formats: [], ...parts };
}

/** Call options that keep what was reported. */
export function watched(
  signal: AbortSignal = new AbortController().signal,
): CallOptions & { calls: ProviderCall[] } {
  const calls: ProviderCall[] = [];
  return { signal, calls, onCall: (call) => calls.push(call) };
}

/** The ProviderError of a search that must fail with `kind`; its text must not hold the test's secret. */
export async function failed(promise: Promise<unknown>, kind: ProviderErrorKind): Promise<ProviderError> {
  const error = await promise.then(() => null, (thrown: unknown) => thrown);
  assert.ok(error instanceof ProviderError, `expected ProviderError, got ${error}`);
  assert.equal(error.kind, kind, error.message);
  assert.doesNotMatch(error.message, /hunter2/);
  return error;
}

/** Every page of a query, at most `limit`. */
export async function allPages(provider: Provider, query: Parameters<Provider["search"]>[0], limit = 100) {
  const pages: Page[] = [];
  for (let cursor: string | null = null; pages.length < limit;) {
    const page: Page = await provider.search(query, cursor, watched());
    pages.push(page);
    if (page.next === null) break;
    cursor = page.next;
  }
  return pages;
}

/** A fixture of our own, parsed. */
export function fixture(name: string): unknown {
  return JSON.parse(Deno.readTextFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
}

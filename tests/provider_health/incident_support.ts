/** A service whose simulated market does as told, with time that passes minute by minute. */
import { createJobHandler, workSources } from "../../src/app/jobs.ts";
import type { ProviderFamily } from "../../src/providers/added_source.ts";
import { type Provider, ProviderError, type ProviderErrorKind } from "../../src/providers/contract.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { watchProviders } from "../../src/provider_health/watch_providers.ts";
import { inboxOf } from "../support/calls.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

/**
 * Minutes from the last success of a search that runs every minute to the fifth failure in a row, after which nobody
 * asks for an hour: it failed after 1, 2, 3 and 8 of them.
 */
export const FIFTH_FAILURE = 23;

/** The service with its market in the test's hand. */
export interface Market extends TestService {
  /** How it answers each search; null: well. Without it: well. */
  fails(
    kindOf: (words: string) => ProviderErrorKind | null,
    options?: { retryAfterSeconds?: number },
  ): void;
  /** Passes minutes: each time due polls run, then the cron does, in `workers` processes at once. */
  pass(minutes: number, options?: { workers?: number; polls?: boolean; cron?: boolean }): Promise<void>;
  /** The cron alone, with the market switched off in the configuration or not. */
  watch(options?: { enabled?: boolean }): Promise<number>;
}

/** Feeds that people added answer as the market does. */
function feeds(provider: Provider): ProviderFamily {
  return {
    kind: "feed",
    enabled: true,
    quota: null,
    make: (id) => ({ ...provider, id, name: "A feed" }),
    inspect: () => Promise.resolve(null),
  };
}

/** Runs `work` on it. */
export async function withMarket(work: (market: Market) => Promise<void>): Promise<void> {
  await withService(async (service) => {
    let kindOf: (words: string) => ProviderErrorKind | null = () => null;
    let asked: { retryAfterSeconds?: number } = {};
    const real = service.deps.providers.get("mock")!; // safe: every installation knows it
    const provider: Provider = {
      ...real,
      search: async (query) => {
        await Promise.resolve();
        const kind = kindOf(String(query["q"]));
        if (kind !== null) throw new ProviderError(kind, "Cannot search the market: it rains", asked);
        return { listings: [], next: null };
      },
    };
    const depsWith = (enabled: boolean) => ({
      ...service.deps,
      providers: createRegistry([{ provider, enabled }], [feeds(provider)]),
    });
    const deps = depsWith(true);
    const handle = createJobHandler(deps, { settle: () => {} });
    const runPolls = async () => {
      const polls = workSources(deps).find(({ kind }) => kind === "poll")!; // safe: it is one of them
      const rows = await polls.claim({ now: deps.clock.now(), limit: 100 });
      await handle({ kind: "poll", rows });
    };
    await work({
      ...service,
      fails: (given, options = {}) => {
        kindOf = given;
        asked = options;
      },
      pass: async (minutes, { workers = 1, polls = true, cron = true } = {}) => {
        for (let minute = 0; minute < minutes; minute++) {
          service.clock.advance(60_000);
          if (polls) await runPolls();
          if (cron) await Promise.all(Array.from({ length: workers }, () => watchProviders(deps)));
        }
      },
      watch: async ({ enabled = true } = {}) => (await watchProviders(depsWith(enabled))).told_count,
    });
  }, { SIMULATED_MARKET: "true" });
}

/** What a person was told of providers, oldest first. */
export async function noticesOf(person: Client) {
  const inbox = await inboxOf(person, { limit: 200 });
  return inbox.filter(({ event_type: type }) => type === "SERVICE_NOTICE").reverse();
}

/** The same as stable words. */
export async function wordsOf(person: Client): Promise<(string | undefined)[]> {
  return (await noticesOf(person)).map(({ payload }) => payload.notice);
}

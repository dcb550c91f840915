import { KEY_SECONDS } from "../platform/api/once.ts";
import { pruneIdempotencyKeys } from "../platform/api/once_store.ts";
import { addSeconds } from "../platform/clock.ts";
import { healCronSlots, minuteOf, pruneCronSlots, takeCronSlot } from "../platform/cron_slot.ts";
import type { Dispatcher } from "../platform/dispatcher.ts";
import type { Log } from "../platform/log.ts";
import { pruneRateLimits } from "../platform/rate_limit_store.ts";
import { pruneDeletions } from "../account_deletion/store.ts";
import { pruneAccounts } from "../accounts/prune_accounts.ts";
import { pruneOAuthRequests } from "../discogs_import/oauth_store.ts";
import { healImports } from "../discogs_import/heal_store.ts";
import { blankExpired } from "../alerts/blank_expired.ts";
import { syncAccounts } from "../discogs_import/sync_accounts.ts";
import { reanchorRules } from "../alerts/reanchor_rules.ts";
import { pruneClosedSellers } from "../listings/seller_store.ts";
import { pruneClicks } from "../listings/click_store.ts";
import type { RateFeed } from "../pricing/rate_feed.ts";
import type { PlanLooks } from "../polls/plan_missing.ts";
import { endPastListings } from "../polling/end_past_listings.ts";
import { healTimes } from "../polling/heal_times.ts";
import type { IngestDeps } from "../polling/ingest_and_alert.ts";
import { settleFloors } from "../polling/settle_floors.ts";
import { pruneIncidents } from "../provider_health/incident_store.ts";
import { watchProviders } from "../provider_health/watch_providers.ts";
import { healQuotas } from "../providers/quota.ts";
import { readQuotas } from "../providers/read_quotas.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { pruneProviderRequests } from "../providers/store.ts";
import { planMissingFloors } from "../watch_releases/plan_missing_polls.ts";
import { planMissingPolls } from "../watch_rules/plan_missing_polls.ts";
import type { InspectDeps } from "../sources/inspect_source.ts";
import { findSharedSources } from "../sources/share_sources.ts";

/** What crons need of the service. */
export interface CronDeps extends IngestDeps, Pick<InspectDeps, "sourceFamilies" | "sourcePolicy"> {
  log: Log;
  dispatcher: Dispatcher | null;
  rateFeed: Pick<RateFeed, "refresh">;
  providers: ProviderRegistry;
  ruleLooks: PlanLooks;
  releaseLooks: PlanLooks;
  /** How long calls to providers are kept. */
  providerRequestDays: number;
}

interface Cron {
  name: string;
  /** Five fields, UTC. */
  schedule: string;
  /** Runs in every process that fires it, not in one alone. */
  everywhere?: true;
  run: (deps: CronDeps) => unknown;
}

/** How long it is kept when providers failed, and who was told. */
const INCIDENT_DAYS = 90;
/** How long clicks on links to offers are kept: long enough to compare with a quarter's affiliate report. */
const CLICK_DAYS = 90;

/** How long a notice of a closed account is known again: eBay repeats one that was not answered for a day. */
const DELETION_DAYS = 90;

/** Every cron of the service: its name, cadence and function. */
export const CRONS: readonly Cron[] = [
  {
    name: "wake-dispatcher",
    schedule: "* * * * *",
    everywhere: true,
    run: ({ dispatcher }) => dispatcher?.wake(),
  },
  {
    // Hourly: asks only while the day's rates are out and not stored, so a missed hour or a failure is made up for.
    name: "refresh-exchange-rates",
    schedule: "23 * * * *",
    run: ({ rateFeed }) => rateFeed.refresh(),
  },
  {
    // After a release with other hot tokens this makes rules cheaper to find; they are found before too.
    name: "reanchor-rules",
    schedule: "*/10 * * * *",
    run: ({ sql }) => reanchorRules({ sql }),
  },
  {
    // A provider may be enabled long after watches were saved that name it.
    name: "plan-missing-polls",
    schedule: "*/10 * * * *",
    run: async (deps) => {
      await planMissingPolls(deps);
      await planMissingFloors(deps);
    },
  },
  {
    // Polls and backfills do it themselves; this is for what a crash left.
    name: "settle-floors",
    schedule: "* * * * *",
    run: (deps) => settleFloors(deps),
  },
  {
    // A clock that was ahead and was set back leaves times that nobody reaches for as long as it was ahead.
    name: "heal-times",
    schedule: "*/10 * * * *",
    // That clock may have taken its slot, too.
    everywhere: true,
    run: async (deps) => {
      await healCronSlots(deps.sql, deps.clock.now());
      await healTimes(deps);
      await healQuotas(deps);
      await healImports(deps.sql, deps.clock.now());
    },
  },
  {
    name: "end-past-listings",
    schedule: "* * * * *",
    run: (deps) => endPastListings(deps),
  },
  {
    // What may not be shown is hidden to the millisecond; this is how soon it is gone.
    name: "blank-expired",
    schedule: "* * * * *",
    run: (deps) => blankExpired(deps),
  },
  {
    name: "read-provider-quotas",
    schedule: "11 * * * *",
    run: (deps) => readQuotas(deps),
  },
  {
    name: "watch-providers",
    schedule: "* * * * *",
    run: (deps) => watchProviders(deps),
  },
  {
    name: "find-shared-sources",
    schedule: "* * * * *",
    run: (deps) => findSharedSources(deps),
  },
  {
    name: "prune-provider-incidents",
    schedule: "47 3 * * *",
    run: ({ sql, clock }) => pruneIncidents(sql, addSeconds(clock.now(), -INCIDENT_DAYS * 86_400)),
  },
  {
    name: "prune-provider-requests",
    schedule: "17 3 * * *",
    run: ({ sql, clock, providerRequestDays: days }) =>
      pruneProviderRequests(sql, addSeconds(clock.now(), -days * 86_400)),
  },
  {
    name: "prune-idempotency-keys",
    schedule: "29 * * * *",
    run: ({ sql, clock }) => pruneIdempotencyKeys(sql, addSeconds(clock.now(), -KEY_SECONDS)),
  },
  {
    // Hourly: strangers who guess fill the counters.
    name: "prune-accounts",
    schedule: "37 * * * *",
    run: ({ sql, clock }) => pruneAccounts({ sql, clock }),
  },
  {
    // Each account comes about every hour, at a minute of its own.
    name: "sync-discogs",
    schedule: "* * * * *",
    run: (deps) => syncAccounts(deps),
  },
  {
    // Links to marketplaces that nobody came back from: what they hold is secret.
    name: "prune-oauth-requests",
    schedule: "*/15 * * * *",
    run: ({ sql, clock }) => pruneOAuthRequests(sql, clock.now()),
  },
  {
    name: "prune-outbound-clicks",
    schedule: "31 3 * * *",
    run: ({ sql, clock }) => pruneClicks(sql, addSeconds(clock.now(), -CLICK_DAYS * 86_400)),
  },
  {
    name: "prune-account-deletions",
    schedule: "43 3 * * *",
    run: async ({ sql, clock }) => {
      await pruneDeletions(sql, addSeconds(clock.now(), -DELETION_DAYS * 86_400));
      await pruneClosedSellers(sql, clock.now());
    },
  },
  {
    // Callers come and go: the table stays as small as the last minutes.
    name: "prune-rate-limits",
    schedule: "*/5 * * * *",
    run: ({ sql, clock }) => pruneRateLimits(sql, clock.now()),
  },
  {
    name: "prune-cron-slots",
    schedule: "41 3 * * *",
    run: ({ sql, clock }) => pruneCronSlots(sql, addSeconds(clock.now(), -7 * 86_400)),
  },
];

/**
 * Registers every cron. Must be called while the main module loads, before its first await, so that a platform can
 * discover them; they wait for `ready` themselves.
 */
export function registerCrons(ready: () => Promise<CronDeps>): void {
  for (const cron of CRONS) Deno.cron(cron.name, cron.schedule, async () => void await runCron(cron, ready));
}

/**
 * Runs one tick of a cron where this process takes its slot. Never throws: a throwing cron is retried by the runtime,
 * and that swallows its next tick. False: another process has the slot, or it failed.
 */
export async function runCron(cron: Cron, ready: () => Promise<CronDeps>): Promise<boolean> {
  let log: Log | null = null;
  try {
    const deps = await ready();
    log = deps.log;
    const now = deps.clock.now();
    if (!cron.everywhere && !await takeCronSlot(deps.sql, { name: cron.name, slot: minuteOf(now), now })) {
      return false;
    }
    await cron.run(deps);
    return true;
  } catch (error) {
    log?.error("cron failed", { cron: cron.name, error });
    return false;
  }
}

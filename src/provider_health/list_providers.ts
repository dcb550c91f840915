import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { type PollCounts, sumPollsOfUser } from "../polls/health_store.ts";
import { familyOf } from "../providers/added_source.ts";
import type { CallQuota, Provider } from "../providers/contract.ts";
import { findCallsCounted } from "../providers/quota.ts";
import { type QuotaReadingRow, readQuotaReadings } from "../providers/quota_reading_store.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { type ProviderState, readProviderStates } from "../providers/state_store.ts";
import { healthOf } from "./health_of.ts";
import type { ProviderJson } from "./schema.ts";

/** What listing providers needs. */
export interface ProviderListDeps {
  sql: Sql;
  clock: Clock;
  providers: Pick<ProviderRegistry, "isEnabled" | "disabledReason">;
  /** The providers this person may know of: those of the installation, and what was added for him. */
  visibleProviders: (userId: string) => Promise<readonly Provider[]>;
}

/** Every provider the user may know of, disabled ones too, with its health and how his own searches fare there. */
export async function listProviders(deps: ProviderListDeps, userId: string): Promise<ProviderJson[]> {
  const now = deps.clock.now();
  const visible = await deps.visibleProviders(userId);
  const states = new Map((await readProviderStates(deps.sql)).map((state) => [state.provider, state]));
  const counts = new Map(
    (await sumPollsOfUser(deps.sql, { user_id: userId, now })).map((row) => [row.provider, row]),
  );
  const readings = new Map((await readQuotaReadings(deps.sql)).map((one) => [one.provider, one]));
  const counted = await findCallsCounted(deps, visible.flatMap((one) => countedQuotaOf(one) ?? []));
  return visible.map((provider) =>
    describe(deps, provider, {
      state: states.get(provider.id) ?? null,
      reading: readings.get(provider.id) ?? null,
      counted,
      counts: counts.get(provider.id) ?? null,
      now,
    })
  );
}

/** The count of calls to a shop or feed would tell that somebody else watches it too. */
function countedQuotaOf({ id, capabilities }: Provider): CallQuota | null {
  return familyOf(id) === null ? capabilities.quota : null;
}

function describe(
  { providers }: Pick<ProviderListDeps, "providers">,
  provider: Provider,
  { state, counts, reading, counted, now }: {
    state: ProviderState | null;
    counts: PollCounts | null;
    reading: QuotaReadingRow | null;
    counted: Awaited<ReturnType<typeof findCallsCounted>>;
    now: Date;
  },
): ProviderJson {
  const { id, name, capabilities } = provider;
  const { terms: { credits_page: _ours, ...terms }, quota, marketplaces } = capabilities;
  const enabled = providers.isEnabled(id);
  const isBlocked = state?.blocked_until != null && state.blocked_until > now;
  return {
    id,
    name,
    kind: capabilities.kind,
    enabled,
    disabled_reason: providers.disabledReason(id),
    filters: [...capabilities.filters],
    grade_source: capabilities.gradeSource,
    currency_source: capabilities.currencySource,
    sees_endings: capabilities.sweep !== undefined || provider.findListing !== undefined,
    single_listings: provider.findListing !== undefined,
    marketplaces: marketplaces ? { known: [...marketplaces.known], default: marketplaces.default } : null,
    min_interval_seconds: capabilities.minIntervalSeconds,
    terms: { ...terms, retention: [...terms.retention ?? []] },
    quota: quota && {
      scope: quota.scope,
      windows: quota.windows.map((window) => ({
        ...window,
        used: countedQuotaOf(provider) && counted(quota, window),
      })),
    },
    quota_reading: reading && {
      limit: reading.call_limit,
      remaining: reading.remaining,
      window_seconds: reading.window_seconds,
      resets_at: reading.resets_at,
      read_at: reading.read_at,
    },
    health: {
      status: healthOf(state, { enabled, intervalSeconds: counts?.interval_seconds ?? null, now }),
      blocked_until: isBlocked ? state.blocked_until : null,
      last_success_at: state?.last_success_at ?? null,
      last_error: state?.last_error ?? null,
      last_error_at: state?.last_error_at ?? null,
    },
    polls: {
      active: counts?.active ?? 0,
      due: counts?.due ?? 0,
      late: counts?.late ?? 0,
      failing: counts?.failing ?? 0,
      with_gap: counts?.with_gap ?? 0,
      last_gap_at: counts?.last_gap_at ?? null,
    },
  };
}

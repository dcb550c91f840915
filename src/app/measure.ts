/** What is measured where the service is put together, so that no slice has to know of it. */
import type { Clock } from "../platform/clock.ts";
import type { Dispatcher } from "../platform/dispatcher.ts";
import type { Pool } from "../platform/sql.ts";
import type { StreamHub } from "../notifications/stream.ts";
import { countDuePolls } from "../polls/claim_store.ts";
import { familyOf, type ProviderFamily } from "../providers/added_source.ts";
import type { CallOptions } from "../providers/contract.ts";
import type { ProviderEntry, ProviderRegistry } from "../providers/registry.ts";
import type { Metrics } from "./metrics.ts";

/** Registers everything that is looked up when the metrics are read. */
export function measureService(deps: {
  metrics: Metrics;
  sql: Pool;
  clock: Clock;
  streams: StreamHub;
  providers: ProviderRegistry;
  dispatcher: Dispatcher | null;
}): void {
  const { metrics, sql, clock, streams, providers, dispatcher } = deps;
  metrics.addGauge("waxwatch_open_streams", "Streams that are open", () => streams.size);
  metrics.addGauge("waxwatch_database_connections", "Connections of the pool", () => sql.stats().open);
  metrics.addCounter(
    "waxwatch_database_connections_replaced_total",
    "Connections that were lost or killed",
    () => sql.stats().replaced,
  );
  metrics.addCounter(
    "waxwatch_database_deadlines_total",
    "Statements that took too long",
    () => sql.stats().deadlines,
  );
  metrics.addGauge("waxwatch_polls", "Polls that are due, and those late by more than a minute", () => {
    return countDuePolls(sql, { now: clock.now(), families: providers.enabledFamilies() });
  });
  if (dispatcher) {
    metrics.addGauge(
      "waxwatch_jobs_outstanding",
      "Claimed rows that no handler has finished",
      () => dispatcher.outstanding,
    );
  }
}

/** The same provider, its calls counted. */
export function measureProvider(
  entry: ProviderEntry,
  metrics: Pick<Metrics, "countProviderCall">,
): ProviderEntry {
  const { provider } = entry;
  const counted = (options: CallOptions): CallOptions => ({
    ...options,
    onCall: (call) => {
      metrics.countProviderCall(
        // Of added sources the family alone: there is no end of them, and some are private.
        { provider: familyOf(call.provider) ?? call.provider, status: call.status_code },
        call.duration_ms / 1000,
      );
      options.onCall(call);
    },
  });
  const { findListing, readQuota } = provider;
  return {
    ...entry,
    provider: {
      ...provider,
      search: (query, cursor, options) => provider.search(query, cursor, counted(options)),
      ...(findListing && { findListing: (id, options) => findListing(id, counted(options)) }),
      ...(readQuota && { readQuota: (options) => readQuota(counted(options)) }),
    },
  };
}

/** The same family, the calls of its providers counted. */
export function measureFamily(
  family: ProviderFamily,
  metrics: Pick<Metrics, "countProviderCall">,
): ProviderFamily {
  const { enabled } = family;
  return {
    ...family,
    make: (id) => measureProvider({ provider: family.make(id), enabled }, metrics).provider,
  };
}

import type { WantedPoll } from "../polls/schema.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import type { WatchRuleRow } from "./schema.ts";

/** The searches an active rule needs on its enabled providers, as often as it asks and the provider allows. */
export function planPolls(
  providers: ProviderRegistry,
  rule: Pick<WatchRuleRow, "query" | "poll_interval_seconds">,
): WantedPoll[] {
  const watched = rule.query.sources.flatMap((id) => providers.isEnabled(id) ? providers.get(id) ?? [] : []);
  return watched.flatMap((provider) =>
    provider.plan(rule.query).map((query) => ({
      provider: provider.id,
      query,
      interval_seconds: Math.max(rule.poll_interval_seconds, provider.capabilities.minIntervalSeconds),
    }))
  );
}

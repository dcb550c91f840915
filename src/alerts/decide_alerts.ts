import { FIRST_RUN_TOP, type MatchDraft } from "./schema.ts";

/** New matches of one user and one listing: whatever number of rules, they make one alert or none. */
export interface MatchGroup {
  user_id: string;
  listing_id: string;
  drafts: MatchDraft[];
  /** The user was told of this listing before. */
  alreadyAlerted: boolean;
}

/** What happens to one group: alerted with these drafts as its reasons, or recorded only. */
export interface AlertDecision {
  group: MatchGroup;
  alert: boolean;
}

/**
 * Which groups alert (semantics §4): a group that was told before never does; one with a match that is not of a first
 * run does; one whose matches are all of first runs does as far as a rule's policy lets it: `all`, or among the best of
 * `top` that the rule has left. Pure; `rule.backfill_alerted` must be read under lock.
 */
export function decideAlerts(groups: readonly MatchGroup[]): AlertDecision[] {
  const chosen = new Set<MatchGroup>();
  for (const group of groups) {
    if (!group.alreadyAlerted && group.drafts.some(alertsByItself)) chosen.add(group);
  }
  for (const contenders of topContenders(groups, chosen).values()) {
    const left = FIRST_RUN_TOP - contenders[0]!.draft.rule.backfill_alerted;
    for (const { group } of contenders.sort(byPriceThenNewest).slice(0, Math.max(0, left))) chosen.add(group);
  }
  return groups.map((group) => ({ group, alert: chosen.has(group) }));
}

/** How many first-run offers each rule recorded and alerted in these decisions. */
export function countFirstRuns(
  decisions: readonly AlertDecision[],
): { id: string; found: number; alerted: number }[] {
  const counts = new Map<string, { id: string; found: number; alerted: number }>();
  for (const { group, alert } of decisions) {
    for (const { rule, alreadyForSale } of group.drafts) {
      if (!alreadyForSale) continue;
      const count = counts.get(rule.id) ?? { id: rule.id, found: 0, alerted: 0 };
      count.found += 1;
      if (alert) count.alerted += 1;
      counts.set(rule.id, count);
    }
  }
  return [...counts.values()];
}

function alertsByItself(draft: MatchDraft): boolean {
  return !draft.alreadyForSale || draft.rule.first_run === "all";
}

interface Contender {
  group: MatchGroup;
  draft: MatchDraft;
}

function topContenders(
  groups: readonly MatchGroup[],
  chosen: ReadonlySet<MatchGroup>,
): Map<string, Contender[]> {
  const byRule = new Map<string, Contender[]>();
  for (const group of groups) {
    if (group.alreadyAlerted || chosen.has(group)) continue;
    for (const draft of group.drafts.filter((one) => one.rule.first_run === "top")) {
      const list = byRule.get(draft.rule.id) ?? [];
      list.push({ group, draft });
      byRule.set(draft.rule.id, list);
    }
  }
  return byRule;
}

/** Lowest comparable price first (unknown or incomparable last), then the newest offer. */
function byPriceThenNewest(a: Contender, b: Contender): number {
  const priceA = a.draft.comparable_minor ?? Infinity;
  const priceB = b.draft.comparable_minor ?? Infinity;
  if (priceA !== priceB) return priceA - priceB;
  return (b.draft.listing.listed_at?.getTime() ?? 0) - (a.draft.listing.listed_at?.getTime() ?? 0);
}

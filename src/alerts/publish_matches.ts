import type { Sql } from "../platform/sql.ts";
import type { Listing } from "../listings/schema.ts";
import { appendEvents } from "../events/append_events.ts";
import type { AppendedEvent, EventDraft } from "../events/schema.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { type AlertDecision, countFirstRuns, decideAlerts, type MatchGroup } from "./decide_alerts.ts";
import { insertMatches, lockAlertStates, markAlerted } from "./match_store.ts";
import { addFirstRunCounts, lockCompiledRules } from "./rule_store.ts";
import type { CompiledRule, MatchDraft, MatchReason } from "./schema.ts";

/** What a publish did. */
export interface Published {
  /** The listing of each match that was not known before, once per rule. */
  matchedListingIds: string[];
  /** Events appended, one per user and listing that alerts. */
  alerts: AppendedEvent[];
}

/**
 * Writes new matches and everything that follows from them in the caller's transaction: match rows, alert states,
 * NEW_MATCH events, inbox rows, one ring of the doorbell. Doing it twice changes nothing the second time.
 * Locks rules, then alert states, then event heads, each in order of id: the caller may hold listings, and nothing later.
 */
export async function publishMatches(tx: Sql, drafts: readonly MatchDraft[], now: Date): Promise<Published> {
  const current = await dropOutdated(tx, drafts);
  const fresh = await keepNew(tx, current, now);
  if (fresh.length === 0) return { matchedListingIds: [], alerts: [] };
  const matchedListingIds = fresh.map((draft) => draft.listing.id);
  const decisions = decideAlerts(await lockGroups(tx, fresh, now));
  const firstRuns = countFirstRuns(decisions);
  if (firstRuns.length > 0) await addFirstRunCounts(tx, firstRuns);
  const alerting = decisions.filter((decision) => decision.alert);
  if (alerting.length === 0) return { matchedListingIds, alerts: [] };
  await markAlerted(tx, alerting.map(({ group }) => stateOf(group)), now);
  const alerts = await appendEvents(tx, alerting.map(toEvent), now);
  await tellUsers(tx, alerts, now);
  return { matchedListingIds, alerts };
}

/** Only verdicts of a rule's present version count; the backfill of the new version makes the others. */
async function dropOutdated(tx: Sql, drafts: readonly MatchDraft[]): Promise<MatchDraft[]> {
  if (drafts.length === 0) return [];
  const ids = [...new Set(drafts.map((draft) => draft.rule.id))];
  const locked = new Map((await lockCompiledRules(tx, ids)).map((rule) => [rule.id, rule]));
  return drafts.flatMap((draft) => {
    const rule = locked.get(draft.rule.id);
    return rule?.active && rule.version === draft.rule.version
      ? [{ ...draft, rule: ruleFor(rule, draft.listing) }]
      : [];
  });
}

/** What the catalogue already held when a rule began is no news, whatever the rule says of offers (semantics §4). */
function ruleFor(rule: CompiledRule, listing: Listing): CompiledRule {
  return listing.kind === "release" ? { ...rule, first_run: "none" } : rule;
}

async function keepNew(tx: Sql, drafts: readonly MatchDraft[], now: Date): Promise<MatchDraft[]> {
  if (drafts.length === 0) return [];
  const inserted = await insertMatches(
    tx,
    drafts.map((draft) => ({
      compiled_rule_id: draft.rule.id,
      listing_id: draft.listing.id,
      user_id: draft.rule.user_id,
      rule_version: draft.rule.version,
      checks: draft.verdict.checks,
      rate: draft.verdict.rate,
    })),
    now,
  );
  const keys = new Set(inserted.map((row) => `${row.compiled_rule_id} ${row.listing_id}`));
  return drafts.filter((draft) => keys.has(`${draft.rule.id} ${draft.listing.id}`));
}

async function lockGroups(tx: Sql, drafts: readonly MatchDraft[], now: Date): Promise<MatchGroup[]> {
  const groups = new Map<string, MatchGroup>();
  for (const draft of drafts) {
    const key = `${draft.rule.user_id} ${draft.listing.id}`;
    const group = groups.get(key) ??
      { user_id: draft.rule.user_id, listing_id: draft.listing.id, drafts: [], alreadyAlerted: false };
    group.drafts.push(draft);
    groups.set(key, group);
  }
  const states = await lockAlertStates(tx, [...groups.values()].map(stateOf), now);
  for (const state of states) {
    const group = groups.get(`${state.user_id} ${state.listing_id}`);
    if (group) group.alreadyAlerted = state.alerted_at !== null;
  }
  return [...groups.values()];
}

function stateOf(group: MatchGroup) {
  const { price_minor, currency } = group.drafts[0]!.listing;
  return { user_id: group.user_id, listing_id: group.listing_id, price_minor, currency };
}

function toEvent({ group }: AlertDecision): EventDraft {
  const { listing } = group.drafts[0]!;
  const owner = group.drafts[0]!.rule;
  return {
    user_id: group.user_id,
    type: "NEW_MATCH",
    rule_id: owner.owner_kind === "watch_rule" ? owner.owner_id : null,
    watch_release_id: owner.owner_kind === "watch_release" ? owner.owner_id : null,
    listing_id: listing.id,
    payload: {
      reason: reasonOf(group),
      matched: group.drafts.map(({ rule }) => ({
        kind: rule.owner_kind,
        id: rule.owner_id,
        name: rule.label,
      })),
      price_kind: listing.price_kind,
    },
    content: {
      provider: listing.provider,
      title: listing.title,
      url: listing.url,
      image_url: listing.image_url,
      price_minor: listing.price_minor,
      currency: listing.currency,
      condition: listing.condition,
      observed_at: listing.observed_at,
      expires_at: listing.expires_at,
    },
  };
}

/** The strongest reason of the rules that matched: news beats a fallen price beats a first run. */
function reasonOf(group: MatchGroup): MatchReason {
  const reasons = new Set(group.drafts.map((draft) => draft.reason));
  if (group.drafts[0]?.listing.kind === "release") return "new_release";
  if (reasons.has("new_listing")) return "new_listing";
  return reasons.has("into_range") ? "into_range" : "already_for_sale";
}

import type { Clock } from "../platform/clock.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { appendEvents } from "../events/append_events.ts";
import { factsOf } from "../listings/facts.ts";
import { lockListingsForShare } from "../listings/read_store.ts";
import type { Listing } from "../listings/schema.ts";
import { isTombstone, supplyOf } from "../listings/supply.ts";
import type { Rates } from "../matching/verdict.ts";
import { judge } from "../matching/watch.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { ratesToKeep } from "./compare_prices.ts";
import { decideReminder } from "./decide_reminder.ts";
import { type ListingEvent, toEventDraft } from "./listing_event.ts";
import { fenceReminder, findReminder, planReminder } from "./reminder_store.ts";
import type { RuleCache } from "./rule_cache.ts";
import { lockCompiledRules } from "./rule_store.ts";
import type { CompiledRule } from "./schema.ts";
import { type AlertState, markAlerted } from "./state_store.ts";

/** What a reminder needs of the service. */
export interface ReminderDeps {
  sql: Pool;
  clock: Clock;
  rules: RuleCache;
  rates: Rates;
}

/** What became of a claimed reminder; `dropped`: the row was no longer ours. */
export type ReminderResult = { kind: "dropped" | "waiting" | "reminded" };

/**
 * Tells a user again of a listing that is still for sale and matches, when the days a rule asks for have passed since the
 * last alert; else plans the next look. It needs no observation: nothing may have changed for months. As every later
 * alert it is a LISTING_PRICE_DROP, with the reason `reminder`, and its price counts as told.
 */
export async function remindUser(
  deps: ReminderDeps,
  row: { id: string; token: number },
): Promise<ReminderResult> {
  return await deps.sql.begin(async (tx) => {
    const about = await findReminder(tx, row.id);
    if (!about) return { kind: "dropped" };
    // Listings, rules, states, heads: the order in which an ingest takes them.
    const [listing] = await lockListingsForShare(tx, [about.listing_id]);
    const rules = await lockCompiledRules(tx, about.rule_ids);
    const state = await fenceReminder(tx, row);
    if (!state || !listing) return { kind: "dropped" };
    const matched = await matchingNow(tx, deps, { listing, rules });
    const now = deps.clock.now();
    const decision = decideReminder({
      alerted_at: state.alerted_at,
      days: matched.flatMap((rule) => rule.remind_after_days ?? []),
      isForSale: supplyOf(listing) === "some" || (listing.status === "active" && isTombstone(listing)),
      expires_at: listing.expires_at,
      now,
    });
    if (decision.kind === "wait") {
      await planReminder(tx, { id: row.id, remind_at: decision.until });
      return { kind: "waiting" };
    }
    await tellAgain(tx, deps, { state, listing, matched, now });
    return { kind: "reminded" };
  });
}

async function matchingNow(
  tx: Sql,
  deps: ReminderDeps,
  { listing, rules }: { listing: Listing; rules: readonly CompiledRule[] },
): Promise<CompiledRule[]> {
  // Of a blanked listing nobody can say whether it matches: the reminder waits until it is seen again.
  if (isTombstone(listing)) return rules.filter((rule) => rule.active);
  const facts = factsOf(listing);
  const ready = await deps.rules.load(tx, rules.map(({ id }) => id));
  return rules.filter((rule) => {
    const query = ready.get(rule.id);
    if (!query) return false;
    const watch = { compiled: query.compiled, active: rule.active };
    return judge(watch, facts, deps.rates, { untilFailure: true }).kind === "match";
  });
}

async function tellAgain(
  tx: Sql,
  { rates }: ReminderDeps,
  { state, listing, matched, now }: {
    state: AlertState;
    listing: Listing;
    matched: CompiledRule[];
    now: Date;
  },
): Promise<void> {
  const { user_id } = state;
  const { id, price_minor, currency } = listing;
  const days = matched.flatMap((rule) => rule.remind_after_days ?? []);
  const remind_at = new Date(now.getTime() + Math.min(...days) * 86_400_000);
  const told = { user_id, listing_id: id, price_minor, currency, rates: ratesToKeep(currency, rates) };
  await markAlerted(tx, [{ ...told, remind_at }], now);
  const event: ListingEvent = {
    user_id,
    type: "LISTING_PRICE_DROP",
    reason: "reminder",
    listing,
    matched,
    previous: state,
  };
  await tellUsers(tx, await appendEvents(tx, [toEventDraft(event, now)], now), now);
}

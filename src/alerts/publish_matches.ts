import { addSeconds } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { appendEvents } from "../events/append_events.ts";
import type { AppendedEvent } from "../events/schema.ts";
import type { Ingested, Listing } from "../listings/schema.ts";
import type { Rates } from "../matching/verdict.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { insertChecks } from "./check_store.ts";
import { checkAt } from "./check_time.ts";
import { ratesToKeep } from "./compare_prices.ts";
import {
  type AlertDecision,
  type AlertGroup,
  countFirstRuns,
  decideAlerts,
  type JudgedDraft,
} from "./decide_alerts.ts";
import { recordsOf } from "./decide_records.ts";
import { type ListingEvent, toEventDraft } from "./listing_event.ts";
import { BatchTooWideError, MAX_USERS_PER_PUBLISH } from "./match_listings.ts";
import { findWatchers, insertMatches } from "./match_store.ts";
import { addFirstRunCounts, lockCompiledRules } from "./rule_store.ts";
import type { CompiledRule, MatchDraft } from "./schema.ts";
import { type AlertState, lockAlertStates, markAlerted, updateStates } from "./state_store.ts";

/** What is published: rules that match listings now, and what an ingest did to listings (none: nothing changed). */
export interface PublishInput {
  drafts: readonly MatchDraft[];
  ingested: readonly Ingested[];
  rates: Rates;
  now: Date;
}

/** What a publish did. */
export interface Published {
  /** The listing of each match that was not known before, once per rule. */
  matchedListingIds: string[];
  /** Alerts appended, one per user and listing that alerts. */
  alerts: AppendedEvent[];
}

/**
 * Writes new matches, what changed on known ones, and everything that follows, in the caller's transaction: match rows,
 * alert states, events, inbox rows, one ring of the doorbell. Doing it twice changes nothing the second time. A match
 * stays when its listing leaves the rule: it is history, and only rules that match now decide.
 * Locks rules, then alert states, then event heads, each in order of id: the caller may hold listings, and nothing later.
 * @throws {BatchTooWideError} when more than one listing concerns more users than one transaction should hold
 */
export async function publishMatches(tx: Sql, input: PublishInput): Promise<Published> {
  const judged = await keepMatches(tx, await dropOutdated(tx, input.drafts), input.now);
  const groups = await lockGroups(tx, input, judged);
  const decisions = decideAlerts(groups.map(({ group }) => group), input.rates);
  const records = await findRecords(tx, input, decisions);
  requireNarrow(
    input,
    new Set([...decisions.map(({ group }) => group), ...records].map((one) => one.user_id)),
  );
  const firstRuns = countFirstRuns(decisions);
  if (firstRuns.length > 0) await addFirstRunCounts(tx, firstRuns);
  await writeStates(tx, input, decisions.map((decision, at) => ({ decision, state: groups[at]!.state })));
  const alerting = decisions.filter((decision) => decision.alert !== null).map(alertEvent);
  await planChecks(tx, decisions);
  const told = byListing([...firstSeen(input, decisions), ...records, ...alerting]);
  const events = await appendEvents(tx, told.map((event) => toEventDraft(event, input.now)), input.now);
  await tellUsers(tx, events, input.now);
  const types = new Set(alerting.map(({ type }) => type));
  return {
    matchedListingIds: judged.filter((draft) => draft.isNew).map((draft) => draft.listing.id),
    alerts: events.filter(({ type }) => types.has(type)),
  };
}

/** Listing after listing, so that the log reads as it happened; within one, in the given order. */
function byListing(events: readonly ListingEvent[]): ListingEvent[] {
  return [...Map.groupBy(events, ({ listing }) => listing.id).values()].flat();
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

async function keepMatches(tx: Sql, drafts: readonly MatchDraft[], now: Date): Promise<JudgedDraft[]> {
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
  return drafts.map((draft) => ({ ...draft, isNew: keys.has(`${draft.rule.id} ${draft.listing.id}`) }));
}

interface LockedGroup {
  group: AlertGroup;
  state: AlertState;
}

/** Everybody with a new match, and everybody who knows a listing that changed, also where no rule matches any more. */
async function lockGroups(
  tx: Sql,
  { ingested, rates, now }: PublishInput,
  judged: readonly JudgedDraft[],
): Promise<LockedGroup[]> {
  const changed = new Map(ingested.filter((one) => one.previous).map((one) => [one.listing.id, one]));
  const relevant = judged.filter((draft) => draft.isNew || changed.has(draft.listing.id));
  if (relevant.length === 0 && changed.size === 0) return [];
  const byPair = Map.groupBy(relevant, (draft) => `${draft.rule.user_id} ${draft.listing.id}`);
  const rows = [...byPair.values()].map(([draft]) =>
    priced({ user_id: draft!.rule.user_id, listing: draft!.listing }, rates)
  );
  const states = await lockAlertStates(tx, { rows, changed: [...changed.keys()], now });
  return states.flatMap((state) => {
    const drafts = byPair.get(`${state.user_id} ${state.listing_id}`) ?? [];
    const change = changed.get(state.listing_id);
    const listing = change?.listing ?? drafts[0]?.listing;
    if (!listing) return [];
    const { user_id } = state;
    return [{ state, group: { user_id, listing, drafts, told: state, previous: change?.previous ?? null } }];
  });
}

/** Offers that somebody is told of are looked at again before what is known of them is too old. */
async function planChecks(tx: Sql, decisions: readonly AlertDecision[]): Promise<void> {
  const told = decisions.filter(({ alert }) => alert !== null).map(({ group }) => group.listing);
  const offers = new Map(told.filter(({ kind }) => kind === "offer").map((listing) => [listing.id, listing]));
  if (offers.size === 0) return;
  await insertChecks(
    tx,
    [...offers.values()].map((listing) => ({
      listing_id: listing.id,
      provider: listing.provider,
      due_at: checkAt(listing),
      seen_at: listing.observed_at,
    })),
  );
}

/** Rises, endings and supply, for everybody whose active rules ever matched; who is alerted needs no note of supply. */
async function findRecords(
  tx: Sql,
  { ingested }: PublishInput,
  decisions: readonly AlertDecision[],
): Promise<ListingEvent[]> {
  const noted = new Map(
    ingested.flatMap((one) => {
      const records = recordsOf(one);
      return records.length > 0 ? [[one.listing.id, { ...one, records }]] : [];
    }),
  );
  if (noted.size === 0) return [];
  const alerted = new Set(
    decisions.filter(({ alert }) => alert).map(({ group }) => `${group.user_id} ${group.listing.id}`),
  );
  const watchers = Map.groupBy(
    await findWatchers(tx, [...noted.keys()]),
    (watcher) => `${watcher.user_id} ${watcher.listing_id}`,
  );
  return [...watchers].flatMap(([pair, matched]) => {
    const { user_id, listing_id } = matched[0]!;
    const { listing, previous, records } = noted.get(listing_id)!;
    return records.filter(({ type }) => type !== "LISTING_SUPPLY_UP" || !alerted.has(pair))
      .map((record) => ({ ...record, user_id, listing, matched, previous }));
  });
}

/** The log says when a listing was seen for the first time by anybody, to those it matched then. */
function firstSeen({ ingested }: PublishInput, decisions: readonly AlertDecision[]): ListingEvent[] {
  const created = new Set(ingested.filter((one) => one.created).map(({ listing }) => listing.id));
  return decisions.filter(({ group }) => created.has(group.listing.id)).map(({ group }) => ({
    user_id: group.user_id,
    type: "LISTING_FIRST_SEEN",
    reason: null,
    listing: group.listing,
    matched: group.drafts.map(({ rule }) => rule),
  }));
}

/** Shows the price told before, or, to whom nothing was told, the one the listing had. */
function alertEvent({ group, alert }: AlertDecision): ListingEvent {
  const { told, previous, listing } = group;
  const isNewToUser = told.price_minor === listing.price_minor && told.currency === listing.currency;
  return {
    user_id: group.user_id,
    ...alert!,
    listing: group.listing,
    matched: group.drafts.map(({ rule }) => rule),
    previous: isNewToUser ? previous : told,
  };
}

/** One listing is never cut, however many know it. */
function requireNarrow({ ingested }: PublishInput, users: ReadonlySet<string>): void {
  if (users.size > MAX_USERS_PER_PUBLISH && ingested.length > 1) throw new BatchTooWideError(users.size);
}

async function writeStates(
  tx: Sql,
  { rates, now }: PublishInput,
  decided: readonly { decision: AlertDecision; state: AlertState }[],
): Promise<void> {
  const rows = decided.map(({ decision, state }) => {
    const { alert, armed, rebase, group } = decision;
    const told = alert || rebase ? priced(group, rates) : pricedAs(state);
    const remind_at = reminderAt(group, alert ? { alerted_at: now, remind_at: null } : state);
    return { row: { ...told, armed, remind_at }, isAlerted: alert !== null, state };
  });
  const alerted = rows.filter((one) => one.isAlerted).map(({ row }) => row);
  if (alerted.length > 0) await markAlerted(tx, alerted, now);
  const quiet = rows.filter(({ row, isAlerted, state }) =>
    !isAlerted &&
    (row.armed !== state.armed || row.price_minor !== state.price_minor ||
      row.remind_at?.getTime() !== state.remind_at?.getTime())
  ).map(({ row }) => row);
  if (quiet.length > 0) await updateStates(tx, quiet);
}

/** The earliest reminder of the rules that match now, or one planned before; null: none, also for who was not told. */
function reminderAt(
  { drafts }: AlertGroup,
  state: Pick<AlertState, "alerted_at" | "remind_at">,
): Date | null {
  const days = drafts.flatMap(({ rule }) => rule.remind_after_days ?? []);
  if (state.alerted_at === null || days.length === 0) return state.remind_at;
  const at = addSeconds(state.alerted_at, Math.min(...days) * 86_400);
  return state.remind_at !== null && state.remind_at < at ? state.remind_at : at;
}

function priced({ user_id, listing }: { user_id: string; listing: Listing }, rates: Rates) {
  const { id, price_minor, currency } = listing;
  return { user_id, listing_id: id, price_minor, currency, rates: ratesToKeep(currency, rates) };
}

function pricedAs({ user_id, listing_id, price_minor, currency, rates }: AlertState) {
  return { user_id, listing_id, price_minor, currency, rates };
}

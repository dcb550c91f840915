import { canonicalJson, sha256Hex } from "../platform/crypto.ts";
import type { Sql } from "../platform/sql.ts";
import type { WantedPoll } from "./schema.ts";
import {
  endSubscriptions,
  endSubscriptionsOfUser,
  findPollsOfUser,
  findSubscriptions,
  insertMissingPolls,
  type KeyedQuery,
  lockPolls,
  putSubscriptions,
  refreshPollIntervals,
  spreadNewPolls,
  type Subscription,
} from "./store.ts";

/** Whose polls, which, from when. */
export interface Subscribing {
  subscriber_id: string;
  user_id: string;
  wanted: readonly WantedPoll[];
  now: Date;
}

/**
 * Makes a subscriber's polls exactly `wanted`, in the caller's transaction: missing polls are made, subscriptions no
 * longer wanted end, and every poll concerned gets the strictest interval of those who are left. With `keepCandidates`
 * the polls of found releases stay beside them; with `spread` polls that are new come within their interval, not at once.
 */
export async function subscribeToPolls(
  tx: Sql,
  input: Subscribing & { keepCandidates?: boolean; spread?: boolean },
): Promise<void> {
  const queries = await Promise.all(input.wanted.map(keyed));
  const before = (await findSubscriptions(tx, input.subscriber_id))
    .filter((one) => !(input.keepCandidates && one.origin === "candidate"))
    .map((one) => one.poll_id);
  if (queries.length > 0) await insertMissingPolls(tx, queries, input.now);
  const locked = await lockPolls(tx, { queries, ids: before });
  const wanted = wantedOf(locked, input.subscriber_id, queries);
  const ended = before.filter((id) => !wanted.some((one) => one.poll_id === id));
  if (ended.length > 0) {
    await endSubscriptions(tx, { subscriber_id: input.subscriber_id, poll_ids: ended, now: input.now });
  }
  if (wanted.length > 0) await putSubscriptions(tx, { ...input, subscriptions: wanted });
  const ids = locked.map((one) => one.id);
  if (ids.length > 0) await refreshPollIntervals(tx, ids, input.now);
  if (input.spread) await spreadNewPolls(tx, ids, input.now);
}

/**
 * As `subscribeToPolls` for many new subscribers of one user: their polls are locked together, in the one order. Polls
 * that are new are spread over their interval: a list of thousands due at once would use up everybody's calls.
 */
export async function subscribeMany(
  tx: Sql,
  input: {
    user_id: string;
    subscribers: readonly Pick<Subscribing, "subscriber_id" | "wanted">[];
    now: Date;
  },
): Promise<void> {
  const { user_id, now } = input;
  const bySubscriber = await Promise.all(
    input.subscribers.map(async ({ subscriber_id, wanted }) => ({
      subscriber_id,
      queries: await Promise.all(wanted.map(keyed)),
    })),
  );
  const queries = bySubscriber.flatMap((one) => one.queries);
  if (queries.length === 0) return;
  await insertMissingPolls(tx, queries, now);
  const locked = await lockPolls(tx, { queries, ids: [] });
  const byKey = new Map(locked.map((one) => [keyOf(one), one]));
  const subscriptions = bySubscriber.flatMap(({ subscriber_id, queries }) =>
    wantedOf(queries.flatMap((one) => byKey.get(keyOf(one)) ?? []), subscriber_id, queries)
  );
  await putSubscriptions(tx, { user_id, subscriptions, now });
  await refreshPollIntervals(tx, locked.map((one) => one.id), now);
  await spreadNewPolls(tx, locked.map((one) => one.id), now);
}

/** Ends every subscription of a user, in the caller's transaction, whatever number he has. */
export async function unsubscribeUser(
  tx: Sql,
  { user_id, now }: { user_id: string; now: Date },
): Promise<void> {
  const ids = await findPollsOfUser(tx, user_id);
  if (ids.length === 0) return;
  await lockPolls(tx, { queries: [], ids });
  await endSubscriptionsOfUser(tx, { user_id, poll_ids: ids, now });
  await refreshPollIntervals(tx, ids, now);
}

/**
 * Makes the polls of releases that were found for a subscriber exactly `wanted`, beside those it asks for by itself, in
 * the caller's transaction. `isStillWanted` is asked once the polls are locked, because whoever changes a watch locks its
 * polls first; when it refuses, nothing is changed. Gives its answer.
 */
export async function subscribeToCandidates(
  tx: Sql,
  input: Subscribing,
  isStillWanted: () => Promise<boolean>,
): Promise<boolean> {
  const { subscriber_id, now } = input;
  const queries = await Promise.all(input.wanted.map((one) => keyed({ ...one, origin: "candidate" })));
  const before = (await findSubscriptions(tx, subscriber_id)).filter(({ origin }) => origin === "candidate");
  await insertMissingPolls(tx, queries, now);
  const locked = await lockPolls(tx, { queries, ids: before.map((one) => one.poll_id) });
  if (!await isStillWanted()) return false;
  const own = (await findSubscriptions(tx, subscriber_id)).filter(({ origin }) => origin !== "candidate");
  const ownIds = new Set(own.map((one) => one.poll_id));
  const wanted = wantedOf(locked, subscriber_id, queries).filter((one) => !ownIds.has(one.poll_id));
  const kept = new Set([...ownIds, ...wanted.map((one) => one.poll_id)]);
  const ended = before.map((one) => one.poll_id).filter((id) => !kept.has(id));
  if (ended.length > 0) await endSubscriptions(tx, { subscriber_id, poll_ids: ended, now });
  if (wanted.length > 0) await putSubscriptions(tx, { ...input, subscriptions: wanted });
  await refreshPollIntervals(tx, [...ended, ...wanted.map((one) => one.poll_id)], now);
  return true;
}

function wantedOf(
  locked: readonly { id: string; provider: string; query_key: string }[],
  subscriber_id: string,
  queries: readonly (WantedPoll & KeyedQuery)[],
): Subscription[] {
  const byKey = new Map(queries.map((one) => [keyOf(one), one]));
  return locked.flatMap((poll) => {
    const query = byKey.get(keyOf(poll));
    if (!query) return [];
    const { interval_seconds, origin = "plan" } = query;
    return [{ subscriber_id, poll_id: poll.id, interval_seconds, origin }];
  });
}

function keyOf({ provider, query_key }: Pick<KeyedQuery, "provider" | "query_key">): string {
  return `${provider} ${query_key}`;
}

async function keyed(wanted: WantedPoll): Promise<WantedPoll & KeyedQuery> {
  return { ...wanted, query_key: await queryKeyOf(wanted.query) };
}

/** The key under which equal queries of one provider meet. */
export async function queryKeyOf(query: WantedPoll["query"]): Promise<string> {
  return await sha256Hex(canonicalJson(query));
}

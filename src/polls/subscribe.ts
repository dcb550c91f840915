import { canonicalJson, sha256Hex } from "../platform/crypto.ts";
import type { Sql } from "../platform/sql.ts";
import type { WantedPoll } from "./schema.ts";
import {
  endSubscriptions,
  findSubscribedPolls,
  insertMissingPolls,
  type KeyedQuery,
  lockPolls,
  putSubscriptions,
  refreshPollIntervals,
} from "./store.ts";

/**
 * Makes a subscriber's polls exactly `wanted`, in the caller's transaction: missing polls are made, subscriptions no
 * longer wanted end, and every poll concerned gets the strictest interval of those who are left.
 */
export async function subscribeToPolls(
  tx: Sql,
  input: { subscriber_id: string; user_id: string; wanted: readonly WantedPoll[]; now: Date },
): Promise<void> {
  const queries = await Promise.all(input.wanted.map(keyed));
  const before = await findSubscribedPolls(tx, input.subscriber_id);
  if (queries.length > 0) await insertMissingPolls(tx, queries, input.now);
  const locked = await lockPolls(tx, { queries, ids: before });
  const intervals = new Map(queries.map((one) => [`${one.provider} ${one.query_key}`, one.interval_seconds]));
  const wanted = locked.flatMap(({ id, provider, query_key: key }) => {
    const seconds = intervals.get(`${provider} ${key}`);
    return seconds === undefined ? [] : [{ poll_id: id, interval_seconds: seconds }];
  });
  const ended = before.filter((id) => !wanted.some((one) => one.poll_id === id));
  if (ended.length > 0) {
    await endSubscriptions(tx, { subscriber_id: input.subscriber_id, poll_ids: ended, now: input.now });
  }
  if (wanted.length > 0) await putSubscriptions(tx, { ...input, polls: wanted });
  if (locked.length > 0) await refreshPollIntervals(tx, locked.map((one) => one.id), input.now);
}

async function keyed(wanted: WantedPoll): Promise<WantedPoll & KeyedQuery> {
  return { ...wanted, query_key: await sha256Hex(canonicalJson(wanted.query)) };
}

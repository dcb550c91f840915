import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { requireActive } from "../accounts/require_active.ts";
import { insertCompiledRules, replaceAnchors } from "../alerts/rule_store.ts";
import { appendEvents } from "../events/append_events.ts";
import { compileWatch, watchAnchors, watchSources } from "../matching/watch.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { planReleasePolls } from "./plan_polls.ts";
import { type CreateRelease, labelOf, queryOf, type WatchReleaseRow } from "./schema.ts";
import { findRelease, findSameRelease, insertReleases } from "./store.ts";

/** What changing a watch needs of the service. */
export interface ReleaseDeps {
  sql: Pool;
  clock: Clock;
  providers: ProviderRegistry;
}

/**
 * Saves a watch with its index rows and poll subscriptions, all or nothing. Its backfill waits for a worker.
 * @throws {DomainError} conflict when the user watches the same release, or the same master, already; forbidden when his
 *   account is deactivated
 */
export async function createRelease(
  deps: ReleaseDeps,
  input: CreateRelease & { user_id: string },
): Promise<WatchReleaseRow> {
  const now = deps.clock.now();
  return await deps.sql.begin(async (tx) => {
    const id = crypto.randomUUID();
    const compiledId = crypto.randomUUID();
    const owner = { user_id: input.user_id, now };
    await requireActive(tx, input.user_id);
    const made = await insertReleases(tx, { ...owner, watches: [{ ...input, id }] });
    if (!made.has(id)) throw await alreadyWatched(tx, input);
    const wanted = input.is_active ? planReleasePolls(deps.providers, input) : [];
    await subscribeToPolls(tx, { ...owner, subscriber_id: compiledId, wanted });
    const source = { owner_kind: "watch_release", query: queryOf(input) } as const;
    await insertCompiledRules(tx, [{
      ...source,
      id: compiledId,
      owner_id: id,
      user_id: input.user_id,
      label: labelOf(input),
      first_run: "top",
      active: input.is_active,
    }], now);
    const anchors = input.is_active ? watchAnchors(compileWatch(source)) : [];
    await replaceAnchors(tx, {
      id: compiledId,
      user_id: input.user_id,
      sources: watchSources(source),
      anchors,
    });
    const event = {
      user_id: input.user_id,
      type: "WATCH_RELEASE_CREATED",
      watch_release_id: id,
      payload: { name: labelOf(input) },
    } as const;
    await tellUsers(tx, await appendEvents(tx, [event], now), now);
    return (await findRelease(tx, { user_id: input.user_id, id }))!;
  });
}

/** The refusal of a second watch for one thing, with the way to the first. */
export async function alreadyWatched(
  sql: Sql,
  watch: Parameters<typeof findSameRelease>[1],
): Promise<DomainError> {
  const what = watch.match_mode === "exact_release"
    ? `release ${watch.discogs_release_id}`
    : `master ${watch.discogs_master_id}`;
  const same = await findSameRelease(sql, watch);
  const state = same && !same.is_active ? ", which is disabled" : "";
  return new DomainError("conflict", `Cannot watch ${what} twice: watch release ${same?.id} does${state}`);
}

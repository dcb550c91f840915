import type { Clock } from "../platform/clock.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { appendEvents } from "../events/append_events.ts";
import type { EventDraft } from "../events/schema.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { familyOf } from "../providers/added_source.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { closeIncidents, listUnfinished, lockIncidents, type Unfinished } from "./incident_store.ts";
import { failingText, recoveredText } from "./notice_text.ts";
import {
  type Concerned,
  type ConcernedRule,
  findSourceNames,
  findUntold,
  findUntoldOfEnd,
  keepUsers,
  listConcernedRules,
  markEndTold,
  markTold,
} from "./told_store.ts";

/** Users of one transaction. */
export const USERS_PER_TRANSACTION = 500;
/** Transactions of one run for one provider; who is left is told a minute later. */
const MAX_TRANSACTIONS = 20;
/** Rules a notice names. */
const MAX_NAMES = 3;

/** What telling needs. */
export interface TellDeps {
  sql: Pool;
  clock: Clock;
  providers: Pick<ProviderRegistry, "get">;
}

/**
 * Tells everybody concerned of incidents that opened or are over, once each: a notice and the note of it are one
 * transaction. All searches that fail alone at one provider are one notice. Gives how many were told.
 */
export async function tellIncidents(deps: TellDeps): Promise<number> {
  const groups = Map.groupBy(
    await listUnfinished(deps.sql),
    ({ provider, poll_id, state }) => `${state} ${poll_id === null} ${provider}`,
  );
  let told = 0;
  for (const incidents of groups.values()) {
    for (let round = 0; round < MAX_TRANSACTIONS; round++) {
      const count = await tellSome(deps, incidents);
      told += count;
      if (count < USERS_PER_TRANSACTION) break;
    }
  }
  return told;
}

/** The incidents are locked first, so that of two processes the second finds who was told. */
function tellSome(deps: TellDeps, incidents: readonly Unfinished[]): Promise<number> {
  const { state } = incidents[0]!; // safe: a group has at least one
  return deps.sql.begin(async (tx) => {
    const now = deps.clock.now();
    const ids = await lockIncidents(tx, { ids: incidents.map(({ id }) => id), state });
    if (ids.length === 0) return 0;
    const query = { ids, now, limit: USERS_PER_TRANSACTION };
    const found = state === "open" ? await findUntold(tx, query) : await findUntoldOfEnd(tx, query);
    if (found.length > 0) await tell(tx, deps, { incidents, found, now });
    if (state === "recovered" && found.length < USERS_PER_TRANSACTION) await closeIncidents(tx, ids);
    return found.length;
  });
}

async function tell(
  tx: Sql,
  { providers }: TellDeps,
  { incidents, found, now }: { incidents: readonly Unfinished[]; found: readonly Concerned[]; now: Date },
): Promise<void> {
  const there = await keepUsers(tx, found.map(({ user_id }) => user_id));
  const concerned = found.filter(({ user_id }) => there.has(user_id));
  const rules = Map.groupBy(
    await listConcernedRules(tx, { concerned, limit: MAX_NAMES }),
    ({ user_id }) => user_id,
  );
  const { provider } = incidents[0]!; // safe: as in tellSome
  const isAdded = familyOf(provider) !== null;
  const names = isAdded ? await findSourceNames(tx, { provider, user_ids: [...there] }) : null;
  const byId = new Map(incidents.map((one) => [one.id, one]));
  const notices = concerned.map(({ user_id, incident_ids }) =>
    noticeOf(user_id, {
      incidents: incident_ids.flatMap((id) => byId.get(id) ?? []),
      rules: rules.get(user_id) ?? [],
      provider: { name: names?.get(user_id) ?? providers.get(provider)?.name ?? provider, isAdded },
    })
  );
  const isOpen = incidents[0]!.state === "open"; // safe: as in tellSome
  await (isOpen ? markTold : markEndTold)(tx, concerned, now);
  await tellUsers(tx, await appendEvents(tx, notices, now), now);
}

function noticeOf(
  user_id: string,
  { incidents, rules, provider: about }: {
    incidents: readonly Unfinished[];
    rules: readonly ConcernedRule[];
    provider: { name: string; isAdded: boolean };
  },
): EventDraft {
  const first = incidents.reduce((one, other) => other.since < one.since ? other : one);
  const { state, provider, cause, since, poll_id } = first;
  const total = rules[0]?.total ?? 0;
  const facts = {
    provider: about.name,
    isAdded: about.isAdded,
    cause,
    since,
    isPartial: poll_id !== null,
    names: rules.map(({ name }) => name),
    total,
  };
  return {
    user_id,
    type: "SERVICE_NOTICE",
    payload: {
      notice: state === "open" ? "provider_failing" : "provider_recovered",
      ...(state === "open" ? failingText(facts) : recoveredText(facts)),
      incident: {
        provider,
        cause,
        since: since.toISOString(),
        rules: rules.map(({ kind, id, name }) => ({ kind, id, name })),
        rule_count: total,
      },
    },
  };
}

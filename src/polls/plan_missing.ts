/** Finds subscribers whose searches are not what their providers need now. */
import { addSeconds, type Clock, CLOCKS_APART_SECONDS } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { findPlans, isPlanned } from "./plan_store.ts";
import type { WantedPoll } from "./schema.ts";

/** What was planned so long before a look is looked at again: clocks lie apart, and transactions take their time. */
const OVERLAP_SECONDS = CLOCKS_APART_SECONDS + 60;
/** How often everything is looked at, whatever changed it: by hand, or by a version that did not say so. */
const WHOLE_SECONDS = 86_400;
const LEAST_ID = "00000000-0000-0000-0000-000000000000";

/** Somebody who was planned at that time, and the place behind him in the order of these times. */
export interface Planned {
  id: string;
  planned_at: Date;
  compiled_rule_id: string;
}

/** Where a page begins: behind who was planned then. */
export type PlannedPlace = Pick<Planned, "id" | "planned_at">;

/**
 * What a process remembers of its looks. Its providers are the same from start to stop, so what it found planned stays
 * so until it is planned anew, which is noted with its time.
 */
export class PlanLooks {
  #wholeAt: Date | null = null;
  #lookedAt: Date | null = null;

  /** Since when a look that begins at `now` has to see what was planned; null: all of it. */
  since(now: Date): Date | null {
    if (this.#wholeAt === null || this.#lookedAt === null || this.#lookedAt > now) return null;
    if (addSeconds(this.#wholeAt, WHOLE_SECONDS) <= now) return null;
    return addSeconds(this.#lookedAt, -OVERLAP_SECONDS);
  }

  /** A look that began at `now` and had to see what `since` says has come to its end. */
  note(now: Date, since: Date | null): void {
    if (since === null) this.#wholeAt = now;
    this.#lookedAt = now;
  }
}

/**
 * Plans anew, with `plan`, whose searches are not `wantedOf` him: once all of `list`, then those who were planned since
 * this process looked last, and all again once a day. Reads pages, and holds nothing from one to the next. Gives how many
 * it looked at and how many it planned. What fails ends it, and the next look begins where this one did.
 */
export async function planMissing<Subscriber extends Planned>(
  deps: { sql: Sql; clock: Clock; providers: ProviderRegistry },
  looks: PlanLooks,
  { list, wantedOf, plan }: {
    /** The next page behind a place; empty: there is none. */
    list: (after: PlannedPlace) => Promise<Subscriber[]>;
    wantedOf: (subscriber: Subscriber) => WantedPoll[];
    plan: (subscriber: Subscriber) => Promise<boolean>;
  },
): Promise<{ looked_count: number; planned_count: number }> {
  const now = deps.clock.now();
  const since = looks.since(now);
  const { isEnabled } = deps.providers;
  // Who is planned comes last in the order, and would come again.
  const planned = new Set<string>();
  let looked_count = 0;
  let page: Subscriber[];
  let after: PlannedPlace = { planned_at: since ?? new Date(0), id: LEAST_ID };
  do {
    page = await list(after);
    const plans = await findPlans(deps.sql, page.map((one) => one.compiled_rule_id));
    for (const one of page) {
      after = one;
      if (planned.has(one.id)) continue;
      looked_count++;
      if (await isPlanned(plans.get(one.compiled_rule_id) ?? [], { wanted: wantedOf(one), isEnabled })) {
        continue;
      }
      if (await plan(one)) planned.add(one.id);
    }
  } while (page.length > 0);
  looks.note(now, since);
  return { looked_count, planned_count: planned.size };
}

import type { Sql } from "../platform/sql.ts";
import { factsOf } from "../listings/facts.ts";
import type { Ingested } from "../listings/schema.ts";
import { wantsFloor } from "../matching/watch.ts";
import { findCandidates } from "./candidate_store.ts";
import { candidatesOf, insertFloorCandidates } from "./floor_candidate_store.ts";
import { indexed } from "./match_listings.ts";
import type { RuleCache } from "./rule_cache.ts";

/**
 * Finds watches that a listing of the catalogue would match if its price were known, and keeps the release as a
 * candidate whose floor has to be polled; gives how many. All listings of the batch count, also unchanged ones: they may
 * have been found first when the watch had its fill.
 */
export async function findFloors(
  tx: Sql,
  deps: { rules: RuleCache },
  input: { ingested: readonly Ingested[]; now: Date },
): Promise<number> {
  const releases = input.ingested.map((one) => one.listing)
    .filter((listing) => listing.kind === "release" && listing.status === "active");
  if (releases.length === 0) return 0;
  const facts = releases.map(factsOf);
  const candidates = await findCandidates(tx, facts.map(indexed));
  const ready = await deps.rules.load(tx, [...new Set(candidates.map((one) => one.compiled_rule_id))]);
  const wanted = candidates.flatMap(({ ord, compiled_rule_id: id }) => {
    const watch = ready.get(id);
    const isWanted = watch && wantsFloor(watch.compiled, facts[ord]!);
    return isWanted ? candidatesOf(id, [releases[ord]!]) : [];
  });
  await insertFloorCandidates(tx, wanted, input.now);
  return wanted.length;
}

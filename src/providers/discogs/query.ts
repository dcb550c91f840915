import { z } from "zod";
import type { RuleQuery } from "../../matching/rule_query.ts";
import { type PlannedQuery, ProviderError, type ProviderQuery, type ReleaseIds } from "../contract.ts";
import { planWords } from "../word_plan.ts";

/**
 * What is asked of Discogs. Stored with the poll, so operations are added, never renamed: `search` finds releases in
 * the catalogue, `stats` reads the floor of one release, `master` names the version that stands for a master, `versions`
 * names its versions.
 */
export const DiscogsQuery = z.discriminatedUnion("op", [
  z.looseObject({ op: z.literal("search"), q: z.string().min(1) }),
  z.looseObject({ op: z.literal("stats"), release_id: z.int().min(1) }),
  z.looseObject({ op: z.literal("master"), master_id: z.int().min(1) }),
  z.looseObject({ op: z.literal("versions"), master_id: z.int().min(1) }),
]);
export type DiscogsQuery = z.infer<typeof DiscogsQuery>;

/** Floors move by the day, not by the minute, and every release costs a call of a small quota. */
export const MIN_STATS_SECONDS = 600;
/** The version that stands for a master hardly ever changes, and new versions come by the week. */
const MIN_MASTER_SECONDS = 86_400;

/** One search per alternative; all its words must occur. Empty when the rule has no word Discogs could search for. */
export function planDiscogs(query: RuleQuery): ProviderQuery[] {
  const { required, alternatives } = planWords(query);
  const sets = alternatives.length > 0
    ? alternatives.map((words) => [...required, ...words].sort())
    : [required];
  const texts = sets.filter((words) => words.length > 0).map((words) => words.join(" "));
  return [...new Set(texts)].sort().map((q) => ({ op: "search", q }));
}

/**
 * The floor of the release, and, for a master, the version that stands for it and its others: they become listings of
 * the catalogue, and the floors of some are then polled as well. Discogs has no floor of a master in a stated currency.
 * The one that stands for it has a query of its own: it costs two calls once, whatever becomes of the others.
 */
export function planDiscogsRelease(ids: ReleaseIds): PlannedQuery[] {
  const { discogs_release_id: release_id, discogs_master_id: master_id } = ids;
  return [
    ...(release_id === null
      ? []
      : [{ query: { op: "stats", release_id }, minIntervalSeconds: MIN_STATS_SECONDS }]),
    ...(master_id === null ? [] : (["master", "versions"] as const).map((op) => ({
      query: { op, master_id },
      minIntervalSeconds: MIN_MASTER_SECONDS,
      isLookup: true,
    }))),
  ];
}

/** A stored query. @throws {ProviderError} bad_response when it is not one of ours */
export function queryOf(query: ProviderQuery): DiscogsQuery {
  const parsed = DiscogsQuery.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new ProviderError("bad_response", "Cannot ask Discogs: the stored query is not one of its own");
}

/** Which of a watch's releases are worth a call of a small quota. Pure. */

/** What is known of a release beside its name. */
export interface Standing {
  id: number;
  /** People who have it; null: not known. */
  collectors: number | null;
  /** It stands for its master. */
  is_main: boolean;
}

/** Every so-many-th place is for the release entered last. */
const NEWEST_EVERY = 4;

/**
 * At most `limit` releases whose floors say most to who looks for the cheapest copy, the best first: those that stand
 * for their masters; then those that most people have, because copies for sale come from collections (what most people
 * want is what few sell); and at every fourth place the newest, which nobody can have yet and shops may sell out of.
 */
export function chooseReleases(releases: readonly Standing[], limit: number): number[] {
  const newest = releases.toSorted((a, b) => b.id - a.id);
  const commonest = newest.toSorted((a, b) => (b.collectors ?? 0) - (a.collectors ?? 0));
  const chosen = new Set(newest.filter((one) => one.is_main).map(({ id }) => id));
  while (chosen.size < limit) {
    const isForNewest = (chosen.size + 1) % NEWEST_EVERY === 0;
    const next = (isForNewest ? newest : commonest).find(({ id }) => !chosen.has(id));
    if (next) chosen.add(next.id);
    else break;
  }
  return [...chosen].slice(0, limit);
}

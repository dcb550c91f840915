/** What a provider that counts calls would see. */

/** Most arrivals in any stretch of this length, its end not in it. */
export function mostInWindow(arrivalsMs: readonly number[], lengthMs: number): number {
  const sorted = [...arrivalsMs].sort((a, b) => a - b);
  let most = 0;
  for (let start = 0, end = 0; start < sorted.length; start++) {
    while (end < sorted.length && sorted[end]! - sorted[start]! < lengthMs) end++;
    most = Math.max(most, end - start);
  }
  return most;
}

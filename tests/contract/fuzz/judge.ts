/** Whether an answer to a request that may be anything is one that a document allows. */
import type { Seen } from "../support/call.ts";
import { operationsAt } from "../support/operations.ts";
import type { World } from "../support/world.ts";

/**
 * What an answer has that no operation that the request may have reached allows. Any 5xx is wrong, but what a
 * neighbour causes: the simulated market has outages, and a fuzz uses up the calls that Discogs allows.
 */
export function judge(
  { published, operations }: Pick<World, "published" | "operations">,
  seen: Seen,
): string[] {
  const path = URL.parse(seen.target, "http://localhost")?.pathname ?? "/";
  const reached = operationsAt(operations, { method: seen.method, path });
  const verdicts = (reached.length > 0 ? reached : [null]).map((one) => published.problemsOf(one, seen));
  const best = verdicts.find((one) => one.length === 0) ?? verdicts[0]!; // safe: one for each, and at least one
  if (isOfNeighbour(seen) && reached.length > 0) return best;
  return seen.status >= 500 ? [`${seen.status}: ${seen.text.slice(0, 300)}`, ...best] : best;
}

function isOfNeighbour({ status, text }: Seen): boolean {
  return status === 502 || (status === 503 && /"Cannot call \w+ before .*are used up"/.test(text));
}

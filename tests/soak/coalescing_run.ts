/** Many users' rules over few distinct queries, through the real use cases and the real engine; a server counts. */
import { createJobHandler, workSources } from "../../src/app/jobs.ts";
import { compose } from "../../src/app/compose.ts";
import { silentLog } from "../../src/platform/log.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { createRule } from "../../src/watch_rules/create_rule.ts";
import { planMissingPolls } from "../../src/watch_rules/plan_missing_polls.ts";
import { createRuleSchema } from "../../src/watch_rules/schema.ts";
import { fakeClock } from "../support/clock.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { createPlainMarket } from "../support/plain_market.ts";
import { json, startScriptedServer } from "../support/scripted_server.ts";
import { CHEAP_PASSWORDS, testConfig } from "../support/service.ts";

/** How many calls an interval took, beside what every rule by itself would take. */
export interface CoalescingReport {
  rules: number;
  users: number;
  queries: number;
  /** Of each interval measured. */
  calls: number[];
  /** Rules served by one call. */
  ratio: number;
  /** Rules that the look for missing polls planned anew, of which there are none, and how long it looked. */
  planned_again: number;
  plan_look_ms: number;
}

const INTERVAL_SECONDS = 300;
/** Rules saved at once. */
const AT_ONCE = 8;

/** Saves the rules, each user's over queries of others too, and runs `intervals` intervals after the first. */
export async function runCoalescing(
  { rules, users, queries, intervals }: { rules: number; users: number; queries: number; intervals: number },
): Promise<CoalescingReport> {
  const calls: number[] = [];
  let [planned_again, plan_look_ms] = [NaN, NaN];
  await using server = startScriptedServer(({ query }) =>
    json({ items: [{ id: query.get("q"), title: `${query.get("q")} LP` }], next: null })
  );
  await withDatabaseUrl(async (url) => {
    const clock = fakeClock();
    await using service = await compose(testConfig(url), {
      worksJobs: false,
      clock,
      log: silentLog,
      passwordCost: CHEAP_PASSWORDS,
    });
    const provider = createPlainMarket({ id: "shop", url: server.url, clock });
    const deps = { ...service, providers: createRegistry([{ provider, enabled: true }]) };
    const ids = await deps.sql<{ id: string }>`
      insert into users (email, created_at, updated_at)
      select 'user' || n || '@example.com', ${clock.now()}, ${clock.now()} from generate_series(1, ${users}) n
      returning id`;
    const save = async (index: number) => {
      // The same search in other words, with bounds and grades of one's own.
      const phrase = `record ${nameOf(index % queries)}`;
      const rule = createRuleSchema.parse({
        name: `Rule ${index}`,
        query: {
          sources: ["shop"],
          keywords: [index % 2 === 0 ? phrase : phrase.toUpperCase()],
          max_price: 20 + index % 50,
          ...(index % 3 === 0 ? { min_condition: "VG+" } : {}),
        },
        poll_interval_seconds: INTERVAL_SECONDS + (Math.floor(index / queries) % 4) * 100,
      });
      await createRule(deps, { ...rule, user_id: ids[index % users]!.id });
    };
    for (let index = 0; index < rules; index += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, rules - index) }, (_, n) => save(index + n)));
    }
    const poll = workSources(deps).find(({ kind }) => kind === "poll")!;
    const handle = createJobHandler(deps, { settle: () => {} });
    for (let interval = 0; interval <= intervals; interval++) {
      const before = server.requests.length;
      for (let claimed = -1; claimed !== 0;) {
        const rows = await poll.claim({ now: clock.now(), limit: 64 });
        await Promise.all(rows.map((row) => handle({ kind: "poll", rows: [row] })));
        claimed = rows.length;
      }
      calls.push(server.requests.length - before);
      clock.advance(INTERVAL_SECONDS * 1000);
    }
    const startedMs = performance.now();
    planned_again = (await planMissingPolls(deps)).planned_count;
    plan_look_ms = Math.round(performance.now() - startedMs);
  });
  return { rules, users, queries, calls, ratio: rules / Math.max(...calls), planned_again, plan_look_ms };
}

/** Words without digits, which would be tokens of their own. */
function nameOf(n: number): string {
  return n.toString(26).split("").map((digit) => String.fromCharCode(97 + parseInt(digit, 26))).join("") +
    "x";
}

/** Polls of a healthy provider, alone and beside three that hang, flood and lie; over real HTTP, by the real dispatcher. */
import { createJobHandler, JOB_CONCURRENCY, type JobDeps, workSources } from "../../src/app/jobs.ts";
import { compose } from "../../src/app/compose.ts";
import { Dispatcher, type WorkSource } from "../../src/platform/dispatcher.ts";
import { silentLog } from "../../src/platform/log.ts";
import { openInlineQueue } from "../../src/platform/queue_inline.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { createRule } from "../../src/watch_rules/create_rule.ts";
import { createRuleSchema } from "../../src/watch_rules/schema.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { createPlainMarket } from "../support/plain_market.ts";
import {
  hang,
  json,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from "../support/scripted_server.ts";
import { CHEAP_PASSWORDS, testConfig } from "../support/service.ts";
import { until } from "./tools.ts";

/** Milliseconds from when a poll of the healthy provider was due to when its server was asked. */
export interface Lateness {
  polls: number;
  median: number;
  p95: number;
  worst: number;
  /** Calls that the others got meanwhile. */
  others: number;
}

const FLOOD_ITEMS = 500;

const healthy: Script = ({ query }) =>
  json({ items: [{ id: `h-${query.get("q")}`, title: `Rare record ${query.get("q")}` }], next: null });
/** Each page is new, and none is the last. */
const floods: Script = ({ query }, seen) => {
  const items = Array.from({ length: FLOOD_ITEMS }, (_, n) => ({
    id: `f-${seen}-${n}`,
    title: `${query.get("q")} pressing ${n} of ${seen}, gatefold, first press, with inserts and a long story`,
  }));
  return json({ items, next: String(seen + 1) });
};
/** The same page for ever, another's ids, no data, half an answer. */
const lies: Script = (_request, seen) => {
  const items = [{ id: "h-same", title: "Rare record" }, { id: "h-same", title: "Another" }];
  if (seen % 4 === 0) return json({ items, next: "again" });
  if (seen % 4 === 1) return json({ items: 7, next: null });
  if (seen % 4 === 2) return json({ items: [], next: "again" });
  return new Response('{"items": [', { headers: { "content-type": "application/json" } });
};
const OTHERS: Readonly<Record<string, Script>> = { hanging: hang, flooding: floods, lying: lies };

export interface BulkheadOptions {
  /** The hanging, flooding and lying provider are there too. */
  beside: boolean;
  /** Polls of each provider; due within `seconds`, those of the others at once. */
  polls: number;
  seconds: number;
  /** False: without places of their own, as if there was no bulkhead. */
  lanes?: boolean;
}

/** Measures one run. */
export async function runBulkhead(
  { beside, polls, seconds, lanes = true }: BulkheadOptions,
): Promise<Lateness> {
  let report: Lateness | undefined;
  await withDatabaseUrl(async (url) => {
    await using stack = new AsyncDisposableStack();
    const askedAt = new Map<string, number>();
    const server = stack.use(startScriptedServer((request, seen) => {
      const q = request.query.get("q") ?? "";
      if (!askedAt.has(q)) askedAt.set(q, Date.now());
      return healthy(request, seen);
    }));
    const bad = Object.entries(beside ? OTHERS : {}).map(([id, script]) => ({
      id,
      server: startScriptedServer(script),
    }));
    const deps = stack.use(
      await compose(testConfig(url), { worksJobs: false, log: silentLog, passwordCost: CHEAP_PASSWORDS }),
    );
    const providers = createRegistry(
      [{ id: "healthy", server }, ...bad].map(({ id, server }) => ({
        provider: createPlainMarket({ id, url: server.url }),
        enabled: true,
      })),
    );
    const all = { ...deps, providers };
    await fillRules(all, polls);
    const due = await planRuns(deps.sql, seconds);
    stack.use(startWorker(all, { lanes, servers: bad.map(({ server }) => server) }));
    await until("every healthy poll was asked for", () => askedAt.size >= polls, {
      withinMs: (seconds + 60) * 1000,
    });
    report = latenessOf({ askedAt, due, others: bad.map(({ server }) => server) });
  });
  return report!; // safe: withDatabaseUrl() runs its work once
}

/** Figures of a run in which every poll was asked for. */
export function latenessOf(
  { askedAt, due, others }: {
    askedAt: ReadonlyMap<string, number>;
    due: ReadonlyMap<string, Date>;
    others: readonly ScriptedServer[];
  },
): Lateness {
  const late = [...askedAt].map(([key, at]) => at - due.get(key)!.getTime()).sort((a, b) => a - b);
  const quantile = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))]!;
  return {
    polls: late.length,
    median: quantile(0.5),
    p95: quantile(0.95),
    worst: late.at(-1)!,
    others: others.reduce((sum, one) => sum + one.requests.length, 0),
  };
}

async function fillRules(deps: JobDeps & Parameters<typeof createRule>[0], polls: number): Promise<void> {
  const [user] = await deps.sql<{ id: string }>`
    insert into users (email, created_at, updated_at) values ('ada@example.com', now(), now()) returning id`;
  for (const provider of deps.providers.enabled()) {
    for (let n = 0; n < polls; n++) {
      const query = { sources: [provider.id], keywords: [`${provider.id} ${wordOf(n)}`] };
      const rule = createRuleSchema.parse({ name: "x", query, poll_interval_seconds: 30 });
      await createRule(deps, { ...rule, user_id: user!.id });
    }
  }
  // They ran before: what they read now are all their pages.
  await deps.sql`update polls set runs = 1, last_success_at = now(), last_sweep_at = now()`;
}

function wordOf(n: number): string {
  return n.toString(26).split("").map((digit) => String.fromCharCode(97 + parseInt(digit, 26))).join("");
}

/** Healthy polls are due one after the other, the others' all at the start. */
async function planRuns(sql: Pool, seconds: number): Promise<Map<string, Date>> {
  await sql`update polls set next_poll_at = now()`;
  const rows = await sql<{ q: string; next_poll_at: Date }>`
    update polls set next_poll_at = now() + make_interval(secs => 1 + random() * ${seconds}::float8)
    where provider = 'healthy' returning query->>'q' as q, next_poll_at`;
  return new Map(rows.map(({ q, next_poll_at }) => [q, next_poll_at]));
}

/** A worker that ends with its jobs; `servers`: those that hang, which close first. */
export function startWorker(
  deps: Awaited<ReturnType<typeof compose>>,
  { lanes = true, servers }: { lanes?: boolean; servers: readonly AsyncDisposable[] },
): AsyncDisposable {
  const queue = openInlineQueue({ log: silentLog });
  const sources: WorkSource[] = workSources(deps).map((source) => {
    if (lanes) return source;
    const { maxOfLane: _no, ...rest } = source;
    return rest;
  });
  const dispatcher = new Dispatcher({ ...deps, queue, sources, maxOutstanding: 4 * JOB_CONCURRENCY });
  queue.listen(createJobHandler(deps, dispatcher), { concurrency: JOB_CONCURRENCY });
  dispatcher.start();
  return {
    [Symbol.asyncDispose]: async () => {
      await dispatcher[Symbol.asyncDispose]();
      // What hangs ends with its server.
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
      await queue[Symbol.asyncDispose]();
    },
  };
}

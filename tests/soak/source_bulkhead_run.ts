/** Polls of shops that are well, beside shops that hang, flood and lie; over real HTTP, by the real dispatcher. */
import { compose } from "../../src/app/compose.ts";
import { silentLog } from "../../src/platform/log.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { addSource } from "../../src/sources/add_source.ts";
import { createRule } from "../../src/watch_rules/create_rule.ts";
import { createRuleSchema } from "../../src/watch_rules/schema.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { SHOP_ENV } from "../support/fake_shop.ts";
import {
  hang,
  json,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from "../support/scripted_server.ts";
import { CHEAP_PASSWORDS, testConfig } from "../support/service.ts";
import { type Lateness, latenessOf, startWorker } from "./bulkhead_run.ts";
import { until } from "./tools.ts";

/** How an installation with all marketplaces is configured: each takes its part of the places. */
const ENV = { ...SHOP_ENV, DISCOGS_TOKEN: "t", EBAY_CLIENT_ID: "i", EBAY_CLIENT_SECRET: "s" };
const FLOOD_PRODUCTS = 250;

export interface SourceBulkheadOptions {
  /** Shops that are well, each on a host of its own; due one after the other within `seconds`. */
  shops: number;
  seconds: number;
  /** Collections of one host that hangs, due at once. */
  hangingCollections: number;
  /** Further hosts that hang; one that floods and one that lies come with them. */
  hangingHosts: number;
  /** They failed before and come back when the others are due. */
  failedBefore?: boolean;
}

/** Measures one run. */
export async function runSourceBulkhead(options: SourceBulkheadOptions): Promise<Lateness> {
  let report: Lateness | undefined;
  await withDatabaseUrl(async (url) => {
    await using stack = new AsyncDisposableStack();
    const deps = stack.use(
      await compose(testConfig(url, ENV), {
        worksJobs: false,
        log: silentLog,
        passwordCost: CHEAP_PASSWORDS,
      }),
    );
    const askedAt = new Map<string, number>();
    const start = (script: Script) => startScriptedServer(script);
    const healthy = Array.from({ length: options.shops }, () => {
      const server: ScriptedServer = start((request, seen) => {
        const provider = providerOf(server.url);
        if (!askedAt.has(provider)) askedAt.set(provider, Date.now());
        return well(request, seen);
      });
      return stack.use(server);
    });
    const bad = badServers(options, start);
    const addresses = [
      ...bad.map(({ url }) => url),
      ...Array.from({ length: options.hangingCollections }, (_, n) => `${bad[0]!.url}/collections/c${n}`),
    ];
    for (const shop of healthy) await watch(deps, shop.url);
    for (const address of addresses) await watch(deps, address);
    if (options.failedBefore) {
      await deps.sql`
        insert into provider_states (provider, failures, blocked_until, last_error, last_error_at)
        select provider, 1, now(), 'no answer', now() from polls
        where provider <> all(${healthy.map((shop) => providerOf(shop.url))}::text[])`;
    }
    const due = await planRuns(deps.sql, { healthy, seconds: options.seconds });
    stack.use(startWorker(deps, { servers: bad }));
    await until("every shop that is well was asked", () => askedAt.size >= options.shops, {
      withinMs: (options.seconds + 120) * 1000,
    });
    report = latenessOf({ askedAt, due, others: bad });
  });
  return report!; // safe: withDatabaseUrl() runs its work once
}

const well: Script = ({ query }) =>
  json({ products: query.get("page") === "1" ? [productOf(1, "Kind of Blue")] : [] });
/** Each page is new, and none is the last. */
const floods: Script = (_request, seen) =>
  json({
    products: Array.from({ length: FLOOD_PRODUCTS }, (_, n) => productOf(seen * 1000 + n, `Pressing ${n}`)),
  });
const lies: Script = (_request, seen) =>
  seen % 2 === 0
    ? json({ products: 7 })
    : new Response('{"products": [', { headers: { "content-type": "application/json" } });

function badServers({ hangingHosts }: SourceBulkheadOptions, start: (script: Script) => ScriptedServer) {
  return [hang, ...Array.from({ length: hangingHosts }, () => hang), ...(hangingHosts ? [floods, lies] : [])]
    .map(start);
}

function productOf(id: number, title: string) {
  const variants = [{ id, title: "Default Title", price: "25.00", available: true }];
  return { id, title: `${title} LP`, vendor: "Miles Davis", handle: `record-${id}`, tags: [], variants };
}

function providerOf(url: string): string {
  const { host, pathname } = new URL(url);
  const collection = pathname.split("/")[2];
  return `shopify:${host.replace(":", "-")}${collection ? `--${collection}` : ""}`;
}

/** A user of its own with a rule on the shop at this address, which ran before. */
async function watch(
  deps: Parameters<typeof addSource>[0] & Parameters<typeof createRule>[0],
  url: string,
): Promise<void> {
  const [user] = await deps.sql<{ id: string }>`
    insert into users (email, created_at, updated_at)
    values (${`${crypto.randomUUID()}@example.com`}, now(), now()) returning id`;
  const user_id = user!.id;
  const provider = providerOf(url);
  const found = {
    provider,
    kind: "shopify" as const,
    url,
    currency: "USD",
    artist_from: "vendor" as const,
    name: provider,
    listings: [],
  };
  await addSource(deps, { user_id, found, wanted: {} });
  const query = { sources: [provider], keywords: ["miles"] };
  await createRule(deps, { ...createRuleSchema.parse({ name: "x", query }), user_id });
  await deps.sql`
    update polls set runs = 1, last_success_at = now(), last_sweep_at = now() where provider = ${provider}`;
}

/** Shops that are well are due one after the other, all others at the start. */
async function planRuns(
  sql: Pool,
  { healthy, seconds }: { healthy: readonly ScriptedServer[]; seconds: number },
): Promise<Map<string, Date>> {
  await sql`update polls set next_poll_at = now()`;
  const rows = await sql<{ provider: string; next_poll_at: Date }>`
    update polls set next_poll_at = now() + make_interval(secs => 1 + random() * ${seconds}::float8)
    where provider = any(${healthy.map(({ url }) => providerOf(url))}::text[])
    returning provider, next_poll_at`;
  return new Map(rows.map(({ provider, next_poll_at }) => [provider, next_poll_at]));
}

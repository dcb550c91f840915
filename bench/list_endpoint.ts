/**
 * `deno task bench:list`: the list endpoints beside a bare Hono route that answers the rows of the same SELECT, over
 * loopback with 32 requests at a time, limiter on. Needs DATABASE_URL of a server on which it may create databases.
 */
import { Hono } from "hono";
import { compose, type Deps } from "../src/app/compose.ts";
import { readConfig } from "../src/app/config.ts";
import { createHttpApp } from "../src/app/http.ts";
import { silentLog } from "../src/platform/log.ts";
import type { PageRequest } from "../src/platform/paging.ts";
import { appendEvents } from "../src/events/append_events.ts";
import { listNotifications } from "../src/notifications/inbox_store.ts";
import { tellUsers } from "../src/notifications/tell_users.ts";
import { createRelease } from "../src/watch_releases/create_release.ts";
import { createReleaseSchema } from "../src/watch_releases/schema.ts";
import { listReleases } from "../src/watch_releases/store.ts";
import { createRule } from "../src/watch_rules/create_rule.ts";
import { createRuleSchema } from "../src/watch_rules/schema.ts";
import { listRules } from "../src/watch_rules/store.ts";
import type { LoadOrder, LoadResult } from "./load_worker.ts";
import { addUsers, DAY, quantile, say, withBenchDatabase } from "./world.ts";

const CONCURRENCY = 32;
const WARM_UP_MS = 1_500;
/** Both routes of a pair take turns, so that a busy moment of the machine hits both. */
const ROUNDS = 5;
const ROUND_MS = 2_000;
/** Other people's rows, so that the index has something to leave out. */
const OTHERS = 200;
const ROWS_EACH = 60;
const FIRST_PAGE: PageRequest = { limit: 50, offset: 0, after: null };

await withBenchDatabase(async (sql, url) => {
  const config = readConfig({
    ENVIRONMENT: "test",
    DATABASE_URL: url,
    JOB_BROKER: "inline",
    RATE_LIMIT_SCALE: "100000",
  });
  await using deps = await compose(config, { worksJobs: false, log: silentLog });
  const app = createHttpApp(deps);
  const { user_id, token } = await mintToken(app);
  for (const user of [user_id, ...await addUsers(sql, OTHERS)]) await fill(deps, user);
  const bare = new Hono()
    .get(
      "/notifications",
      async (c) =>
        c.json(
          await listNotifications(deps.sql, {
            user_id,
            unread: false,
            page: FIRST_PAGE,
            now: deps.clock.now(),
          }),
        ),
    )
    .get("/watch-rules", async (c) => c.json(await listRules(deps.sql, { user_id, page: FIRST_PAGE })))
    .get(
      "/watch-releases",
      async (c) => c.json(await listReleases(deps.sql, { user_id, watch_rule_id: null, page: FIRST_PAGE })),
    );
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, info) =>
      new URL(request.url).pathname.startsWith("/api/") ? app.fetch(request, info) : bare.fetch(request),
  );
  const order = {
    base: `http://127.0.0.1:${server.addr.port}`,
    headers: { authorization: `Bearer ${token}` },
  };
  say("| list of 50 | bare SELECT/s | p50 ms | p99 ms | endpoint/s | p50 ms | p99 ms | ratio |");
  say("|---|---|---|---|---|---|---|---|");
  for (const path of ["/notifications", "/watch-rules", "/watch-releases"]) say(await compare(path, order));
});

async function mintToken(app: ReturnType<typeof createHttpApp>): Promise<{ user_id: string; token: string }> {
  const answer = await app.request("/api/dev/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com" }),
  });
  return await answer.json();
}

async function compare(
  path: string,
  { base, headers }: { base: string; headers: Record<string, string> },
): Promise<string> {
  const orderOf = (url: string, ms: number) => ({ url: base + url, headers, concurrency: CONCURRENCY, ms });
  const totals = [path, `/api${path}`].map((url) => ({ url, requests: 0, latencies: [] as number[] }));
  for (const { url } of totals) await load(orderOf(url, WARM_UP_MS));
  for (let round = 0; round < ROUNDS; round++) {
    for (const total of totals) {
      const { requests, failures, latencies } = await load(orderOf(total.url, ROUND_MS));
      if (failures > 0) throw new Error(`${failures} of ${requests} requests to ${total.url} failed`);
      total.requests += requests;
      total.latencies.push(...latencies);
    }
  }
  const cells = totals.flatMap(({ requests, latencies }) => [
    (requests / (ROUNDS * ROUND_MS) * 1_000).toFixed(0),
    ...[0.5, 0.99].map((share) => quantile(latencies, share).toFixed(1)),
  ]);
  return `| /api${path} | ${cells.join(" | ")} | ${(totals[1]!.requests / totals[0]!.requests).toFixed(2)} |`;
}

/** An inbox, rules and watched releases, each longer than a page. */
async function fill(deps: Deps, user_id: string): Promise<void> {
  const numbers = Array.from({ length: ROWS_EACH }, (_, index) => index);
  await deps.sql.begin(async (tx) => {
    const drafts = numbers.map((index) => ({
      user_id,
      type: "NEW_MATCH" as const,
      payload: { reason: "new_listing", matched: [], price_kind: "fixed" },
      content: {
        provider: "mock",
        title: `Miles Davis - Kind Of Blue LP ${index}`,
        url: "https://market.example/offers/1",
        image_url: null,
        price_minor: 2_499,
        currency: "USD",
        condition: "VG+",
        observed_at: DAY,
        expires_at: null,
      },
    }));
    await tellUsers(tx, await appendEvents(tx, drafts, DAY), DAY);
  });
  for (const index of numbers) {
    const rule = {
      name: `Blue ${index}`,
      query: { keywords: [`kind of blue ${index}`], max_price: 40, sources: ["mock"] },
    };
    await createRule(deps, { ...createRuleSchema.parse(rule), user_id });
    const release = { discogs_release_id: index + 1, title: `Kind Of Blue ${index}`, artist: "Miles Davis" };
    await createRelease(deps, { ...createReleaseSchema.parse(release), user_id });
  }
}

/** Runs the load on a thread of its own, so that the client does not wait behind the server. */
async function load(order: LoadOrder): Promise<LoadResult> {
  const worker = new Worker(new URL("./load_worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<LoadResult>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(order);
    });
  } finally {
    worker.terminate();
  }
}

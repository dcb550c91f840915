/**
 * `deno task bench:list`: GET /api/notifications beside a bare Hono route with the same JSON and beside a bare indexed
 * SELECT, over loopback with 32 requests at a time. Needs DATABASE_URL of a server on which it may create databases.
 */
import { Hono } from "hono";
import { compose } from "../src/app/compose.ts";
import { readConfig } from "../src/app/config.ts";
import { createHttpApp } from "../src/app/http.ts";
import { silentLog } from "../src/platform/log.ts";
import type { Pool } from "../src/platform/sql.ts";
import { appendEvents } from "../src/events/append_events.ts";
import { tellUsers } from "../src/notifications/tell_users.ts";
import type { LoadOrder, LoadResult } from "./load_worker.ts";
import { addUsers, DAY, quantile, say, withBenchDatabase } from "./world.ts";

const CONCURRENCY = 32;
const WARM_UP_MS = 1_500;
const MEASURED_MS = 5_000;
/** Other people's rows, so that the index has something to leave out. */
const OTHERS = 200;
const ROWS_EACH = 200;

await withBenchDatabase(async (sql, url) => {
  const config = readConfig({ ENVIRONMENT: "test", DATABASE_URL: url, JOB_BROKER: "inline" });
  await using deps = await compose(config, { worksJobs: false, log: silentLog });
  const app = createHttpApp(deps);
  const minted = await (await app.request("/api/dev/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com" }),
  })).json();
  for (const user of [minted.user_id, ...await addUsers(sql, OTHERS)]) await fillInbox(sql, user);
  const headers = { authorization: `Bearer ${minted.token}` };
  const page = await (await app.request("/api/notifications", { headers })).json();
  const bare = new Hono().get("/json", (c) => c.json(page)).get("/select", async (c) =>
    c.json(
      await deps.sql`
        select id, event_id, created_at from notifications where user_id = ${minted.user_id}
        order by created_at desc, id desc limit 50`,
    ));
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    return new URL(request.url).pathname.startsWith("/api/") ? app.fetch(request) : bare.fetch(request);
  });
  say(`${page.length} notifications of ${JSON.stringify(page).length} bytes; ${CONCURRENCY} at a time`);
  say("| route | requests/s | p50 ms | p99 ms |\n|---|---|---|---|");
  for (const path of ["/json", "/select", "/api/notifications", "/api/notifications?limit=1"]) {
    const order = { url: `http://127.0.0.1:${server.addr.port}${path}`, headers, concurrency: CONCURRENCY };
    await load({ ...order, ms: WARM_UP_MS });
    const { requests, failures, latencies } = await load({ ...order, ms: MEASURED_MS });
    if (failures > 0) throw new Error(`${failures} of ${requests} requests to ${path} failed`);
    const cells = [
      path,
      (requests / MEASURED_MS * 1_000).toFixed(0),
      ...[0.5, 0.99].map((share) => quantile(latencies, share).toFixed(1)),
    ];
    say(`| ${cells.join(" | ")} |`);
  }
});

async function fillInbox(sql: Pool, user_id: string): Promise<void> {
  await sql.begin(async (tx) => {
    const drafts = Array.from({ length: ROWS_EACH }, (_, index) => ({
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

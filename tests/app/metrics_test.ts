import assert from "node:assert/strict";
import { createHttpApp, createWorkerApp } from "../../src/app/http.ts";
import { measureProvider } from "../../src/app/measure.ts";
import { Metrics } from "../../src/app/metrics.ts";
import { ruleQuerySchema } from "../../src/matching/rule_query.ts";
import { createSimulatedMarket } from "../../src/providers/simulated/market.ts";
import { fakeClock } from "../support/clock.ts";
import { withService } from "../support/service.ts";

/** The value of one series; null: it is not there. */
function valueOf(text: string, series: string): number | null {
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

Deno.test("GET /metrics counts requests by route pattern, and everything unknown as other", async () => {
  await withService(async ({ client, request, deps }) => {
    const ada = await client("ada");
    for (let one = 0; one < 3; one++) await ada.get(`/api/watch-rules/${crypto.randomUUID()}`);
    for (let one = 0; one < 50; one++) await ada.get(`/api/${crypto.randomUUID()}`);
    await request("/api/me", { method: "BREW" });
    const { status, headers, body } = await request("/metrics");
    assert.equal(status, 200);
    assert.match(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    const count = (labels: string) =>
      valueOf(body, `waxwatch_http_request_duration_seconds_count{${labels}}`);
    assert.equal(count('method="GET",route="/api/watch-rules/:id",status="404"'), 3);
    assert.equal(count('method="GET",route="other",status="404"'), 50);
    assert.equal(count('method="other",route="other",status="405"'), 1);
    assert.doesNotMatch(body, /[0-9a-f]{8}-[0-9a-f]{4}/);
    assert.equal(valueOf(body, "waxwatch_open_streams"), 0);
    assert.ok(valueOf(body, "waxwatch_database_connections")! > 0);
    assert.ok(valueOf(body, "process_resident_memory_bytes")! > 0);
    assert.equal(deps.streams.size, 0);
  });
});

Deno.test("GET /metrics tells open streams, due polls, jobs by outcome and refused requests", async () => {
  await withService(async ({ client, request, drain, clock }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", { name: "blue", query: { keywords: ["blue"], sources: ["mock"] } });
    const before = (await request("/metrics")).body;
    assert.deepEqual(["due", "late"].map((state) => valueOf(before, `waxwatch_polls{state="${state}"}`)), [
      1,
      0,
    ]);
    clock.advance(60_000);
    assert.equal(valueOf((await request("/metrics")).body, 'waxwatch_polls{state="late"}'), 1);
    await drain();
    const stream = await ada.fetch("/api/stream/events");
    let refused = 0;
    while (refused < 2) refused += (await request("/api/me")).status === 429 ? 1 : 0;
    const { body } = await request("/metrics");
    assert.equal(valueOf(body, "waxwatch_open_streams"), 1);
    assert.equal(valueOf(body, 'waxwatch_polls{state="due"}'), 0);
    const jobs = (labels: string) => valueOf(body, `waxwatch_job_duration_seconds_count{${labels}}`);
    assert.equal(jobs('kind="poll",outcome="completed"'), 1);
    assert.equal(jobs('kind="backfill",outcome="completed"'), 1);
    assert.equal(valueOf(body, 'waxwatch_rate_limited_total{scope="anonymous"}'), 2);
    await stream.body?.cancel();
  }, { SIMULATED_MARKET: "true", RATE_LIMIT_SCALE: "1" });
});

Deno.test("GET /metrics answers without what the database would say while that is away", async () => {
  await withService(async ({ request, deps }) => {
    await deps.sql[Symbol.asyncDispose]();
    const { status, body } = await request("/metrics");
    assert.equal(status, 200);
    assert.equal(valueOf(body, 'waxwatch_polls{state="due"}'), null);
    assert.equal(valueOf(body, "waxwatch_open_streams"), 0);
  });
});

Deno.test("GET /metrics with METRICS_TOKEN answers to it alone, in the API and in a worker", async () => {
  await withService(async ({ deps }) => {
    for (const app of [createHttpApp(deps), createWorkerApp(deps)]) {
      const as = async (authorization?: string) => {
        const answer = await app.request("/metrics", { headers: authorization ? { authorization } : {} }, {
          peer: "127.0.0.1",
        });
        await answer.body?.cancel();
        return answer.status;
      };
      assert.equal(await as("Bearer s3cret"), 200);
      for (const wrong of [undefined, "Bearer s3cre", "Bearer s3crets", "Basic s3cret", "Bearer"]) {
        assert.equal(await as(wrong), 401, wrong);
      }
    }
  }, { METRICS_TOKEN: "s3cret" });
});

Deno.test("GET /metrics without METRICS_TOKEN answers this machine alone outside development", async () => {
  await withService(async ({ deps }) => {
    const app = createHttpApp({ ...deps, isDevLike: false });
    const from = async (peer: string | undefined, headers: Record<string, string> = {}) => {
      const answer = await app.request("/metrics", { headers }, { peer });
      await answer.body?.cancel();
      return answer.status;
    };
    for (const local of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) assert.equal(await from(local), 200, local);
    for (const other of ["203.0.113.9", "10.0.0.1", undefined]) assert.equal(await from(other), 404, other);
    for (const header of ["x-forwarded-for", "forwarded", "via"]) {
      assert.equal(await from("127.0.0.1", { [header]: "127.0.0.1" }), 404, header);
    }
    assert.equal(await from("203.0.113.9", { "x-forwarded-for": "127.0.0.1" }), 404);
  });
});

Deno.test("measureProvider() counts calls and leaves the provider as it is", async () => {
  const clock = fakeClock();
  const metrics = new Metrics({ clock });
  const provider = createSimulatedMarket({ clock, seed: 1 });
  const { provider: measured } = measureProvider({ provider, enabled: true }, metrics);
  assert.deepEqual([measured.id, measured.name, measured.capabilities], [
    provider.id,
    provider.name,
    provider.capabilities,
  ]);
  const heard: string[] = [];
  const [planned] = measured.plan(ruleQuerySchema.parse({ keywords: ["blue"] }));
  const { signal } = new AbortController();
  await measured.search(planned ?? {}, null, { signal, onCall: ({ operation }) => heard.push(operation) })
    .catch(() => null);
  const { body } = await metrics.text();
  const counted = [
    ...body.matchAll(/^waxwatch_provider_call_duration_seconds_count\{provider="mock",.*\} (\d+)$/gm),
  ]
    .reduce((sum, [, count]) => sum + Number(count), 0);
  assert.ok(heard.length > 0);
  assert.equal(counted, heard.length);
});

Deno.test("Metrics of two services in one process are apart", async () => {
  const [one, two] = [new Metrics({ clock: fakeClock() }), new Metrics({ clock: fakeClock() })];
  one.countLimited("search");
  assert.match((await one.text()).body, /waxwatch_rate_limited_total\{scope="search"\} 1/);
  assert.doesNotMatch((await two.text()).body, /scope="search"/);
});

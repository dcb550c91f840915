/** The typed client as its users have it: its own fetch, a socket, and nothing of the service's code. */
import assert from "node:assert/strict";
import type { components } from "../../docs/client/api.ts";
import { type ApiClient, createApiClient, type FileBody } from "../../docs/client/client.ts";
import { StreamRefusedError } from "../../docs/client/events.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { readEvents } from "../support/events.ts";
import { aListing } from "../support/factories.ts";
import { type TestService, withService } from "../support/service.ts";

type WatchRule = components["schemas"]["WatchRule"];

const BLUE = { name: "Blue", query: { keywords: ["kind of blue"], sources: ["mock"], max_price: 60 } };

/** Runs `work` with a client of a service that listens on this machine. */
async function withClient(
  work: (api: ApiClient, more: { service: TestService; baseUrl: string }) => Promise<void>,
): Promise<void> {
  await withService(async (service) => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      createHttpApp(service.deps).fetch,
    );
    const baseUrl = `http://127.0.0.1:${server.addr.port}`;
    const { data } = await createApiClient({ baseUrl }).POST("/api/dev/token", {
      body: { email: "ada@example.com" },
    });
    await work(createApiClient({ baseUrl, token: data!.token }), { service, baseUrl });
  });
}

/** All rules, page by page. */
async function allRules(api: ApiClient, limit: number): Promise<{ rules: WatchRule[]; pages: number }> {
  const rules: WatchRule[] = [];
  let cursor: string | null = null;
  for (let pages = 1;; pages++) {
    const query: { limit: number; cursor?: string } = { limit, ...(cursor ? { cursor } : {}) };
    const { data, error, response } = await api.GET("/api/watch-rules", { params: { query } });
    if (error) throw new Error(error.error.message);
    rules.push(...data);
    cursor = response.headers.get("x-next-cursor");
    if (!cursor) return { rules, pages };
  }
}

Deno.test("createApiClient() saves a rule, reads it, changes it and removes it", async () => {
  await withClient(async (api) => {
    const made = await api.POST("/api/watch-rules", { body: BLUE });
    assert.equal(made.response.status, 201);
    const { id, query } = made.data!;
    assert.deepEqual([query.keywords, query.max_price, query.currency], [["kind of blue"], 60, "USD"]);
    const one = { params: { path: { id } } };
    assert.deepEqual((await api.GET("/api/watch-rules/{id}", one)).data, made.data);
    const changed = await api.PATCH("/api/watch-rules/{id}", { ...one, body: { name: "Bluer" } });
    assert.deepEqual([changed.data?.name, changed.data?.query], ["Bluer", query]);
    const gone = await api.DELETE("/api/watch-rules/{id}/hard", one);
    assert.deepEqual([gone.response.status, gone.data, gone.error], [204, undefined, undefined]);
    assert.equal((await api.GET("/api/watch-rules/{id}", one)).error?.error.status, 404);
  });
});

Deno.test("createApiClient() goes through a list by its cursors: every rule once, also while new ones come", async () => {
  await withClient(async (api, { service: { clock } }) => {
    for (let n = 0; n < 7; n++) {
      await api.POST("/api/watch-rules", { body: { ...BLUE, name: `Rule ${n}` } });
      clock.advance(1);
    }
    const { rules, pages } = await allRules(api, 3);
    assert.equal(pages, 3);
    assert.deepEqual(rules.map(({ name }) => name), [6, 5, 4, 3, 2, 1, 0].map((n) => `Rule ${n}`));
    const first = await api.GET("/api/watch-rules", { params: { query: { limit: 3 } } });
    await api.POST("/api/watch-rules", { body: { ...BLUE, name: "Rule 7" } });
    const cursor = first.response.headers.get("x-next-cursor")!;
    const second = await api.GET("/api/watch-rules", { params: { query: { limit: 3, cursor } } });
    assert.deepEqual(second.data?.map(({ name }) => name), ["Rule 3", "Rule 2", "Rule 1"]);
  });
});

Deno.test("createApiClient() gives a refusal as the envelope, with the place of what is wrong", async () => {
  await withClient(async (api, { baseUrl }) => {
    const body = { ...BLUE, query: { keywords: ["blue"], max_price: -1 } };
    const { data, error, response } = await api.POST("/api/watch-rules", { body });
    assert.deepEqual([data, response.status, error?.error.status], [undefined, 422, 422]);
    assert.equal(error?.error.code, "validation_error");
    const details = error.error.details;
    assert.ok(Array.isArray(details));
    assert.deepEqual(details.map(({ loc }) => loc), [["body", "query", "max_price"]]);
    const nobody = await createApiClient({ baseUrl }).GET("/api/me");
    assert.deepEqual([nobody.response.status, nobody.error?.error.code], [401, "http_error"]);
  });
});

Deno.test("createApiClient() sends an Idempotency-Key: a creation that is repeated happens once", async () => {
  await withClient(async (api) => {
    const params = { header: { "Idempotency-Key": crypto.randomUUID() } };
    const first = await api.POST("/api/watch-rules", { params, body: BLUE });
    const again = await api.POST("/api/watch-rules", { params, body: BLUE });
    assert.deepEqual([again.response.status, again.data], [201, first.data]);
    assert.equal(again.response.headers.get("idempotency-replayed"), "true");
    const other = await api.POST("/api/watch-rules", { params, body: { ...BLUE, name: "Other" } });
    assert.equal(other.error?.error.status, 422);
    assert.deepEqual((await allRules(api, 50)).rules.map(({ id }) => id), [first.data!.id]);
  });
});

Deno.test("createApiClient() gives what is no JSON as a stream: an inbox as it grows", async () => {
  await withClient(async (api, { service: { deps } }) => {
    const { data, response } = await api.GET("/api/stream/events", { parseAs: "stream" });
    assert.ok(data);
    await using stream = readEvents(response);
    await api.POST("/api/watch-rules", { body: BLUE });
    await api.POST("/api/dev/listings/ingest", { body: aListing({ listed_at: "2026-11-23T12:00:00Z" }) });
    const message: components["schemas"]["StreamMessage"] = (await stream.next()).data;
    assert.deepEqual([message.event_type, message.payload.matched?.[0]?.name], ["NEW_MATCH", "Blue"]);
    // Or stopping the server waits for it.
    deps.streams.close();
  });
});

const WANTS = "Artist,Title,release_id,Notes\nBjörk,Début,1,@max=20\nMiles Davis,Blue,2,\n";
const FILES: [string, FileBody][] = [
  ["text", WANTS],
  [
    "a file of an input, whatever its system calls it",
    new File([WANTS], "wants.csv", { type: "application/vnd.ms-excel" }),
  ],
  ["bytes", new TextEncoder().encode(WANTS)],
  ["a buffer", new TextEncoder().encode(WANTS).buffer],
];
for (const [what, body] of FILES) {
  Deno.test(`createApiClient() uploads a wantlist as ${what}`, async () => {
    await withClient(async (api, { service }) => {
      const path = "/api/integrations/discogs/import/csv";
      const { data, error } = await api.POST(path, { body, params: { query: { source: "wantlist" } } });
      assert.equal(error, undefined);
      await service.drain();
      const one = { params: { path: { job_id: data!.id } } };
      const job = await api.GET("/api/integrations/discogs/import/{job_id}", one);
      assert.deepEqual([job.data?.status, job.data?.created_count], ["completed", 2]);
      const { data: watches } = await api.GET("/api/watch-releases");
      assert.deepEqual(
        watches?.map(({ artist, title, target_price }) => [artist, title, target_price]).sort(),
        [
          ["Björk", "Début", 20],
          ["Miles Davis", "Blue", null],
        ],
      );
      const refused = await api.POST(path, { body: "no file" });
      assert.deepEqual([refused.response.status, refused.error?.error.code], [422, "validation_error"]);
    });
  });
}

Deno.test("createApiClient() follows the inbox over broken connections: each row once, from before the first one on", async () => {
  await withService(async (service) => {
    const opened: (string | null)[] = [];
    let left = 2;
    /** Cuts the first connection behind its first lines, the second behind its first message. */
    const cutting = async (request: Request) => {
      const response = await createHttpApp(service.deps).fetch(request);
      if (new URL(request.url).pathname !== "/api/stream/events") return response;
      opened.push(new URL(request.url).searchParams.get("after"));
      if (left === 0 || !response.body) return response;
      return new Response(upTo(left-- === 2 ? /^id: \d+\n\n/m : /^data: .*\n\n/m, response.body), response);
    };
    const baseUrl = "http://service.test";
    const { data } = await createApiClient({ baseUrl, fetch: cutting }).POST("/api/dev/token", {
      body: { email: "ada@example.com" },
    });
    const api = createApiClient({ baseUrl, token: data!.token, fetch: cutting });
    await api.POST("/api/watch-rules", { body: BLUE });
    const stop = new AbortController();
    const rows = api.follow({ signal: stop.signal });
    const first = rows.next();
    while (opened.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const ingest = (id: string) =>
      api.POST("/api/dev/listings/ingest", {
        body: aListing({ external_id: id, listed_at: "2026-11-23T12:00:00Z" }),
      });
    await ingest("one");
    await ingest("two");
    const [one, two] = [await first, await rows.next()];
    assert.deepEqual([one.value?.event_type, two.value?.event_type], ["NEW_MATCH", "NEW_MATCH"]);
    assert.ok(one.value!.seq < two.value!.seq);
    assert.deepEqual(opened.map((after) => after === null), [true, false, false]);
    assert.equal(opened[2], String(one.value!.seq));
    const third = rows.next();
    stop.abort();
    assert.deepEqual(await third, { value: undefined, done: true });
    service.deps.streams.close();
  });
});

Deno.test("createApiClient() ends following when the service refuses: its token is none", async () => {
  await withClient(async (_api, { service, baseUrl }) => {
    const nobody = createApiClient({ baseUrl, token: "nothing" });
    await assert.rejects(nobody.follow().next(), (error) => {
      assert.ok(error instanceof StreamRefusedError);
      assert.deepEqual([error.status, error.error?.error.code], [401, "http_error"]);
      return true;
    });
    service.deps.streams.close();
  });
});

/** A body that ends behind the first place where `end` is found. */
function upTo(end: RegExp, body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array> {
  let text = "";
  return body.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TransformStream<string, string>({
      transform(chunk, controller) {
        text += chunk;
        controller.enqueue(chunk);
        if (end.test(text)) controller.terminate();
      },
    }),
  ).pipeThrough(new TextEncoderStream());
}

Deno.test("createApiClient() does not compile with a path, a key or a value that the API does not know", async () => {
  await withClient(async (api) => {
    // @ts-expect-error: the path is missing its s
    const path = await api.GET("/api/watch-rule");
    assert.equal(path.response.status, 404);
    // @ts-expect-error: max_prise, beside a key that exists
    const key = await api.POST("/api/watch-rules", { body: { name: "x", query: { q: "x", max_prise: 3 } } });
    assert.equal(key.response.status, 422);
    // @ts-expect-error: limit is a number
    const value = await api.GET("/api/watch-rules", { params: { query: { limit: "few" } } });
    assert.equal(value.response.status, 422);
    // @ts-expect-error: a file is no object
    const file = await api.POST("/api/integrations/discogs/import/csv", { body: { rows: [] } });
    assert.equal(file.response.status, 415);
    // @ts-expect-error: what is no file takes none
    const rule = await api.POST("/api/watch-rules", { body: new Blob(["{}"]) });
    assert.equal(rule.response.status, 415);
  });
});

/** Path D: the stream tells what happens, and after a break what was missed. */
import assert from "node:assert/strict";
import type { operations } from "../../docs/client/api.ts";
import { ok, refused } from "../support/answers.ts";
import { inboxOf, ingest, ingestAll, saveRule } from "../support/calls.ts";
import { readEvents } from "../support/events.ts";
import { aListing, aRule } from "../support/factories.ts";
import { type Client, withService } from "../support/service.ts";

const NEW = { listed_at: "2026-11-23T12:00:00Z" };

/** The answer to a client that follows its inbox, from where `from` says. */
async function openStream({ api }: Client, from: StreamStart = {}): Promise<Response> {
  return (await api.GET("/api/stream/events", { ...from, parseAs: "stream" })).response;
}

interface StreamStart {
  params?: { query: operations["streamEvents"]["parameters"]["query"] };
  headers?: { "last-event-id": string };
}

Deno.test("GET /api/stream/events sends a comment at once, then each alert with its sequence number as id", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    const response = await openStream(ada);
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    await using stream = readEvents(response);
    await ingest(ada, aListing({ ...NEW, title: "Kind of Blue, first" }));
    const message = await stream.next();
    assert.deepEqual([message.event, message.id], ["notification", "3"]);
    const [row] = await inboxOf(ada);
    const { id: notification_id, event_id, event_type, created_at, title, body, url, payload } = row!;
    const told = { notification_id, event_id, event_type, created_at, title, body, url, payload };
    assert.deepEqual(message.data, { ...told, seq: 3 });
    assert.deepEqual([event_type, title], ["NEW_MATCH", "Kind of Blue, first"]);
    assert.equal(stream.comments[0], "connected");
    assert.equal(deps.streams.size, 1);
  });
});

Deno.test("a stream replays everything behind Last-Event-ID in order, each once, and goes on live", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingestAll(ada, Array.from({ length: 450 }, () => aListing(NEW)));
    await using stream = readEvents(await openStream(ada, { headers: { "last-event-id": "2" } }));
    await ingest(ada, aListing(NEW));
    // Between two alerts the log holds the first sight of a listing, which is not for the inbox.
    const ids: number[] = [];
    while (ids.length < 450) ids.push(Number((await stream.next()).id));
    assert.deepEqual(ids, Array.from({ length: 450 }, (_, n) => 2 * n + 3));
  });
});

Deno.test("a stream without a last id begins with what happens after it was opened", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingest(ada, aListing({ ...NEW, title: "Kind of Blue before" }));
    await using stream = readEvents(await openStream(ada));
    await ingest(ada, aListing({ ...NEW, title: "Kind of Blue after" }));
    assert.equal((await stream.next()).data.title, "Kind of Blue after");
  });
});

Deno.test("a stream says where it begins, so one that breaks off before its first message misses nothing", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    const begun = (await openStream(ada)).body!.pipeThrough(new TextDecoderStream()).getReader();
    const [, id] = /^id: (\d+)\n\n/m.exec((await begun.read()).value!)!;
    await begun.cancel();
    await ingest(ada, aListing({ ...NEW, title: "Kind of Blue meanwhile" }));
    const headers = { "last-event-id": id! };
    await using stream = readEvents(await openStream(ada, { headers }));
    assert.equal((await stream.next()).data.title, "Kind of Blue meanwhile");
  });
});

Deno.test("a stream carries its own user's alerts only", async () => {
  await withService(async ({ client }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await saveRule(ada, aRule());
    await saveRule(bob, aRule({}, { keywords: ["blue train"] }));
    await using stream = readEvents(await openStream(bob, { params: { query: { after: 0 } } }));
    await ingest(ada, aListing(NEW));
    await ingest(ada, aListing({ ...NEW, title: "John Coltrane - Blue Train" }));
    assert.equal((await stream.next()).data.title, "John Coltrane - Blue Train");
  });
});

Deno.test("closing the hub ends open streams, and a reader that leaves is forgotten", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    const left = readEvents(await openStream(ada));
    await left[Symbol.asyncDispose]();
    assert.equal(deps.streams.size, 0);
    await using stream = readEvents(await openStream(ada));
    deps.streams.close();
    await assert.rejects(stream.next(), /The stream ended/);
    assert.equal(deps.streams.size, 0);
  });
});

Deno.test("GET /api/stream/events answers 422 for a last id that is no number and 401 without a token", async () => {
  await withService(async ({ client, api }) => {
    const ada = await client("ada");
    // No number, so past the typed client.
    const { status, body } = await ada.get("/api/stream/events?after=soon");
    assert.equal(status, 422);
    assert.deepEqual(body.error.details[0].loc, ["query", "after"]);
    refused(await api.GET("/api/stream/events", { parseAs: "stream" }), 401);
  });
});

Deno.test("a reader that is far behind gets everything once it reads", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    for (let n = 0; n < 3; n++) {
      await ingestAll(ada, Array.from({ length: 700 }, () => aListing(NEW)));
    }
    const response = await openStream(ada, { params: { query: { after: 1 } } });
    ok(await ada.api.GET("/api/notifications/unread-count"));
    await using stream = readEvents(response);
    const ids: number[] = [];
    while (ids.length < 2_100) ids.push(Number((await stream.next()).id));
    assert.deepEqual(ids, Array.from({ length: 2_100 }, (_, n) => 2 * n + 3));
  });
});

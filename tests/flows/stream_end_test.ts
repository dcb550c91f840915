/** A stream lives as long as what its reader showed to be let in. */
import assert from "node:assert/strict";
import { stillStands } from "../../src/accounts/authenticate_closing.ts";
import { compose } from "../../src/app/compose.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { StreamHub } from "../../src/notifications/stream.ts";
import { silentLog } from "../../src/platform/log.ts";
import type { Doorbell } from "../../src/platform/doorbell.ts";
import { DatabaseError } from "../../src/platform/sql.ts";
import { type Browser, loggedIn } from "../support/browser.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { type EventReader, readEvents } from "../support/events.ts";
import { aListing, aRule } from "../support/factories.ts";
import { startIdentityProvider } from "../support/identity_provider.ts";
import { createClient, testConfig, type TestService, withService } from "../support/service.ts";

const STREAM = "/api/stream/events";
const NEW = { listed_at: "2026-11-23T12:00:00Z" };
const DAY = 86_400_000;

const ended = (stream: EventReader) => assert.rejects(stream.next(), /The stream ended/);

const cookieOf = ({ cookies }: Browser) => ({
  cookie: [...cookies].map((pair) => pair.join("=")).join("; "),
});

/** Opens a stream with these headers. */
async function open({ deps }: TestService, headers: Record<string, string>): Promise<EventReader> {
  return readEvents(await createHttpApp(deps).request(STREAM, { headers }));
}

Deno.test("a logout ends the streams of its session at once, and those of other sessions and tokens go on", async () => {
  await withService(async (service) => {
    const [here, there] = [
      await loggedIn(service, "ada@example.com"),
      await loggedIn(service, "ada@example.com"),
    ];
    const script = await service.client("ada");
    await script.post("/api/watch-rules", aRule());
    await using first = await open(service, cookieOf(here));
    await using second = await open(service, cookieOf(here));
    await using other = await open(service, cookieOf(there));
    await using token = await open(service, { authorization: `Bearer ${script.token}` });
    await here.post("/api/me/logout");
    await Promise.all([ended(first), ended(second)]);
    await script.post("/api/dev/listings/ingest", aListing({ ...NEW, title: "Kind of Blue, after" }));
    for (const stream of [other, token]) {
      assert.equal((await stream.next()).data.title, "Kind of Blue, after");
    }
    await script.post("/api/me/logout");
    await ended(token);
    assert.equal(service.deps.streams.size, 1);
  });
});

Deno.test("a logout with a JWT ends the streams of all JWTs of before", async () => {
  await using idp = await startIdentityProvider();
  await withService(async (service) => {
    const older = await idp.auth("ada", { claims: { iat: Date.parse("2026-11-23T11:59:00Z") / 1000 } });
    const newer = await idp.auth("ada");
    const later = await idp.auth("ada", { claims: { iat: Date.parse("2026-11-23T12:00:01Z") / 1000 } });
    await using first = await open(service, older.headers);
    await using second = await open(service, newer.headers);
    await using third = await open(service, later.headers);
    await service.request("/api/me/logout", { method: "POST", ...newer });
    await Promise.all([ended(first), ended(second)]);
    assert.equal(service.deps.streams.size, 1);
    assert.deepEqual(third.comments, []);
  }, idp.env);
});

for (const path of ["/api/me", "/api/me/hard-delete"]) {
  Deno.test(`DELETE ${path} ends all streams of the user, in every process, and nobody else's`, async () => {
    await withDatabaseUrl(async (url) => {
      const config = testConfig(url);
      await using one = await compose(config, { worksJobs: false, log: silentLog });
      await using two = await compose(config, { worksJobs: false, log: silentLog });
      const [here, there] = [createHttpApp(one), createHttpApp(two)];
      const client = (name: string) =>
        createClient((to, init) => Promise.resolve(here.request(to, init)), name);
      const [ada, again, bob] = [await client("ada"), await client("ada"), await client("bob")];
      await bob.post("/api/watch-rules", aRule());
      const read = async (app: typeof here, { token }: typeof ada) =>
        readEvents(await app.request(STREAM, { headers: { authorization: `Bearer ${token}` } }));
      await using first = await read(here, ada);
      await using second = await read(there, again);
      await using others = await read(there, bob);
      assert.equal((await ada.delete(path)).status, 200);
      await Promise.all([ended(first), ended(second)]);
      await bob.post("/api/dev/listings/ingest", aListing({ listed_at: new Date().toISOString() }));
      assert.equal((await others.next()).event, "notification");
    });
  });
}

Deno.test("ending one session from another one ends its streams too", async () => {
  await withService(async (service) => {
    const [here, there] = [
      await loggedIn(service, "ada@example.com"),
      await loggedIn(service, "ada@example.com"),
    ];
    await using kept = await open(service, cookieOf(here));
    await using lost = await open(service, cookieOf(there));
    await here.delete("/api/me/sessions");
    await ended(lost);
    assert.equal(service.deps.streams.size, 1);
    assert.deepEqual(kept.comments.slice(1), []);
  });
});

/** Never rings: the service's own says, when its connection stands, that an access may have ended. */
const SILENT_DOORBELL: Doorbell = {
  subscribe: () => ({ [Symbol.dispose]: () => {} }),
  [Symbol.dispose]: () => {},
};

/** A hub whose streams ping without pause, and what they are told when they ask. */
function quickHub({ deps }: TestService, stillAllowed: () => Promise<boolean>) {
  const hub = new StreamHub({ ...deps, doorbell: SILENT_DOORBELL, pingSeconds: 0.002 });
  const read = async (userId: string) =>
    readEvents(new Response(await hub.open({ userId, afterSeq: null, stillAllowed })));
  return { hub, read };
}

Deno.test("a stream asks with every sixth ping whether it may go on, and ends when it may not", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    let asked = 0;
    const { hub, read } = quickHub(service, () => Promise.resolve(++asked < 4));
    using _hub = hub;
    await using stream = await read(ada.userId);
    await ended(stream);
    assert.equal(asked, 4);
    const pings = stream.comments.filter((comment) => comment === "ping").length;
    assert.ok(pings >= 17 && pings <= 19, `${pings} pings`);
    assert.equal(hub.size, 0);
  });
});

Deno.test("a stream that cannot ask goes on, and asks again with the next ping", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    let asked = 0;
    const away = new DatabaseError("lost", "The database closed the connection");
    const { hub, read } = quickHub(
      service,
      () => ++asked < 4 ? Promise.reject(away) : Promise.resolve(false),
    );
    using _hub = hub;
    await using stream = await read(ada.userId);
    await ended(stream);
    assert.equal(asked, 4);
    assert.ok(stream.comments.length <= 6, stream.comments.join());
  });
});

Deno.test("an end of access that comes while a stream asks is asked about again", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    const answers = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
    const asked = Promise.withResolvers<void>();
    let count = 0;
    const hub = new StreamHub(service.deps);
    using _hub = hub;
    const body = await hub.open({
      userId: ada.userId,
      afterSeq: null,
      stillAllowed: () => {
        if (count === 0) asked.resolve();
        return answers[count++]!.promise;
      },
    });
    await using stream = readEvents(new Response(body));
    await asked.promise;
    const rung = Promise.withResolvers<void>();
    using _listener = service.deps.doorbell.subscribe(({ accessEnded }) => accessEnded && rung.resolve());
    await (await service.client("ada")).post("/api/me/logout");
    await rung.promise;
    answers[0]!.resolve(true);
    answers[1]!.resolve(false);
    await ended(stream);
    assert.equal(count, 2);
  });
});

Deno.test("stillStands() tells an expired session and JWT, and is no use that would prolong a session", async () => {
  await using idp = await startIdentityProvider();
  await withService(async (service) => {
    const { deps, clock } = service;
    const ada = await loggedIn(service, "ada@example.com");
    const browser = { authorization: null, ...cookieOf(ada) };
    const jwt = { authorization: (await idp.auth("bob")).headers.authorization, cookie: null };
    assert.deepEqual([await stillStands(deps, browser), await stillStands(deps, jwt)], [true, true]);
    const used = async () => (await deps.sql`select last_used_at, expires_at from sessions`)[0];
    const before = await used();
    clock.advance(29 * DAY);
    assert.deepEqual([await stillStands(deps, browser), await stillStands(deps, jwt)], [true, false]);
    assert.deepEqual(await used(), before);
    clock.advance(DAY);
    assert.equal(await stillStands(deps, browser), false);
  }, idp.env);
});

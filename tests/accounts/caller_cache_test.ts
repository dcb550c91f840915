import assert from "node:assert/strict";
import type { Caller } from "../../src/platform/api/env.ts";
import { addSeconds } from "../../src/platform/clock.ts";
import { openPool } from "../../src/platform/database.ts";
import { type Doorbell, openDoorbell, type Ring } from "../../src/platform/doorbell.ts";
import { CallerCache, MAX_CALLERS } from "../../src/accounts/caller_cache.ts";
import { endAccess } from "../../src/accounts/end_access.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { withDatabaseUrl } from "../support/database.ts";

const ADA = aCaller("ada");
const BOB = aCaller("bob");

function aCaller(user_id: string): Caller {
  return { user_id, is_active: true, scopes: ["read"], is_admin: false, credential: { kind: "jwt" } };
}

function aCache() {
  const clock = fakeClock();
  let ring: (ring: Ring) => void = () => {};
  const doorbell: Pick<Doorbell, "subscribe"> = {
    subscribe: (listener) => {
      ring = listener;
      return { [Symbol.dispose]: () => {} };
    },
  };
  const cache = new CallerCache({ clock, doorbell });
  const learn = (key: string, caller: Caller, until: Date | null = null) =>
    cache.findOrRead(key, () => Promise.resolve({ caller, until }));
  return { clock, cache, learn, ring: (one: Ring) => ring(one) };
}

Deno.test("CallerCache believes a caller for 5 s and not a moment longer", async () => {
  const { clock, cache, learn } = aCache();
  await learn("a", ADA);
  clock.advance(4_999);
  assert.equal(cache.find("a"), ADA);
  clock.advance(1);
  assert.equal(cache.find("a"), null);
});

Deno.test("CallerCache believes nobody beyond what he showed", async () => {
  const { clock, cache, learn } = aCache();
  await learn("soon", ADA, addSeconds(NOON, 2));
  await learn("over", BOB, NOON);
  assert.equal(cache.find("over"), null);
  clock.advance(1_999);
  assert.equal(cache.find("soon"), ADA);
  clock.advance(1);
  assert.equal(cache.find("soon"), null);
});

Deno.test("CallerCache reads once, keeps nothing of a read that fails, and lets the failure through", async () => {
  const { cache, learn } = aCache();
  await assert.rejects(cache.findOrRead("a", () => Promise.reject(new Error("away"))), { message: "away" });
  assert.equal(cache.size, 0);
  await learn("a", ADA);
  assert.equal(await cache.findOrRead("a", () => Promise.reject(new Error("not read"))), ADA);
});

Deno.test("CallerCache forgets one user, and keeps nothing that was read while somebody's access ended", async () => {
  const { cache, learn } = aCache();
  await learn("a1", ADA);
  await learn("a2", ADA);
  await learn("b", BOB);
  cache.forget(new Set(["ada"]));
  assert.deepEqual([cache.find("a1"), cache.find("a2"), cache.find("b")], [null, null, BOB]);
  const slow = Promise.withResolvers<{ caller: Caller; until: null }>();
  const reading = cache.findOrRead("a1", () => slow.promise);
  cache.forget(new Set(["ada"]));
  slow.resolve({ caller: ADA, until: null });
  assert.equal(await reading, ADA);
  assert.equal(cache.find("a1"), null);
});

Deno.test("CallerCache hears of ended access, and leaves other rings alone", async () => {
  const { cache, learn, ring } = aCache();
  await learn("a", ADA);
  ring({ users: new Set(["ada"]), accessEnded: false });
  ring({ users: "all", accessEnded: false });
  ring({ users: new Set(["bob"]), accessEnded: true });
  assert.equal(cache.find("a"), ADA);
  ring({ users: new Set(["ada"]), accessEnded: true });
  assert.equal(cache.find("a"), null);
  await learn("b", BOB);
  ring({ users: "all", accessEnded: true });
  assert.equal(cache.size, 0);
});

Deno.test("CallerCache holds 10,000 callers and drops the one learnt first", async () => {
  const { cache, learn } = aCache();
  for (let at = 0; at <= MAX_CALLERS; at++) await learn(String(at), ADA);
  assert.equal(cache.size, MAX_CALLERS);
  assert.deepEqual([cache.find("0"), cache.find("1")], [null, ADA]);
});

/** A process: a pool, a doorbell that is listening, and a cache. */
async function aProcess(stack: AsyncDisposableStack, url: string) {
  const pool = stack.use(openPool({ url, max: 2 }));
  const doorbell = stack.use(openDoorbell(pool));
  await nextRing(doorbell);
  const cache = stack.use(new CallerCache({ clock: fakeClock(), doorbell }));
  return {
    pool,
    doorbell,
    cache,
    learn: () => cache.findOrRead("a", () => Promise.resolve({ caller: ADA, until: null })),
  };
}

function nextRing(doorbell: Doorbell): Promise<Ring> {
  const { promise, resolve } = Promise.withResolvers<Ring>();
  const subscription = doorbell.subscribe((ring) => {
    subscription[Symbol.dispose]();
    resolve(ring);
  });
  return promise;
}

Deno.test("endAccess() empties this process's cache before it returns, and another's when the doorbell rings", async () => {
  await withDatabaseUrl(async (url) => {
    await using stack = new AsyncDisposableStack();
    const [here, there] = [await aProcess(stack, url), await aProcess(stack, url)];
    await here.learn();
    await there.learn();
    const heard = nextRing(there.doorbell);
    await endAccess({ sql: here.pool, callers: here.cache }, "ada", () => Promise.resolve());
    assert.equal(here.cache.find("a"), null);
    assert.deepEqual(await heard, { users: new Set(["ada"]), accessEnded: true });
    assert.equal(there.cache.find("a"), null);
  });
});

Deno.test("endAccess() that fails rings for nobody, and forgets all the same, as a commit's answer may be lost", async () => {
  await withDatabaseUrl(async (url) => {
    await using stack = new AsyncDisposableStack();
    const [here, there] = [await aProcess(stack, url), await aProcess(stack, url)];
    await here.learn();
    await there.learn();
    const heard = nextRing(there.doorbell);
    const deps = { sql: here.pool, callers: here.cache };
    await assert.rejects(endAccess(deps, "ada", () => Promise.reject(new Error("no"))), { message: "no" });
    assert.equal(here.cache.find("a"), null);
    await endAccess(deps, "bob", () => Promise.resolve());
    assert.deepEqual((await heard).users, new Set(["bob"]));
    assert.equal(there.cache.find("a"), ADA);
  });
});

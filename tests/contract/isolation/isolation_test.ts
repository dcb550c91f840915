/**
 * Two people who use each other's ids: nobody sees or changes what is another's, whatever route it is tried by. The order
 * of calls is drawn from ISOLATION_SEED, which a failure prints.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { MountedOperation } from "../../../src/platform/api/document.ts";
import { entryOf } from "../entries/mod.ts";
import { type Call, initOf, type Seen, targetOf } from "../support/call.ts";
import { credentialOf } from "../support/checks.ts";
import { ruleBody } from "../support/rows.ts";
import { paramsOf } from "../support/operations.ts";
import { judge } from "../fuzz/judge.ts";
import { type Person, withWorld, type World } from "../support/world.ts";
import { leaksIn, marksOf, rowsOf } from "./marks.ts";

const SEED = Number(Deno.env.get("ISOLATION_SEED") ?? Math.floor(Math.random() * 2 ** 31));
/** How often each operation is called with one's own ids, and with another's. */
const ROUNDS = 3;
/** Calls of one person at once. */
const LANES = 4;

/** One call, ready to be sent. */
interface Planned {
  operation: MountedOperation;
  call: Call;
  /** Answers that an id of another may get; null: the ids are one's own. */
  foreign: number | null;
}

/** What somebody asked, and what he was answered. */
interface Asked {
  planned: Planned;
  request: string;
  seen: Seen;
}

Deno.test(`two people at once, with their own and each other's ids over every operation, see nothing of each other (seed ${SEED})`, async () => {
  await withWorld(async (world) => {
    const [ada, bob] = [await world.person("ada"), await world.person("bob")];
    const plans = await planBoth(world, ada, bob);
    const stream = await openStream(bob);
    const [adas, bobs] = await Promise.all([ask(world, ada, plans.ada), ask(world, bob, plans.bob)]);
    const [adasMarks, bobsMarks] = [await marksOf(ada, seenOf(adas)), await marksOf(bob, seenOf(bobs))];
    assert.ok(
      adasMarks.size > 50 && bobsMarks.size > 50,
      "too little is anybody's own: the check checks nothing",
    );
    assert.deepEqual(adas.flatMap((one) => problemsOf(world, one, bobsMarks)), []);
    assert.deepEqual(bobs.flatMap((one) => problemsOf(world, one, adasMarks)), []);
    const heard = await stream.close();
    assert.ok(heard.includes(bob.marker), "the stream told nothing");
    assert.deepEqual([...adasMarks].filter((mark) => heard.includes(mark)), []);
  });
});

Deno.test(`somebody who calls every operation with another's ids changes none of the other's rows (seed ${SEED})`, async () => {
  await withWorld(async (world) => {
    const [ada, bob] = [await world.person("ada"), await world.person("bob")];
    const plans = await planBoth(world, ada, bob);
    await furnish(bob);
    await world.drain();
    const before = await rowsOf(bob);
    assert.deepEqual(emptyOf(before), EMPTY, "tables in which the other has nothing that could change");
    await ask(world, ada, plans.ada);
    assert.deepEqual(await rowsOf(bob), before);
  });
});

Deno.test("somebody whose access or account ends takes nobody else's with him", async () => {
  await withWorld(async (world) => {
    const bob = await world.person("bob");
    for (const operation of world.operations) {
      if (!entryOf(operation).ids) await entryOf(operation).valid(bob);
    }
    await world.drain();
    const before = await rowsOf(bob);
    for (const operation of world.operations.filter((one) => entryOf(one).ends)) {
      const ada = await world.person("ada");
      const call = await entryOf(operation).valid(ada);
      const seen = await world.call(operation, call, await credentialOf(operation, ada));
      assert.ok(seen.status < 300, `${operation.spec.id} answered ${seen.status}`);
      assert.deepEqual(await rowsOf(bob), before, operation.spec.id);
      assert.equal((await bob.client.get("/api/me")).status, 200);
    }
  });
});

Deno.test("the checks find a foreign id, a foreign word and a changed row", async () => {
  await withWorld(async (world) => {
    const [ada, bob] = [await world.person("ada"), await world.person("bob")];
    const { body } = await bob.client.post("/api/watch-rules", {
      name: bob.marker,
      query: { keywords: ["x"] },
    });
    const marks = await marksOf(bob, []);
    const seen = (text: string): Seen => ({
      method: "GET",
      target: "/",
      status: 200,
      headers: new Headers(),
      text,
    });
    assert.deepEqual(leaksIn(seen(`{"id":"${body.id}"}`), "GET /", marks), [body.id]);
    assert.deepEqual(leaksIn(seen(`Rule of ${bob.marker}`), "GET /", marks), [bob.marker]);
    assert.deepEqual(leaksIn(seen(`Cannot find ${body.id}`), `GET /api/watch-rules/${body.id}`, marks), []);
    assert.deepEqual(leaksIn(seen(`Rule of ${ada.marker}`), "GET /", marks), []);
    const before = await rowsOf(bob);
    await world.deps
      .sql`update watch_rules set updated_at = updated_at + interval '1 ms' where id = ${body.id}`;
    assert.notDeepEqual(await rowsOf(bob), before);
  });
});

/** Tables that hold nothing of a user in the state that `planBoth` and `furnish` make, and why. */
const EMPTY = [
  "event_toggles", // no route writes it yet
  "floor_candidates", // floors of a watched release, which only polls of Discogs see
  "identities", // of users who come from an issuer
  "import_rows", // of a list or a file that waits to be imported
  "provider_incident_users", // of users whose provider failed for an hour
];

/** Rows that somebody has only once he did more than prepare his calls. */
async function furnish(bob: Person): Promise<void> {
  const headers = { "idempotency-key": `key-${bob.marker}` };
  await bob.client.post("/api/watch-rules", ruleBody(bob), headers);
  for (const id of ["connectDiscogs", "startDiscogsLink", "followEbayLink"]) {
    const operation = bob.world.operations.find(({ spec }) => spec.id === id)!; // safe: it is mounted
    await bob.world.call(operation, await entryOf(operation).valid(bob), bob.auth);
  }
}

function emptyOf(rows: ReadonlyMap<string, readonly string[]>): string[] {
  return [...rows].filter(([, found]) => found.length === 0).map(([table]) => table).sort();
}

/** Each operation with own ids and with the other's, several times, in an order drawn at random. */
async function planBoth(world: World, ada: Person, bob: Person): Promise<{ ada: Planned[]; bob: Planned[] }> {
  const plans = { ada: [] as Planned[], bob: [] as Planned[] };
  for (const operation of world.operations.filter((one) => !entryOf(one).ends)) {
    for (let round = 0; round < ROUNDS; round++) {
      const [adas, bobs] = [await entryOf(operation).valid(ada), await entryOf(operation).valid(bob)];
      plans.ada.push(...await variants(operation, { who: ada, other: bob, own: adas, others: bobs }));
      plans.bob.push(...await variants(operation, { who: bob, other: ada, own: bobs, others: adas }));
    }
  }
  const shuffle = (all: Planned[], seed: number) =>
    fc.sample(fc.shuffledSubarray(all, { minLength: all.length }), { seed, numRuns: 1 })[0]!; // safe: one was asked for
  return { ada: shuffle(plans.ada, SEED), bob: shuffle(plans.bob, SEED + 1) };
}

async function variants(
  operation: MountedOperation,
  { who, other, own, others }: { who: Person; other: Person; own: Call; others: Call },
): Promise<Planned[]> {
  const { ids, foreign } = entryOf(operation);
  const found: Planned[] = [{ operation, call: own, foreign: null }];
  if (paramsOf(operation.path).length > 0 && ids !== "key") {
    found.push({ operation, call: { ...own, params: others.params! }, foreign: ids === "all" ? 200 : 404 }); // safe: it has ids
  }
  if (foreign) found.push({ operation, call: await foreign.call(who, other), foreign: foreign.status });
  return found;
}

/** Makes all calls of a plan, some at once. */
async function ask(world: World, who: Person, plan: readonly Planned[]): Promise<Asked[]> {
  const waiting = [...plan];
  const asked: Asked[] = [];
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let planned = waiting.pop(); planned; planned = waiting.pop()) {
      const { operation, call } = planned;
      // Calls to Discogs within one minute are few, and all share them.
      world.clock.advance(2_000);
      const seen = await world.call(operation, call, await credentialOf(operation, who));
      const request = `${targetOf(operation, call)} ${initOf(operation, call).body ?? ""}`;
      asked.push({ planned, request, seen });
    }
  }));
  return asked;
}

/** Answers that are about somebody alone. */
function seenOf(asked: readonly Asked[]): Seen[] {
  return asked.filter(({ planned: { foreign, operation } }) =>
    foreign === null && (operation.spec.access ?? "user") === "user"
  ).map(({ seen }) => seen);
}

function problemsOf(world: World, { planned, request, seen }: Asked, marks: ReadonlySet<string>): string[] {
  const { operation: { spec }, foreign } = planned;
  const problems = judge(world, seen);
  // Administrators see everybody's.
  if (spec.access !== "admin") {
    problems.push(...leaksIn(seen, request, marks).map((mark) => `it holds ${mark}`));
  }
  if (foreign !== null && foreign >= 400 && seen.status !== foreign) {
    problems.push(`it is ${seen.status}, not ${foreign}`);
  }
  return problems.map((problem) => `${spec.id}: ${problem}\n${request}\n${seen.text.slice(0, 300)}`);
}

/** What a person's stream says until it is closed. */
async function openStream({ client }: Person): Promise<{ close(): Promise<string> }> {
  const response = await client.fetch("/api/stream/events?after=0");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader(); // safe: a stream has a body
  let heard = "";
  const reading = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) heard += part.value;
  })();
  return {
    close: async () => {
      await reader.cancel();
      await reading;
      return heard;
    },
  };
}

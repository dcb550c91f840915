/** One person's requests in the same moment, as an app and a page send them: none of them meets another with a 5xx. */
import assert from "node:assert/strict";
import type { MountedOperation } from "../../src/platform/api/document.ts";
import { entryOf } from "./entries/mod.ts";
import { credentialOf, writes } from "./support/checks.ts";
import { type Person, withWorld, type World } from "./support/world.ts";

/** Rounds, each with a new person: TOGETHER_ROUNDS for a longer look. */
const ROUNDS = Number(Deno.env.get("TOGETHER_ROUNDS") ?? 5);

Deno.test("all that one person can write, sent at the same moment in any order, is answered without a 5xx and deadlocks nothing", async () => {
  await withWorld(async (world) => {
    const changing = world.operations.filter((one) => writes(one) && one.spec.access !== "public");
    assert.ok(changing.length > 20, `only ${changing.length} operations write`);
    const failed: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const chosen = round % 4 === 0 ? changing : changing.filter((one) => !entryOf(one).ends);
      failed.push(...await sendTogether(world, chosen));
    }
    assert.deepEqual(failed, []);
    const [stats] = await world.deps.sql<{ deadlocks: number }>`
      select deadlocks from pg_stat_database where datname = current_database()`;
    assert.equal(stats!.deadlocks, 0);
  });
});

/** Sends a valid call of each at once, and works the jobs that are due meanwhile. Gives what failed. */
async function sendTogether(world: World, operations: readonly MountedOperation[]): Promise<string[]> {
  const who = await world.person();
  const calls = [];
  for (const operation of shuffled(operations)) calls.push(await prepare(operation, who));
  const [seen] = await Promise.all([
    // Twice: somebody clicks twice, and an app repeats what was answered late.
    Promise.all([...calls, ...calls].map(({ operation, call, auth }) => world.call(operation, call, auth))),
    world.drain(),
  ]);
  return seen.filter(({ status }) => status >= 500).map(({ method, target, text }) =>
    `${method} ${target}: ${text}`
  );
}

async function prepare(operation: MountedOperation, who: Person) {
  return {
    operation,
    call: await entryOf(operation).valid(who),
    auth: await credentialOf(operation, who),
  };
}

function shuffled<T>(items: readonly T[]): T[] {
  return items.map((item) => [Math.random(), item] as const).sort(([a], [b]) => a - b).map(([, item]) =>
    item
  );
}

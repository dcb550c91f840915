/**
 * Almost valid requests by the thousand: never a 5xx, never silence, never an answer that is not documented, and no
 * growth. FUZZ_REQUESTS says how many, FUZZ_SEED which; a failure prints its seed and path, and
 * `FUZZ_SEED=… deno task test tests/contract/fuzz` sends the same again.
 */
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { paramsOf } from "../support/operations.ts";
import { withWorld, type World } from "../support/world.ts";
import { Kitchen } from "./kitchen.ts";
import { type Recipe, recipes } from "./recipe.ts";
import { REQUESTS, SEED } from "./run.ts";

/** Properties that run side by side: while one waits for the database, another computes. */
const LANES = 4;
/** What a process may have grown by between a tenth of the requests and the last one. */
const MAX_GROWTH_BYTES = { heapUsed: 48 * 1024 ** 2, rss: 256 * 1024 ** 2 };

Deno.test(`${REQUESTS} almost valid requests over all operations (seed ${SEED}): no 5xx, no hang, no growth, every answer as documented`, async () => {
  await withWorld(async (world) => {
    const kitchen = await Kitchen.open(world);
    const lanes = lanesOf(world);
    await send(kitchen, lanes, { from: 0, requests: REQUESTS / 10 });
    const before = memory();
    await send(kitchen, lanes, { from: 1, requests: REQUESTS * 0.9 });
    const after = memory();
    report(kitchen, before, after);
    const untouched = world.operations.filter(({ spec }) => !kitchen.succeeded.has(spec.id));
    if (REQUESTS >= 20_000) assert.deepEqual(untouched.map(({ spec }) => spec.id), [], "never got through");
    for (const [kind, most] of Object.entries(MAX_GROWTH_BYTES) as [keyof typeof before, number][]) {
      const growth = after[kind] - before[kind];
      assert.ok(growth < most, `${kind} grew by ${megabytes(growth)} MB`);
    }
    assert.equal(world.deps.streams.size, 0, "streams are open that nobody reads");
    assert.equal((await world.request("/readyz")).status, 200);
  });
});

/** One arbitrary for each lane, each over a part of the operations; a body has more to go wrong than a path. */
function lanesOf(world: World) {
  const { operations } = world;
  return Array.from({ length: LANES }, (_lane, lane) =>
    fc.oneof(
      ...operations.filter((_one, index) => index % LANES === lane)
        .map((one) => ({
          weight: one.spec.body ? 3 : 1,
          arbitrary: recipes(world.published, one, paramsOf(one.path).length),
        })),
    ));
}

async function send(
  kitchen: Kitchen,
  lanes: ReturnType<typeof lanesOf>,
  { from, requests }: { from: number; requests: number },
): Promise<void> {
  const numRuns = Math.ceil(requests / lanes.length);
  const runs = await Promise.allSettled(lanes.map(async (lane, index) => {
    const property = fc.asyncProperty(lane, async (recipe) => {
      const problems = await kitchen.try(recipe);
      if (problems.length > 0) throw new Error(`${await shown(kitchen, recipe)}\n${problems.join("\n")}`);
    });
    await fc.assert(property, { seed: SEED + from * lanes.length + index, numRuns, reporter });
  }));
  const failures = runs.flatMap((run) => run.status === "rejected" ? [String(run.reason)] : []);
  assert.ok(failures.length === 0, failures.join("\n\n"));
}

/** The recipe of a failure may hold a megabyte: the request that it made says enough. */
function reporter(details: fc.RunDetails<[Recipe]>): void {
  if (!details.failed) return;
  const { seed, counterexamplePath, numRuns, errorInstance } = details;
  const text = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(`after ${numRuns} requests of seed ${seed} (path ${counterexamplePath}):\n${text}`);
}

async function shown(kitchen: Kitchen, recipe: Recipe): Promise<string> {
  const { method, target, headers, body } = await kitchen.cook(recipe);
  const text = body === null ? "no body" : new TextDecoder().decode(body);
  return [
    `${method} ${target.slice(0, 500)} (${recipe.operation.spec.id})`,
    ...headers.filter(([name]) => name !== "authorization").map((pair) => pair.join(": ").slice(0, 200)),
    text.length > 1_500 ? `${text.slice(0, 1_500)}… (${text.length} characters)` : text,
  ].join("\n");
}

function memory(): { heapUsed: number; rss: number } {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  collect();
  const { heapUsed, rss } = Deno.memoryUsage();
  return { heapUsed, rss };
}

function report(kitchen: Kitchen, before: ReturnType<typeof memory>, after: ReturnType<typeof memory>): void {
  const statuses = [...kitchen.statuses].sort().map(([status, count]) => `${status}: ${count}`).join(", ");
  const text = `${kitchen.sent} requests (${statuses}); heap ${megabytes(before.heapUsed)} to ` +
    `${megabytes(after.heapUsed)} MB, resident ${megabytes(before.rss)} to ${megabytes(after.rss)} MB`;
  // deno-lint-ignore no-console -- the figures of a run
  console.log(text);
}

function megabytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}

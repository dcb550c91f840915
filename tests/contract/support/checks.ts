/** What the suites ask of every answer. */
import assert from "node:assert/strict";
import type { MountedOperation } from "../../../src/platform/api/document.ts";
import { entryOf } from "../entries/mod.ts";
import type { Call, Seen } from "./call.ts";
import { type Person, withWorld, type World } from "./world.ts";

/** Whether nobody has to say who he is. */
export function isOpen({ spec }: MountedOperation): boolean {
  return spec.access === "public" || spec.access === "optional";
}

/** Whether it may change something, so that a cookie and a token for reading do not suffice. */
export function writes({ method }: MountedOperation): boolean {
  return method !== "get";
}

/** Headers by which a person may call an operation. */
export async function credentialOf({ spec }: MountedOperation, who: Person): Promise<Record<string, string>> {
  if (spec.access === "public") return {};
  return spec.access === "admin" ? await who.asAdmin() : who.auth;
}

/** Fails unless the answer has one of these statuses and is as the document says. */
export function assertAnswer(
  { published }: World,
  operation: MountedOperation,
  { seen, status }: { seen: Seen; status: number | readonly number[] },
): void {
  const what = `${seen.method} ${seen.target} answered ${seen.status}: ${seen.text.slice(0, 500)}`;
  assert.ok([status].flat().includes(seen.status), `${what}\n(expected: ${status})`);
  assert.deepEqual(published.problemsOf(operation, seen), [], what);
}

/** A valid call of somebody new, sent with his credential. */
export async function callValidly(
  world: World,
  operation: MountedOperation,
  changes: (call: Call) => Call = (call) => call,
): Promise<{ who: Person; call: Call; seen: Seen }> {
  const who = await world.person();
  const call = changes(await entryOf(operation).valid(who));
  return { who, call, seen: await world.call(operation, call, await credentialOf(operation, who)) };
}

/** One step of a test for each operation that `concerns`; all in one world. */
export async function eachOperation(
  t: Deno.TestContext,
  concerns: (operation: MountedOperation) => boolean,
  check: (world: World, operation: MountedOperation) => Promise<void>,
): Promise<void> {
  await withWorld(async (world) => {
    const concerned = world.operations.filter(concerns);
    assert.ok(concerned.length > 0, "no operation is concerned: the check checks nothing");
    for (const operation of concerned) {
      await t.step(operation.spec.id, () => check(world, operation));
    }
  });
}

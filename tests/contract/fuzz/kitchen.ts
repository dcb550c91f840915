/** Two people with a valid call of every operation at hand, who send what recipes say. */
import type { MountedOperation } from "../../../src/platform/api/document.ts";
import { entryOf } from "../entries/mod.ts";
import { type Call, see, type Seen } from "../support/call.ts";
import { credentialOf } from "../support/checks.ts";
import { operationsAt } from "../support/operations.ts";
import type { Person, World } from "../support/world.ts";
import { cook, type Cooked } from "./cook.ts";
import type { Recipe } from "./recipe.ts";

/** Longest that an answer may take. The machine of a gate does other things too. */
const DEADLINE_MS = 20_000;
/** How often a call that uses something up is made anew. */
const MAX_RENEWALS = 20;

/** Somebody with his ways in and valid calls. */
interface Cook {
  who: Person;
  cookie: Record<string, string>;
  calls: Map<string, Call>;
}

export class Kitchen {
  readonly #world: World;
  readonly #cooks: [Cook, Cook];
  readonly #renewals = new Map<string, number>();
  /** Requests that were sent. */
  sent = 0;
  /** Answers by status. */
  readonly statuses = new Map<number, number>();

  private constructor(world: World, cooks: [Cook, Cook]) {
    this.#world = world;
    this.#cooks = cooks;
  }

  /** Two new people, and a valid call of each for every operation. */
  static async open(world: World): Promise<Kitchen> {
    return new Kitchen(world, [await newCook(world, "ada"), await newCook(world, "bob")]);
  }

  /** Sends what a recipe makes. Gives what is wrong with the answer; nothing is what it should be. */
  async try(recipe: Recipe): Promise<string[]> {
    const request = await this.cook(recipe);
    const seen = await this.#send(request);
    if (seen === null) return [];
    this.sent++;
    this.statuses.set(seen.status, (this.statuses.get(seen.status) ?? 0) + 1);
    if (seen.status < 400) await this.#renew(recipe);
    return this.problemsOf(seen);
  }

  /** The request that a recipe makes now. */
  async cook(recipe: Recipe): Promise<Cooked> {
    const { operation, credential } = recipe;
    const [own, other] = recipe.who === 0 ? this.#cooks : [this.#cooks[1], this.#cooks[0]];
    const { spec: { id } } = operation;
    const headers = credential === "none"
      ? {}
      : credential === "cookie"
      ? own.cookie
      : typeof credential === "object"
      ? { authorization: credential.header }
      : await credentialOf(operation, own.who);
    return cook(recipe, { own: own.calls.get(id)!, foreign: other.calls.get(id)!, headers }); // safe: one for each operation
  }

  /** What an answer has that no operation that the request may have reached allows. */
  problemsOf(seen: Seen): string[] {
    const { published, operations } = this.#world;
    const path = new URL(`http://localhost${seen.target}`).pathname;
    const reached = operationsAt(operations, { method: seen.method, path });
    const verdicts = (reached.length > 0 ? reached : [null]).map((one) => published.problemsOf(one, seen));
    const best = verdicts.find((one) => one.length === 0) ?? verdicts[0]!; // safe: one for each, and at least one
    return seen.status >= 500 ? [`${seen.status}: ${seen.text.slice(0, 300)}`, ...best] : best;
  }

  /** Null: no client could send it. */
  async #send({ method, target, headers, body }: Cooked): Promise<Seen | null> {
    const request = requestOf({ method, target, headers, body });
    if (request === null) return null;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    const answer = async () =>
      await see(await this.#world.app.fetch(request), { method: request.method, target });
    try {
      return await Promise.race([answer(), promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Makes what the recipe used up again, so that later requests find something. */
  async #renew({ operation, who }: Recipe): Promise<void> {
    const { spec: { id } } = operation;
    const { usesUp, ends, valid } = entryOf(operation);
    const renewals = this.#renewals.get(id) ?? 0;
    if (!(usesUp || ends) || renewals >= MAX_RENEWALS) return;
    this.#renewals.set(id, renewals + 1);
    if (ends) this.#cooks[who] = await newCook(this.#world, who === 0 ? "ada" : "bob");
    else this.#cooks[who].calls.set(id, await valid(this.#cooks[who].who));
  }
}

async function newCook(world: World, name: string): Promise<Cook> {
  const who = await world.person(name);
  const calls = new Map<string, Call>();
  for (const operation of world.operations) calls.set(operation.spec.id, await entryOf(operation).valid(who));
  return { who, cookie: await who.logIn(), calls };
}

/** Null where fetch() itself refuses. */
function requestOf({ method, target, headers, body }: Cooked): Request | null {
  try {
    return new Request(`http://localhost${target}`, { method, headers, body });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Operations that can be fuzzed here: each has its entry, or this throws. */
export function fuzzed(world: World): readonly MountedOperation[] {
  for (const operation of world.operations) entryOf(operation);
  return world.operations;
}

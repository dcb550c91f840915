/** Two people with a valid call of every operation at hand, who send what recipes say. */
import type { MountedOperation } from "../../../src/platform/api/document.ts";
import { entryOf } from "../entries/mod.ts";
import { type Call, see, type Seen } from "../support/call.ts";
import { credentialOf, writes } from "../support/checks.ts";
import type { Person, World } from "../support/world.ts";
import { cook, type Cooked } from "./cook.ts";
import { judge } from "./judge.ts";
import type { Recipe } from "./recipe.ts";

/** Longest that an answer may take. The machine of a gate does other things too. */
const DEADLINE_MS = 20_000;
/** How often a call that uses something up is made anew because it did. */
const MAX_RENEWALS = 20;
/** After how many requests it is made anew though it never succeeded: another lane may have taken what it would use up. */
const STALE_AFTER = 25;

/** Somebody with his ways in and valid calls, made when they are first needed. */
interface Cook {
  who: Person;
  cookie: Record<string, string>;
  calls: Map<string, { call: Promise<Call>; uses: number }>;
}

/** Keeps two people supplied and judges what they are answered. */
export class Kitchen {
  readonly #world: World;
  readonly #cooks: [Cook, Cook];
  readonly #renewals = new Map<string, number>();
  /** Requests that were sent. */
  sent = 0;
  /** Answers by status. */
  readonly statuses = new Map<number, number>();
  /** Operations that succeeded at least once. */
  readonly succeeded = new Set<string>();

  private constructor(world: World, cooks: [Cook, Cook]) {
    this.#world = world;
    this.#cooks = cooks;
  }

  /** Two new people. */
  static async open(world: World): Promise<Kitchen> {
    return new Kitchen(world, [await newCook(world, "ada"), await newCook(world, "bob")]);
  }

  /** Sends what a recipe makes. Gives what is wrong with the answer; nothing is what it should be. */
  async try(recipe: Recipe): Promise<string[]> {
    const seen = await this.#send(await this.cook(recipe));
    if (seen === null) return [];
    this.sent++;
    this.statuses.set(seen.status, (this.statuses.get(seen.status) ?? 0) + 1);
    if (seen.status < 400) await this.#renew(recipe);
    return judge(this.#world, seen);
  }

  /** The request that a recipe makes now. */
  async cook(recipe: Recipe): Promise<Cooked> {
    const [usual, other] = recipe.who === 0 ? this.#cooks : [this.#cooks[1], this.#cooks[0]];
    const { operation } = recipe;
    // Where hardly a call fails each would cost one of the two his rows.
    const isFatal = entryOf(operation).ends && !operation.spec.body;
    const own = isFatal ? await newCook(this.#world, "eve") : usual;
    const headers = await headersOf(recipe, own);
    return cook(recipe, {
      own: await callOf(own, operation),
      foreign: await callOf(other, operation),
      headers,
    });
  }

  /** Null: no client could send it. */
  async #send(cooked: Cooked): Promise<Seen | null> {
    const request = requestOf(cooked);
    if (request === null) return null;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    // As it was sent: a client resolves ".." and "%2e%2e" in a path before anybody sees it.
    const { pathname, search } = new URL(request.url);
    const answer = async () =>
      await see(await this.#world.app.fetch(request), { method: request.method, target: pathname + search });
    try {
      return await Promise.race([answer(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Replaces what a success used up, and whoever it locked out, so that later requests find something. */
  async #renew({ operation, who }: Recipe): Promise<void> {
    const { spec: { id } } = operation;
    this.succeeded.add(id);
    if (!writes(operation)) return;
    const cook = this.#cooks[who];
    const renewals = this.#renewals.get(id) ?? 0;
    this.#renewals.set(id, renewals + 1);
    if (entryOf(operation).usesUp && renewals < MAX_RENEWALS) cook.calls.delete(id);
    if (await letIn(this.#world, cook) || this.#cooks[who] !== cook) return;
    this.#cooks[who] = await newCook(this.#world, who === 0 ? "ada" : "bob");
  }
}

async function newCook(world: World, name: string): Promise<Cook> {
  const who = await world.person(name);
  return { who, cookie: await who.logIn(), calls: new Map() };
}

/** Whether somebody can still come in; logged in anew where only his session ended. */
async function letIn({ request }: World, cook: Cook): Promise<boolean> {
  const isLetIn = async (headers: Record<string, string>) =>
    (await request("/api/me", { headers })).status === 200;
  if (!await isLetIn(cook.who.auth)) return false;
  if (await isLetIn(cook.cookie)) return true;
  try {
    cook.cookie = await cook.who.logIn();
    return true;
  } catch {
    return false; // His password is another one now.
  }
}

async function headersOf(
  { credential, operation }: Recipe,
  { who, cookie }: Cook,
): Promise<Record<string, string>> {
  if (credential === "none") return {};
  if (credential === "cookie") return cookie;
  return typeof credential === "object"
    ? { authorization: credential.header }
    : await credentialOf(operation, who);
}

/** A valid call; of somebody who was locked out meanwhile one without ids, which fits nothing. */
function callOf({ who, calls }: Cook, operation: MountedOperation): Promise<Call> {
  const { spec: { id } } = operation;
  const entry = entryOf(operation);
  const known = calls.get(id);
  const isStale = entry.usesUp && (known?.uses ?? 0) >= STALE_AFTER;
  const found = known && !isStale
    ? known
    : { call: Promise.resolve(entry.valid(who)).catch(() => ({})), uses: 0 };
  found.uses++;
  calls.set(id, found);
  return found.call;
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

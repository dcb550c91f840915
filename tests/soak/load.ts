/** What goes on while faults happen: new offers and prices, polls that are due at once, requests of every kind. */
import { ringDoorbell } from "../../src/platform/doorbell.ts";
import { aListing } from "../support/factories.ts";
import { type Person, saveRule, type World } from "./world.ts";
import { pause } from "./tools.ts";

/** Between two new offers of the market. */
const OFFER_EVERY_MS = 100;
/**
 * The smallest interval a rule may have is 30 s, so the load makes polls due by writing `next_poll_at` and rings the
 * doorbell, as a new rule would: so many that a few are at work, on a machine of any speed.
 */
const POLLS_DUE_EVERY_MS = 100;
const REQUEST_EVERY_MS = 60;
/** Longer than any answer may take; a request that is cut by it hung. */
const HANG_MS = 30_000;

/** What the requests met. */
export interface RequestFigures {
  /** Answers by status; `refused`: no answer, the process was down; `hung`: none in time. */
  byStatus: Map<string, number>;
  slowestMs: number;
}

/** The running load. Disposing lets what is under way end. */
export class Load implements AsyncDisposable {
  readonly figures: RequestFigures = { byStatus: new Map(), slowestMs: 0 };
  /** Offers sent to the ingest route and answered with 200: stored for certain. */
  readonly stored = new Set<string>();
  readonly #world: World;
  readonly #loops: Promise<void>[];
  #running = true;
  #sent = 0;

  constructor(world: World) {
    this.#world = world;
    this.#loops = [
      this.#loop(OFFER_EVERY_MS, () => this.#offer()),
      this.#loop(POLLS_DUE_EVERY_MS, () => keepPollsDue(world, world.size.pollsAtWork)),
      ...Array.from(
        { length: world.size.requestLoops },
        () => this.#loop(REQUEST_EVERY_MS, () => this.#ask()),
      ),
    ];
  }

  /** Saves one more rule for somebody; whether it was answered does not matter. */
  async addRule(): Promise<void> {
    const { chance, people, words } = this.#world;
    await saveRule(chance.pick(people), { keywords: chance.some(words, chance.whole(1, 2)) }).catch(() => {});
  }

  /** Requests answered with 200 so far. */
  get answered(): number {
    return this.figures.byStatus.get("200") ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running = false;
    await Promise.all(this.#loops);
  }

  async #loop(everyMs: number, step: () => unknown): Promise<void> {
    while (this.#running) {
      try {
        await step();
      } catch { /* the service or the database is away */ }
      await pause(everyMs);
    }
  }

  #offer(): void {
    const { market, chance } = this.#world;
    market.add({
      title: title(this.#world),
      price: `${chance.whole(5, 60)}.50`,
      createdAt: new Date(),
    });
    // A changed price is matched again; it is told again only as a price drop.
    const recent = market.items.slice(-20);
    if (chance.next() < 0.3) market.reprice(chance.pick(recent), `${chance.whole(5, 60)}.99`);
  }

  async #ask(): Promise<void> {
    const { chance, people } = this.#world;
    const person = chance.pick(people);
    switch (chance.whole(0, 4)) {
      case 0:
        return void await this.#request((signal) => get(person, "/api/notifications?limit=20", signal));
      case 1:
        return void await this.#request((signal) => get(person, "/api/watch-rules", signal));
      case 2:
        return void await this.#request((signal) => get(person, "/api/notifications/unread-count", signal));
      default:
        return await this.#ingest(person);
    }
  }

  /** The same offer until it is answered: what was stored without an answer is sent a second time. */
  async #ingest(person: Person): Promise<void> {
    const external_id = `sent-${this.#sent++}`;
    const listed_at = new Date().toISOString();
    const body = JSON.stringify(aListing({ external_id, listed_at, title: title(this.#world) }));
    const headers = { "content-type": "application/json" };
    let status: string;
    do {
      status = await this.#request((signal) =>
        person.fetch("/api/dev/listings/ingest", { method: "POST", body, headers, signal })
      );
      if (status === "200") this.stored.add(external_id);
      else await pause(REQUEST_EVERY_MS);
    } while (status !== "200" && this.#running);
  }

  async #request(send: (signal: AbortSignal) => Promise<Response>): Promise<string> {
    const startedMs = performance.now();
    const signal = AbortSignal.timeout(HANG_MS);
    let status: string;
    try {
      const response = await send(signal);
      await response.body?.cancel();
      status = String(response.status);
    } catch {
      status = signal.aborted ? "hung" : "refused";
    }
    this.figures.slowestMs = Math.max(this.figures.slowestMs, performance.now() - startedMs);
    this.figures.byStatus.set(status, (this.figures.byStatus.get(status) ?? 0) + 1);
    return status;
  }
}

/** Makes every poll that nobody works on due now, and says so. */
export function makePollsDue(world: Pick<World, "sql">): Promise<void> {
  return keepPollsDue(world, 1_000);
}

/** Makes polls due, by chance which, until `atWork` are due or worked on. A lease near its end is of a dead process. */
async function keepPollsDue({ sql }: Pick<World, "sql">, atWork: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      update polls set next_poll_at = now()
      where id in (
        select id from polls
        where interval_seconds is not null and lease_until is null and next_poll_at > now()
        order by random()
        limit greatest(0, ${atWork} - (
          select count(*) from polls
          where lease_until > now() + interval '6 seconds' or (lease_until is null and next_poll_at <= now())
        ))
        for no key update skip locked)`;
    await ringDoorbell(tx, ["00000000-0000-0000-0000-000000000000"]);
  });
}

function title({ chance, words }: World): string {
  return `${chance.some(words, chance.whole(1, 3)).join(" ")} - Live LP`;
}

function get(person: Person, path: string, signal: AbortSignal): Promise<Response> {
  return person.fetch(path, { signal });
}

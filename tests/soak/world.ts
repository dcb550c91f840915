/** The service as a child process, a market, people with overlapping rules, and their open streams. */
import { openPool } from "../../src/platform/database.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { type EbayMarket, startEbayMarket } from "../support/ebay_market.ts";
import { ServiceProcess } from "../support/process.ts";
import { type Client, createClient } from "../support/service.ts";
import { StreamLog } from "./stream_log.ts";
import { Chance } from "./tools.ts";

const WORDS = ["aurora", "basalt", "cobalt", "dahlia", "ember", "fjord", "garnet", "harbor"] as const;
const NAMES = ["ada", "bob", "cleo", "dan", "eve", "finn"] as const;
/** A search takes this long at most, so that faults meet polls that are under way. */
const MAX_SEARCH_MS = 150;
/** One in so many reads of a stream ends with the client going away and coming back. */
const HOP_ONE_IN = 12;

/** Someone with rules and an open stream. */
export interface Person extends Client {
  stream: StreamLog;
}

/** What goes on in a world: half an hour's worth for a soak, or a taste of it. */
export const SIZES = {
  full: { people: 6, words: 8, pollsAtWork: 4, requestLoops: 3 },
  small: { people: 3, words: 4, pollsAtWork: 2, requestLoops: 1 },
} as const;
export type Size = (typeof SIZES)[keyof typeof SIZES];

export interface World {
  size: Size;
  /** Words that titles are made of and rules ask for. */
  words: readonly string[];
  market: EbayMarket;
  service: ServiceProcess;
  /** Folder of the service's queue files. */
  kvPath: string;
  /** The test's own way to the database; it fails while the server is away. */
  sql: Pool;
  people: Person[];
  chance: Chance;
}

/** Runs `work` in a world on a migrated database; everything in it ends with it. Streams never break with `hops` false. */
export async function withWorld(
  { databaseUrl, hops = true, size = SIZES.full }: { databaseUrl: string; hops?: boolean; size?: Size },
  work: (world: World) => Promise<void>,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const chance = new Chance();
  const kvPath = await Deno.makeTempDir({ prefix: "waxwatch-soak-" });
  stack.defer(() => Deno.remove(kvPath, { recursive: true }));
  const market = stack.use(startEbayMarket({ searchMs: () => chance.next() * MAX_SEARCH_MS }));
  const sql = stack.use(openPool({ url: databaseUrl, max: 4, applicationName: "waxwatch-test" }));
  const service = stack.use(
    new ServiceProcess({
      databaseUrl,
      kvPath,
      env: {
        EBAY_API_URL: market.url,
        EBAY_AUTH_URL: market.url,
        EBAY_CLIENT_ID: "soak",
        EBAY_CLIENT_SECRET: "soak",
        EBAY_CALLS_PER_DAY: "5000000",
      },
    }),
  );
  await service.start();
  const people: Person[] = [];
  for (const name of NAMES.slice(0, size.people)) {
    const client = await createClient((path, init) => service.send(path, init), name);
    people.push({
      ...client,
      stream: stack.use(new StreamLog(client, () => hops && chance.whole(1, HOP_ONE_IN) === 1)),
    });
  }
  const words = WORDS.slice(0, size.words);
  for (const [index, person] of people.entries()) {
    for (const query of firstQueries(words, index)) await saveRule(person, query);
  }
  try {
    await work({ size, words, market, service, kvPath, sql, people, chance });
  } catch (error) {
    const text = error instanceof Error ? error.stack : String(error);
    throw new Error(`SOAK_SEED=${chance.seed}: ${text}\nThe service's log ends\n${service.logTail()}`);
  }
}

/** Neighbours share words, and everybody's rules overlap each other: several rules match one offer. */
function firstQueries(words: readonly string[], index: number): Record<string, unknown>[] {
  const word = (step: number) => words[(index + step) % words.length]!;
  return [
    { keywords: [word(0)] },
    { keywords: [word(1)] },
    { keywords: [], any_keywords: [word(1), word(2)] },
  ];
}

/**
 * Saves a rule that alerts on nothing that was for sale before it, so that the dates alone say what must alert.
 * False: it was refused, or the answer was lost; the database knows whether it is there.
 */
export async function saveRule(person: Client, query: Record<string, unknown>): Promise<boolean> {
  const answer = await person.post("/api/watch-rules", {
    name: "Soak",
    query: { sources: ["ebay", "mock"], ...query },
    poll_interval_seconds: 30,
    alerts: { first_run: "none" },
  });
  return answer.status === 201;
}

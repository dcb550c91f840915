/** Who goes first where more is due than may be called, beside a plain sort of all; and what it reads. */
import assert from "node:assert/strict";
import { addMilliseconds, addSeconds } from "../../src/platform/clock.ts";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import { claimDuePolls, type Room } from "../../src/polls/claim_store.ts";
import { pick, seeded } from "../matching/support.ts";
import { NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { rowsRead } from "../support/rows_read.ts";

interface PlainPoll {
  id: string;
  provider: string;
  interval_seconds: number | null;
  runs: number;
  next_poll_at: Date;
  lease_until: Date | null;
  not_before: Date | null;
}

interface PlainState {
  provider: string;
  blocked_until: Date | null;
  probe_until: Date | null;
}

const MARKETS = ["discogs", "ebay", "shop", "closed"];
/** Of two digits: their polls are measured by themselves. */
const ROUND_INTERVALS = [30, 45, 60, 300, 600, 900, 1_800, 3_600, 11_000, 86_000];

function paceOf({ interval_seconds, runs }: PlainPoll): number {
  return runs === 0 ? Math.min(60, interval_seconds!) : interval_seconds!;
}

function latenessOf(poll: PlainPoll): number {
  return (NOON.getTime() - poll.next_poll_at.getTime()) / 1_000 / paceOf(poll);
}

function isOver(at: Date | null): boolean {
  return at === null || at <= NOON;
}

/** Polls of a provider that may be claimed; none while it is blocked. */
function claimable(polls: readonly PlainPoll[], { provider, states }: {
  provider: string;
  states: readonly PlainState[];
}): PlainPoll[] {
  const state = states.find((one) => one.provider === provider);
  if (state?.blocked_until && !(state.blocked_until <= NOON && isOver(state.probe_until))) return [];
  return polls.filter((poll) =>
    poll.provider === provider && poll.interval_seconds !== null && poll.next_poll_at <= NOON &&
    isOver(poll.not_before) && isOver(poll.lease_until)
  );
}

/** What is claimed where everything is read and sorted. */
function claimPlainly(
  polls: readonly PlainPoll[],
  { rooms, limit, states }: { rooms: readonly Room[]; limit: number; states: readonly PlainState[] },
): PlainPoll[] {
  const byLateness = (list: PlainPoll[]) =>
    list.toSorted((a, b) => latenessOf(b) - latenessOf(a) || paceOf(a) - paceOf(b));
  const each = rooms.flatMap(({ provider, room }) => {
    const isBlocked = states.some((one) => one.provider === provider && one.blocked_until !== null);
    return byLateness(claimable(polls, { provider, states })).slice(0, isBlocked ? Math.min(room, 1) : room);
  });
  return byLateness(each).slice(0, limit);
}

function somePolls(random: () => number, intervalOf: () => number): PlainPoll[] {
  const whole = (most: number) => Math.floor(random() * most);
  const rarely = (at: () => Date) => random() < 0.1 ? at() : null;
  return Array.from({ length: 20 + whole(300) }, () => {
    const interval = intervalOf();
    return {
      id: crypto.randomUUID(),
      provider: pick(random, MARKETS),
      interval_seconds: random() < 0.05 ? null : interval,
      runs: random() < 0.15 ? 0 : 1 + whole(50),
      next_poll_at: addMilliseconds(NOON, Math.round((1 - 5 * random()) * interval * 1_000)),
      lease_until: rarely(() => addSeconds(NOON, whole(20) - 10)),
      not_before: rarely(() => addSeconds(NOON, whole(200) - 100)),
    };
  });
}

function someStates(random: () => number): PlainState[] {
  const at = () => random() < 0.5 ? null : addSeconds(NOON, Math.floor(random() * 20) - 10);
  return MARKETS.slice(0, 2).map((provider) => ({ provider, blocked_until: at(), probe_until: at() }))
    .filter(() => random() < 0.5);
}

async function store(
  sql: Pool,
  { polls, states = [] }: { polls: readonly PlainPoll[]; states?: readonly PlainState[] },
) {
  await sql`delete from polls`;
  await sql`delete from provider_states`;
  await sql`
    insert into polls (id, provider, query, query_key, interval_seconds, runs, next_poll_at, lease_until, not_before, created_at)
    select id, provider, '{}', md5(id::text) || md5(id::text), interval_seconds, runs, next_poll_at, lease_until, not_before,
      ${NOON}
    from jsonb_to_recordset(${
    JSON.stringify(polls)
  }::text::jsonb) as p(id uuid, provider text, interval_seconds int,
      runs bigint, next_poll_at timestamptz, lease_until timestamptz, not_before timestamptz)`;
  await sql`
    insert into provider_states (provider, blocked_until, probe_until)
    select provider, blocked_until, probe_until
    from jsonb_to_recordset(${JSON.stringify(states)}::text::jsonb)
      as s(provider text, blocked_until timestamptz, probe_until timestamptz)`;
}

function someRooms(random: () => number): { rooms: Room[]; limit: number } {
  const rooms = MARKETS.slice(0, 3).map((provider) => ({ provider, room: 1 + Math.floor(random() * 15) }));
  return { rooms, limit: 1 + Math.floor(random() * 30) };
}

const ROUNDS = 60;

Deno.test("claimDuePolls() claims the same as a sort of everything that is due, in the same order", async () => {
  const random = seeded(3);
  let claimed = 0;
  await withDatabase(async (sql) => {
    for (let round = 0; round < ROUNDS; round++) {
      const polls = somePolls(random, () => pick(random, ROUND_INTERVALS));
      const states = someStates(random);
      const choice = someRooms(random);
      await store(sql, { polls, states });
      const rows = await claimDuePolls(sql, { now: NOON, ...choice });
      const expected = claimPlainly(polls, { ...choice, states });
      assert.deepEqual(
        rows.map(({ id }) => id).sort(),
        expected.map(({ id }) => id).sort(),
        `round ${round}`,
      );
      claimed += rows.length;
    }
  });
  assert.ok(claimed > 5 * ROUNDS, `${claimed} polls were claimed in all`);
});

Deno.test("claimDuePolls() passes over nobody who is a tenth later than who goes, whatever intervals are asked for", async () => {
  const random = seeded(4);
  let waited = 0;
  await withDatabase(async (sql) => {
    for (let round = 0; round < ROUNDS; round++) {
      const polls = somePolls(random, () => Math.round(30 * (86_400 / 30) ** random()));
      const choice = { ...someRooms(random), limit: 100 };
      await store(sql, { polls });
      const rows = await claimDuePolls(sql, { now: NOON, ...choice });
      const taken = new Set(rows.map(({ id }) => id));
      for (const { provider, room } of choice.rooms) {
        const due = claimable(polls, { provider, states: [] });
        assert.equal(due.filter(({ id }) => taken.has(id)).length, Math.min(room, due.length));
        const least = Math.min(...due.filter(({ id }) => taken.has(id)).map(latenessOf));
        for (const poll of due.filter(({ id }) => !taken.has(id))) {
          assert.ok(latenessOf(poll) <= 1.1 * least, `${latenessOf(poll)} waits, ${least} goes`);
          waited++;
        }
      }
    }
  });
  assert.ok(waited > ROUNDS, `${waited} polls waited in all`);
});

/** Polls of one provider, each a second later than the one before, in nine intervals. */
function latePolls(count: number): PlainPoll[] {
  return Array.from({ length: count }, (_, n) => ({
    id: crypto.randomUUID(),
    provider: "discogs",
    interval_seconds: 600 + 10 * (n % 9),
    runs: 1,
    next_poll_at: addSeconds(NOON, -n),
    lease_until: null,
    not_before: null,
  }));
}

Deno.test("a dispatcher that finds the latest polls in another's hands claims the next ones", async () => {
  await withDatabase(async (sql) => {
    await store(sql, { polls: latePolls(60) });
    const options = { now: NOON, limit: 20, rooms: [{ provider: "discogs", room: 20 }] };
    const claims = await sql.begin(async (tx) => [
      await claimDuePolls(tx, options),
      await claimDuePolls(sql, options),
    ]);
    assert.deepEqual(claims.map((rows) => rows.length), [20, 20]);
    assert.equal(new Set(claims.flat().map(({ id }) => id)).size, 40);
    assert.equal((await claimDuePolls(sql, { ...options, limit: 64 })).length, 20);
  });
});

/** Providers of one poll each. */
function manySources(count: number): PlainPoll[] {
  return latePolls(count).map((poll, n) => ({ ...poll, provider: `shopify:shop-${n}.example` }));
}

/** More than after how many a plan may be kept for all parameters. */
const CLAIMS = 8;

Deno.test("claimDuePolls() reads some of each pace, whatever number of polls is due", async () => {
  await withDatabase(async (sql) => {
    const reads: number[] = [];
    for (const count of [2_000, 20_000]) {
      await store(sql, { polls: [...latePolls(count), ...manySources(4_000)] });
      await sql`analyze polls`;
      const rooms = ["discogs", "ebay"].map((provider) => ({ provider, room: 12 }));
      const work = async (tx: Sql) => {
        for (let claim = 0; claim < CLAIMS; claim++) {
          assert.equal((await claimDuePolls(tx, { now: NOON, limit: 12, rooms })).length, 12);
        }
      };
      reads.push(await rowsRead(sql, { table: "polls", work }) / CLAIMS);
    }
    // Of nine paces twelve, those that others hold among them; then those that are claimed, to lock and to write them.
    for (const read of reads) assert.ok(read > 12 && read < 3 * 9 * 12, `${reads} rows were read`);
  });
});

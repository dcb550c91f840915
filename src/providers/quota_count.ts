/** Calls counted in slots of time, and how many each use may still make. Pure. */
import { addMilliseconds, addSeconds, CLOCKS_APART_SECONDS } from "../platform/clock.ts";
import type { CallQuota, CallWindow } from "./contract.ts";

/**
 * Who asks. `search`: a person who waits may use the reserve, and people get at most half of a window between them.
 * `import`: a list that its user waits for is read from people's part, and leaves the reserve to those who look on; where
 * polls take all of theirs, half of it.
 * `poll` leaves the reserve alone. `spare` takes what would be left idle: half of what polls may.
 */
export type QuotaUse = "poll" | "search" | "import" | "spare";

/** Calls of one slot: its number since 1970, all calls, those of searches among them. */
export type Slot = readonly [number: number, calls: number, searches: number];

/** What was called in one scope, by the length of the window in seconds; slots oldest first. */
export type QuotaCounts = Readonly<Record<string, readonly Slot[]>>;

/** A call somebody wants to make at `now`. */
export interface QuotaRequest {
  quota: CallQuota;
  use: QuotaUse;
  now: Date;
}

/**
 * A call counts this much longer than its window: so long it may take from being counted to reaching the provider,
 * whose windows are counted from there.
 */
export const CALL_DELAY_MS = 2_000;

/** Windows from this length on are spread: a day's calls are not burnt in an hour. */
export const PACED_SECONDS = 3_600;
/** Polls get a 24th of a paced window's calls in any 24th of it. More would have to be missed later. */
const PACES = 24;
/** People come in crowds: in any 24th of a paced window an eighth of its calls. */
const SEARCH_PACE = 8;
const SLOTS = 60;
/** A 24th is twenty slots, so that rounding to slots costs a twentieth of the calls. */
const PACED_SLOTS = 480;

/** How many calls may be made at `now`. */
export function callsLeft(counts: QuotaCounts, request: QuotaRequest): number {
  return Math.max(0, Math.min(...rulesOf(counts, request).map((rule) => rule.limit - usedBy(rule))));
}

/** How many calls count in a window at `now`, whoever made them: a little more than the window's own for their way. */
export function callsCounted(counts: QuotaCounts, { seconds }: CallWindow, now: Date): number {
  return countedSlots(counts, seconds, now).reduce((sum, slot) => sum + all(slot), 0);
}

/** When a call may be made again, as far as is known at `now`; `now` when one may. */
export function nextCallAt(counts: QuotaCounts, request: QuotaRequest): Date {
  const times = rulesOf(counts, request).map(freeAtMs);
  return new Date(Math.max(request.now.getTime(), ...times));
}

/** The counts with one more call; slots that no longer count are left out, also those of windows no longer declared. */
export function addCall(counts: QuotaCounts, { quota, use, now }: QuotaRequest): QuotaCounts {
  const lengths = new Set([
    ...quota.windows.map(({ seconds }) => seconds),
    // Whoever declares this window, another version or another provider of the scope, has to see the call.
    ...Object.keys(counts).map(Number),
  ]);
  const one = isOfPeople(use) ? 1 : 0;
  return Object.fromEntries([...lengths].flatMap((seconds) => {
    const kept = countedSlots(counts, seconds, now);
    const isDeclared = quota.windows.some((window) => window.seconds === seconds);
    if (kept.length === 0 && !isDeclared) return [];
    const slot = Math.floor(now.getTime() / slotMs(seconds));
    const [, calls, searches] = kept.find(([number]) => number === slot) ?? [slot, 0, 0];
    const others = kept.filter(([number]) => number !== slot);
    const slots = [...others, [slot, calls + 1, searches + one] as const].sort(([a], [b]) => a - b);
    return [[String(seconds), slots]];
  }));
}

/** Whether calls count later than any clock like this one can have counted them. */
export function countedAhead(counts: QuotaCounts, now: Date): boolean {
  return Object.entries(counts).some(([seconds, slots]) =>
    slots.some(([number]) => number > lastSlot(Number(seconds), now))
  );
}

/** The counts with such calls moved to `now`: they were made before, so nobody counts them shorter than he has to. */
export function withoutAhead(counts: QuotaCounts, now: Date): QuotaCounts {
  return Object.fromEntries(
    Object.entries(counts).map(([key, slots]) => {
      const seconds = Number(key);
      const present = Math.floor(now.getTime() / slotMs(seconds));
      const bySlot = new Map<number, Slot>();
      for (const [at, calls, searches] of slots) {
        const number = at > lastSlot(seconds, now) ? present : at;
        const [, before, searchesBefore] = bySlot.get(number) ?? [number, 0, 0];
        bySlot.set(number, [number, before + calls, searchesBefore + searches]);
      }
      return [key, [...bySlot.values()].sort(([a], [b]) => a - b)];
    }),
  );
}

function lastSlot(seconds: number, now: Date): number {
  return Math.floor(addSeconds(now, CLOCKS_APART_SECONDS).getTime() / slotMs(seconds));
}

/** At most `limit` of the calls that `counts` sees in these slots, each counting until `spanMs` after its slot's end. */
interface Rule {
  slots: readonly Slot[];
  limit: number;
  counted: (slot: Slot) => number;
  slotMs: number;
  spanMs: number;
}

const all = ([, calls]: Slot) => calls;
const searches = ([, , count]: Slot) => count;
const polls = ([, calls, count]: Slot) => calls - count;

function isOfPeople(use: QuotaUse): boolean {
  return use === "search" || use === "import";
}

function rulesOf(counts: QuotaCounts, { quota, use, now }: QuotaRequest): Rule[] {
  return quota.windows.flatMap((window) => {
    const slots = countedSlots(counts, window.seconds, now);
    const common = {
      slotMs: slotMs(window.seconds),
      slots,
      spanMs: window.seconds * 1000 + CALL_DELAY_MS,
    };
    const people = slots.reduce((sum, slot) => sum + searches(slot), 0);
    const left = use === "import" ? window.reserve : 0;
    const rules: Rule[] = isOfPeople(use)
      ? [
        { ...common, limit: Math.max(1, window.limit - Math.floor(left / 2)), counted: all },
        { ...common, limit: Math.max(1, searchShare(window) - left), counted: searches },
      ]
      : [{ ...common, limit: limitOfPolls(window, people, use), counted: all }];
    return window.seconds < PACED_SECONDS ? rules : [...rules, paceOf(window, { common, people, use, now })];
  });
}

function paceOf(
  window: CallWindow,
  { common, people, use, now }: {
    common: Omit<Rule, "limit" | "counted">;
    people: number;
    use: QuotaUse;
    now: Date;
  },
): Rule {
  const spanMs = window.seconds * 1000 / PACES;
  const since = Math.floor((now.getTime() - spanMs) / common.slotMs);
  const slots = common.slots.filter(([number]) => number >= since);
  if (isOfPeople(use)) {
    const left = use === "import" ? Math.ceil(window.reserve / PACES) : 0;
    const limit = Math.max(1, Math.ceil(window.limit / SEARCH_PACE) - left);
    return { ...common, slots, spanMs, limit, counted: searches };
  }
  const forPolls = window.limit - Math.max(people, heldFor(window, people));
  const limit = halved(Math.max(1, Math.ceil(forPolls / PACES)), use);
  return { ...common, slots, spanMs, limit, counted: polls };
}

/** At least one, so that a reserve as large as the quota does not stop polls for ever. */
function limitOfPolls(window: CallWindow, people: number, use: QuotaUse): number {
  return halved(Math.max(1, window.limit - heldFor(window, people)), use);
}

function halved(limit: number, use: QuotaUse): number {
  return use === "spare" ? Math.floor(limit / 2) : limit;
}

/**
 * Calls that polls leave to people. Of a long window as many as people used in it, at least a quarter of the reserve:
 * what nobody wanted goes back to the polls, and the first who come find some. In a short one nobody can tell.
 */
function heldFor({ seconds, reserve }: CallWindow, people: number): number {
  return seconds < PACED_SECONDS ? reserve : Math.min(reserve, Math.max(Math.ceil(reserve / 4), people));
}

function searchShare({ limit, reserve }: CallWindow): number {
  return Math.max(1, Math.min(limit, reserve), Math.floor(limit / 2));
}

/** Slots of which a call may still lie in the provider's window. Later ones than `now` too: a clock was set back. */
function countedSlots(counts: QuotaCounts, seconds: number, now: Date): readonly Slot[] {
  const since = Math.floor((now.getTime() - seconds * 1000 - CALL_DELAY_MS) / slotMs(seconds));
  return (counts[String(seconds)] ?? []).filter(([number]) => number >= since);
}

function slotMs(seconds: number): number {
  return Math.ceil(seconds * 1000 / (seconds < PACED_SECONDS ? SLOTS : PACED_SLOTS));
}

function usedBy({ slots, counted }: Rule): number {
  return slots.reduce((sum, slot) => sum + counted(slot), 0);
}

function freeAtMs(rule: Rule): number {
  let excess = usedBy(rule) - rule.limit + 1;
  for (const slot of rule.slots) {
    if (excess <= 0) break;
    excess -= rule.counted(slot);
    if (excess <= 0) {
      return addMilliseconds(new Date((slot[0] + 1) * rule.slotMs), rule.spanMs).getTime();
    }
  }
  return 0;
}

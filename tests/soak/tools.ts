/** Small tools of the soak tests: chance that can be repeated, waiting on conditions, saying figures. */

/** Reads a count from the environment; `fallback` where it is not set. */
export function count(variable: string, fallback: number): number {
  const given = Number(Deno.env.get(variable) || fallback);
  if (!Number.isInteger(given) || given < 1) throw new Error(`${variable} is a whole number above 0`);
  return given;
}

/** Chance from a seed: the same seed makes the same choices, though not the same timing. */
export class Chance {
  #state: number;

  /** Without a seed: SOAK_SEED, else a new one, which `seed` names. */
  constructor(readonly seed: number = count("SOAK_SEED", 1 + Math.floor(Math.random() * 1e9))) {
    this.#state = seed;
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.whole(0, choices.length - 1)]!;
  }

  /** `size` different choices. */
  some<T>(choices: readonly T[], size: number): T[] {
    const left = [...choices];
    return Array.from({ length: size }, () => left.splice(this.whole(0, left.length - 1), 1)[0]!);
  }
}

/** Part of the load, not a wait for something: the time between two requests or faults. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until `check` says true and gives the milliseconds it took. @throws naming `what` after `withinMs` */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 20 }: { withinMs: number; everyMs?: number },
): Promise<number> {
  const startedMs = performance.now();
  while (!await check()) {
    if (performance.now() - startedMs > withinMs) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await pause(everyMs);
  }
  return performance.now() - startedMs;
}

/** Runs `work` again while the database is away. @throws its last error after `withinMs` */
export async function insist<T>(work: () => Promise<T>, withinMs = 30_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(50);
    }
  }
}

/** The value below which `share` of the values are; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
}

/** Prints one line of figures. */
export function say(line: string): void {
  // deno-lint-ignore no-console -- a soak test reports what it measured
  console.log(line);
}

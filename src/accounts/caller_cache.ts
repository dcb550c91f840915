import type { Caller } from "../platform/api/env.ts";
import { addSeconds, type Clock } from "../platform/clock.ts";
import type { Doorbell } from "../platform/doorbell.ts";

/** Longest time for which a caller is believed to be what he was: what ended unheard is refused after it. */
export const CALLER_SECONDS = 5;
/** Most callers remembered: a few megabytes. */
export const MAX_CALLERS = 10_000;

interface Entry {
  caller: Caller;
  until: Date;
}

/**
 * Who showed which credential a moment ago, so that a page's five requests cost one look into the database. Keyed by
 * the credential's hash. An ended access is forgotten at once in this process, and in others when the doorbell rings.
 */
export class CallerCache implements Disposable {
  readonly #clock: Clock;
  readonly #subscription: Disposable;
  /** In order of age. */
  readonly #entries = new Map<string, Entry>();
  #endings = 0;

  constructor({ clock, doorbell }: { clock: Clock; doorbell: Pick<Doorbell, "subscribe"> }) {
    this.#clock = clock;
    this.#subscription = doorbell.subscribe(({ users, accessEnded }) => {
      if (accessEnded) this.forget(users);
    });
  }

  /** Callers remembered, also those that are not believed any more. */
  get size(): number {
    return this.#entries.size;
  }

  /** Who showed this credential; null: nobody lately. */
  find(key: string): Caller | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    if (this.#clock.now() < entry.until) return entry.caller;
    this.#entries.delete(key);
    return null;
  }

  /**
   * Who shows this credential: remembered, or read by `read`, which says until when it can be believed at most (null: as
   * long as anything). What is read while anybody's access ends is not kept: it may have been read before the end.
   */
  async findOrRead(
    key: string,
    read: () => Promise<{ caller: Caller; until: Date | null }>,
  ): Promise<Caller> {
    const known = this.find(key);
    if (known) return known;
    const endings = this.#endings;
    const { caller, until } = await read();
    if (endings === this.#endings) this.#keep(key, { caller, until });
    return caller;
  }

  /** Forgets what these users showed. */
  forget(users: ReadonlySet<string> | "all"): void {
    this.#endings++;
    if (users === "all") return this.#entries.clear();
    for (const [key, { caller }] of this.#entries) if (users.has(caller.user_id)) this.#entries.delete(key);
  }

  /** Forgets everything and hears no more. */
  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#entries.clear();
  }

  #keep(key: string, { caller, until }: { caller: Caller; until: Date | null }): void {
    const latest = addSeconds(this.#clock.now(), CALLER_SECONDS);
    // Anew, so that it stands behind all older ones.
    this.#entries.delete(key);
    this.#entries.set(key, { caller, until: until !== null && until < latest ? until : latest });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_CALLERS && oldest !== undefined) this.#entries.delete(oldest);
  }
}

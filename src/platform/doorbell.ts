/** "Something changed for these users", told across processes by NOTIFY. The rows are the content, never the ring. */
import { type Log, silentLog } from "./log.ts";
import type { Pool, Sql } from "./sql.ts";

/** The NOTIFY channel of the doorbell. */
export const DOORBELL_CHANNEL = "waxwatch_doorbell";
/** Postgres takes payloads below 8,000 bytes. */
const MAX_PAYLOAD_BYTES = 7_000;
const EVERYONE = "*";
/** Before the list of users whose access ended. */
const ENDED = "!";

/** Whose rows may have changed. `all` also after a reconnect, because rings sent meanwhile are lost. */
export interface Ring {
  users: ReadonlySet<string> | "all";
  /** Something that let them in does not any more: a session, a token, the account. So it may be after a reconnect. */
  accessEnded: boolean;
}

/** Hears every ring of every process until disposed. */
export interface Doorbell extends Disposable {
  /** Calls `listener` on every ring until the answer is disposed. Subscribe before the first read. */
  subscribe(listener: (ring: Ring) => void): Disposable;
}

/**
 * Rings for users when the transaction commits; a rollback rings nothing. Once per transaction: NOTIFY takes a lock
 * at commit. Too many users for one notice ring for everyone; an empty list rings for nobody.
 */
export async function ringDoorbell(
  tx: Sql,
  userIds: readonly string[],
  { accessEnded = false }: { accessEnded?: boolean } = {},
): Promise<void> {
  if (userIds.length === 0) return;
  const list = [...new Set(userIds)].join(",");
  const users = new TextEncoder().encode(list).length <= MAX_PAYLOAD_BYTES ? list : EVERYONE;
  await tx`select pg_notify(${DOORBELL_CHANNEL}, ${accessEnded ? ENDED + users : users})`;
}

/** Starts to listen. Listeners first hear `all` when the connection stands; one that throws does not stop the others. */
export function openDoorbell(pool: Pool, { log = silentLog }: { log?: Log } = {}): Doorbell {
  const listeners = new Set<(ring: Ring) => void>();
  const deliver = (ring: Ring) => {
    for (const listener of [...listeners]) {
      try {
        listener(ring);
      } catch (error) {
        log.error("doorbell listener failed", { error });
      }
    }
  };
  const listening = pool.listen(DOORBELL_CHANNEL, {
    onNotify: (payload) => deliver(readRing(payload)),
    onReady: () => deliver({ users: "all", accessEnded: true }),
  });
  return {
    subscribe(listener) {
      // Wrapped, so that one function subscribed twice is two subscriptions.
      const own = (ring: Ring) => listener(ring);
      listeners.add(own);
      return { [Symbol.dispose]: () => void listeners.delete(own) };
    },
    [Symbol.dispose]() {
      listeners.clear();
      listening[Symbol.dispose]();
    },
  };
}

function readRing(payload: string): Ring {
  const accessEnded = payload.startsWith(ENDED);
  const users = accessEnded ? payload.slice(ENDED.length) : payload;
  return { users: users === EVERYONE ? "all" : new Set(users.split(",")), accessEnded };
}

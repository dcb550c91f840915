/** Leases: a row belongs to one worker for a short time, which it prolongs while it works. */

/** How long a claim lasts unrenewed: three beats may fail before another worker takes the row. */
export const LEASE_SECONDS = 10;
/** How often running work renews its lease: three times within it, so one lost beat costs nothing. */
export const HEARTBEAT_SECONDS = 3;
/** How often every process looks for due rows without being told; with the lease it bounds recovery to about 12 s. */
export const SWEEP_SECONDS = 2;

/** Another worker may own the row now; what this one does for it must not be committed. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";

  constructor() {
    super("Cannot go on with the work: its lease is lost");
  }
}

/** How a lease is renewed; `everyMs` defaults to HEARTBEAT_SECONDS. */
export interface HeartbeatOptions {
  /** Prolongs the lease; false when the row belongs to somebody else now. */
  renew: () => Promise<boolean>;
  everyMs?: number;
}

/**
 * Runs `work` while renewing its lease, and gives what it gives. When the lease is lost, the signal aborts with
 * LeaseLostError; the work decides where to stop, and its fence keeps it from committing. A renewal that throws (the
 * database was away) is tried again at the next beat. Returns only after a running renewal has ended.
 */
export async function withHeartbeat<T>(
  { renew, everyMs = HEARTBEAT_SECONDS * 1000 }: HeartbeatOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let beating: Promise<void> = Promise.resolve();
  const beat = async () => {
    const owned = await renew().catch(() => true);
    if (!owned) lost.abort(new LeaseLostError());
    else schedule();
  };
  // A chain, not an interval: a slow renewal must not overlap the next.
  const schedule = () => {
    if (!over) timer = setTimeout(() => beating = beat(), everyMs);
  };
  schedule();
  try {
    return await work(lost.signal);
  } finally {
    over = true;
    clearTimeout(timer);
    await beating;
  }
}

/** Idempotency-Key: a creation that is sent twice happens once. */
import type { Context } from "hono";
import { addSeconds, type Clock } from "../clock.ts";
import { canonicalJson, sha256Hex } from "../crypto.ts";
import { invalidField } from "../errors.ts";
import type { Pool, Sql } from "../sql.ts";
import type { ApiEnv } from "./env.ts";
import { claimKey, storeAnswer } from "./once_store.ts";

/** Longest key; UUIDs have 36 characters, and some clients put more before them. */
const MAX_KEY_LENGTH = 255;
/** How long a key answers what its first request did. */
export const KEY_SECONDS = 86_400;

/** A request that may be a repetition. */
export interface OnceRequest<Deps, T> {
  /** The body as the client wrote it. */
  raw: unknown;
  /** Of the answer when it succeeds. */
  status: number;
  run: (deps: Deps) => Promise<T>;
}

/**
 * Runs `request.run` in one transaction with the key that the client sent, so that a crash leaves both or none. Of two
 * requests with one key at once the second waits for the first and answers the same. A failure keeps no key: the
 * repetition tries again. Keys are the caller's own and hold for 24 hours.
 * @throws {DomainError} validation for a key that was sent with another request, or that is no key
 */
export async function answerOnce<Deps extends { sql: Pool; clock: Clock }, T>(
  c: Context<ApiEnv>,
  deps: Deps,
  { raw, status, run }: OnceRequest<Deps, T>,
): Promise<T | Response> {
  const key = c.req.header("idempotency-key");
  const caller = c.get("caller");
  if (key === undefined || !caller) return await run(deps);
  requireKey(key);
  const hash = await sha256Hex(canonicalJson([c.req.method, c.req.path, raw ?? null]));
  const identity = { user_id: caller.user_id, key };
  const now = deps.clock.now();
  const expired = addSeconds(now, -KEY_SECONDS);
  return await deps.sql.begin(async (tx) => {
    const earlier = await claimKey(tx, { ...identity, request_hash: hash, now, expired });
    if (earlier) return replay(c, earlier, hash);
    const value = await run({ ...deps, sql: joined(tx, deps.sql) });
    await storeAnswer(tx, { ...identity, status, answer: JSON.stringify(value) });
    return value;
  });
}

function requireKey(key: string): void {
  if (key.length <= MAX_KEY_LENGTH && /^[\x21-\x7e]+$/.test(key)) return;
  const shown = JSON.stringify(key.slice(0, 80));
  throw invalidField(
    ["header", "idempotency-key"],
    `the key has 1 to ${MAX_KEY_LENGTH} visible characters of ASCII, which ${shown} has not`,
  );
}

function replay(
  c: Context<ApiEnv>,
  earlier: { request_hash: string; status: number; answer: string },
  hash: string,
): Response {
  if (earlier.request_hash !== hash) {
    throw invalidField(
      ["header", "idempotency-key"],
      `the key ${JSON.stringify(c.req.header("idempotency-key"))} was sent with another request before`,
    );
  }
  c.header("idempotency-replayed", "true");
  return c.body(earlier.answer, earlier.status as 200, { "content-type": "application/json" }); // safe: stored by storeAnswer()
}

/** A pool whose transactions are the one that is open: what a use case begins ends with it. */
function joined(tx: Sql, pool: Pool): Pool {
  return Object.assign(
    ((text, ...values) => tx(text, ...values)) as Sql, // safe: a plain call of the transaction
    {
      begin: <T>(work: (tx: Sql) => Promise<T>) => work(tx),
      listen: pool.listen.bind(pool),
      stats: pool.stats.bind(pool),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
  );
}

import type { Sql } from "../sql.ts";

/** Whose key it is, and the key as the client sent it. */
export interface KeyIdentity {
  user_id: string;
  key: string;
}

/**
 * Takes a key for this transaction; null: it is ours to run. A request with the same key that is under way is waited
 * for; one that ran after `expired` is given with its answer, an older one is forgotten. Hashes are in hex.
 */
export async function claimKey(
  tx: Sql,
  input: KeyIdentity & { request_hash: string; now: Date; expired: Date },
): Promise<{ request_hash: string; status: number; answer: string } | null> {
  await tx`
    delete from idempotency_keys
    where user_id = ${input.user_id} and key = ${input.key} and created_at <= ${input.expired}`;
  const rows = await tx<{ request_hash: string; status: number | null; answer: string | null }>`
    insert into idempotency_keys as k (user_id, key, request_hash, created_at)
    values (${input.user_id}, ${input.key}, decode(${input.request_hash}, 'hex'), ${input.now})
    on conflict (user_id, key) do update set key = k.key
    returning encode(request_hash, 'hex') as request_hash, status, answer`;
  const { request_hash, status, answer } = rows[0]!;
  return status === null || answer === null ? null : { request_hash, status, answer };
}

/** Keeps what the request answered, in the transaction that claimed its key. */
export async function storeAnswer(
  tx: Sql,
  input: KeyIdentity & { status: number; answer: string },
): Promise<void> {
  await tx`
    update idempotency_keys set status = ${input.status}, answer = ${input.answer}
    where user_id = ${input.user_id} and key = ${input.key}`;
}

/** Forgets keys made before `before`; gives how many. */
export async function pruneIdempotencyKeys(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`delete from idempotency_keys where created_at < ${before} returning key`;
  return rows.length;
}

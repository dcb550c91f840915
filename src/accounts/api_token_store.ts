import type { Sql } from "../platform/sql.ts";

/** Ends a token of a user for good; false when he has none with this id that is not revoked. */
export async function revokeApiToken(
  tx: Sql,
  input: { id: string; user_id: string; now: Date },
): Promise<boolean> {
  const rows = await tx`
    update api_tokens set revoked_at = ${input.now}
    where id = ${input.id} and user_id = ${input.user_id} and revoked_at is null
    returning id`;
  return rows.length === 1;
}

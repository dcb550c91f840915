import { addSeconds, type Clock } from "../platform/clock.ts";
import { randomSecret, sha256 } from "../platform/crypto.ts";
import type { Pool } from "../platform/sql.ts";
import { insertApiToken } from "./api_token_store.ts";
import { TOKEN_PREFIX } from "./authenticate.ts";
import type { IssuedToken } from "./schema.ts";
import { upsertUserByEmail } from "./store.ts";

/** How long a minted token lives: long enough that a pasted curl line works tomorrow. */
const DEV_TOKEN_SECONDS = 30 * 86_400;
const DEV_EMAIL = "dev@waxwatch.dev";

/** Gives a ready token for `email`'s account, making the account when it is new. Only mounted in dev, test and local. */
export async function issueDevToken(
  deps: { sql: Pool; clock: Clock },
  input: { email?: string | undefined },
): Promise<IssuedToken> {
  const now = deps.clock.now();
  const token = TOKEN_PREFIX + randomSecret();
  const tokenHash = await sha256(token);
  const expiresAt = addSeconds(now, DEV_TOKEN_SECONDS);
  const userId = await deps.sql.begin(async (tx) => {
    const id = await upsertUserByEmail(tx, {
      email: input.email ?? DEV_EMAIL,
      display_name: null,
      email_verified: true,
      now,
    });
    await insertApiToken(tx, {
      user_id: id,
      name: "dev",
      token_hash: tokenHash,
      scopes: ["read", "write"],
      expires_at: expiresAt,
      now,
    });
    return id;
  });
  return { token, token_type: "Bearer", expires_at: expiresAt, user_id: userId };
}

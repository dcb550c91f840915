import type { Clock } from "../platform/clock.ts";
import { sha256 } from "../platform/crypto.ts";
import { isUuid } from "../platform/ids.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import {
  findIdentityUser,
  hasTombstone,
  type IdentityUser,
  insertIdentityUser,
  updateIdentityEmail,
} from "./identity_store.ts";
import { refuseToken, type VerifiedToken } from "./verify_jwt.ts";

/**
 * The user a token speaks of, by issuer and subject and nothing else; the first token makes the account. One query,
 * but for that first token and one with a new e-mail.
 * @throws {DomainError} unauthorized when the account was deleted for good
 */
export async function identifyUser(
  deps: { sql: Pool; clock: Clock },
  token: VerifiedToken,
): Promise<IdentityUser> {
  const user = await findIdentityUser(deps.sql, token) ?? await createUser(deps, token);
  await followEmail(deps, user, token);
  return user;
}

async function createUser(deps: { sql: Pool; clock: Clock }, token: VerifiedToken): Promise<IdentityUser> {
  const now = deps.clock.now();
  const subjectHash = await sha256(token.subject);
  return await deps.sql.begin(async (tx) => {
    await insertIdentityUser(tx, {
      issuer: token.issuer,
      subject: token.subject,
      // Only the first issuer decides ids: another could name a user of the first.
      user_id: token.is_first_issuer && isUuid(token.subject) ? token.subject : crypto.randomUUID(),
      email: token.email,
      email_verified: token.email_verified,
      claims_at: token.email === null ? null : token.issued_at,
      now,
    });
    // After the insert, which waits for a deletion that is on its way: before it, that tombstone is not seen.
    if (await hasTombstone(tx, { issuer: token.issuer, subject_hash: subjectHash, now })) {
      throw refuseToken("its account was deleted");
    }
    return await findIdentityUser(tx, token) ?? refuse();
  });
}

/** The account went between two statements. */
function refuse(): never {
  throw refuseToken("its account was deleted");
}

/** An address that is verified later, or changed, at the issuer is so here: else nobody could ever be written to. */
async function followEmail(
  { sql, clock }: { sql: Sql; clock: Clock },
  user: IdentityUser,
  token: VerifiedToken,
): Promise<void> {
  const { issuer, subject, email, email_verified, issued_at } = token;
  if (email === null || issued_at === null) return;
  if (email === user.email && email_verified === user.email_verified) return;
  if (user.claims_at !== null && issued_at <= user.claims_at) return;
  const now = clock.now();
  await updateIdentityEmail(sql, { issuer, subject, email, email_verified, claims_at: issued_at, now });
}

import { sha256 } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import type { AccountDeps } from "./account_deps.ts";
import { insertAccountMail } from "./account_mail_store.ts";
import { revokeApiTokensOfUser } from "./api_token_store.ts";
import { endAccess } from "./end_access.ts";
import { deleteLinks, findLink, type LinkKind, takeLink } from "./link_store.ts";
import { findLocalUserById, lockLocalUser, setEmailVerified } from "./local_user_store.ts";
import { permitMail } from "./permit_mail.ts";
import { refuseAttempt } from "./refuse_attempt.ts";
import { endSessionsOfUser } from "./session_store.ts";

/** Links that confirm an address. */
const KINDS: readonly LinkKind[] = ["verify_email", "register_again"];

/**
 * Uses the link of a mail up: its address is confirmed. Where the account had been registered before, whoever used it
 * until now is not the one who has the mailbox: sessions and tokens end.
 * @throws {DomainError} bad_request when the link is unknown, used or expired
 */
export async function verifyEmail(deps: AccountDeps, input: { token: string }): Promise<void> {
  const now = deps.clock.now();
  const query = { token_hash: await sha256(input.token), kinds: KINDS, now };
  const found = await findLink(deps.sql, query);
  if (!found) throw refuseLink();
  await endAccess(deps, found.user_id, async (tx) => {
    const user = await lockLocalUser(tx, found.email);
    const link = await takeLink(tx, query);
    if (!link || !user?.is_active || user.id !== link.user_id) throw refuseLink();
    await setEmailVerified(tx, { id: user.id, now });
    await deleteLinks(tx, { user_id: user.id, kinds: KINDS });
    if (link.kind !== "register_again") return;
    await endSessionsOfUser(tx, { user_id: user.id, now });
    await revokeApiTokensOfUser(tx, { user_id: user.id, now });
  });
}

/**
 * Asks once more for the confirmation of a user's own address.
 * @throws {DomainError} conflict when there is nothing to confirm or no way to ask, rate_limited
 */
export async function resendVerification(deps: AccountDeps, input: { user_id: string }): Promise<void> {
  const refuse = (why: string) => new DomainError("conflict", `Cannot send the mail: ${why}`);
  if (!deps.mailer) throw refuse("this installation sends no mails");
  const user = await findLocalUserById(deps.sql, input.user_id);
  if (!user) throw refuse("the address comes from the issuer that this account logs in at");
  if (user.email_verified) throw refuse(`${user.email} is confirmed`);
  const now = deps.clock.now();
  const { email } = user;
  await deps.sql.begin(async (tx) => {
    const permit = await permitMail(tx, { purpose: "verify", email, now });
    if (!permit.granted) throw refuseAttempt(permit, "send the mail");
    await insertAccountMail(tx, { kind: "verify_email", email, now });
  });
}

/** The error for a link that is of no use. */
export function refuseLink(): DomainError {
  return new DomainError(
    "bad_request",
    "Cannot use this link: it was used, has expired, or is not complete; ask for a new one",
  );
}

import { sha256 } from "../platform/crypto.ts";
import type { AccountDeps } from "./account_deps.ts";
import { insertAccountMail } from "./account_mail_store.ts";
import { revokeApiTokensOfUser } from "./api_token_store.ts";
import { endAccess } from "./end_access.ts";
import { deleteLinks, findLink, takeLink } from "./link_store.ts";
import { lockLocalUser, setEmailVerified, upsertPassword } from "./local_user_store.ts";
import { permitMail } from "./permit_mail.ts";
import { rememberDevice } from "./remember_device.ts";
import { endSessionsOfUser } from "./session_store.ts";
import { refuseLink } from "./verify_email.ts";

/**
 * Asks for the mail by which a new password can be chosen. The same for every address: who has an account is looked up
 * when the mail is sent. Asked for too often it does nothing, and says so to nobody.
 */
export async function forgotPassword(deps: AccountDeps, { email }: { email: string }): Promise<void> {
  if (!deps.mailer) return;
  const now = deps.clock.now();
  await deps.sql.begin(async (tx) => {
    if (!(await permitMail(tx, { purpose: "reset", email, now })).granted) return;
    await insertAccountMail(tx, { kind: "reset_password", email, now });
  });
}

/**
 * Uses the link of a mail up: the password is replaced, all sessions end, the address is confirmed as the mailbox was
 * read, and this browser is known, so that whoever guesses meanwhile does not keep it out. Gives its device cookie.
 * @throws {DomainError} bad_request when the link is unknown, used or expired
 */
export async function resetPassword(
  deps: AccountDeps,
  input: { token: string; password: string; device_token: string | null },
): Promise<{ device_token: string }> {
  const query = {
    token_hash: await sha256(input.token),
    kinds: ["reset_password"],
    now: deps.clock.now(),
  } as const;
  const found = await findLink(deps.sql, query);
  if (!found) throw refuseLink();
  const hash = await deps.hasher.hash(input.password);
  const now = deps.clock.now();
  return await endAccess(deps, found.user_id, async (tx) => {
    const user = await lockLocalUser(tx, found.email);
    const link = await takeLink(tx, query);
    if (!link || !user?.is_active || user.id !== link.user_id) throw refuseLink();
    await upsertPassword(tx, { user_id: user.id, hash, now });
    await endSessionsOfUser(tx, { user_id: user.id, now });
    // Whoever used an unconfirmed account is not the one who has the mailbox.
    if (!user.email_verified) await revokeApiTokensOfUser(tx, { user_id: user.id, now });
    await setEmailVerified(tx, { id: user.id, now });
    await deleteLinks(tx, { user_id: user.id, kinds: ["verify_email", "register_again", "reset_password"] });
    return { device_token: await rememberDevice(tx, { user_id: user.id, token: input.device_token, now }) };
  });
}

import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import { type AccountDeps, requiresVerification } from "./account_deps.ts";
import { deleteVerifyingMails, insertAccountMail } from "./account_mail_store.ts";
import { deleteLinks } from "./link_store.ts";
import { insertLocalUser, lockLocalUser, upsertPassword } from "./local_user_store.ts";
import { permitMail } from "./permit_mail.ts";
import { updateUser } from "./profile_store.ts";

/** A registration as asked for. */
export interface Registration {
  email: string;
  password: string;
  display_name?: string | null | undefined;
}

/**
 * Makes an account. Whoever asks learns nothing of who has one: answer and time are the same for an address that is
 * taken, and its owner is told by mail. An account whose address nobody confirmed belongs to nobody yet: where mail
 * confirms, a later registration replaces its password and the links that were out.
 * @throws {DomainError} conflict when registration is closed, unavailable when too many passwords are being hashed
 */
export async function register(
  deps: AccountDeps,
  input: Registration,
): Promise<{ email: string; verification_required: boolean }> {
  if (!deps.isRegistrationOpen) {
    throw new DomainError("conflict", "Cannot register: this installation takes no new accounts");
  }
  // Also where it will not be kept: hashing is what takes the time.
  const hash = await deps.hasher.hash(input.password);
  const now = deps.clock.now();
  await deps.sql.begin(async (tx) => {
    const { email } = input;
    if (deps.mailer && !(await permitMail(tx, { purpose: "register", email, now })).granted) return;
    const made = await insertLocalUser(tx, { email, display_name: input.display_name ?? null, now });
    if (made === null) return await registerAgain(tx, deps, { ...input, hash, now });
    await upsertPassword(tx, { user_id: made, hash, now });
    if (deps.mailer) await insertAccountMail(tx, { kind: "verify_email", email, now });
  });
  return { email: input.email, verification_required: requiresVerification(deps) };
}

async function registerAgain(
  tx: Sql,
  deps: AccountDeps,
  { email, display_name = null, hash, now }: Registration & { hash: string; now: Date },
): Promise<void> {
  const user = await lockLocalUser(tx, email);
  if (!user) return;
  if (user.email_verified || !user.is_active) {
    if (deps.mailer) await insertAccountMail(tx, { kind: "already_registered", email, now });
    return;
  }
  // Unconfirmed accounts are in use here: a stranger must not take one over.
  if (!requiresVerification(deps)) return;
  await updateUser(tx, { id: user.id, display_name, now });
  await upsertPassword(tx, { user_id: user.id, hash, now });
  // Mails before links: one that is being sent makes its link before this, or none.
  await deleteVerifyingMails(tx, email);
  await deleteLinks(tx, { user_id: user.id, kinds: ["verify_email", "register_again", "reset_password"] });
  await insertAccountMail(tx, { kind: "register_again", email, now });
}

import { addSeconds, type Clock } from "../platform/clock.ts";
import { randomSecret, sha256 } from "../platform/crypto.ts";
import { withHeartbeat } from "../platform/lease.ts";
import type { Log } from "../platform/log.ts";
import { retryDelaySeconds } from "../platform/retry.ts";
import type { Pool } from "../platform/sql.ts";
import { LINK_SECONDS, writeAccountMail } from "./account_mail_text.ts";
import {
  type AccountMailKind,
  type AccountMailRow,
  deleteAccountMail,
  fenceAccountMail,
  postponeAccountMail,
  renewAccountMail,
} from "./account_mail_store.ts";
import { insertLink, type LinkKind } from "./link_store.ts";
import { type Mailer, MailError } from "./mailer.ts";
import { findLocalUser, type LocalUser } from "./local_user_store.ts";

/** Mails about accounts that one process sends at the same time: alerts have places of their own. */
export const MAX_ACCOUNT_MAILS = 4;

/**
 * Waits in seconds before attempt 1, 2, …: 0, 5 s, 1 min, 5 min, 30 min, 1 h: given up after about 1.6 h, when nobody
 * waits for the link any more.
 */
export const MAIL_DELAYS_SECONDS = [0, 5, 60, 300, 1_800, 3_600] as const;

/** What sending a mail about an account needs. */
export interface AccountMailDeps {
  sql: Pool;
  clock: Clock;
  log: Log;
  /** Null: this installation sends no mails. */
  mailer: Mailer | null;
  /** Where people reach this installation; no slash at the end. */
  publicUrl: string;
}

/** What working one mail came to. `dropped`: nobody is to be written to, or the lease was not ours. */
export type AccountMailResult = "dropped" | "sent" | "retry" | "failed";

/**
 * Works one claimed mail: looks whether somebody is to be written to, makes the link, sends. Every attempt has a link of
 * its own, because only hashes are kept; an earlier attempt that did arrive works as well.
 */
export async function sendAccountMail(
  deps: AccountMailDeps,
  row: { id: string; token: number },
): Promise<AccountMailResult> {
  const renew = () => renewAccountMail(deps.sql, { ...row, now: deps.clock.now() });
  const mail = await renew();
  if (!mail) return "dropped";
  return await withHeartbeat({ renew: async () => await renew() !== null }, async (signal) => {
    const user = await findLocalUser(deps.sql, mail.email);
    if (!deps.mailer || !user || !isWanted(mail.kind, user)) {
      if (!deps.mailer) deps.log.warn("account mail dropped: SMTP_URL is not set", { kind: mail.kind });
      await finish(deps, row);
      return "dropped";
    }
    const url = await makeLink(deps, { ...row, kind: mail.kind, user });
    if (url === null) return "dropped";
    const content = writeAccountMail(mail.kind, { to: user.email, url, isActive: user.is_active });
    try {
      await deps.mailer.send(content, { signal, idempotencyKey: mail.id });
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      return signal.aborted ? "dropped" : await recordFailure(deps, { mail, token: row.token, error });
    }
    await finish(deps, row);
    return "sent";
  });
}

/** What a mail was asked for may have happened meanwhile, or concern nobody. */
function isWanted(kind: AccountMailKind, user: LocalUser): boolean {
  switch (kind) {
    case "verify_email":
    case "register_again":
      return user.is_active && !user.email_verified;
    case "reset_password":
      return user.is_active;
    case "already_registered":
      return true;
    default:
      return kind satisfies never;
  }
}

const PATHS: Readonly<Record<LinkKind, string>> = {
  verify_email: "verify-email",
  register_again: "verify-email",
  reset_password: "reset-password",
};

/** What the mail's button opens; null: the mail was taken back meanwhile. */
async function makeLink(
  { sql, clock, publicUrl }: AccountMailDeps,
  { kind, user, ...row }: { id: string; token: number; kind: AccountMailKind; user: LocalUser },
): Promise<string | null> {
  if (kind === "already_registered") return publicUrl;
  const token = randomSecret();
  const token_hash = await sha256(token);
  const now = clock.now();
  const seconds = kind === "reset_password" ? LINK_SECONDS.reset : LINK_SECONDS.verify;
  const expires_at = addSeconds(now, seconds);
  const made = await sql.begin(async (tx) => {
    // A registration that takes back this mail deletes its links afterwards: none is made behind its back.
    if (!await fenceAccountMail(tx, row)) return false;
    await insertLink(tx, { token_hash, user_id: user.id, kind, email: user.email, expires_at, now });
    return true;
  });
  return made ? `${publicUrl}/api/auth/${PATHS[kind]}?token=${token}` : null;
}

async function finish({ sql }: AccountMailDeps, row: { id: string; token: number }): Promise<void> {
  await sql.begin(async (tx) => {
    if (await fenceAccountMail(tx, row)) await deleteAccountMail(tx, row.id);
  });
}

async function recordFailure(
  { sql, clock, log }: AccountMailDeps,
  { mail, token, error }: { mail: AccountMailRow; token: number; error: MailError },
): Promise<AccountMailResult> {
  const attempts = mail.attempts + 1;
  const delay = error.isFinal ? null : retryDelaySeconds(MAIL_DELAYS_SECONDS, attempts, Math.random());
  const at = delay === null ? null : addSeconds(clock.now(), delay);
  const written = await sql.begin(async (tx) => {
    if (!await fenceAccountMail(tx, { id: mail.id, token })) return false;
    if (at === null) await deleteAccountMail(tx, mail.id);
    else await postponeAccountMail(tx, { id: mail.id, attempts, next_attempt_at: at });
    return true;
  });
  if (!written) return "dropped";
  const { id, kind } = mail;
  log.warn("account mail not taken", { id, kind, attempts, next_attempt_at: at, error });
  return at === null ? "failed" : "retry";
}

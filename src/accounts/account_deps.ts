import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Pool } from "../platform/sql.ts";
import type { CallerCache } from "./caller_cache.ts";
import type { Mailer } from "./mailer.ts";
import type { PasswordHasher } from "./password_hasher.ts";

/** What accounts that log in here need. */
export interface AccountDeps {
  sql: Pool;
  clock: Clock;
  log: Log;
  hasher: PasswordHasher;
  callers: CallerCache;
  /** Null: this installation sends no mails. */
  mailer: Mailer | null;
  /** New accounts are taken. */
  isRegistrationOpen: boolean;
  /** Development: mails may go nowhere, so nobody has to wait for one. */
  isDevLike: boolean;
}

/** Whether an address has to be confirmed before its account can be used: where a mail can ask for it. */
export function requiresVerification(
  { mailer, isDevLike }: Pick<AccountDeps, "mailer" | "isDevLike">,
): boolean {
  return mailer !== null && !isDevLike;
}

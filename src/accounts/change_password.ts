import type { Credential } from "../platform/api/env.ts";
import { DomainError, invalidField } from "../platform/errors.ts";
import type { AccountDeps } from "./account_deps.ts";
import { endAccess } from "./end_access.ts";
import { deleteLinks } from "./link_store.ts";
import { findPassword, lockPassword, upsertPassword } from "./local_user_store.ts";
import { refuseAttempt } from "./refuse_attempt.ts";
import { endSessionsOfUser } from "./session_store.ts";
import { takeAttempts, throttleKey } from "./take_attempts.ts";
import { deleteThrottle } from "./throttle_store.ts";

/**
 * Replaces a user's password; all his sessions end but the one he does it with.
 * @throws {DomainError} validation when the current password is another, conflict when he has none, rate_limited
 */
export async function changePassword(
  deps: AccountDeps,
  input: { user_id: string; credential: Credential; current_password: string; new_password: string },
): Promise<void> {
  const { user_id, credential } = input;
  const stored = await findPassword(deps.sql, user_id);
  if (stored === null) {
    throw new DomainError(
      "conflict",
      "Cannot change the password: this account has none; it logs in at its issuer, or by a link sent to its address",
    );
  }
  const attempt = { name: "current_password", of: [user_id] } as const;
  const permit = await deps.sql.begin((tx) => takeAttempts(tx, [attempt], deps.clock.now()));
  if (!permit.granted) throw refuseAttempt(permit, "change the password");
  if (!(await deps.hasher.verify(input.current_password, stored.hash)).matches) throw refuseCurrent();
  const hash = await deps.hasher.hash(input.new_password);
  const now = deps.clock.now();
  const attemptKey = await throttleKey(attempt);
  await endAccess(deps, user_id, async (tx) => {
    const locked = await lockPassword(tx, user_id);
    if (locked?.changed_at.getTime() !== stored.changed_at.getTime()) throw refuseCurrent();
    await upsertPassword(tx, { user_id, hash, now });
    const exceptId = credential.kind === "session" ? credential.id : null;
    await endSessionsOfUser(tx, { user_id, now, exceptId });
    await deleteLinks(tx, { user_id, kinds: ["reset_password"] });
    await deleteThrottle(tx, attemptKey);
  });
}

/** Not 401: clients end the session on that, and the session is in order. */
function refuseCurrent(): DomainError {
  return invalidField(["body", "current_password"], "it is not the password of this account");
}

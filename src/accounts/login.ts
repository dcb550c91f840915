import { randomSecret, sha256 } from "../platform/crypto.ts";
import { ringDoorbell } from "../platform/doorbell.ts";
import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import { type AccountDeps, requiresVerification } from "./account_deps.ts";
import { rememberDevice } from "./remember_device.ts";
import { findLoginUser, lockPassword, type LoginUser, updatePasswordHash } from "./local_user_store.ts";
import { sessionExpiry } from "./session_expiry.ts";
import { endOldestSessions, insertSession } from "./session_store.ts";
import { type Attempt, takeAttempts, type Taken } from "./take_attempts.ts";
import { deleteThrottle, giveBackAttempts, lockThrottles } from "./throttle_store.ts";
import { refuseAttempt } from "./refuse_attempt.ts";

/** Live sessions one user may have; beyond it those used longest ago end. */
const MAX_SESSIONS = 50;
const MAX_USER_AGENT = 300;

/** Who wants in, and from where. */
export interface LoginInput {
  email: string;
  password: string;
  /** What is counted as one client. */
  client: string;
  /** The value of the browser's device cookie; null: it has none. */
  device_token: string | null;
  user_agent: string | null;
}

/** A login that succeeded; the tokens are for the browser alone. */
export interface Login {
  user: Pick<LoginUser, "id" | "email" | "email_verified" | "display_name">;
  session: { id: string; created_at: Date; expires_at: Date };
  session_token: string;
  device_token: string;
}

/**
 * Opens a session for whoever knows the password. A wrong password, an unknown address, an address that is still to be
 * confirmed and a deactivated account are refused with the same words in the same time.
 * @throws {DomainError} invalid_credentials; rate_limited after too many attempts; unavailable when too many passwords
 * are being checked
 */
export async function login(deps: AccountDeps, input: LoginInput): Promise<Login> {
  const now = deps.clock.now();
  const device_hash = input.device_token === null ? null : await sha256(input.device_token);
  const user = await findLoginUser(deps.sql, { email: input.email, device_hash });
  const attempts = attemptsOf(input, user?.is_known_device === true);
  const permit = await deps.sql.begin((tx) => takeAttempts(tx, attempts, now));
  if (!permit.granted) {
    deps.log.info("login slowed", { client: input.client, scope: permit.name });
    throw refuseAttempt(permit, "log in");
  }
  const { matches, isOutdated } = await deps.hasher.verify(input.password, user?.password_hash ?? null);
  if (!user || !matches || !mayLogIn(deps, user)) throw refuseLogin(deps, input);
  const rehashed = isOutdated ? await deps.hasher.hash(input.password) : null;
  const { evicted_count, ...opened } = await deps.sql.begin(async (tx) => {
    const locked = await lockPassword(tx, user.id);
    // Changed while it was being checked: sessions end with a password, and this one would be missed.
    if (!locked?.is_active || locked.changed_at.getTime() !== user.password_changed_at?.getTime()) {
      throw refuseLogin(deps, input);
    }
    if (rehashed !== null) await updatePasswordHash(tx, { user_id: user.id, hash: rehashed });
    const session = await openSession(tx, { user_id: user.id, user_agent: input.user_agent, now });
    const device_token = await rememberDevice(tx, { user_id: user.id, token: input.device_token, now });
    await forgiveAttempts(tx, permit.taken);
    return { ...session, device_token };
  });
  if (evicted_count > 0) deps.callers.forget(new Set([user.id]));
  return { user: shownUser(user), ...opened };
}

/**
 * What an attempt counts against. A browser that logged in to this account before counts apart from everybody else, so
 * neither a stranger far away nor one behind the same address keeps its owner out.
 */
function attemptsOf({ email, client, device_token }: LoginInput, isKnownDevice: boolean): Attempt[] {
  const account = email.toLowerCase();
  if (isKnownDevice) return [{ name: "login_device", of: [account, device_token ?? ""] }];
  return [
    { name: "login_pair", of: [account, client] },
    { name: "login_address", of: [client] },
    { name: "login_account", of: [account] },
  ];
}

/** What is this account's alone is forgotten; what is counted over others or over addresses loses this one attempt. */
async function forgiveAttempts(tx: Sql, taken: readonly Taken[]): Promise<void> {
  const isOwn = ({ name }: Taken) => name === "login_pair" || name === "login_device";
  // All of them first, in the order in which everybody locks them.
  await lockThrottles(tx, taken.map(({ key }) => key));
  for (const { key } of taken.filter(isOwn)) await deleteThrottle(tx, key);
  await giveBackAttempts(tx, taken.filter((one) => !isOwn(one)));
}

function mayLogIn(deps: AccountDeps, user: LoginUser): boolean {
  return user.is_active && (user.email_verified || !requiresVerification(deps));
}

async function openSession(
  tx: Sql,
  { user_id, user_agent, now }: { user_id: string; user_agent: string | null; now: Date },
): Promise<Pick<Login, "session" | "session_token"> & { evicted_count: number }> {
  const session_token = randomSecret();
  const expires_at = sessionExpiry(now, now);
  const id = await insertSession(tx, {
    user_id,
    token_hash: await sha256(session_token),
    user_agent: user_agent?.slice(0, MAX_USER_AGENT).toWellFormed() || null,
    expires_at,
    now,
  });
  const evicted_count = await endOldestSessions(tx, { user_id, keep: MAX_SESSIONS, now });
  if (evicted_count > 0) await ringDoorbell(tx, [user_id], { accessEnded: true });
  return { session: { id, created_at: now, expires_at }, session_token, evicted_count };
}

function shownUser({ id, email, email_verified, display_name }: LoginUser): Login["user"] {
  return { id, email, email_verified, display_name };
}

/** The same to whoever asks; the log tells nobody's address, and what blocks guessing machines needs theirs. */
function refuseLogin({ log }: Pick<AccountDeps, "log">, { client }: LoginInput): DomainError {
  log.info("login refused", { client });
  return new DomainError("invalid_credentials", "Cannot log in: e-mail or password is wrong");
}

import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import { holdAccount, lockAccount } from "./closing_store.ts";

/**
 * First statement of a transaction that adds work for a user: his account stays as it is until the transaction ends. So
 * no request that was let in before a deactivation leaves something behind it that goes on.
 * @throws {DomainError} forbidden when the account is deactivated, unauthorized when it was deleted
 */
export async function requireActive(tx: Sql, userId: string): Promise<void> {
  refuseUnlessActive(await holdAccount(tx, userId));
}

/**
 * As `requireActive`, and alone: whatever else begins so for this user waits until the transaction ends. For what would
 * lock rows of his in another order than its neighbour does.
 * @throws {DomainError} forbidden when the account is deactivated, unauthorized when it was deleted
 */
export async function requireActiveAlone(tx: Sql, userId: string): Promise<void> {
  refuseUnlessActive(await lockAccount(tx, userId));
}

function refuseUnlessActive(account: { is_active: boolean } | null): void {
  if (!account) throw new DomainError("unauthorized", "Cannot use this account: it was deleted");
  if (!account.is_active) throw new DomainError("forbidden", "Cannot use this account: it is deactivated");
}

import type { Cipher, Sealed } from "../platform/encryption.ts";
import type { CallOptions } from "../providers/contract.ts";
import {
  type UserCredential,
  UserListError,
  type UserListQuery,
  type UserLists,
} from "../providers/user_accounts.ts";
import { oauthTokenOf, openToken } from "./access_token.ts";
import { callDiscogs, type CallFor, type DiscogsCallDeps } from "./call_discogs.ts";
import { type ImportJob, PAGE_ROWS } from "./import_schema.ts";
import type { ListRow } from "./list_row.ts";
import { countRows, findRows } from "./row_store.ts";
import { DISCOGS, type LinkedAccount } from "./schema.ts";
import { findLinkedAccount } from "./store.ts";
import { toBad, toListRow } from "./to_list_row.ts";

/** What reading lists needs. */
export interface ReadDeps extends DiscogsCallDeps {
  cipher: Cipher;
  userLists: UserLists;
}

/** One page of what a job reads. */
export interface PageRead {
  rows: ListRow[];
  /** Rows of the whole source now; null: it shrank, and this page lies behind its end. */
  total: number | null;
  isLast: boolean;
}

/** The account was unlinked: there is nobody whose lists could be read. */
export class NotLinkedError extends Error {
  override readonly name = "NotLinkedError";

  constructor() {
    super("Cannot go on with the import: no account at Discogs is linked any more");
  }
}

/** The page a job is at. @throws {NotLinkedError} beside what `UserLists` throws */
export async function readPage(deps: ReadDeps, job: ImportJob, signal: AbortSignal): Promise<PageRead> {
  const { source } = job;
  if (job.import_scope === "csv" || source === "list") return await readKept(deps, job);
  // Who started it waits for it, and the polls of its own first pages would keep it from its later ones.
  const use = job.origin === "user" ? "import" : "poll";
  const page = await readAsUser(
    deps,
    { user_id: job.user_id, use, signal },
    (user, options) => deps.userLists.readPage({ ...user, source, page: job.next_page }, options),
  );
  return {
    rows: [...page.rows.map((row) => toListRow(row)), ...page.bad.map(toBad)],
    total: page.total,
    isLast: page.isLast,
  };
}

/** A list that is not to be had with the token of the link as it was then, or without one: with a newer one it may be. */
export class ListRefusedError extends Error {
  override readonly name = "ListRefusedError";

  constructor(readonly token: Sealed | null, readonly refusal: UserListError) {
    super(refusal.message, { cause: refusal });
  }
}

/**
 * Runs `read` with the user's linked account and what he lets us read with.
 * @throws {NotLinkedError} without one; {ListRefusedError} when the list is not to be had; {ProviderError} and
 *   {QuotaEmptyError} as `callDiscogs`
 */
export async function readAsUser<T>(
  deps: ReadDeps,
  call: CallFor,
  read: (user: UserListQuery, options: CallOptions) => Promise<T>,
): Promise<T> {
  const account = await findLinkedAccount(deps.sql, { user_id: call.user_id, provider: DISCOGS });
  if (account === null) throw new NotLinkedError();
  const credential = await credentialOf(deps.cipher, account);
  const user = { username: account.external_user_id, credential };
  return await callDiscogs(deps, call, (options) => read(user, options)).catch((error) => {
    throw error instanceof UserListError ? new ListRefusedError(account.token, error) : error;
  });
}

/** What the user lets us read with; null: nothing that still works, so public lists alone. */
async function credentialOf(cipher: Cipher, account: LinkedAccount): Promise<UserCredential | null> {
  const { token, revoked_at } = account;
  if (token === null || revoked_at !== null || !cipher.hasKey(token.key_id)) return null;
  const opened = await openToken(cipher, { ...account, token });
  const oauth = oauthTokenOf(opened);
  return oauth === null ? { kind: "personal", token: opened.access_token } : { kind: "oauth", token: oauth };
}

async function readKept(deps: Pick<ReadDeps, "sql">, job: ImportJob): Promise<PageRead> {
  const total = await countRows(deps.sql, job.id);
  const rows = await findRows(deps.sql, { job_id: job.id, page: job.next_page, size: PAGE_ROWS });
  return { rows, total, isLast: job.next_page * PAGE_ROWS >= total };
}

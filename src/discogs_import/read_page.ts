import type { Cipher } from "../platform/encryption.ts";
import type { UserCredential, UserLists } from "../providers/user_accounts.ts";
import { oauthTokenOf, openToken } from "./access_token.ts";
import { callDiscogs, type DiscogsCallDeps } from "./call_discogs.ts";
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
  const account = await requireAccount(deps, job.user_id);
  const credential = await credentialOf(deps.cipher, account);
  const query = { username: account.external_user_id, credential, source, page: job.next_page };
  // Who started it waits for it, and the polls of its own first pages would keep it from its later ones.
  const use = job.origin === "user" ? "search" : "poll";
  const page = await callDiscogs(
    deps,
    { user_id: job.user_id, use, signal },
    (options) => deps.userLists.readPage(query, options),
  );
  return {
    rows: [...page.rows.map((row) => toListRow(row)), ...page.bad.map(toBad)],
    total: page.total,
    isLast: page.isLast,
  };
}

/** The user's linked account. @throws {NotLinkedError} */
export async function requireAccount(deps: Pick<ReadDeps, "sql">, userId: string): Promise<LinkedAccount> {
  const account = await findLinkedAccount(deps.sql, { user_id: userId, provider: DISCOGS });
  if (account === null) throw new NotLinkedError();
  return account;
}

/** What the user lets us read with; null: nothing that still works, so public lists alone. */
export async function credentialOf(cipher: Cipher, account: LinkedAccount): Promise<UserCredential | null> {
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

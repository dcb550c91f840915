import type { Cipher, Sealed } from "../platform/encryption.ts";
import type { Sql } from "../platform/sql.ts";
import {
  findAccountTokens,
  findRequestTokens,
  replaceAccountToken,
  replaceRequestToken,
  type SealedToken,
} from "./rotate_store.ts";

/** Tokens read at once. */
const BATCH = 100;

/** What a rotation did. */
export interface RotationReport {
  /** Encrypted anew with the current key. */
  rotated: number;
  /** Written by somebody else meanwhile, and so with the key of the service that runs. */
  changed: number;
  /** Their key is not among those that are configured, or they are damaged: they stay as they are. */
  unreadable: number;
}

/** Where tokens are kept: how they are read, written, and what they are authenticated with. */
interface TokenTable {
  find: typeof findAccountTokens;
  replace(sql: Sql, input: { place: string; old: Sealed; token: Sealed }): Promise<boolean>;
  contextOf(place: string): string;
}

const TABLES: readonly TokenTable[] = [
  {
    find: findAccountTokens,
    replace: replaceAccountToken,
    contextOf: (place) => `linked_accounts/${place}`,
  },
  { find: findRequestTokens, replace: replaceRequestToken, contextOf: (place) => `oauth_requests/${place}` },
];

/**
 * Encrypts every stored token with the current key. Each is written by itself, and only where nobody else wrote it
 * meanwhile, so it may run beside the service, twice at once, and again after it was cut off: what is done is not done
 * again. @throws {Error} without a current key
 */
export async function rotateKeys(
  deps: { sql: Sql; cipher: Cipher },
  { batch = BATCH, onBatch }: { batch?: number; onBatch?: (report: RotationReport) => void } = {},
): Promise<RotationReport> {
  const key_id = deps.cipher.currentKeyId;
  if (key_id === null) throw new Error("Cannot rotate keys: ENCRYPTION_KEYS is not set");
  const report = { rotated: 0, changed: 0, unreadable: 0 };
  for (const table of TABLES) {
    let after = "";
    for (;;) {
      const tokens = await table.find(deps.sql, { key_id, after, limit: batch });
      for (const token of tokens) report[await rotate(deps, table, token)]++;
      if (tokens.length > 0) onBatch?.({ ...report });
      if (tokens.length < batch) break;
      after = tokens.at(-1)!.place; // safe: the batch is full
    }
  }
  return report;
}

async function rotate(
  { sql, cipher }: { sql: Sql; cipher: Cipher },
  table: TokenTable,
  { place, ...old }: SealedToken,
): Promise<keyof RotationReport> {
  const context = table.contextOf(place);
  let text: string;
  try {
    text = await cipher.decrypt(old, context);
  } catch {
    return "unreadable";
  }
  const token = await cipher.encrypt(text, context);
  return await table.replace(sql, { place, old, token }) ? "rotated" : "changed";
}

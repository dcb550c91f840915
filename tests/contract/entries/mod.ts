/** One entry for every operation: a new operation without one fails the suites. */
import type { MountedOperation } from "../../../src/platform/api/document.ts";
import { accountEntries } from "./accounts.ts";
import type { Entries, Entry } from "./entry.ts";
import { inboxEntries } from "./inbox.ts";
import { recordEntries } from "./records.ts";
import { serviceEntries } from "./service.ts";
import { watchEntries } from "./watches.ts";

/** By operation id. */
export const ENTRIES: Entries = {
  ...serviceEntries,
  ...accountEntries,
  ...watchEntries,
  ...inboxEntries,
  ...recordEntries,
};

/** The entry of an operation. @throws {Error} when nobody wrote one */
export function entryOf({ spec: { id } }: MountedOperation): Entry {
  const entry = ENTRIES[id];
  if (!entry) throw new Error(`Cannot test ${id}: write its entry in tests/contract/entries/`);
  return entry;
}

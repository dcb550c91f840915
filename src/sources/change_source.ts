import type { Clock } from "../platform/clock.ts";
import { DomainError, invalidField } from "../platform/errors.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { requireActive } from "../accounts/require_active.ts";
import type { SourceRow, UpdateSource } from "./schema.ts";
import {
  countOtherUsers,
  countRulesNaming,
  deleteSourcesOfUser,
  deleteSourceUser,
  deleteUnusedSources,
  findSource,
  lockSource,
  updateSourceConfig,
  updateSourceName,
} from "./store.ts";
import { isShared } from "./shared_store.ts";

/** Which source of whom. */
export interface SourceKey {
  user_id: string;
  id: string;
}

/** A user's source. @throws {DomainError} not_found when he has none with this id */
export async function findSourceOf(sql: Sql, key: SourceKey): Promise<SourceRow> {
  const source = await findSource(sql, key);
  if (!source) throw new DomainError("not_found", `Cannot find source ${key.id}`);
  return source;
}

/**
 * Changes what a source is called, for its user, and how it is read, for everybody: the next poll reads it so.
 * @throws {DomainError} not_found, conflict when others have it too, validation for what its kind does not have
 */
export async function updateSource(
  deps: { sql: Pool; clock: Clock },
  { changes, ...key }: SourceKey & { changes: UpdateSource },
): Promise<SourceRow> {
  return await deps.sql.begin(async (tx) => {
    const source = await lockAndFind(tx, key);
    if (changes.name !== undefined) await updateSourceName(tx, { ...key, name: changes.name });
    const { currency = source.currency, artist_from = source.artist_from } = changes;
    const isArtistSaid = changes.artist_from !== undefined;
    const isChanged = currency !== source.currency || artist_from !== source.artist_from;
    if (isChanged || isArtistSaid) {
      if (artist_from !== null && source.artist_from === null) {
        throw invalidField(["body", "artist_from"], `a source of kind ${source.kind} has no such thing`);
      }
      const isOthersToo = await isShared(tx, key.id) || await countOtherUsers(tx, key) > 0;
      if (isOthersToo && isChanged) {
        throw new DomainError("conflict", `Cannot change how ${source.provider} is read: others have it too`);
      }
      if (!isOthersToo) {
        const config = { currency, artist_from, isArtistSaid };
        await updateSourceConfig(tx, { id: key.id, ...config, now: deps.clock.now() });
      }
    }
    return await findSourceOf(tx, key);
  });
}

/**
 * Takes a source from its user; one that nobody has any more goes.
 * @throws {DomainError} not_found, conflict while a rule of his names it, unless it is shared with everybody
 */
export async function removeSource(deps: { sql: Pool }, key: SourceKey): Promise<void> {
  await deps.sql.begin(async (tx) => {
    const { provider } = await lockAndFind(tx, key);
    const rules = await countRulesNaming(tx, { user_id: key.user_id, provider });
    if (rules > 0 && !await isShared(tx, key.id)) {
      const what = rules === 1 ? "a rule of yours names it" : `${rules} rules of yours name it`;
      throw new DomainError("conflict", `Cannot remove ${provider}: ${what}`);
    }
    await deleteSourceUser(tx, key);
    await deleteUnusedSources(tx, [key.id]);
  });
}

/** Takes all sources from a user who goes, in the caller's transaction. */
export async function removeSourcesOfUser(tx: Sql, userId: string): Promise<void> {
  await deleteUnusedSources(tx, await deleteSourcesOfUser(tx, userId));
}

async function lockAndFind(tx: Sql, key: SourceKey): Promise<SourceRow> {
  await requireActive(tx, key.user_id);
  await lockSource(tx, key.id);
  return await findSourceOf(tx, key);
}

import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import type { Pool } from "../platform/sql.ts";
import { storableTextOrNull } from "../platform/text.ts";
import { requireActive } from "../accounts/require_active.ts";
import type { FoundSource } from "../providers/added_source.ts";
import { type AddSource, MAX_NAME_LENGTH, MAX_SOURCES, type SourceRow } from "./schema.ts";
import { countSourcesOfUser, findSource, insertSourceUser, putSource } from "./store.ts";

/**
 * Gives a user a source that was found. Others may have it already: then it is read as it is for them, and its poll is
 * shared.
 * @throws {DomainError} conflict when he has it, or as many as he may have; forbidden when the account is deactivated
 */
export async function addSource(
  deps: { sql: Pool; clock: Clock },
  { user_id, found, wanted }: { user_id: string; found: FoundSource; wanted: Omit<AddSource, "url"> },
): Promise<SourceRow> {
  const now = deps.clock.now();
  return await deps.sql.begin(async (tx) => {
    await requireActive(tx, user_id);
    if (await countSourcesOfUser(tx, user_id) >= MAX_SOURCES) {
      throw new DomainError(
        "conflict",
        `Cannot add another source: you have ${MAX_SOURCES}, which is the most`,
      );
    }
    const id = await putSource(tx, {
      id: crypto.randomUUID(),
      provider: found.provider,
      kind: found.kind,
      url: found.url,
      currency: wanted.currency ?? found.currency,
      artist_from: found.artist_from === null ? null : wanted.artist_from ?? found.artist_from,
      artist_guess: wanted.artist_from ? null : found.artist_guess ?? null,
      now,
    });
    const name = wanted.name ?? storableTextOrNull(found.name, MAX_NAME_LENGTH) ?? found.provider;
    if (id === null || !await insertSourceUser(tx, { user_id, source_id: id, name, now })) {
      throw new DomainError("conflict", `Cannot add ${found.provider}: you have it already`);
    }
    return (await findSource(tx, { user_id, id }))!;
  });
}

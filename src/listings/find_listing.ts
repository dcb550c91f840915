import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import { findListing } from "./read_store.ts";
import type { Listing } from "./schema.ts";

/** The listing with this id, whoever asks: what was seen belongs to nobody. @throws {DomainError} not_found */
export async function findListingOf(sql: Sql, id: string): Promise<Listing> {
  const listing = await findListing(sql, id);
  if (!listing) throw new DomainError("not_found", `Cannot find listing ${id}`);
  return listing;
}

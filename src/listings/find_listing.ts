import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import { findListing } from "./read_store.ts";
import type { Listing } from "./schema.ts";

/** Who may read what was seen. */
export interface ListingPolicy {
  /** What a marketplace shows belongs to nobody; what a shop or a feed shows, to those who may watch it or were told of it. */
  isVisibleTo: (userId: string, listing: Pick<Listing, "id" | "provider">) => Promise<boolean>;
}

/** The listing with this id. @throws {DomainError} not_found, also for one that this user may not see */
export async function findListingOf(
  deps: ListingPolicy & { sql: Sql },
  { id, user_id }: { id: string; user_id: string },
): Promise<Listing> {
  const listing = await findListing(deps.sql, id);
  if (listing && await deps.isVisibleTo(user_id, listing)) return listing;
  throw new DomainError("not_found", `Cannot find listing ${id}`);
}

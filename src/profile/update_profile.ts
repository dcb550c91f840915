import type { Clock } from "../platform/clock.ts";
import { canonicalJson } from "../platform/crypto.ts";
import { invalidField } from "../platform/errors.ts";
import type { Pool } from "../platform/sql.ts";
import { lockUser, updatePreferences, updateUser } from "../accounts/profile_store.ts";
import type { Preferences } from "../accounts/schema.ts";
import { replanDeliveries } from "../notifications/replan_deliveries.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { findProfile } from "./find_profile.ts";
import type { UpdateProfile, UserProfile } from "./schema.ts";

/**
 * Changes a profile, all or nothing; a change to what it already is writes nothing. A new currency holds for rules
 * made later: a price bound keeps the currency it was written in. Messages that have not left are planned anew.
 * @throws {DomainError} validation when quiet hours would be half a window or an empty one, or for an unknown eBay
 */
export async function updateProfile(
  deps: { sql: Pool; clock: Clock; providers: Pick<ProviderRegistry, "known" | "get"> },
  input: { user_id: string; changes: UpdateProfile },
): Promise<UserProfile> {
  return await deps.sql.begin(async (tx) => {
    // Two changes at once could each be right and together leave half a window.
    await lockUser(tx, input.user_id);
    const before = await findProfile({ ...deps, sql: tx }, input.user_id);
    const { display_name = before.display_name, preferences: changes = {} } = input.changes;
    const preferences: Preferences = { ...before.preferences, ...changes };
    requireWholeWindow(preferences);
    requireKnownEbay(deps.providers, changes.ebay_marketplace);
    const isSame = display_name === before.display_name &&
      canonicalJson(preferences) === canonicalJson(before.preferences);
    if (isSame) return before;
    const now = deps.clock.now();
    await updateUser(tx, { id: input.user_id, display_name, now });
    await updatePreferences(tx, { user_id: input.user_id, ...preferences });
    await replanDeliveries(tx, { user_id: input.user_id, now });
    return { ...before, display_name, preferences, updated_at: now };
  });
}

function requireKnownEbay(
  providers: Pick<ProviderRegistry, "get">,
  marketplace: string | null | undefined,
): void {
  const known = providers.get("ebay")?.capabilities.marketplaces?.known ?? [];
  if (marketplace === undefined || marketplace === null || known.includes(marketplace)) return;
  throw invalidField(
    ["body", "preferences", "ebay_marketplace"],
    `ebay_marketplace is one of ${known.join(", ")} or null, not ${JSON.stringify(marketplace)}`,
  );
}

function requireWholeWindow({ quiet_hours_start: start, quiet_hours_end: end }: Preferences): void {
  if (start === null && end === null) return;
  if (start === null || end === null) {
    const missing = start === null ? "quiet_hours_start" : "quiet_hours_end";
    throw invalidField(
      ["body", "preferences", missing],
      "quiet hours need a start and an end, or neither, and this one would be missing",
    );
  }
  if (start === end) {
    throw invalidField(
      ["body", "preferences", "quiet_hours_end"],
      `quiet hours from ${start} to ${end} would be an empty window or the whole day; end them at another hour`,
    );
  }
}

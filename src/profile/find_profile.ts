import type { Sql } from "../platform/sql.ts";
import { findPreferences, findUser } from "../accounts/profile_store.ts";
import { DomainError } from "../platform/errors.ts";
import { findLinkedProviders } from "../discogs_import/store.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import type { UserProfile } from "./schema.ts";
import { countRulesByProvider } from "./store.ts";

/** A user with his preferences and every provider this installation knows. @throws {DomainError} not_found */
export async function findProfile(
  deps: { sql: Sql; providers: Pick<ProviderRegistry, "known"> },
  userId: string,
): Promise<UserProfile> {
  const user = await findUser(deps.sql, userId);
  const preferences = await findPreferences(deps.sql, userId);
  if (!user || !preferences) throw new DomainError("not_found", `Cannot find user ${userId}`);
  const linked = await findLinkedProviders(deps.sql, userId);
  const counts = await countRulesByProvider(deps.sql, userId);
  return {
    id: user.id,
    email: user.email,
    display_name: user.display_name,
    is_active: user.is_active,
    preferences,
    integrations: deps.providers.known().map((provider) => ({
      provider,
      linked: linked.has(provider),
      watch_rule_count: counts.get(provider) ?? 0,
    })),
    created_at: user.created_at,
    updated_at: user.updated_at,
  };
}

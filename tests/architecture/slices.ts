/** The slices and who may know whom: the table of the README as data. */
import { sliceOf } from "./source.ts";

/** Direct imports allowed, beside `platform`, which everyone may use. A path with a file allows that file only. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  pricing: [],
  accounts: ["pricing"],
  matching: ["pricing/money.ts"],
  providers: ["matching", "accounts", "pricing"],
  events: ["accounts", "pricing/money.ts"],
  listings: ["matching", "providers", "accounts", "pricing"],
  notifications: ["events", "listings", "accounts", "providers", "pricing"],
  polls: ["matching", "providers", "accounts"],
  alerts: ["matching", "polls", "listings", "notifications", "events", "providers", "accounts", "pricing"],
  watch_rules: ["alerts", "polls", "providers", "matching", "notifications", "accounts", "pricing"],
  watch_releases: ["alerts", "polls", "providers", "matching", "notifications", "accounts", "pricing"],
  polling: ["polls", "alerts", "listings", "providers", "notifications", "matching", "accounts"],
  sources: ["watch_rules", "providers", "matching", "accounts", "pricing"],
  search: ["polling", "providers", "listings", "watch_rules", "accounts", "pricing"],
  profile: [
    "accounts",
    "pricing",
    "matching",
    "providers",
    "events",
    "listings",
    "notifications",
    "polls",
    "alerts",
    "watch_rules",
    "watch_releases",
    "polling",
    "search",
    "discogs_import",
    "sources",
  ],
  discogs_import: ["providers", "watch_releases", "notifications", "accounts"],
  account_deletion: ["providers", "listings"],
  provider_health: ["providers", "polls", "sources", "alerts", "notifications", "events", "accounts"],
};
/** Sees everything: the composition root. */
export const ROOT_SLICE = "app";

/** Where the code differs from the table, and why. An entry that is no longer used fails. */
export const DIFFERENCES: readonly { from: string; to: string; why: string }[] = [
  {
    from: "watch_rules",
    to: "events",
    why: "a use case appends its own RULE_* event in its own transaction",
  },
  { from: "watch_releases", to: "events", why: "as watch_rules, with its WATCH_RELEASE_* events" },
  { from: "discogs_import", to: "events", why: "as watch_rules, with its IMPORT_* events" },
  { from: "discogs_import", to: "matching/grades.ts", why: "lists name the lowest grade their owner takes" },
  {
    from: "polling",
    to: "pricing/money.ts",
    why: "dev ingest reads and shows prices as numbers of the wire",
  },
  {
    from: "search",
    to: "matching",
    why: "a search is the query of a rule, and shows what that rule would match",
  },
];

/** Table → the only slice that writes it. A store may read the tables of slices that its own may import. */
export const OWNERS: Readonly<Record<string, string>> = {
  users: "accounts",
  preferences: "accounts",
  api_tokens: "accounts",
  identities: "accounts",
  identity_tombstones: "accounts",
  token_tombstones: "accounts",
  passwords: "accounts",
  sessions: "accounts",
  known_devices: "accounts",
  account_mails: "accounts",
  account_links: "accounts",
  auth_throttles: "accounts",
  event_toggles: "accounts",
  cron_slots: "platform",
  idempotency_keys: "platform",
  rate_limits: "platform",
  schema_migrations: "platform",
  listings: "listings",
  outbound_clicks: "listings",
  closed_sellers: "listings",
  price_observations: "pricing",
  fx_rates: "pricing",
  provider_states: "providers",
  provider_requests: "providers",
  provider_quotas: "providers",
  provider_quota_readings: "providers",
  discogs_catalogue: "providers",
  added_sources: "sources",
  source_users: "sources",
  shared_sources: "sources",
  feed_validators: "providers",
  polls: "polls",
  poll_subscriptions: "polls",
  poll_items: "polls",
  watch_rules: "watch_rules",
  watch_releases: "watch_releases",
  compiled_rules: "alerts",
  rule_anchors: "alerts",
  matches: "alerts",
  alert_states: "alerts",
  floor_candidates: "alerts",
  listing_checks: "alerts",
  linked_accounts: "discogs_import",
  account_deletions: "account_deletion",
  provider_incidents: "provider_health",
  provider_incident_users: "provider_health",
  oauth_requests: "discogs_import",
  import_jobs: "discogs_import",
  import_rows: "discogs_import",
  imported_items: "discogs_import",
  event_heads: "events",
  events: "events",
  event_content: "events",
  notifications: "notifications",
  channels: "notifications",
  deliveries: "notifications",
  delivery_items: "notifications",
  delivery_attempts: "notifications",
};

/** Tables that nothing writes yet, and what will. An entry that is no longer true fails. */
export const UNWRITTEN: Readonly<Record<string, string>> = {
  event_toggles: "settings of single event types, which have no route yet",
};

/** Where a store reads a table it may not, and why. An entry that is no longer used fails. */
export const READ_DIFFERENCES: readonly { from: string; table: string; why: string }[] = [
  {
    from: "polls",
    table: "listings",
    why: "poll_items holds listing ids, a provider's page holds external ids",
  },
  {
    from: "watch_releases",
    table: "listings",
    why: "the filter by rule asks for releases with a listing that the rule matched",
  },
];

/** Whether a file of slice `from` may import the file `to`. */
export function isAllowed(from: string, to: string): boolean {
  const target = sliceOf(to);
  if (target === null || target === from || from === ROOT_SLICE || target === "platform") return true;
  const own = DIFFERENCES.filter((one) => one.from === from).map((one) => one.to);
  return [...MAY_IMPORT[from] ?? [], ...own].some((one) => one === target || `src/${one}` === to);
}

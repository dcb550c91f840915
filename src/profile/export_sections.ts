/** The keys of an export in their order, and where each comes from. */
import type { Sql } from "../platform/sql.ts";
import { toNumber } from "../pricing/money.ts";
import {
  readApiTokens,
  readChannels,
  readEventToggles,
  readIdentities,
  readLinkedAccounts,
  readPreferences,
  readSessions,
  readSources,
} from "./export_account_store.ts";
import {
  type EventRow,
  type ExportQuery,
  fetchClicks,
  fetchDeliveries,
  fetchEvents,
  fetchImportedItems,
  fetchImportJobs,
  fetchItems,
  fetchMatches,
  fetchNotifications,
  fetchProviderRequests,
  fetchReleases,
  fetchRules,
  fetchSearches,
  fetchStates,
  openClicks,
  openDeliveries,
  openEvents,
  openImportedItems,
  openImportJobs,
  openItems,
  openMatches,
  openNotifications,
  openProviderRequests,
  openReleases,
  openRules,
  openSearches,
  openStates,
  type StateRow,
} from "./export_cursor_store.ts";
import type { ExportedAccount } from "./export_schema.ts";

/** What follows the account itself. */
type SectionKey = Exclude<keyof ExportedAccount, "format" | "version" | "exported_at" | "account">;

/** Where a key comes from: a value read at once, or a list read page by page. */
export type ExportSection =
  | { read: (tx: Sql, query: ExportQuery) => Promise<unknown> }
  | { open: (tx: Sql, query: ExportQuery) => Promise<void>; fetch: (tx: Sql) => Promise<unknown[]> };

/** Every key behind the account, in the order of the document. */
export const EXPORT_SECTIONS: Readonly<Record<SectionKey, ExportSection>> = {
  preferences: { read: (tx, { user_id }) => readPreferences(tx, user_id) },
  identities: { read: (tx, { user_id }) => readIdentities(tx, user_id) },
  linked_accounts: { read: (tx, { user_id }) => readLinkedAccounts(tx, user_id) },
  sessions: { read: (tx, { user_id }) => readSessions(tx, user_id) },
  api_tokens: { read: (tx, { user_id }) => readApiTokens(tx, user_id) },
  event_toggles: { read: (tx, { user_id }) => readEventToggles(tx, user_id) },
  channels: { read: (tx, { user_id }) => readChannels(tx, user_id) },
  sources: { read: (tx, { user_id }) => readSources(tx, user_id) },
  watch_rules: { open: openRules, fetch: fetchRules },
  watch_releases: { open: openReleases, fetch: fetchReleases },
  searches: { open: openSearches, fetch: fetchSearches },
  matches: { open: openMatches, fetch: fetchMatches },
  alert_states: { open: openStates, fetch: async (tx) => (await fetchStates(tx)).map(toState) },
  events: { open: openEvents, fetch: async (tx) => (await fetchEvents(tx)).map(toEvent) },
  notifications: { open: openNotifications, fetch: fetchNotifications },
  delivery_items: { open: openItems, fetch: fetchItems },
  deliveries: { open: openDeliveries, fetch: fetchDeliveries },
  provider_requests: { open: openProviderRequests, fetch: fetchProviderRequests },
  outbound_clicks: { open: openClicks, fetch: fetchClicks },
  import_jobs: { open: openImportJobs, fetch: fetchImportJobs },
  imported_items: { open: openImportedItems, fetch: fetchImportedItems },
};

function toState({ price_minor, ...row }: StateRow): ExportedAccount["alert_states"][number] {
  return { ...row, price: wholeUnits(price_minor, row.currency) };
}

function toEvent(row: EventRow): ExportedAccount["events"][number] {
  const { id, seq, type, rule_id, watch_release_id, listing_id, payload, created_at } = row;
  const event = { id, seq, type, rule_id, watch_release_id, listing_id, payload, created_at };
  if (row.provider === null || row.observed_at === null) return { ...event, content: null };
  const content = {
    provider: row.provider,
    title: row.title,
    url: row.url,
    image_url: row.image_url,
    price: wholeUnits(row.price_minor, row.currency),
    currency: row.currency,
    previous_price: wholeUnits(row.previous_price_minor, row.previous_currency),
    previous_currency: row.previous_currency,
    for_sale_count: row.for_sale_count,
    shipping: wholeUnits(row.shipping_minor, row.currency),
    ends_at: row.ends_at,
    condition: row.condition,
    observed_at: row.observed_at,
  };
  return { ...event, content };
}

function wholeUnits(minor: number | null, currency: string | null): number | null {
  return minor === null || currency === null ? null : toNumber(minor, currency);
}

/** The document of `GET /api/me/export`. A key may be added to version 1; a change of meaning is a version of its own. */
import { z } from "zod";
import { DELIVERY_FREQUENCIES } from "../accounts/schema.ts";
import { importedItem, importJob } from "./export_import_schema.ts";

/** What the document says it is. */
export const EXPORT_FORMAT = "waxwatch-account";
/** Raised when a reader of the version before would misunderstand the document. */
export const EXPORT_VERSION = 1;

const time = z.date().nullable();
const text = z.string().nullable();
const price = z.number().nullable()
  .describe("In whole units of currency; null: unknown, or it may no longer be shown");
const owner = {
  owner_kind: z.enum(["watch_rule", "watch_release"]).nullable().describe("null: it was removed"),
  owner_id: z.uuid().nullable(),
};

const account = z.object({
  id: z.uuid(),
  origin: z.enum(["local", "issuer"]).describe("Registered here, or made by an issuer's token"),
  email: z.string(),
  email_verified: z.boolean(),
  display_name: text,
  is_active: z.boolean(),
  created_at: z.date(),
  updated_at: z.date(),
  deactivated_at: time,
  invalidate_before: time.describe("Issuers' tokens of before are refused"),
  password_changed_at: time.describe("null: no password"),
});

const preferences = z.object({
  timezone: z.string(),
  currency: z.string(),
  notifications_email: z.boolean(),
  notifications_push: z.boolean(),
  quiet_hours_start: z.int().nullable(),
  quiet_hours_end: z.int().nullable(),
  notification_timezone: text,
  delivery_frequency: z.enum(DELIVERY_FREQUENCIES),
  ebay_marketplace: text,
});

const identity = z.object({ issuer: z.string(), subject: z.string(), created_at: z.date() });

const linkedAccount = z.object({
  provider: z.string(),
  external_user_id: z.string(),
  connected_at: z.date(),
  has_access_token: z.boolean().describe("The token itself is not shown to anybody"),
  revoked_at: time.describe("When the provider first refused the token"),
  sync: z.string(),
});

const session = z.object({
  id: z.uuid(),
  user_agent: text,
  created_at: z.date(),
  last_used_at: z.date(),
  expires_at: z.date(),
  ended_at: time,
});

const apiToken = z.object({
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.string()),
  created_at: z.date(),
  last_used_at: time,
  expires_at: time,
  revoked_at: time,
});

const eventToggle = z.object({
  event_type: z.string(),
  inbox: z.boolean().nullable(),
  outgoing: z.boolean().nullable(),
});

const channel = z.object({
  id: z.uuid(),
  kind: z.string(),
  mode: text,
  disabled_address: text,
  disabled_at: time,
  created_at: z.date(),
});

const source = z.object({
  provider: z.string(),
  kind: z.string(),
  url: z.string(),
  name: z.string(),
  currency: text,
  artist_from: text,
  created_at: z.date(),
});

const watchRule = z.object({
  id: z.uuid(),
  name: z.string(),
  query: z.record(z.string(), z.unknown()),
  is_active: z.boolean(),
  poll_interval_seconds: z.int(),
  alerts: z.record(z.string(), z.unknown()),
  created_at: z.date(),
  updated_at: z.date(),
});

const watchRelease = z.object({
  id: z.uuid(),
  discogs_release_id: z.int(),
  discogs_master_id: z.int().nullable(),
  match_mode: z.string(),
  title: z.string(),
  artist: text,
  year: z.int().nullable(),
  target_price: z.number().nullable(),
  currency: z.string(),
  min_condition: text,
  is_active: z.boolean(),
  created_at: z.date(),
  updated_at: z.date(),
});

const search = z.object({
  ...owner,
  provider: z.string(),
  query: z.record(z.string(), z.unknown()).describe("As the provider is asked"),
  interval_seconds: z.int(),
  started_at: z.date(),
  ended_at: time,
  last_run_at: time.describe("Of one that ended: its last successful run"),
}).describe("A search that was repeated for a rule or a watch");

const match = z.object({
  ...owner,
  listing_id: z.uuid(),
  matched_at: z.date(),
  checks: z.array(z.unknown()).nullable()
    .describe("Every predicate, with what was expected and found; null: it may no longer be shown"),
  rate: z.unknown().nullable().describe("The exchange rate used"),
});

const alertState = z.object({
  listing_id: z.uuid(),
  alerted_at: time.describe("null: recorded only"),
  price,
  currency: text,
  armed: z.boolean().describe("It rose since, so a fall back is told again"),
  remind_at: time,
  created_at: z.date(),
}).describe("What you were last told of a listing");

const content = z.object({
  provider: z.string(),
  title: text,
  url: text,
  image_url: text,
  price,
  currency: text,
  previous_price: price,
  previous_currency: text,
  for_sale_count: z.int().nullable(),
  shipping: price,
  ends_at: time,
  condition: text,
  observed_at: z.date(),
});

const event = z.object({
  id: z.uuid(),
  seq: z.int(),
  type: z.string(),
  rule_id: z.uuid().nullable(),
  watch_release_id: z.uuid().nullable(),
  listing_id: z.uuid().nullable(),
  payload: z.record(z.string(), z.unknown()),
  created_at: z.date(),
  content: content.nullable().describe("What the provider said; null: nothing, or it may no longer be shown"),
});

const notification = z.object({
  id: z.uuid(),
  event_id: z.uuid(),
  event_type: z.string(),
  seq: z.int(),
  read_at: time,
  created_at: z.date(),
});

const deliveryItem = z.object({
  event_id: z.uuid(),
  channel_id: z.uuid(),
  mode: z.string(),
  not_before: z.date(),
  deferred: z.boolean(),
  state: z.string(),
  reason: text,
  delivery_id: z.uuid().nullable(),
  created_at: z.date(),
}).describe("An event on its way to a channel");

const delivery = z.object({
  id: z.uuid(),
  channel_id: z.uuid(),
  kind: z.string(),
  local_date: text,
  slot: text,
  state: z.string(),
  reason: text,
  next_attempt_at: z.date(),
  created_at: z.date(),
  finished_at: time,
  attempts: z.array(z.object({
    attempt: z.int(),
    started_at: z.string(),
    duration_ms: z.int(),
    outcome: z.string(),
    detail: z.string(),
  })),
}).describe("A message to you");

const providerRequest = z.object({
  provider: z.string(),
  operation: z.string(),
  method: z.string(),
  url: z.string(),
  status_code: z.int().nullable(),
  error: text,
  duration_ms: z.int(),
  started_at: z.date(),
}).describe("A call to a provider that was made for you alone");

const click = z.object({
  listing_id: z.uuid(),
  referer: text,
  clicked_at: z.date(),
}).describe("A link to an offer that you followed");

/** The whole document. */
export const exportedAccountSchema = z.object({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION),
  exported_at: z.date().describe("Everything is as of this moment"),
  account,
  preferences: preferences.nullable(),
  identities: z.array(identity),
  linked_accounts: z.array(linkedAccount),
  sessions: z.array(session),
  api_tokens: z.array(apiToken),
  event_toggles: z.array(eventToggle),
  channels: z.array(channel),
  sources: z.array(source).describe("Shops, feeds and sellers that you added"),
  watch_rules: z.array(watchRule),
  watch_releases: z.array(watchRelease),
  searches: z.array(search),
  matches: z.array(match),
  alert_states: z.array(alertState),
  events: z.array(event),
  notifications: z.array(notification),
  delivery_items: z.array(deliveryItem),
  deliveries: z.array(delivery),
  provider_requests: z.array(providerRequest),
  outbound_clicks: z.array(click),
  import_jobs: z.array(importJob),
  imported_items: z.array(importedItem),
}).meta({ id: "ExportedAccount", description: "Everything that is kept of you" });
export type ExportedAccount = z.infer<typeof exportedAccountSchema>;

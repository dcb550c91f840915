/** Which events reach the inbox and the outgoing channels: defaults as data, a user's toggles over them. */

const WATCH_RELEASES = [
  "WATCH_RELEASE_CREATED",
  "WATCH_RELEASE_UPDATED",
  "WATCH_RELEASE_DISABLED",
  "WATCH_RELEASE_ENABLED",
];
const OUTGOING = ["NEW_MATCH", "LISTING_PRICE_DROP", "IMPORT_COMPLETED", "IMPORT_FAILED", "SERVICE_NOTICE"];

/** Event types that become an inbox row unless the user says otherwise (semantics §4); the others stay in the log. */
export const INBOX_BY_DEFAULT: ReadonlySet<string> = new Set([...OUTGOING, ...WATCH_RELEASES]);
/** Event types that leave by the user's channels unless he says otherwise. */
export const OUTGOING_BY_DEFAULT: ReadonlySet<string> = new Set(OUTGOING);

/** What one user said about one event type; null: the default holds. */
export interface EventToggle {
  user_id: string;
  event_type: string;
  inbox: boolean | null;
  outgoing: boolean | null;
}

/** Answers for one batch of events which of them go where. */
export interface Toggles {
  inInbox(event: { user_id: string; type: string }): boolean;
  isOutgoing(event: { user_id: string; type: string }): boolean;
}

/** The defaults with the stored `toggles` of the users concerned laid over them. */
export function togglesOf(toggles: readonly EventToggle[]): Toggles {
  const stored = new Map(toggles.map((toggle) => [`${toggle.user_id} ${toggle.event_type}`, toggle]));
  return {
    inInbox: ({ user_id, type }) => stored.get(`${user_id} ${type}`)?.inbox ?? INBOX_BY_DEFAULT.has(type),
    isOutgoing: ({ user_id, type }) =>
      stored.get(`${user_id} ${type}`)?.outgoing ?? OUTGOING_BY_DEFAULT.has(type),
  };
}

/** The profile, the inbox, its stream, and the links of mails. */
import { aMailOf, anAlertOf } from "../support/rows.ts";
import type { Person } from "../support/world.ts";
import type { Entries } from "./entry.ts";

const anAlertsPath = async (who: Person) => ({ params: { id: await anAlertOf(who) } });
const aMailsPath = async (who: Person) => ({ params: { token: (await aMailOf(who)).token } });

export const inboxEntries: Entries = {
  getProfile: { valid: () => ({}) },
  exportAccount: { valid: () => ({}) },
  logOut: { valid: () => ({}), ends: true },
  deactivateAccount: { valid: () => ({}), ends: true },
  deleteAccount: { valid: () => ({}), ends: true, allowsInactive: true },
  updateProfile: {
    valid: ({ marker }) => ({
      body: {
        display_name: `New ${marker}`,
        preferences: { timezone: "Asia/Tokyo", quiet_hours_start: null },
      },
    }),
    refused: [
      { body: { display_name: "" } },
      { body: { preferences: null } },
      { body: { preferences: { timezone: "Mars" } } },
      { body: { preferences: { quiet_hours_start: 3, quiet_hours_end: null } } },
      { body: { preferences: { quiet_hours_start: 24, quiet_hours_end: 3 } } },
      { body: { preferences: { notifications_email: "yes" } } },
    ],
  },
  listNotifications: {
    valid: async (who) => {
      await anAlertOf(who);
      await anAlertOf(who);
      return {};
    },
    refused: [{ query: { unread: "yes" } }],
  },
  countUnreadNotifications: { valid: () => ({}) },
  listDeliveriesOfNotification: { valid: anAlertsPath },
  readNotification: { valid: anAlertsPath },
  streamEvents: {
    valid: () => ({ query: { after: "0" } }),
    refused: [{ query: { after: "-1" } }, { headers: { "last-event-id": "x" } }],
  },
  showUnsubscribe: { valid: aMailsPath, ids: "key" },
  unsubscribe: { valid: aMailsPath, ids: "key" },
  showMessage: { valid: async (who) => ({ params: { ...await aMailOf(who) } }), ids: "key" },
};

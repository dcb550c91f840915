import { z } from "zod";
import { storableText } from "../platform/text.ts";
import { DELIVERY_FREQUENCIES } from "../accounts/schema.ts";
import { isCurrency } from "../matching/rule_query.ts";

const shown = (value: unknown) => JSON.stringify(value) ?? String(value);

const displayName = z.string({ error: (issue) => `display_name is text or null, not ${shown(issue.input)}` })
  .transform((text) => storableText(text).trim())
  .pipe(z.string().min(1, "display_name is empty").max(120, "display_name is longer than 120 characters"));

const currency = z.string({ error: (issue) => `currency is text, not ${shown(issue.input)}` })
  .transform((text) => text.trim().toUpperCase())
  .refine(isCurrency, {
    error: (issue) => `currency is a code of ISO 4217 such as USD, not ${shown(issue.input)}`,
  });

/** A zone's name in the spelling of the IANA list; any capitalisation is accepted, an offset such as +05:30 is not. */
const zone = (key: string) =>
  z.string({ error: (issue) => `${key} is text, not ${shown(issue.input)}` }).transform((text, ctx) => {
    const name = zoneName(text.trim());
    if (name !== null) return name;
    ctx.addIssue({
      code: "custom",
      message: `${key} is an IANA time zone such as Europe/Berlin, not ${shown(text)}`,
    });
    return z.NEVER;
  });

const hour = (key: string) => {
  const error = (issue: { input?: unknown }) =>
    `${key} is a whole hour from 0 to 23 or null, not ${shown(issue.input)}`;
  return z.int({ error }).min(0, { error }).max(23, { error });
};

const flag = (key: string) =>
  z.boolean({ error: (issue) => `${key} is true or false, not ${shown(issue.input)}` });

/** Whether it exists is the use case's to check. */
const ebayMarketplace = z.string({
  error: (issue) => `ebay_marketplace is text or null, not ${shown(issue.input)}`,
}).transform((text) => text.trim().toUpperCase());

/** Body of `PATCH /api/me`: absent is unchanged, null clears where there is something to clear. */
export const updateProfileSchema = z.strictObject({
  display_name: displayName.nullable().optional(),
  preferences: z.strictObject({
    timezone: zone("timezone").optional(),
    currency: currency.optional(),
    notifications_email: flag("notifications_email").optional(),
    notifications_push: flag("notifications_push").optional(),
    quiet_hours_start: hour("quiet_hours_start").nullable().optional(),
    quiet_hours_end: hour("quiet_hours_end").nullable().optional(),
    notification_timezone: zone("notification_timezone").nullable().optional(),
    delivery_frequency: z.enum(DELIVERY_FREQUENCIES, {
      error: (issue) =>
        `delivery_frequency is one of ${DELIVERY_FREQUENCIES.join(", ")}, not ${shown(issue.input)}`,
    }).optional(),
    ebay_marketplace: ebayMarketplace.nullable().optional(),
  }).optional(),
});
/** A checked body of `PATCH /api/me`. */
export type UpdateProfile = z.infer<typeof updateProfileSchema>;

/** The `UserProfile` of the HTTP contract. */
export const userProfileSchema = z.object({
  id: z.uuid(),
  email: z.string(),
  display_name: z.string().nullable(),
  is_active: z.boolean(),
  preferences: z.object({
    timezone: z.string().describe("IANA zone for showing times"),
    currency: z.string().describe("Of price bounds that a new rule does not name"),
    notifications_email: z.boolean(),
    notifications_push: z.boolean(),
    quiet_hours_start: z.int().nullable().describe("Whole local hour; both or neither"),
    quiet_hours_end: z.int().nullable(),
    notification_timezone: z.string().nullable().describe("Of quiet hours and digests; null: timezone"),
    delivery_frequency: z.enum(DELIVERY_FREQUENCIES),
    ebay_marketplace: z.string().nullable().meta({
      description:
        "Which eBay new rules and searches look at that do not say; null: this installation's choice. Rules keep " +
        "the one they were made with",
      examples: ["EBAY_GB"],
    }),
  }),
  integrations: z.array(z.object({
    provider: z.string(),
    linked: z.boolean().describe("You gave access to your account there"),
    watch_rule_count: z.int().describe("Your active rules that name it"),
  })),
  created_at: z.date(),
  updated_at: z.date(),
}).meta({ id: "UserProfile", description: "You, and what you chose for everything" });
export type UserProfile = z.infer<typeof userProfileSchema>;

/** What a logout leaves: clients keep it and drop what is older. */
const markerSchema = z.object({
  user_id: z.uuid(),
  logged_out_at: z.date(),
  invalidate_before: z.date().describe("Issuers' tokens that were issued before are refused"),
});
export type LogoutMarker = z.infer<typeof markerSchema>;

/** The answer of `POST /api/me/logout`. */
export const loggedOutSchema = z.object({ success: z.literal(true), marker: markerSchema })
  .meta({ id: "LoggedOut", description: "What you showed to be let in has ended" });

/** The answer of `DELETE /api/me`. */
export const deactivatedSchema = z.object({ success: z.literal(true), deactivated_at: z.date() })
  .meta({ id: "AccountDeactivated", description: "The account is switched off, and nothing is deleted" });

/** The answer of `DELETE /api/me/hard-delete`. */
export const deletedSchema = z.object({ success: z.literal(true), deleted_at: z.date() })
  .meta({ id: "AccountDeleted", description: "Everything of the account is gone" });

function zoneName(text: string): string | null {
  // The constructor takes offsets too; every name of the list begins with a letter.
  if (!/^[a-z]/i.test(text)) return null;
  try {
    return new Temporal.ZonedDateTime(0n, text).timeZoneId;
  } catch {
    return null;
  }
}

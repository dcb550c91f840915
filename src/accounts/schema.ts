import { z } from "zod";

/** Body of `POST /api/dev/token`. */
export const devTokenSchema = z.strictObject({
  email: z.email({ error: (issue) => `email is an e-mail address, not ${JSON.stringify(issue.input)}` }).max(
    320,
  ).optional(),
});

/** A token just made: the only moment its text is known. */
export const issuedTokenSchema = z.object({
  token: z.string().describe("To be sent as Authorization: Bearer <token>"),
  token_type: z.literal("Bearer"),
  expires_at: z.date(),
  user_id: z.uuid(),
}).meta({ id: "IssuedToken", description: "A token just made: the only moment its text is known" });
export type IssuedToken = z.infer<typeof issuedTokenSchema>;

/** A user as stored. */
export interface UserRow {
  id: string;
  email: string;
  /** Whoever can log in proved to receive mail at `email`. */
  email_verified: boolean;
  /** Null: none given. */
  display_name: string | null;
  is_active: boolean;
  created_at: Date;
  updated_at: Date;
}

/** How often a user is written to when no rule or channel says otherwise. */
export const DELIVERY_FREQUENCIES = ["instant", "hourly", "daily"] as const;

/** What a user chose for everything he has here. */
export interface Preferences {
  /** IANA zone for showing times. */
  timezone: string;
  /** Of price bounds that a rule does not name, at the time the rule is made. */
  currency: string;
  notifications_email: boolean;
  notifications_push: boolean;
  /** Whole local hours, both or neither; an end before the start lies on the next day. */
  quiet_hours_start: number | null;
  quiet_hours_end: number | null;
  /** IANA zone of quiet hours and digests; null: `timezone`. */
  notification_timezone: string | null;
  delivery_frequency: (typeof DELIVERY_FREQUENCIES)[number];
  /** "EBAY_GB": which eBay is watched where a rule does not say; null: the installation's choice. */
  ebay_marketplace: string | null;
}

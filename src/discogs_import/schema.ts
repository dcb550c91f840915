import { z } from "zod";
import { storableText } from "../platform/text.ts";
import type { Sealed } from "../platform/encryption.ts";

/** The provider of this slice, as its rows and answers name it. */
export const DISCOGS = "discogs";

/** How often a user's lists are read again by themselves. */
export const SYNCS = ["off", "hourly"] as const;
export type Sync = (typeof SYNCS)[number];

/** Longest access token, in characters; those of Discogs have 40. */
const MAX_TOKEN = 1_000;
/** Longest metadata of a token, in characters of JSON. */
const MAX_METADATA = 4_000;

const shownType = (
  input: unknown,
) => (input === null ? "null" : Array.isArray(input) ? "a list" : typeof input);

/** Body of `POST /api/integrations/discogs/connect`. Errors never quote the token nor what belongs to it. */
export const connectSchema = z.strictObject({
  external_user_id: z.string({
    error: (issue) => `external_user_id is the text of a user name, not ${shownType(issue.input)}`,
  })
    .transform((text) => storableText(text).trim())
    .pipe(
      z.string().min(1, "external_user_id is empty").max(
        120,
        "external_user_id is longer than 120 characters",
      ),
    )
    .describe("Your user name at Discogs"),
  access_token: z.string({ error: (issue) => `access_token is text or null, not ${shownType(issue.input)}` })
    .trim().min(1, "access_token is empty; leave it out to import public lists only")
    .max(MAX_TOKEN, `access_token is longer than ${MAX_TOKEN} characters`)
    .regex(/^[\x21-\x7e]*$/, "access_token has a character that no token has")
    .nullish().describe("Absent: only public lists can be imported. Stored encrypted, never answered"),
  token_metadata: z.record(z.string(), z.unknown(), {
    error: (issue) => `token_metadata is an object or null, not ${shownType(issue.input)}`,
  }).refine((value) => jsonLength(value) <= MAX_METADATA, {
    error: `token_metadata is longer than ${MAX_METADATA} characters of JSON`,
  }).nullish().describe(
    "What belongs to the token, such as its secret; encrypted with it, dropped without it",
  ),
});
export type Connect = z.output<typeof connectSchema>;

/** Body of `POST /api/integrations/discogs/disconnect`. */
export const disconnectSchema = z.strictObject({
  revoke: z.boolean({ error: (issue) => `revoke is true or false, not ${shownType(issue.input)}` })
    .default(true).describe(
      "Discogs lets nobody but its user withdraw a token, in his settings there: here it is deleted either way",
    ),
});

/** Infinite for what is nested too deeply to be written. */
function jsonLength(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Infinity;
  }
}

/** What a new link answers. */
export const connectionSchema = z.object({
  provider: z.literal(DISCOGS),
  external_user_id: z.string(),
  connected: z.literal(true),
  connected_at: z.date(),
}).meta({ id: "DiscogsConnection", description: "Your account at Discogs, linked to yours here" });

/** Whether and how a user's account is linked. */
export const connectionStatusSchema = z.object({
  connected: z.boolean(),
  provider: z.literal(DISCOGS),
  external_user_id: z.string().nullable(),
  connected_at: z.date().nullable(),
  has_access_token: z.boolean().describe("Private lists can be imported too"),
  sync: z.enum(SYNCS).describe(
    "hourly: wantlist and collection are read again by themselves about every hour",
  ),
  next_sync_at: z.date().nullable().describe("null: they are not"),
  revoked_at: z.date().nullable().describe(
    "When Discogs first refused the access token, as it does once its user withdrew it there; null: it did not",
  ),
  notice: z.string().nullable().describe("What cannot be done with this link; null: nothing"),
}).meta({ id: "DiscogsConnectionStatus", description: "Whether your account at Discogs is linked" });

/** What disconnecting answers. */
export const disconnectionSchema = z.object({ provider: z.literal(DISCOGS), disconnected: z.literal(true) });

/** Body of `PATCH /api/integrations/discogs`. */
export const updateConnectionSchema = z.strictObject({
  sync: z.enum(SYNCS, {
    error: (issue) => `sync is one of ${SYNCS.join(", ")}, not ${JSON.stringify(issue.input)?.slice(0, 80)}`,
  }).optional(),
});

/** A link as stored; null token: none was given. */
export interface LinkedAccount {
  user_id: string;
  provider: string;
  external_user_id: string;
  token: Sealed | null;
  connected_at: Date;
  /** When Discogs first refused the token; null: it did not. */
  revoked_at: Date | null;
}

/** A new link as clients read it. */
export function toConnectionJson(account: LinkedAccount): z.input<typeof connectionSchema> {
  const { external_user_id, connected_at } = account;
  return { provider: DISCOGS, external_user_id, connected: true, connected_at };
}

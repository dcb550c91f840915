/** Bodies and answers of registering, logging in, passwords, sessions and tokens. Messages never show a secret. */
import { z } from "zod";
import { storableText } from "../platform/text.ts";

const shown = (value: unknown) => JSON.stringify(value) ?? String(value);

const email = z.string({ error: (issue) => `email is text, not ${shown(issue.input)}` })
  .trim()
  .pipe(z.email({ error: (issue) => `email is an e-mail address, not ${shown(issue.input)}` }).max(320))
  .meta({ examples: ["ada@example.com"] });

/** Shortest and longest new password, in characters after Unicode's NFKC; no other rule, as lists and length do more. */
const [MIN_PASSWORD, MAX_PASSWORD] = [10, 200];
/** Longest text read as a password at all: NFKC makes at most 18 characters of one. */
const MAX_RAW_PASSWORD = 1_000;

const secret = (name: string) =>
  z.string({ error: () => `${name} is text` })
    .min(1, `${name} is empty`)
    .max(MAX_RAW_PASSWORD, `${name} is longer than ${MAX_RAW_PASSWORD} characters`);

const newPassword = (name: string) =>
  secret(name).transform((text) => storableText(text).normalize("NFKC")).superRefine((text, context) => {
    const length = [...text].length;
    if (length >= MIN_PASSWORD && length <= MAX_PASSWORD) return;
    const what = length < MIN_PASSWORD
      ? `shorter than ${MIN_PASSWORD} characters`
      : `longer than ${MAX_PASSWORD} characters`;
    context.addIssue({ code: "custom", message: `${name} is ${what}` });
  }).meta({ description: `${MIN_PASSWORD} to ${MAX_PASSWORD} characters of any script` });

const displayName = z.string({ error: (issue) => `display_name is text or null, not ${shown(issue.input)}` })
  .transform((text) => storableText(text).trim())
  .pipe(z.string().min(1, "display_name is empty").max(120, "display_name is longer than 120 characters"));

const linkToken = z.string({ error: () => "token is text" }).min(1, "token is empty").max(
  200,
  "token is too long",
)
  .describe("The token of the link in the mail");

/** Body of `POST /api/auth/register`. */
export const registerSchema = z.strictObject({
  email,
  password: newPassword("password"),
  display_name: displayName.nullish(),
});

/** Answer of `POST /api/auth/register`: the same for an address that has an account. */
export const registeredSchema = z.object({
  email: z.string(),
  verification_required: z.boolean().describe("The link in the mail has to be opened before the first login"),
}).meta({
  id: "Registered",
  description: "What a registration answers, whether or not the address was known",
});

/** Fields that clients of other services send along; they mean nothing here. */
const ignored = z.string({ error: () => "is text or null" }).max(2_000, "is longer than 2000 characters")
  .nullish()
  .describe("Ignored");

/** Body of `POST /api/auth/login`. */
export const loginSchema = z.strictObject({
  email,
  password: secret("password"),
  return_to: ignored,
  handoff: ignored,
  state: ignored,
  nonce: ignored,
  expires_at: ignored,
});

/** Answer of `POST /api/auth/login`. */
export const loggedInSchema = z.object({
  user: z.object({
    id: z.uuid(),
    email: z.string(),
    email_verified: z.boolean(),
    display_name: z.string().nullable(),
  }),
  session: z.object({
    id: z.uuid(),
    created_at: z.date(),
    expires_at: z.date().describe("When the session ends if it is not used; use moves it on"),
  }),
}).meta({ id: "LoggedIn", description: "Who is logged in now, and until when" });

/** Body of `POST /api/auth/verify-email`. */
export const verifyEmailSchema = z.strictObject({ token: linkToken });

/** Body of `POST /api/auth/forgot-password`. */
export const forgotPasswordSchema = z.strictObject({ email });

/** Body of `POST /api/auth/reset-password`. */
export const resetPasswordSchema = z.strictObject({ token: linkToken, password: newPassword("password") });

/** Body of `POST /api/me/password`. */
export const changePasswordSchema = z.strictObject({
  current_password: secret("current_password"),
  new_password: newPassword("new_password"),
});

/** The query of a link's page. */
export const linkQuerySchema = z.object({ token: z.string().max(200, "token is too long").default("") });

/** Answer of what only succeeds or fails. */
export const successSchema = z.object({ success: z.literal(true) })
  .meta({ id: "Success", description: "It is done" });

/** The answer itself. */
export const SUCCESS = { success: true } as const;

/** A browser session. */
export const sessionSchema = z.object({
  id: z.uuid(),
  user_agent: z.string().nullable().describe("What the browser called itself when it logged in"),
  is_current: z.boolean().describe("The session this request was made with"),
  created_at: z.date(),
  last_used_at: z.date().describe("Written at most once a minute"),
  expires_at: z.date(),
}).meta({ id: "Session", description: "A browser that is logged in" });

const scopes = z.array(z.enum(["read", "write"], {
  error: (issue) => `a scope is read or write, not ${shown(issue.input)}`,
})).min(1, "scopes is empty").max(2, "scopes has more than two entries")
  .refine((list) => new Set(list).size === list.length, "scopes names one twice");

/** Body of `POST /api/me/tokens`. */
export const createTokenSchema = z.strictObject({
  name: z.string({ error: (issue) => `name is text, not ${shown(issue.input)}` })
    .transform((text) => storableText(text).trim())
    .pipe(z.string().min(1, "name is empty").max(120, "name is longer than 120 characters")),
  scopes,
  expires_at: z.iso.datetime({
    offset: true,
    error: (issue) => `expires_at is a time such as 2027-01-31T12:00:00Z, or null, not ${shown(issue.input)}`,
  }).transform((text) => new Date(text)).nullish(),
});

const tokenFields = {
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.enum(["read", "write"])),
  created_at: z.date(),
  last_used_at: z.date().nullable().describe("Written at most once a minute; null: never"),
  expires_at: z.date().nullable().describe("Null: never"),
};

/** An API token as its user may see it. */
export const apiTokenSchema = z.object(tokenFields)
  .meta({ id: "ApiToken", description: "A token for scripts, without its text" });
export type ApiToken = z.infer<typeof apiTokenSchema>;

/** Answer of `POST /api/me/tokens`. */
export const createdTokenSchema = z.object({
  ...tokenFields,
  token: z.string().describe("To be sent as Authorization: Bearer <token>; shown once and kept nowhere"),
}).meta({ id: "CreatedApiToken", description: "A new token, the only moment its text is known" });

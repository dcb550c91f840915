import { z } from "zod";
import { DISCOGS } from "./schema.ts";

/** Longest state, token, verifier or page address that is read. */
const MAX_LENGTH = 1_000;

const word = (name: string) =>
  z.string({ error: (issue) => `${name} is text, not ${issue.input === null ? "null" : typeof issue.input}` })
    .trim().min(1, `${name} is empty`).max(MAX_LENGTH, `${name} is longer than ${MAX_LENGTH} characters`);

/** Body of `POST /api/integrations/discogs/oauth/start`. */
export const startLinkSchema = z.strictObject({
  scopes: z.array(word("scopes")).max(20, "scopes has more than 20 entries").nullish()
    .transform((scopes) => scopes ?? [])
    .describe("Answered as they are: Discogs knows none, its tokens may do everything"),
  return_to: word("return_to").nullish().transform((page) => page ?? null).describe(
    "A page of yours on PUBLIC_URL or an origin of CORS_ORIGINS. Discogs leads the browser back there, with state, " +
      "oauth_token and oauth_verifier (or denied) in its address. Absent: a page of this service, which finishes by itself " +
      "for a browser that is logged in",
  ),
});

/** What a begun link answers. */
export const startedLinkSchema = z.object({
  provider: z.literal(DISCOGS),
  authorize_url: z.url().describe("Where the user allows it, in his browser"),
  state: z.string().describe("For the callback; good once, and for this user"),
  scopes: z.array(z.string()),
  expires_at: z.date(),
}).meta({ id: "DiscogsLinkStarted", description: "A link that waits for its user's consent" });
export type StartedLink = z.input<typeof startedLinkSchema>;

/** How the user who comes back is known, and what he brings. */
export type LinkProof =
  | { kind: "state"; state: string; verifier: string }
  | { kind: "token"; oauth_token: string; verifier: string }
  | { kind: "denied"; oauth_token: string };

const callbackFields = {
  state: word("state").nullish(),
  code: word("code").nullish().describe("The oauth_verifier"),
  oauth_token: word("oauth_token").nullish(),
  oauth_verifier: word("oauth_verifier").nullish(),
  denied: word("denied").nullish().describe("The request token, where the user refused"),
};

type CallbackFields = { [Name in keyof typeof callbackFields]?: string | null | undefined };

/** Errors never quote what was sent: it may be good. */
function proofOf(
  { state, code, oauth_token, oauth_verifier, denied }: CallbackFields,
  context: z.RefinementCtx,
): LinkProof {
  const verifier = oauth_verifier ?? code;
  if (denied) return { kind: "denied", oauth_token: denied };
  if (verifier && oauth_token) return { kind: "token", oauth_token, verifier };
  if (verifier && state) return { kind: "state", state, verifier };
  context.addIssue({
    code: "custom",
    message: "state and code, or oauth_token and oauth_verifier, or denied are needed",
    path: [verifier ? "state" : "code"],
  });
  return z.NEVER;
}

/** Body of `POST /api/integrations/discogs/oauth/callback`. */
export const finishLinkSchema = z.strictObject(callbackFields).transform(proofOf);

/** Query of the address that browsers come back to. */
export const returnQuerySchema = z.object(callbackFields).transform(proofOf);

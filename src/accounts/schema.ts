import { z } from "zod";

/** What a caller may do. */
export type Scope = "read" | "write";

/** Who makes a request. */
export interface Caller {
  user_id: string;
  is_active: boolean;
  scopes: readonly Scope[];
}

/** Body of `POST /api/dev/token`. */
export const devTokenSchema = z.strictObject({
  email: z.email({ error: (issue) => `email is an e-mail address, not ${JSON.stringify(issue.input)}` }).max(
    320,
  ).optional(),
});

/** A token just made: the only moment its text is known. */
export interface IssuedToken {
  token: string;
  token_type: "Bearer";
  expires_at: string;
  user_id: string;
}

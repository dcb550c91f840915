/** What a token says about its user. Pure; the signature is checked elsewhere. */
import { z } from "zod";
import { storableText } from "../platform/text.ts";

/** The claims that matter here, read from a token whose signature, issuer, audience and times are right. */
export interface TokenClaims {
  subject: string;
  /** Null: the token does not say, so it can be ended by nothing but its expiry. */
  issued_at: Date | null;
  expires_at: Date;
  /** Null: the token has no address that could be written to. */
  email: string | null;
  email_verified: boolean;
  is_admin: boolean;
}

/** Longest `sub` of OpenID Connect Core 1.0 §2. */
const MAX_SUBJECT_LENGTH = 255;
/** The last second that Postgres and JavaScript both know: the end of the year 9999. */
const MAX_SECONDS = 253_402_300_799;

const email = z.email().max(320).refine((text) => storableText(text) === text);

const claimsSchema = z.looseObject({
  // Refused and not cleaned: cleaning could make one user of two subjects.
  sub: z.string().min(1).max(MAX_SUBJECT_LENGTH).refine((text) => storableText(text) === text),
  iat: z.number().min(0).max(MAX_SECONDS).optional(),
  // Beyond every calendar it is as good as the last of it.
  exp: z.number().transform((seconds) => Math.min(seconds, MAX_SECONDS)),
  // An address that is none must not lock its user out.
  email: email.nullish().catch(null),
});

/** The claims of a token; null when its subject or time of issue is not what these claims can be. */
export function readClaims(payload: Record<string, unknown>): TokenClaims | null {
  const read = claimsSchema.safeParse(payload);
  if (!read.success) return null;
  const { sub, iat, exp, email, email_verified = true } = read.data;
  return {
    subject: sub,
    issued_at: iat === undefined ? null : new Date(iat * 1000),
    expires_at: new Date(exp * 1000),
    email: email ?? null,
    // Some issuers write booleans as text.
    email_verified: Boolean(email) && (email_verified === true || email_verified === "true"),
    is_admin: hasAdminClaim(payload),
  };
}

const ADMIN_ROLES = ["admin", "service_role"];
const ADMIN_PERMISSIONS = ["admin", "provider_requests:read_all"];

/**
 * Whether an issuer made this user an administrator. `user_metadata` is never asked: at Supabase users write it
 * themselves, and `app_metadata` not (https://supabase.com/docs/guides/auth/jwt-fields, read 2026-11).
 */
export function hasAdminClaim(payload: Record<string, unknown>): boolean {
  const { role, user_role, scope, scp, permission, permissions } = payload;
  const app = payload["app_metadata"];
  const appRoles = typeof app === "object" && app !== null && !Array.isArray(app)
    ? Object.entries(app).filter(([key]) => key === "role" || key === "roles").flatMap(([, value]) =>
      texts(value)
    )
    : [];
  return [role, user_role].some((one) => typeof one === "string" && ADMIN_ROLES.includes(one)) ||
    appRoles.includes("admin") ||
    [scope, scp, permission, permissions].flatMap(words).some((one) => ADMIN_PERMISSIONS.includes(one));
}

/** OAuth writes scopes as words of one text (RFC 8693 §4.2); issuers also write lists. */
function words(claim: unknown): string[] {
  return texts(claim).flatMap((text) => text.split(" "));
}

function texts(claim: unknown): string[] {
  return (Array.isArray(claim) ? claim : [claim]).filter((one) => typeof one === "string");
}

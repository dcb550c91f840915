/** What a marketplace lets its users do with their own account there: link it here, and read its lists. */
import type { CallOptions } from "./contract.ts";

/** A token of OAuth 1.0a with the secret that signs for it. */
export interface OAuthToken {
  token: string;
  secret: string;
}

/** Who somebody is at the marketplace, by its own word. */
export interface UserIdentity {
  username: string;
}

/**
 * Linking by OAuth 1.0a: a request token, the user's consent in his browser, an access token.
 * Every method takes its calls from the quota by `beforeCall`. @throws {ProviderError} for every failure
 */
export interface AccountLinking {
  /** Null: an application is configured. Else why nobody can be sent there, naming what is not set. */
  readonly disabledReason: string | null;
  /** Begins; the browser comes back to `callbackUrl`. */
  requestToken(callbackUrl: string, options: CallOptions): Promise<OAuthToken>;
  /** Where the user is asked for his consent. */
  authorizeUrl(requestToken: string): string;
  /** Ends: the token that stays good until its user withdraws it. */
  accessToken(input: { request: OAuthToken; verifier: string }, options: CallOptions): Promise<OAuthToken>;
  /** Whose token it is. */
  identity(token: OAuthToken, options: CallOptions): Promise<UserIdentity>;
}

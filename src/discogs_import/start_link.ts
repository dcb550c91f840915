import { requireActiveAlone } from "../accounts/require_active.ts";
import { addSeconds } from "../platform/clock.ts";
import { randomSecret, sha256 } from "../platform/crypto.ts";
import type { Cipher } from "../platform/encryption.ts";
import { DomainError, invalidField } from "../platform/errors.ts";
import type { AccountLinking } from "../providers/user_accounts.ts";
import { sealRequest } from "./access_token.ts";
import { asAnswer, callDiscogs, type DiscogsCallDeps } from "./call_discogs.ts";
import { requireKey } from "./connect_account.ts";
import type { StartedLink } from "./oauth_schema.ts";
import { dropOtherRequests, insertOAuthRequest } from "./oauth_store.ts";
import { DISCOGS } from "./schema.ts";

/** What linking by OAuth needs. */
export interface LinkingDeps extends DiscogsCallDeps {
  cipher: Cipher;
  linking: AccountLinking;
  /** Where people reach this installation, no slash at the end. */
  publicUrl: string;
  /** Whose pages a browser may be sent back to. */
  ownOrigins: { origins: ReadonlySet<string> };
}

/** How long Discogs takes a request token, and how long a granted one waits for the answer whose it is. */
export const REQUEST_SECONDS = 15 * 60;
/** Links of one user that may wait at once: some windows, no pile. */
const MAX_WAITING = 5;
/** Longest wait for one answer while somebody looks on. */
export const LINK_DEADLINE_MS = 10_000;
/** Where browsers come back to unless the client names a page of its own. */
export const RETURN_PATH = "/api/integrations/discogs/oauth/return";

/**
 * Begins to link a user's account: a request token of Discogs, and the address at which he gives his consent. Good for 15
 * minutes and one return, of this user alone.
 * @throws {DomainError} conflict when the operator has not configured it, validation when `return_to` is not a page of
 *   ours, provider_failed when Discogs fails
 */
export async function startLink(
  deps: LinkingDeps,
  input: { user_id: string; scopes: string[]; return_to: string | null },
): Promise<StartedLink> {
  const { user_id, scopes, return_to } = input;
  const { disabledReason } = deps.linking;
  if (disabledReason !== null) {
    throw new DomainError("conflict", `Cannot link accounts at Discogs here: ${disabledReason}`);
  }
  requireKey(deps.cipher);
  const state = randomSecret();
  const callbackUrl = return_to === null ? deps.publicUrl + RETURN_PATH : ownPage(deps, return_to, state);
  const signal = AbortSignal.timeout(LINK_DEADLINE_MS);
  const token = await callDiscogs(
    deps,
    { user_id, use: "search", signal },
    (options) => deps.linking.requestToken(callbackUrl, options),
  ).catch((error) => {
    throw asAnswer(error);
  });
  const now = deps.clock.now();
  const expires_at = addSeconds(now, REQUEST_SECONDS);
  const state_hash = await sha256(state);
  const sealed = await sealRequest(deps.cipher, state_hash, { kind: "request", ...token });
  const request_token_hash = await sha256(token.token);
  const owner = { user_id, provider: DISCOGS };
  await deps.sql.begin(async (tx) => {
    await requireActiveAlone(tx, user_id);
    await insertOAuthRequest(tx, {
      ...owner,
      state_hash,
      request_token_hash,
      token: sealed,
      created_at: now,
      expires_at,
    });
    await dropOtherRequests(tx, { ...owner, keep: MAX_WAITING });
  });
  const authorize_url = deps.linking.authorizeUrl(token.token);
  return { provider: DISCOGS, authorize_url, state, scopes, expires_at };
}

/** The client's page with the state in its address. @throws {DomainError} validation when it is not a page of ours */
function ownPage({ ownOrigins }: LinkingDeps, page: string, state: string): string {
  const url = URL.parse(page);
  if (url === null || !ownOrigins.origins.has(url.origin)) {
    const text = `return_to is not on an origin of PUBLIC_URL or CORS_ORIGINS: ${JSON.stringify(page)}`;
    throw invalidField(["body", "return_to"], text);
  }
  url.searchParams.set("state", state);
  return url.href;
}

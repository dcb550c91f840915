import { sha256 } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import { ProviderError } from "../providers/contract.ts";
import { QuotaEmptyError } from "../providers/quota.ts";
import { openRequest, sealToken } from "./access_token.ts";
import { asAnswer, callDiscogs } from "./call_discogs.ts";
import { replaceAccount } from "./connect_account.ts";
import type { LinkProof } from "./oauth_schema.ts";
import { insertOAuthRequest, type OAuthRequest, type RequestProof, takeOAuthRequest } from "./oauth_store.ts";
import { DISCOGS, type LinkedAccount } from "./schema.ts";
import { LINK_DEADLINE_MS, type LinkingDeps } from "./start_link.ts";

/**
 * Ends what `startLink` began: exchanges the request token, asks Discogs whose account it is and links that one, in the
 * place of the one that was linked. A link is taken once; where Discogs did not answer it may be tried again.
 * @throws {DomainError} bad_request when the link is unknown, another user's, used, expired or was refused by its user;
 *   provider_failed when Discogs fails
 */
export async function finishLink(
  deps: LinkingDeps,
  { user_id, proof }: { user_id: string; proof: LinkProof },
): Promise<LinkedAccount> {
  const request = await takeOAuthRequest(deps.sql, {
    user_id,
    provider: DISCOGS,
    proof: await hashed(proof),
    now: deps.clock.now(),
  });
  if (proof.kind === "denied") {
    throw new DomainError("bad_request", "Cannot link your account at Discogs: you did not allow it there");
  }
  if (request === null) {
    throw new DomainError(
      "bad_request",
      "Cannot link your account at Discogs: this link is unknown, was used or is older than 15 minutes; start again",
    );
  }
  try {
    return await exchange(deps, request, proof.verifier);
  } catch (error) {
    if (isPassing(error)) await insertOAuthRequest(deps.sql, request);
    throw asAnswer(error);
  }
}

async function exchange(deps: LinkingDeps, request: OAuthRequest, verifier: string): Promise<LinkedAccount> {
  const token = await openRequest(deps.cipher, request);
  const owner = { user_id: request.user_id, provider: DISCOGS };
  const signal = AbortSignal.timeout(LINK_DEADLINE_MS);
  const { access, username } = await callDiscogs(
    deps,
    { user_id: request.user_id, use: "search", signal },
    async (options) => {
      const access = await deps.linking.accessToken({ request: token, verifier }, options);
      return { access, ...await deps.linking.identity(access, options) };
    },
  );
  const sealed = await sealToken(deps.cipher, owner, {
    access_token: access.token,
    metadata: { access_token_secret: access.secret },
  });
  const account = {
    ...owner,
    external_user_id: username,
    token: sealed,
    connected_at: deps.clock.now(),
    revoked_at: null,
  };
  await replaceAccount(deps, account);
  return account;
}

async function hashed(proof: LinkProof): Promise<RequestProof> {
  return proof.kind === "state"
    ? { state_hash: await sha256(proof.state) }
    : { request_token_hash: await sha256(proof.oauth_token) };
}

/** Failures after which the same link may still succeed: Discogs was not reached, or asked us to wait. */
function isPassing(error: unknown): boolean {
  if (error instanceof QuotaEmptyError) return true;
  return error instanceof ProviderError && (error.kind === "unavailable" || error.kind === "rate_limited");
}

import { addSeconds } from "../platform/clock.ts";
import { sha256 } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import { ProviderError } from "../providers/contract.ts";
import { QuotaEmptyError } from "../providers/quota.ts";
import type { OAuthToken } from "../providers/user_accounts.ts";
import { openRequest, sealRequest, sealToken } from "./access_token.ts";
import { asAnswer, callDiscogs } from "./call_discogs.ts";
import { replaceAccount } from "./connect_account.ts";
import type { LinkProof } from "./oauth_schema.ts";
import { insertOAuthRequest, type OAuthRequest, type RequestProof, takeOAuthRequest } from "./oauth_store.ts";
import { DISCOGS, type LinkedAccount } from "./schema.ts";
import { LINK_DEADLINE_MS, type LinkingDeps, REQUEST_SECONDS } from "./start_link.ts";

/** Whether a step that failed so may succeed when it is tried again. */
type MayPass = (error: unknown) => boolean;

/**
 * Ends what `startLink` began: exchanges the request token, asks Discogs whose account it is and links that one, in the
 * place of the one that was linked. A link is taken once; where a step failed that may still succeed it waits on, and who
 * comes back with it again goes on behind the steps that are done: Discogs exchanges a request token only once.
 * @throws {DomainError} bad_request when the link is unknown, another user's, used, expired or was refused by its user;
 *   provider_failed when Discogs fails, unavailable when the calls of this minute are used up
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
  const signal = AbortSignal.timeout(LINK_DEADLINE_MS);
  const waiting = await openRequest(deps.cipher, request);
  if (waiting.kind === "access") return await identify(deps, { request, access: waiting, signal });
  const input = { request: waiting, verifier: proof.verifier };
  const access = await keeping(deps, { request, mayPass: isPassing }, () =>
    callDiscogs(
      deps,
      { user_id, use: "search", signal },
      (options) => deps.linking.accessToken(input, options),
    ));
  const granted = await withAccess(deps, request, access);
  return await identify(deps, { request: granted, access, signal });
}

/** The link as it waits from now on: with the token that Discogs gives but once. */
async function withAccess(
  deps: LinkingDeps,
  request: OAuthRequest,
  access: OAuthToken,
): Promise<OAuthRequest> {
  const token = await sealRequest(deps.cipher, request.state_hash, { kind: "access", ...access });
  return { ...request, token, expires_at: addSeconds(deps.clock.now(), REQUEST_SECONDS) };
}

/** Asks whose token it is, and links that account. */
async function identify(
  deps: LinkingDeps,
  { request, access, signal }: { request: OAuthRequest; access: OAuthToken; signal: AbortSignal },
): Promise<LinkedAccount> {
  const { user_id } = request;
  const { username } = await keeping(
    deps,
    { request, mayPass: isNoRefusal },
    () =>
      callDiscogs(
        deps,
        { user_id, use: "search", signal },
        (options) => deps.linking.identity(access, options),
      ),
  );
  const owner = { user_id, provider: DISCOGS };
  const token = await sealToken(deps.cipher, owner, {
    access_token: access.token,
    metadata: { access_token_secret: access.secret },
  });
  const account = {
    ...owner,
    external_user_id: username,
    token,
    connected_at: deps.clock.now(),
    revoked_at: null,
  };
  await replaceAccount(deps, account);
  return account;
}

/** Runs a step; where it fails and may still succeed the link waits again, and the error says so. */
async function keeping<T>(
  deps: LinkingDeps,
  { request, mayPass }: { request: OAuthRequest; mayPass: MayPass },
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const isKept = mayPass(error);
    if (isKept) await insertOAuthRequest(deps.sql, request);
    throw asAnswer(error, isKept ? "try again in a minute with the same link" : "start again");
  }
}

async function hashed(proof: LinkProof): Promise<RequestProof> {
  return proof.kind === "state"
    ? { state_hash: await sha256(proof.state) }
    : { request_token_hash: await sha256(proof.oauth_token) };
}

/** Failures after which the exchange may still succeed: Discogs was not reached, or asked us to wait. */
function isPassing(error: unknown): boolean {
  if (error instanceof QuotaEmptyError) return true;
  return error instanceof ProviderError && (error.kind === "unavailable" || error.kind === "rate_limited");
}

/** Failures that say nothing against the token: half an answer or a page of a gateway may be a whole one the next time. */
function isNoRefusal(error: unknown): boolean {
  if (error instanceof QuotaEmptyError) return true;
  return error instanceof ProviderError && error.kind !== "unauthorized";
}

import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { sha256Hex } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import { ProviderError } from "../providers/contract.ts";
import { deleteSeller, type DeleteSellerDeps } from "./delete_seller.ts";
import { challengeAnswerSchema, challengeQuerySchema, type Notice, noticeSchema } from "./schema.ts";

/** What the notices of eBay need. */
export interface AccountDeletionDeps extends DeleteSellerDeps {
  /** As they were registered at eBay; null: this installation takes no notices. */
  ebayDeletion: { token: string; endpoint: string } | null;
  /** Whether eBay signed these bytes. @throws {ProviderError} when its key cannot be fetched */
  isSignedByEbay(notice: { signature: string | null; body: Uint8Array }): Promise<boolean>;
}

/** `/api/webhooks/ebay/account-deletion`: eBay tells who closed his account, and first asks whether we listen. */
export function accountDeletionRoutes(deps: AccountDeletionDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/",
      operation({
        id: "answerEbayChallenge",
        summary: "Prove to eBay that this address takes its notices",
        access: "public",
        query: challengeQuerySchema,
        answer: challengeAnswerSchema,
        errors: { 404: NOT_CONFIGURED },
      }, async (_c, { query: { challenge_code } }) => {
        const { token, endpoint } = requireConfigured(deps);
        // In this order, with nothing between (developer.ebay.com/marketplace-account-deletion, read 2026-11).
        return { challengeResponse: await sha256Hex(challenge_code + token + endpoint) };
      }),
    )
    .post(
      "/",
      operation({
        id: "receiveEbayAccountDeletion",
        summary: "Take a notice of eBay that an account was closed",
        description:
          "Header x-ebay-signature: eBay's signature of the body. The seller's name and place are deleted everywhere; " +
          "a notice that comes again changes nothing.",
        access: "public",
        body: noticeSchema,
        answer: null,
        errors: { 404: NOT_CONFIGURED, 412: "eBay did not sign this body" },
      }, async (c, { body }) => {
        requireConfigured(deps);
        const raw = new Uint8Array(await c.req.arrayBuffer());
        await requireSignature(deps, { signature: c.req.header("x-ebay-signature") ?? null, body: raw });
        await deleteSeller(deps, { provider: "ebay", ...sellerOf(body) });
        return null;
      }),
    );
}

const NOT_CONFIGURED = "The operator has not set EBAY_VERIFICATION_TOKEN";

function requireConfigured({ ebayDeletion }: AccountDeletionDeps): { token: string; endpoint: string } {
  if (ebayDeletion) return ebayDeletion;
  throw new DomainError("not_found", "Cannot take notices of eBay: this installation is not set up for them");
}

async function requireSignature(
  deps: AccountDeletionDeps,
  notice: { signature: string | null; body: Uint8Array },
): Promise<void> {
  let isSigned: boolean;
  try {
    isSigned = await deps.isSignedByEbay(notice);
  } catch (cause) {
    if (!(cause instanceof ProviderError)) throw cause;
    // eBay sends it again.
    throw new DomainError("unavailable", "Cannot check the notice: the key of eBay cannot be had now", {
      cause,
    });
  }
  if (!isSigned) {
    throw new DomainError(
      "precondition_failed",
      "Cannot take the notice: its x-ebay-signature does not fit it",
    );
  }
}

function sellerOf({ notification: { notificationId, data } }: Notice) {
  const names = [data.username, data.userId].filter((name): name is string => Boolean(name));
  return { notification_id: notificationId, names };
}

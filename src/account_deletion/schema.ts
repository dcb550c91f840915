import { z } from "zod";

const name = z.string().max(200).nullish();

/** Query of `GET /api/webhooks/ebay/account-deletion`. */
export const challengeQuerySchema = z.object({
  challenge_code: z.string().min(1).max(500).describe("Chosen by eBay, new each time"),
});

/** Its answer. */
export const challengeAnswerSchema = z.object({
  challengeResponse: z.string().describe("SHA-256 of code, verification token and endpoint, in hex"),
}).meta({ id: "EbayChallengeAnswer" });

/**
 * Body of `POST /api/webhooks/ebay/account-deletion`: what we use of what eBay sends. It may add anything anywhere: a
 * notice that is refused for that counts as one we did not obey.
 */
export const noticeSchema = z.looseObject({
  metadata: z.looseObject({
    topic: z.literal("MARKETPLACE_ACCOUNT_DELETION", {
      error: (issue) => `topic is MARKETPLACE_ACCOUNT_DELETION, not ${JSON.stringify(issue.input)}`,
    }),
  }),
  notification: z.looseObject({
    notificationId: z.string().min(1).max(200),
    data: z.looseObject({
      username: name.describe("His name there; sellers of listings are known by it"),
      userId: name.describe("What eBay puts in the place of a name for some applications"),
    }),
  }),
}).meta({ id: "EbayAccountDeletion", description: "A notice that an account at eBay was closed" });
export type Notice = z.infer<typeof noticeSchema>;

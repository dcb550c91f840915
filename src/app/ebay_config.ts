/** The variables of eBay. Read by config.ts. */
import { z } from "zod";
import { ConfigError, url } from "./config_error.ts";

/** Where eBay sends its notices, below PUBLIC_URL. */
const DELETION_PATH = "/api/webhooks/ebay/account-deletion";

/** By name, as config.ts checks them. */
export const ebayVariables = {
  EBAY_API_URL: url("EBAY_API_URL", ["https:", "http:"]).default("https://api.ebay.com"),
  EBAY_AUTH_URL: url("EBAY_AUTH_URL", ["https:", "http:"]).default("https://api.ebay.com"),
  EBAY_CLIENT_ID: z.string().min(1).optional(),
  EBAY_CLIENT_SECRET: z.string().min(1).optional(),
  EBAY_MARKETPLACE: z.string().regex(/^EBAY_[A-Z]{2,10}$/).default("EBAY_US"),
  EBAY_CAMPAIGN_ID: z.string().regex(/^\d{10}$/).optional(),
  EBAY_CALLS_PER_DAY: z.string().regex(/^[1-9]\d{2,6}$/).transform(Number).default(5000),
  EBAY_VERIFICATION_TOKEN: z.string().regex(/^[A-Za-z0-9_-]{32,80}$/, {
    error: () => "EBAY_VERIFICATION_TOKEN is not 32 to 80 letters, digits, underscores and hyphens",
  }).optional(),
  EBAY_DELETION_ENDPOINT: url("EBAY_DELETION_ENDPOINT", ["https:"]).optional(),
};
type Read = z.infer<z.ZodObject<typeof ebayVariables>> & { PUBLIC_URL?: string | undefined };

/** What eBay is asked as, and told. */
export interface EbaySettings {
  apiUrl: string;
  authUrl: string;
  /** Null: no credentials, so eBay is known but disabled. */
  credentials: { clientId: string; clientSecret: string } | null;
  marketplace: string;
  campaignId: string | null;
  callsPerDay: number;
  /** What was registered for notices of closed accounts; null: none are taken. */
  deletion: { token: string; endpoint: string } | null;
}

/** @throws {ConfigError} where variables do not go together */
export function ebaySettings(
  read: Read,
  options: { isDevLike: boolean; publicUrl: string },
): EbaySettings {
  return {
    apiUrl: read.EBAY_API_URL,
    authUrl: read.EBAY_AUTH_URL,
    credentials: credentialsOf(read),
    marketplace: read.EBAY_MARKETPLACE,
    campaignId: read.EBAY_CAMPAIGN_ID ?? null,
    callsPerDay: read.EBAY_CALLS_PER_DAY,
    deletion: deletionOf(read, options),
  };
}

function credentialsOf(read: Read): EbaySettings["credentials"] {
  const { EBAY_CLIENT_ID: clientId, EBAY_CLIENT_SECRET: clientSecret } = read;
  if (clientId && clientSecret) return { clientId, clientSecret };
  if (clientId) throw new ConfigError("EBAY_CLIENT_SECRET is missing, and EBAY_CLIENT_ID is set");
  if (clientSecret) throw new ConfigError("EBAY_CLIENT_ID is missing, and EBAY_CLIENT_SECRET is set");
  return null;
}

/** Without credentials too: eBay wants the endpoint proved before it gives any. */
function deletionOf(
  read: Read,
  { isDevLike, publicUrl }: { isDevLike: boolean; publicUrl: string },
): EbaySettings["deletion"] {
  const { EBAY_VERIFICATION_TOKEN: token, EBAY_DELETION_ENDPOINT: endpoint, PUBLIC_URL } = read;
  if (!token) {
    if (endpoint) {
      throw new ConfigError("EBAY_VERIFICATION_TOKEN is missing, and EBAY_DELETION_ENDPOINT is set");
    }
    return null;
  }
  // A made-up address would give eBay a wrong proof, which nobody could explain.
  if (!endpoint && !PUBLIC_URL && !isDevLike) {
    throw new ConfigError("PUBLIC_URL is missing, and EBAY_VERIFICATION_TOKEN is set");
  }
  return { token, endpoint: endpoint ?? `${publicUrl}${DELETION_PATH}` };
}

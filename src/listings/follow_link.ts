import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import { redactUrl } from "../platform/http_redact.ts";
import type { Log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import { storableTextOrNull } from "../platform/text.ts";
import { affiliateLink } from "./affiliate_link.ts";
import { findListingLink, insertClick } from "./click_store.ts";
import { ebayLink } from "./ebay_link.ts";

/** What following a link needs. */
export interface OutboundDeps {
  sql: Sql;
  clock: Clock;
  log: Log;
  /** eBay Partner Network; null: links stay plain. */
  ebayCampaignId: string | null;
}

/** Who follows which link; null: unknown. */
export interface Click {
  listing_id: string;
  user_id: string | null;
  /** Where the link stood, as the browser or the client says. */
  referer: string | null;
}

/** Longest referer kept, in UTF-16 units. */
const MAX_REFERER = 500;

/**
 * Where an eBay listing's link leads, which is noted as a click; with a campaign it is an affiliate link. A note that
 * fails is logged and keeps nobody from the offer.
 * @throws {DomainError} not_found when there is no such listing, it is not eBay's, or it has no link that leads to eBay
 */
export async function followLink(deps: OutboundDeps, click: Click): Promise<string> {
  const listing = await findListingLink(deps.sql, click.listing_id);
  const target = listing?.provider === "ebay" && listing.url !== null ? ebayLink(listing.url) : null;
  if (target === null) {
    throw new DomainError("not_found", `Cannot find an eBay link of listing ${click.listing_id}`);
  }
  try {
    await insertClick(deps.sql, { ...click, referer: refererOf(click.referer), now: deps.clock.now() });
  } catch (error) {
    deps.log.warn("click not logged", { listing_id: click.listing_id, error });
  }
  if (deps.ebayCampaignId === null) return target;
  return affiliateLink(target, { campaignId: deps.ebayCampaignId, customId: click.listing_id });
}

/** An address without its secrets, or other text ("inbox") without what looks like a query. */
function refererOf(text: string | null): string | null {
  if (text === null) return null;
  const clean = URL.canParse(text) ? redactUrl(text) : text.split(/[?#]/, 1)[0];
  return storableTextOrNull(clean, MAX_REFERER);
}

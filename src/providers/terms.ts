/** What may stay of a listing for ever, where a licence sets it free. */
export type KeptField = "title" | "url";

/** What a provider's licence asks of us, as data that the API, the alerts and the retention job obey. */
export interface ProviderTerms {
  /** How old what we show may be, in seconds; null: no limit. Older content is refreshed or blanked. */
  max_age_seconds: number | null;
  /** What stays when content is blanked; absent: nothing but the provider's own ids. */
  retention?: readonly KeptField[];
  /** Its listings are shown in a group of their own, never merged with another provider's. */
  isolate_display: boolean;
  /** Price history may be used to suggest or model prices. */
  may_model_prices: boolean;
  /** Credit shown beside the data; null: none is asked for. */
  attribution: Credit | null;
  /** The credit leads to the page that shows the very data, where there is one. */
  credits_page?: true;
  /** A notice the application shows once; null: none. */
  notice: string | null;
}

/** A sentence, and where it leads. */
export interface Credit {
  text: string;
  url: string;
}

/** The credit beside something that `page` shows; null page: none is known. */
export function creditOf(
  { attribution, credits_page }: Pick<ProviderTerms, "attribution" | "credits_page">,
  page: string | null,
): Credit | null {
  return attribution && credits_page && page !== null ? { ...attribution, url: page } : attribution;
}

/** Discogs and eBay both allow content to be shown for at most six hours (providers' API terms, read 2026-10). */
export const SIX_HOURS_SECONDS = 6 * 3600;

/**
 * How long an ended offer of a provider with a maximum age is kept: long enough to say in the messages under way what is
 * gone. eBay asks for content that is no longer public to be deleted (§8.1(b)(1)).
 */
export const ENDED_SECONDS = 3_600;

/** eBay API License Agreement §8.1(c) age, §8.1(b)(2) isolation, §9 no price modelling (quoted 2026-10). */
export const EBAY_TERMS: ProviderTerms = {
  max_age_seconds: SIX_HOURS_SECONDS,
  // An address says no more than the id that stays: the link of a mail leads on for as long as eBay shows the offer.
  retention: ["url"],
  isolate_display: true,
  may_model_prices: false,
  attribution: { text: "Listing data from eBay", url: "https://www.ebay.com" },
  notice: null,
};

/**
 * Discogs API Terms of Use (read 2026-10): six hours, credit beside the data with a link, the notice below somewhere in
 * the application; marketplace data is restricted: no price model without written permission. Artist, title and year
 * are CC0, and an address is made of its number: they stay. Prices, pictures, sellers and conditions go.
 */
export const DISCOGS_TERMS: ProviderTerms = {
  max_age_seconds: SIX_HOURS_SECONDS,
  retention: ["title", "url"],
  isolate_display: false,
  may_model_prices: false,
  attribution: { text: "Data provided by Discogs.", url: "https://www.discogs.com" },
  credits_page: true,
  notice:
    "This application uses Discogs' API but is not affiliated with, sponsored or endorsed by Discogs. " +
    "'Discogs' is a trademark of Zink Media, LLC.",
};

/** The simulated marketplace belongs to us and asks for nothing. */
export const SIMULATED_TERMS: ProviderTerms = {
  max_age_seconds: null,
  isolate_display: false,
  may_model_prices: true,
  attribution: null,
  notice: null,
};

/** Shops and feeds are public pages; no licence says anything, and what is shown of them is a title, a price and a link. */
export const ADDED_TERMS: ProviderTerms = {
  max_age_seconds: null,
  isolate_display: false,
  may_model_prices: true,
  attribution: null,
  notice: null,
};

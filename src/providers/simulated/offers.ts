/** What the sellers of the simulated market do: offers with a life, price moves and relists. Pure. */
import { exponentOf, fromNumber } from "../../pricing/money.ts";
import type { ListingDraft } from "../contract.ts";
import { type Album, CATALOGUE } from "./catalogue.ts";
import { Draws, hashOf } from "./random.ts";
import { sellerTitle } from "./seller_title.ts";

/** How lively the market is. Shares are between 0 and 1. */
export interface MarketRates {
  /** New offers a second over the whole catalogue, relists not counted. */
  offersPerSecond: number;
  /** Offers whose price moves at least once. */
  moveShare: number;
  /** Offers that end and come back under a new id. */
  relistShare: number;
  /** Offers without a stated price. */
  noPriceShare: number;
}

/** About one new offer every two seconds, and some 900 for sale at any time. */
export const DEFAULT_RATES: MarketRates = {
  offersPerSecond: 0.45,
  moveShare: 0.35,
  relistShare: 0.2,
  noPriceShare: 0.04,
};

/** Time is cut into buckets; the offers that begin in one depend on the seed and the bucket's number alone. */
export const BUCKET_MS = 5_000;

const MINUTE_MS = 60_000;
const MIN_LIFE_MS = 2 * MINUTE_MS;
const MAX_LIFE_MS = 120 * MINUTE_MS;
const MAX_RELIST_GAP_MS = 10 * MINUTE_MS;

/** No offer, relisted or not, is for sale longer than this after its bucket began. */
export const HORIZON_MS = 2 * MAX_LIFE_MS + MAX_RELIST_GAP_MS + BUCKET_MS;

/** One offer over its whole life; what a search shows of it depends on the time alone. */
export interface Offer {
  id: string;
  title: string;
  /** Milliseconds since 1970, half-open: for sale in [from, until). */
  from: number;
  until: number;
  condition: string | null;
  seller: string;
  location: string;
  currency: string;
  /** Null: the seller states none. */
  shipping_minor: number | null;
  /** Empty: no price stated. Else the first is from the start, each later one from its `at` on. */
  prices: readonly { at: number; minor: number }[];
}

/** The offers that begin in `bucket`, and the relists of those, in the order they are listed. */
export function offersOfBucket(seed: string | number, bucket: number, rates: MarketRates): Offer[] {
  const draws = new Draws(hashOf(seed, "offers", bucket));
  const count = draws.poisson(rates.offersPerSecond * BUCKET_MS / 1000);
  return Array.from({ length: count }, (_, index) => {
    const own = new Draws(hashOf(seed, "offer", bucket, index));
    const from = Math.floor(bucket * BUCKET_MS + own.next() * BUCKET_MS);
    const first = drawOffer(own, { id: `${bucket.toString(36)}-${index}`, from, rates });
    return own.chance(rates.relistShare) ? [first, relisted(first, own)] : [first];
  }).flat();
}

/** The offer as a search shows it at `at` (milliseconds), which must lie in its life. */
export function listingAt(offer: Offer, at: number): ListingDraft {
  const price = offer.prices.findLast((step) => step.at <= at);
  return {
    external_id: offer.id,
    kind: "offer",
    title: offer.title,
    url: `https://market.example/offers/${offer.id}`,
    image_url: null,
    price_minor: price?.minor ?? null,
    currency: price ? offer.currency : null,
    ...(price && { price_kind: "fixed" as const }),
    shipping_minor: price ? offer.shipping_minor : null,
    condition: offer.condition,
    seller: offer.seller,
    location: offer.location,
    discogs_release_id: null,
    discogs_master_id: null,
    listed_at: new Date(offer.from),
    status: "active",
  };
}

function drawOffer(draws: Draws, given: { id: string; from: number; rates: MarketRates }): Offer {
  const album = drawAlbum(draws);
  const grade = draws.pick(GRADES);
  const place = draws.pick(PLACES);
  const life = Math.min(Math.max(draws.logNormal(20 * MINUTE_MS, 0.9), MIN_LIFE_MS), MAX_LIFE_MS);
  const until = Math.floor(given.from + life);
  const level = album.level * grade.worth / place.usd;
  const base = fromNumber(draws.logNormal(level, 0.35), place.currency) ?? 1;
  const shipping = draws.pick([0, 4, 5.5, 8, null, null] as const);
  return {
    id: given.id,
    title: sellerTitle(album, grade.short, draws),
    from: given.from,
    until,
    condition: draws.chance(0.7) ? grade.long : null,
    seller: draws.pick(SELLERS),
    location: place.location,
    currency: place.currency,
    shipping_minor: shipping === null ? null : fromNumber(shipping, place.currency),
    prices: draws.chance(given.rates.noPriceShare)
      ? []
      : drawPrices(draws, { base: charm(base, place.currency), from: given.from, life, rates: given.rates }),
  };
}

/** One to three steps, three of four of them down, at random moments of the life. */
function drawPrices(
  draws: Draws,
  given: { base: number; from: number; life: number; rates: MarketRates },
): { at: number; minor: number }[] {
  const steps = [{ at: given.from, minor: given.base }];
  if (!draws.chance(given.rates.moveShare)) return steps;
  const moments = Array.from({ length: 1 + Math.floor(draws.next() * 3) }, () => draws.between(0.1, 0.9))
    .sort();
  for (const moment of moments) {
    const factor = draws.chance(0.75) ? draws.between(0.75, 0.95) : draws.between(1.03, 1.2);
    const before = steps.at(-1)?.minor ?? given.base;
    steps.push({
      at: Math.floor(given.from + moment * given.life),
      minor: Math.max(1, Math.round(before * factor)),
    });
  }
  return steps;
}

/** The same record by the same seller under a new id, a little later and often cheaper. */
function relisted(offer: Offer, draws: Draws): Offer {
  const from = Math.floor(offer.until + draws.between(0.1, 1) * MAX_RELIST_GAP_MS);
  const last = offer.prices.at(-1);
  const life = draws.between(MIN_LIFE_MS, MAX_LIFE_MS);
  const minor = last && Math.max(1, Math.round(last.minor * draws.between(0.85, 1)));
  return {
    ...offer,
    id: `${offer.id}r`,
    from,
    until: Math.floor(from + life),
    prices: minor === undefined ? [] : [{ at: from, minor }],
  };
}

/** Sellers like 24.99; currencies without cents stay as they are. */
function charm(minor: number, currency: string): number {
  return exponentOf(currency) === 0 ? minor : Math.max(99, Math.round(minor / 100) * 100 - 1);
}

const TOTAL_WEIGHT = CATALOGUE.reduce((sum, album) => sum + album.weight, 0);

function drawAlbum(draws: Draws): Album {
  let left = draws.next() * TOTAL_WEIGHT;
  const found = CATALOGUE.find((album) => (left -= album.weight) < 0) ?? CATALOGUE[0];
  if (!found) throw new Error("Cannot draw an album: the catalogue is empty");
  return found;
}

interface Grade {
  short: string;
  long: string;
  /** Share of the album's price level. */
  worth: number;
}

/** Goldmine grades as sellers give them, the usual ones more often. */
const GRADES: readonly [Grade, ...Grade[]] = [
  { short: "M", long: "Mint (M)", worth: 1.3 },
  { short: "NM", long: "Near Mint (NM or M-)", worth: 1.15 },
  { short: "NM", long: "Near Mint (NM or M-)", worth: 1.15 },
  { short: "VG+", long: "Very Good Plus (VG+)", worth: 1 },
  { short: "VG+", long: "Very Good Plus (VG+)", worth: 1 },
  { short: "VG+", long: "Very Good Plus (VG+)", worth: 1 },
  { short: "VG", long: "Very Good (VG)", worth: 0.7 },
  { short: "VG", long: "Very Good (VG)", worth: 0.7 },
  { short: "G+", long: "Good Plus (G+)", worth: 0.45 },
  { short: "G", long: "Good (G)", worth: 0.35 },
];

interface Place {
  location: string;
  currency: string;
  /** US dollars that one unit buys, roughly; only to keep price levels plausible. */
  usd: number;
}

const PLACES: readonly [Place, ...Place[]] = [
  { location: "US", currency: "USD", usd: 1 },
  { location: "US", currency: "USD", usd: 1 },
  { location: "US", currency: "USD", usd: 1 },
  { location: "GB", currency: "GBP", usd: 1.3 },
  { location: "DE", currency: "EUR", usd: 1.15 },
  { location: "FR", currency: "EUR", usd: 1.15 },
];

const SELLERS: readonly [string, ...string[]] = [
  "attic_grooves",
  "second_spin_tom",
  "lp-cellar",
  "northside.wax",
  "the_crate_room",
  "plattenkiste_b",
  "vinyl_parade",
  "dusty-sleeves",
  "rue_des_disques",
  "runout_records",
];

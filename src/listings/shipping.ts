/** What it costs to send an offer, which depends on where the buyer is. Pure. */
import type { Listing } from "./schema.ts";

/** What the buyers of a marketplace pay for shipping, as the last reading there said. */
export interface ShippingReading {
  /** Minor units of the listing's currency; null is unknown, 0 is free. */
  minor: number | null;
  /** Until when it may be shown, in ISO 8601; null: no limit. */
  expires_at: string | null;
}

/** By marketplace; empty: its provider has none, or none was read. */
export type ShippingReadings = Readonly<Record<string, ShippingReading>>;

/** Those still to be shown at `now`, with what was read now in place of what was read there before. */
export function mergeShipping(stored: ShippingReadings, read: ShippingReadings, now: Date): ShippingReadings {
  const live = Object.entries(stored).filter(([, reading]) => isLive(reading, now));
  return { ...Object.fromEntries(live), ...read };
}

/** Share of the time that a reading may be shown after which it is written anew although it says the same. */
const RENEWED_AFTER = 0.5;

/** Whether what was read at `now` has to be written: it says something else, or what is stored is too old to wait. */
export function isShippingNews(stored: ShippingReadings, read: ShippingReadings, now: Date): boolean {
  return Object.entries(read).some(([marketplace, reading]) => {
    const known = stored[marketplace];
    if (!known || known.minor !== reading.minor) return true;
    if (known.expires_at === null || reading.expires_at === null) {
      return known.expires_at !== reading.expires_at;
    }
    const [left, most] = [known.expires_at, reading.expires_at].map((at) => Date.parse(at) - now.getTime());
    return left! < most! * (1 - RENEWED_AFTER);
  });
}

/**
 * What buyers of these marketplaces pay, and until when that may be shown. Unknown where nobody has read it there, and
 * where they pay different amounts. No marketplaces: the buyers of all. A provider without any asks the same of all.
 */
export function shippingTo(
  { shipping_minor, shipping }: Pick<Listing, "shipping_minor" | "shipping">,
  { marketplaces, now }: { marketplaces: readonly string[]; now: Date },
): ShippingReading {
  const readings = Object.entries(shipping);
  if (readings.length === 0) return { minor: shipping_minor, expires_at: null };
  const asked = readings
    .filter(([id, reading]) =>
      (marketplaces.length === 0 || marketplaces.includes(id)) && isLive(reading, now)
    )
    .map(([, reading]) => reading)
    // ISO times of one zone and form stand in the order of time.
    .sort((a, b) => ((a.expires_at ?? "~") < (b.expires_at ?? "~") ? -1 : 1));
  const [first] = asked;
  const isAgreed = first && first.minor !== null && asked.every(({ minor }) => minor === first.minor);
  return isAgreed ? first : { minor: null, expires_at: null };
}

function isLive({ expires_at }: ShippingReading, now: Date): boolean {
  return expires_at === null || new Date(expires_at) > now;
}

/** What is said of an offer beside its price, in the inbox and in messages. Pure. */
import { formatMoney, type Money } from "../pricing/money.ts";

/** "shipping 4.50 USD", "free shipping"; null where nobody knows what it costs. */
export function shippingText(shipping: Money | null): string | null {
  if (shipping === null) return null;
  return shipping.minor === 0 ? "free shipping" : `shipping ${formatMoney(shipping)}`;
}

/** "ends 2026-11-30 10:00 UTC": a reader's zone is not known where this is written. */
export function endsText(at: Date | null): string | null {
  return at && `ends ${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The words of a message, the same in every form it takes. Pure. */
import { formatMoney } from "../../pricing/money.ts";
import { endsText, shippingText } from "../offer_words.ts";
import type { AlertView, OutgoingMessage } from "./schema.ts";

/**
 * "24.99 USD (about 23.10 EUR), was 30.00 USD", of a floor "From 12.00 USD, 7 for sale worldwide"; null for what has no
 * price at all.
 */
export function priceLine(alert: AlertView): string | null {
  if (!alert.is_listing) return null;
  const count = alert.is_floor && alert.for_sale_count !== null
    ? `, ${alert.for_sale_count} for sale worldwide`
    : "";
  if (alert.price === null) return `Price unknown${count}`;
  const about = alert.converted_price === null ? "" : ` (about ${formatMoney(alert.converted_price)})`;
  const was = alert.earlier_price === null ? "" : `, was ${formatMoney(alert.earlier_price)}`;
  const before = alert.is_floor ? "From " : alert.is_bid ? "Current bid " : "";
  return `${before}${formatMoney(alert.price)}${about}${was}${count}`;
}

/** "shipping 4.50 USD · ends 2026-11-30 10:00 UTC · VG+ · eBay": what else is known of it. */
export function factsLine({ shipping, ends_at, condition, provider }: AlertView): string {
  return [shippingText(shipping), endsText(ends_at), condition, provider?.name].filter(Boolean).join(" · ");
}

/** Why the recipient hears of it: "Matches Kind of Blue and Miles under 60"; null when no rule matched. */
export function matchedLine({ matched }: AlertView): string | null {
  if (matched.length === 0) return null;
  const last = matched.at(-1)!;
  const names = matched.length === 1 ? last : `${matched.slice(0, -1).join(", ")} and ${last}`;
  return `Matches ${names}`;
}

/** Longest subject; longer titles are cut, because phones show no more than half of it. */
const MAX_SUBJECT = 120;

/** The line a mailbox shows: what it is and what it costs, never only that there is something. */
export function subjectOf(message: OutgoingMessage): string {
  const [first] = message.alerts;
  const total = message.alerts.length + message.gone.length + message.more_count;
  if (!first) return cut(`Gone meanwhile: ${message.gone[0]?.title ?? "what was found for you"}`);
  if (total > 1) return cut(`${total} finds: ${first.title}`, ` and ${total - 1} more`);
  const price = first.price === null ? "" : ` · ${formatMoney(first.price)}`;
  return cut(`${first.label === null ? "" : `${first.label}: `}${first.title}`, price);
}

/** What stands at the top. */
export function headlineOf({ alerts, gone, more_count }: OutgoingMessage): string {
  const total = alerts.length + gone.length + more_count;
  if (alerts.length === 0) return total === 1 ? "Gone meanwhile" : `${total} finds, all gone meanwhile`;
  if (total > 1) return `${total} finds for you`;
  return alerts[0]!.is_listing || alerts[0]!.matched.length > 0 ? "A find for you" : "WaxWatch";
}

/** Credits that the providers of a message ask for, each once. */
export function attributionsOf({ alerts, gone }: OutgoingMessage): { text: string; url: string }[] {
  const all = [...alerts, ...gone].flatMap((alert) => alert.provider?.attribution ?? []);
  return [...new Map(all.map((one) => [one.text, one])).values()];
}

/** Alerts by provider, in order of first appearance: some terms forbid to mix them, and people look for the shop. */
export function byProvider(alerts: readonly AlertView[]): { name: string; alerts: AlertView[] }[] {
  const groups = Map.groupBy(alerts, (alert) => alert.provider?.name ?? "WaxWatch");
  return [...groups].map(([name, own]) => ({ name, alerts: own }));
}

function cut(text: string, tail = ""): string {
  const room = MAX_SUBJECT - tail.length;
  const line = text.replace(/\s+/g, " ").trim();
  const kept = line.length <= room ? line : `${[...line].slice(0, room - 1).join("").trimEnd()}…`;
  return kept + tail;
}

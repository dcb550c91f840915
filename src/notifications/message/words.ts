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
  const { finds, notices } = countsOf(message);
  const first = message.alerts.find((alert) => alert.is_find) ?? message.alerts[0];
  if (!first) return cut(`Gone meanwhile: ${message.gone[0]?.title ?? "what was found for you"}`);
  const alike = first.is_find ? finds : notices;
  const price = first.price === null ? "" : ` · ${formatMoney(first.price)}`;
  const tail = alike > 1 ? ` and ${alike - 1} more` : price;
  if (finds + notices > 1) return cut(`${countText(message)}: ${first.title}`, tail);
  return cut(`${first.label === null ? "" : `${first.label}: `}${first.title}`, tail);
}

/** What stands at the top. */
export function headlineOf(message: OutgoingMessage): string {
  const { finds, notices } = countsOf(message);
  if (!areAllGone(message)) return `${countText(message)} for you`;
  if (notices > 0) return countText(message);
  return finds === 1 ? "Gone meanwhile" : `${finds} finds, all gone meanwhile`;
}

/** "A find", "3 finds", "2 finds and a notice", "2 finds, all gone meanwhile, and a notice". */
function countText(message: OutgoingMessage): string {
  const { finds, notices } = countsOf(message);
  const noticeText = notices === 1 ? "a notice" : `${notices} notices`;
  const findText = finds === 1 ? "a find" : `${finds} finds`;
  const goneText = finds === 1 ? ", gone meanwhile," : ", all gone meanwhile,";
  const text = notices === 0
    ? findText
    : finds === 0
    ? noticeText
    : `${findText}${areAllGone(message) ? goneText : ""} and ${noticeText}`;
  return text[0]!.toUpperCase() + text.slice(1);
}

function countsOf({ alerts, gone, more }: OutgoingMessage): { finds: number; notices: number } {
  const finds = alerts.filter((alert) => alert.is_find).length;
  return { finds: finds + gone.length + more.finds, notices: alerts.length - finds + more.notices };
}

/** Those that are gone come last, so that what is not shown behind one of them is gone too. */
function areAllGone({ alerts, gone }: OutgoingMessage): boolean {
  return gone.length > 0 && !alerts.some((alert) => alert.is_find);
}

/** Finds and notices that are not shown. */
export function moreCount({ more }: OutgoingMessage): number {
  return more.finds + more.notices;
}

/** The credit that leads to the page of the alert itself, which belongs beside it; null: one for all will do. */
export function creditBeside({ provider, url }: AlertView): { text: string; url: string } | null {
  return provider?.attribution && provider.attribution.url === url ? provider.attribution : null;
}

/** Credits that the providers of a message ask for, each once, but for those that stand beside what they are for. */
export function attributionsOf({ alerts, gone }: OutgoingMessage): { text: string; url: string }[] {
  const others = alerts.filter((alert) => creditBeside(alert) === null);
  const all = [...others, ...gone].flatMap((alert) => alert.provider?.attribution ?? []);
  return [...new Map(all.map((one) => [one.text, one])).values()];
}

/** What the terms of a message's providers ask to be said of them, each once. */
export function noticesOf({ alerts, gone }: OutgoingMessage): string[] {
  return [...new Set([...alerts, ...gone].flatMap((alert) => alert.provider?.notice ?? []))];
}

/**
 * Finds by provider, in order of first appearance: some terms forbid to mix them, and people look for the shop. Then the
 * notices.
 */
export function sectionsOf({ alerts }: OutgoingMessage): { name: string; alerts: AlertView[] }[] {
  const groups = Map.groupBy(
    alerts.filter((alert) => alert.is_find),
    (alert) => alert.provider?.name ?? "WaxWatch",
  );
  const notices = alerts.filter((alert) => !alert.is_find);
  return [
    ...[...groups].map(([name, own]) => ({ name, alerts: own })),
    ...(notices.length > 0 ? [{ name: "Notices", alerts: notices }] : []),
  ];
}

function cut(text: string, tail = ""): string {
  const room = MAX_SUBJECT - tail.length;
  const line = text.replace(/\s+/g, " ").trim();
  const kept = line.length <= room ? line : `${[...line].slice(0, room - 1).join("").trimEnd()}…`;
  return kept + tail;
}

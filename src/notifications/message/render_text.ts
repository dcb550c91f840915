import type { AlertView, OutgoingMessage } from "./schema.ts";
import {
  attributionsOf,
  creditBeside,
  factsLine,
  headlineOf,
  matchedLine,
  moreCount,
  noticesOf,
  priceLine,
  sectionsOf,
} from "./words.ts";

/** The message as plain text, links in full. */
export function renderText(message: OutgoingMessage): string {
  const sections = sectionsOf(message);
  const blocks = sections.flatMap(({ name, alerts }) => [
    ...(sections.length > 1 ? [`--- ${name} ---`] : []),
    ...alerts.map(alertText),
  ]);
  const footer = [
    ...noticesOf(message),
    ...attributionsOf(message).map(({ text, url }) => `${text} (${url})`),
    `Unsubscribe: ${message.unsubscribe_url}`,
  ];
  return [
    headlineOf(message),
    ...blocks,
    ...(message.gone.length > 0 ? [goneText(message.gone)] : []),
    ...(moreCount(message) > 0 ? [`And ${moreCount(message)} more: ${message.view_url}`] : []),
    `-- \n${footer.join("\n")}`,
  ].join("\n\n") + "\n";
}

function alertText(alert: AlertView): string {
  const facts = [priceLine(alert), factsLine(alert)].filter(Boolean).join(" · ");
  return [
    `${alert.label === null ? "" : `[${alert.label}] `}${alert.title}`,
    facts,
    matchedLine(alert),
    alert.text,
    creditBeside(alert)?.text,
    alert.url,
  ].filter(Boolean).join("\n");
}

function goneText(gone: readonly AlertView[]): string {
  return [
    "Gone meanwhile:",
    ...gone.map((alert) => `- ${[alert.title, priceLine(alert)].filter(Boolean).join(" · ")}`),
  ]
    .join("\n");
}

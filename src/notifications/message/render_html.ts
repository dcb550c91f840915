/** The message as HTML for mail programs: tables and inline styles, nothing remote but the listings' pictures. */
import { escape, FONT, page, row } from "../../platform/html_page.ts";
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
  subjectOf,
} from "./words.ts";

/** The whole document, `isOnWeb`: for a browser. What came from outside is escaped; links are http or https or left out. */
export function renderHtml(message: OutgoingMessage, options: { isOnWeb?: boolean } = {}): string {
  const sections = sectionsOf(message);
  return page(subjectOf(message), [
    row(`<h1 class="ink" style="${H1}">${escape(headlineOf(message))}</h1>`, "8px 24px 4px"),
    ...sections.flatMap(({ name, alerts }) => [
      ...(sections.length > 1
        ? [row(`<h2 class="dim" style="${H2}">${escape(name)}</h2>`, "16px 24px 0")]
        : []),
      ...alerts.map(alertRow),
    ]),
    ...(message.gone.length > 0 ? [goneRow(message.gone)] : []),
    ...(moreCount(message) > 0 ? [moreRow(message)] : []),
    footerRow(message),
  ], options);
}

const H1 = `${FONT};font-size:22px;line-height:28px;margin:0;color:#1d1b18;`;
const H2 =
  `${FONT};font-size:13px;line-height:18px;margin:0;color:#6b655b;text-transform:uppercase;letter-spacing:.06em;`;
const TITLE = `${FONT};font-size:16px;line-height:22px;font-weight:600;color:#1d1b18;text-decoration:none;`;
const PRICE = `${FONT};font-size:16px;line-height:22px;font-weight:700;color:#1d1b18;`;
const TEXT = `${FONT};font-size:14px;line-height:20px;color:#6b655b;`;
const LINK = "color:#a3381b;";
const LABEL = `${FONT};font-size:12px;line-height:16px;font-weight:700;color:#a3381b;`;
const PICTURE = "display:block;width:72px;height:72px;object-fit:cover;border-radius:6px;background:#e2ddd3;";

function alertRow(alert: AlertView): string {
  const picture = webUrl(alert.image_url);
  const cell = picture === null ? "" : `<td width="72" valign="top" style="padding-right:16px;">` +
    `<img src="${escape(picture)}" width="72" height="72" alt="" style="${PICTURE}"></td>`;
  const lines = [
    alert.label === null ? null : `<div class="brand" style="${LABEL}">${escape(alert.label)}</div>`,
    `<div>${linked(alert)}</div>`,
    priceLine(alert) === null ? null : `<div class="ink" style="${PRICE}">${escape(priceLine(alert)!)}</div>`,
    dimLine(factsLine(alert)),
    dimLine(matchedLine(alert)),
    dimLine(alert.text),
    creditLine(alert),
    offerLink(alert),
  ].filter(Boolean).join("\n");
  return row(
    `<table role="presentation" class="line" width="100%" cellpadding="0" cellspacing="0" ` +
      `style="border-top:1px solid #e2ddd3;"><tr><td style="padding-top:16px;">` +
      `<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>${cell}` +
      `<td valign="top">${lines}</td></tr></table></td></tr></table>`,
  );
}

function linked({ title, url }: AlertView): string {
  const href = webUrl(url);
  if (href === null) return `<span class="ink" style="${TITLE}">${escape(title)}</span>`;
  return `<a class="ink" href="${escape(href)}" style="${TITLE}">${escape(title)}</a>`;
}

function offerLink({ url, provider }: AlertView): string | null {
  const href = webUrl(url);
  if (href === null) return null;
  const text = provider === null ? "Open" : `See it on ${provider.name}`;
  return `<div><a class="link" href="${escape(href)}" style="${TEXT}${LINK}">${escape(text)}</a></div>`;
}

function creditLine(alert: AlertView): string | null {
  const credit = creditBeside(alert);
  const href = webUrl(credit?.url ?? null);
  if (credit === null || href === null) return null;
  return `<div class="dim" style="${TEXT}">` +
    `<a class="dim" href="${escape(href)}" style="color:#6b655b;">${escape(credit.text)}</a></div>`;
}

function dimLine(text: string | null): string | null {
  return text ? `<div class="dim" style="${TEXT}">${escape(text)}</div>` : null;
}

function goneRow(gone: readonly AlertView[]): string {
  const lines = gone.map((alert) => dimLine([alert.title, priceLine(alert)].filter(Boolean).join(" · ")));
  return row(`<h2 class="dim" style="${H2}">Gone meanwhile</h2>${lines.join("\n")}`, "16px 24px 8px");
}

function moreRow(message: OutgoingMessage): string {
  const style =
    `${FONT};display:inline-block;padding:10px 18px;border-radius:8px;font-size:15px;font-weight:600;` +
    "background:#a3381b;color:#ffffff;text-decoration:none;";
  return row(
    `<a class="button" href="${escape(message.view_url)}" style="${style}">And ${
      moreCount(message)
    } more: see all</a>`,
    "16px 24px",
  );
}

function footerRow(message: OutgoingMessage): string {
  const credits = attributionsOf(message).map(({ text, url }) =>
    `<a class="dim" href="${escape(url)}" style="color:#6b655b;">${escape(text)}</a>`
  );
  const leave = `<a class="link" href="${escape(message.unsubscribe_url)}" style="${LINK}">Unsubscribe</a>`;
  const lines = [...noticesOf(message).map(escape), [...credits, leave].join(" · ")];
  return row(
    lines.map((line) => `<div class="dim" style="${TEXT}font-size:12px;">${line}</div>`).join("\n"),
    "16px 24px 20px",
  );
}

/** The address when a browser may open it: what providers send is not trusted to be a link. */
function webUrl(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  return /^https?:$/.test(new URL(url).protocol) ? url : null;
}

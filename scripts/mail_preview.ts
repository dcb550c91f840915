/** `deno task mail:preview`: writes example mails as .html and .txt into .data/mail-preview, to be looked at. */
import { join } from "node:path";
import { toMail } from "../src/notifications/channels/email/mail.ts";
import { type AlertView, MAX_SHOWN, type OutgoingMessage } from "../src/notifications/message/schema.ts";
import { AFFILIATE_NOTICE } from "../src/providers/ebay/provider.ts";
import { EBAY_TERMS } from "../src/providers/terms.ts";
import { say } from "./supervise.ts";

const FOLDER = join(".data", "mail-preview");
/** The examples' picture; the drawn one takes its place in the files. */
const SLEEVE = "https://market.example/sleeve.jpg";
/** A sleeve, drawn here so that the preview needs no network. */
const PICTURE = "data:image/svg+xml;utf8," + encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72"><rect width="72" height="72" fill="#27405c"/>` +
    `<circle cx="36" cy="36" r="26" fill="#111"/><circle cx="36" cy="36" r="9" fill="#d8b04c"/></svg>`,
);
const EBAY = { name: "eBay", attribution: EBAY_TERMS.attribution, notice: AFFILIATE_NOTICE };
const MARKET = { name: "Simulated market", attribution: null, notice: null };
const NOTICE: Partial<AlertView> = {
  type: "SERVICE_NOTICE",
  is_find: false,
  is_listing: false,
  url: null,
  image_url: null,
  price: null,
  converted_price: null,
  shipping: null,
  provider: null,
  matched: [],
  condition: null,
};

const EXAMPLES: Record<string, OutgoingMessage> = {
  instant: message([anAlert()]),
  instant_price_drop: message([
    anAlert({
      label: "Price drop",
      earlier_price: { minor: 3_200, currency: "USD" },
    }),
  ]),
  instant_unknown_price: message([anAlert({ price: null, converted_price: null, image_url: null })]),
  instant_gone: message([], { gone: [anAlert()] }),
  digest_3: message([
    anAlert({ provider: EBAY }),
    anAlert({ title: "John Coltrane - Blue Train (1957, mono, RVG)", provider: MARKET, is_bid: true }),
    anAlert({
      title: "山下達郎 – RIDE ON TIME (国内盤LP・帯付き)",
      price: { minor: 4_200, currency: "JPY" },
      converted_price: { minor: 2_689, currency: "EUR" },
      condition: "盤質: NM",
    }),
  ]),
  digest_51: message(
    Array.from({ length: MAX_SHOWN }, (_, n) => anAlert({ title: `Find number ${n + 1}` })),
    {
      more: { finds: 1, notices: 0 },
    },
  ),
  long_titles: message([
    anAlert({
      title: "Miles Davis - Kind Of Blue ".repeat(12).trim(),
      matched: Array(8).fill("A rule with a name"),
    }),
    anAlert({ title: "Unbroken" + "Word".repeat(60), url: `https://market.example/${"x".repeat(300)}` }),
  ]),
  non_latin: message([
    anAlert({ title: "Кино – Группа крови (Мелодия, 1990)", condition: "Отличное" }),
    anAlert({ title: "فيروز – سألتك حبيبي", condition: "جيد جدا" }),
    anAlert({ title: "Μίκης Θεοδωράκης – Ζορμπάς & <script>alert(1)</script>" }),
  ]),
  ended_and_changed: message([
    anAlert({ earlier_price: { minor: 3_000, currency: "USD" } }),
    anAlert({
      title: "A listing that may no longer be shown",
      is_listing: false,
      url: null,
      image_url: null,
    }),
  ], { gone: [anAlert({ title: "Art Blakey - Moanin' (sold an hour ago)" })] }),
  notice: message([anAlert({
    ...NOTICE,
    title: "Your Discogs import is complete",
    text: "214 releases of your wantlist are watched now; 3 could not be read.",
  })]),
  digest_with_notice: message([
    anAlert({ provider: EBAY }),
    anAlert({
      ...NOTICE,
      title: "Discogs does not answer",
      text:
        "No search at Discogs has succeeded since 2026-11-23 08:00 UTC: it cannot be reached or answers with errors.",
    }),
    anAlert({ title: "John Coltrane - Blue Train (1957, mono, RVG)", provider: EBAY }),
  ]),
};

await Deno.mkdir(FOLDER, { recursive: true });
for (const [name, example] of Object.entries(EXAMPLES)) {
  const from = { name: "WaxWatch", address: "alerts@waxwatch.example" };
  const mail = toMail(example, { from, idempotencyKey: "00000000-0000-4000-8000-000000000000" });
  await Deno.writeTextFile(join(FOLDER, `${name}.html`), mail.html.replaceAll(SLEEVE, PICTURE));
  await Deno.writeTextFile(join(FOLDER, `${name}.txt`), `Subject: ${mail.subject}\n\n${mail.text}`);
}
say(`${Object.keys(EXAMPLES).length} mails are in ${FOLDER}, each as .html and .txt`);

function anAlert(fields: Partial<AlertView> = {}): AlertView {
  return {
    type: "NEW_MATCH",
    is_find: true,
    label: null,
    title: "Miles Davis - Kind Of Blue (1959, six-eye, mono)",
    text: null,
    url: "https://market.example/offers/1",
    image_url: SLEEVE,
    is_listing: true,
    price: { minor: 2_499, currency: "USD" },
    is_bid: false,
    is_floor: false,
    for_sale_count: null,
    shipping: { minor: 450, currency: "USD" },
    ends_at: null,
    earlier_price: null,
    converted_price: { minor: 2_310, currency: "EUR" },
    condition: "Very Good Plus (VG+)",
    provider: MARKET,
    matched: ["Kind of Blue", "Miles under 60"],
    ...fields,
  };
}

function message(alerts: AlertView[], fields: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    kind: alerts.length === 1 ? "instant" : "digest",
    recipient: { address: "ada@example.com", name: "Ada" },
    alerts,
    gone: [],
    more: { finds: 0, notices: 0 },
    view_url: "https://waxwatch.example/api/messages/…",
    unsubscribe_url: "https://waxwatch.example/api/unsubscribe/…",
    ...fields,
  };
}

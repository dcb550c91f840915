import assert from "node:assert/strict";
import { parseEcbRates, RatesUnreadableError } from "../../src/pricing/ecb_rates.ts";
import { ecbXml } from "../support/rates.ts";

const DAILY = ecbXml("2026-08-21", { USD: "1.1699", JPY: "185.66", GBP: "0.85670" });
const EXPECTED = [{ date: "2026-08-21", rates: { USD: "1.1699", JPY: "185.66", GBP: "0.85670" } }];

const FORMS: [form: string, xml: string][] = [
  ["as published", DAILY],
  ["double quotes", DAILY.replaceAll("'", '"')],
  ["one line", DAILY.replace(/\s*\n\s*/g, "")],
  ["attributes on lines of their own", DAILY.replaceAll(" rate=", "\r\n\t  rate = ")],
  ["another prefix on every element", DAILY.replaceAll("<Cube", "<x:Cube").replaceAll("</Cube", "</x:Cube")],
  ["rate before currency", DAILY.replace(/(currency='\w+') (rate='[\d.]+')/g, "$2 $1")],
  ["end tags", DAILY.replace(/(rate='[\d.]+')\/>/g, "$1 ></Cube>")],
  ["a byte order mark", `\ufeff${DAILY}`],
  [
    "rates inside comments and CDATA",
    DAILY.replace(
      "</Cube>",
      "<!-- <Cube currency='CHF' rate='9'/> --><![CDATA[<Cube currency='SEK' rate='9'/>]]></Cube>",
    ),
  ],
  [
    "entries without a usable rate",
    DAILY.replace(
      "</Cube>",
      "<Cube currency='CHF' rate='N/A'/><Cube currency='SEK' rate='-1'/><Cube currency='DKK' rate='0'/>" +
        "<Cube currency='NOK'/><Cube rate='2'/><Cube currency='EUR' rate='1'/><Cube currency='usd' rate='2'/></Cube>",
    ),
  ],
];

for (const [form, xml] of FORMS) {
  Deno.test(`parseEcbRates() reads a file with ${form}`, () => {
    const sets = parseEcbRates(xml);
    assert.deepEqual(sets.map(({ date, rates }) => ({ date, rates: Object.fromEntries(rates) })), EXPECTED);
    assert.equal(sets[0]?.source, "ecb");
  });
}

Deno.test("parseEcbRates() reads every day of a file with several", () => {
  const two = DAILY.replace(
    "</Cube>",
    "</Cube><Cube time='2026-08-20'><Cube currency='USD' rate='1.16'/></Cube>",
  );
  assert.deepEqual(parseEcbRates(two).map(({ date, rates }) => [date, rates.get("USD")]), [
    ["2026-08-21", "1.1699"],
    ["2026-08-20", "1.16"],
  ]);
});

const REFUSED: [what: string, text: string][] = [
  ["nothing", ""],
  ["a web page", "<html><body><h1>Access Denied</h1></body></html>"],
  ["a day without rates", "<Cube><Cube time='2026-08-21'></Cube></Cube>"],
  ["rates without a day", "<Cube><Cube currency='USD' rate='1.1'/></Cube>"],
  ["a day that does not exist", DAILY.replace("2026-08-21", "2026-02-30")],
  ["a day written otherwise", DAILY.replace("2026-08-21", "21.08.2026")],
];

for (const [what, text] of REFUSED) {
  Deno.test(`parseEcbRates() refuses ${what}`, () => {
    assert.throws(() => parseEcbRates(text), RatesUnreadableError);
  });
}

const RECORDED = new URL("../../../shared/data/fixtures/rss/", import.meta.url);

for (
  const [file, date, currencies] of [
    ["ecb_eurofxref-daily_2017-03-08.xml", "2017-03-08", 31],
    ["ecb_eurofxref-daily_2023-04-18.xml", "2023-04-18", 30],
    ["ecb_eurofxref-daily_2026-08-22.xml", "2026-08-21", 29],
  ] as const
) {
  Deno.test(`parseEcbRates() reads the recorded file of ${date} where it is there`, async () => {
    const xml = await Deno.readTextFile(new URL(file, RECORDED)).catch(() => null);
    if (xml === null) return;
    const [set] = parseEcbRates(xml);
    assert.equal(set?.date, date);
    assert.equal(set?.rates.size, currencies);
  });
}

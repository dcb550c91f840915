/** Exchange rates of a test, in the form the European Central Bank publishes them. */

/** A daily file; `rates` are units for one euro. */
export function ecbXml(date: string, rates: Readonly<Record<string, string | number>>): string {
  const cubes = Object.entries(rates).map(([currency, rate]) =>
    `\t\t\t<Cube currency='${currency}' rate='${rate}'/>`
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
\t\t<Cube time='${date}'>
${cubes.join("\n")}
\t\t</Cube>
\t</Cube>
</gesmes:Envelope>`;
}

/** A set as the store takes it. */
export function aRateSet(
  source: string,
  date: string,
  rates: Readonly<Record<string, string>>,
): { source: string; date: string; rates: ReadonlyMap<string, string> } {
  return { source, date, rates: new Map(Object.entries(rates)) };
}

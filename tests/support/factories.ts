/** Things to test with: only the field that matters is written in the test. */

/** A listing as `POST /api/dev/listings/ingest` takes it: a copy of Kind of Blue on the simulated market. */
export function aListing(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    provider: "mock",
    external_id: `listing-${crypto.randomUUID()}`,
    title: "Miles Davis - Kind Of Blue LP",
    url: "https://market.example/offers/1",
    price: 24.99,
    currency: "USD",
    condition: "Very Good Plus (VG+)",
    ...fields,
  };
}

/** A rule as `POST /api/watch-rules` takes it: any listing that says "kind of blue". */
export function aRule(
  fields: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    name: "Kind of Blue",
    query: { keywords: ["kind of blue"], sources: ["mock"], ...query },
    ...fields,
  };
}

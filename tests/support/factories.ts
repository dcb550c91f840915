/** Things to test with: only the field that matters is written in the test. */
import type { components, operations } from "../../docs/client/api.ts";

/** What an operation of the API takes as its body. */
type BodyOf<Operation> = Operation extends { requestBody: { content: { "application/json": infer Body } } }
  ? Body
  : never;

/** Body of `POST /api/watch-rules`. */
export type NewRule = BodyOf<operations["createWatchRule"]>;
/** Its query. */
export type NewQuery = NewRule["query"];
/** Body of `PATCH /api/watch-rules/{id}`. */
export type RuleChange = BodyOf<operations["updateWatchRule"]>;
/** Body of `POST /api/watch-releases`. */
export type NewRelease = BodyOf<operations["createWatchRelease"]>;
/** One listing of `POST /api/dev/listings/ingest`. */
export type NewListing = Exclude<BodyOf<operations["ingestDevListings"]>, unknown[]>;
/** Body of `POST /api/search`. */
export type NewSearch = components["schemas"]["Search"];

/** A copy of Kind of Blue on the simulated market. */
export function aListing(fields: Partial<NewListing> = {}): NewListing {
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

/** A rule for any listing that says "kind of blue". */
export function aRule(fields: Partial<Omit<NewRule, "query">> = {}, query: NewQuery = {}): NewRule {
  return {
    name: "Kind of Blue",
    query: { keywords: ["kind of blue"], sources: ["mock"], ...query },
    ...fields,
  };
}

/** A watch of Kind of Blue at any price. */
export function aRelease(fields: Partial<NewRelease> = {}): NewRelease {
  return { discogs_release_id: 101, title: "Kind Of Blue", artist: "Miles Davis", ...fields };
}

/** The calls that flows are made of, by the typed client; each has to succeed. */
import type { components, operations } from "../../docs/client/api.ts";
import { byId, ok } from "./answers.ts";
import type { NewListing, NewRelease, NewRule, RuleChange } from "./factories.ts";
import type { Client } from "./service.ts";

/** Somebody who calls. */
type Person = Pick<Client, "api">;

type Schemas = components["schemas"];

/** What an ingest did to one listing. */
export type IngestResult = Extract<
  operations["ingestDevListings"]["responses"][200]["content"]["application/json"],
  unknown[]
>[number];

/** Saves a rule. */
export async function saveRule({ api }: Person, body: NewRule): Promise<Schemas["WatchRule"]> {
  return ok(await api.POST("/api/watch-rules", { body }), 201);
}

/** Reads a rule. */
export async function readRule({ api }: Person, id: string): Promise<Schemas["WatchRule"]> {
  return ok(await api.GET("/api/watch-rules/{id}", byId(id)), 200);
}

/** Changes a rule. */
export async function changeRule(
  { api }: Person,
  id: string,
  body: RuleChange,
): Promise<Schemas["WatchRule"]> {
  return ok(await api.PATCH("/api/watch-rules/{id}", { ...byId(id), body }), 200);
}

/** Watches a release. */
export async function watchRelease({ api }: Person, body: NewRelease): Promise<Schemas["WatchRelease"]> {
  return ok(await api.POST("/api/watch-releases", { body }), 201);
}

/** Sends one listing as if a marketplace had named it. @throws when the answer is a list */
export async function ingest({ api }: Person, body: NewListing): Promise<IngestResult> {
  const result = ok(await api.POST("/api/dev/listings/ingest", { body }), 200);
  if (Array.isArray(result)) throw new Error("Cannot read the result: one listing was answered with a list");
  return result;
}

/** Sends listings in one batch. @throws when the answer is no list, or not as long */
export async function ingestAll({ api }: Person, body: NewListing[]): Promise<IngestResult[]> {
  const results = ok(await api.POST("/api/dev/listings/ingest", { body }), 200);
  if (Array.isArray(results) && results.length === body.length) return results;
  throw new Error(
    `Cannot read the results: ${body.length} listings were answered ${JSON.stringify(results)}`,
  );
}

/** The first page of the inbox, newest first; 50 rows unless `query` says otherwise. */
export async function inboxOf(
  { api }: Person,
  query: NonNullable<operations["listNotifications"]["parameters"]["query"]> = {},
): Promise<Schemas["Notification"][]> {
  return ok(await api.GET("/api/notifications", { params: { query } }), 200);
}

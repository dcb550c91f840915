/** The process itself, its description, and what development adds. */
import { aListing } from "../../support/factories.ts";
import { aRuleOf } from "../support/rows.ts";
import type { Entries } from "./entry.ts";

export const serviceEntries: Entries = {
  getHealth: { valid: () => ({}) },
  getReadiness: { valid: () => ({}) },
  getMetrics: { valid: () => ({}) },
  getApiDocument: { valid: () => ({}) },
  showDocs: { valid: () => ({}) },
  getDocsAsset: { valid: () => ({ params: { asset: "start.js" } }), ids: "all" },
  issueDevToken: {
    valid: ({ email }) => ({ body: { email } }),
    refused: [{ body: { email: "no address" } }, { body: { email: null } }],
  },
  ingestDevListings: {
    valid: ({ marker }) => ({ body: [aListing({ title: `Offer of ${marker}` }), aListing()] }),
    refused: [
      { body: { ...aListing(), price: "1" } },
      { body: { ...aListing(), provider: "napster" } },
      { body: [] },
    ],
  },
  runDevRule: {
    valid: async (who) => ({ params: { id: await aRuleOf(who) }, query: { limit: "1" } }),
    refused: [{ query: { limit: "51" } }, { query: { limit: "0" } }],
  },
};

/** What was seen and done: listings, links to them, the log of events, calls to providers, the account at Discogs. */
import { aNotice, signatureOf } from "../../support/ebay_notices.ts";
import type { Call } from "../support/call.ts";
import { EBAY_KEYS, type Person } from "../support/world.ts";
import {
  aConsentOf,
  aLinkedAccountOf,
  anImportedWatchOf,
  anImportOf,
  anOfferOf,
  aRuleOf,
  twoCallsFor,
} from "../support/rows.ts";
import type { Entries } from "./entry.ts";

const anOffersPath = async (who: Person) => ({ params: { id: await anOfferOf(who) } });
const withCalls = async (who: Person) => {
  await twoCallsFor(who);
  return {};
};
const BAD_FILTERS: readonly Call[] = [
  { query: { status_code_gte: "99" } },
  { query: { status_code_gte: "500", status_code_lte: "400" } },
  { query: { created_from: "2026-11-24T00:00:00Z", created_to: "2026-11-23T00:00:00Z" } },
  { query: { created_from: "yesterday" } },
  { query: { user_id: "x" } },
];
const EBAY = { provider: "ebay", url: "https://www.ebay.com/itm/1" };

const aFileOf = (artist: string) => `release_id,Artist,Title\n1252,${artist},Kind Of Blue\n`;

export const recordEntries: Entries = {
  getListing: { valid: anOffersPath, ids: "all" },
  listPricesOfListing: { valid: anOffersPath, ids: "all" },
  followEbayLink: {
    valid: async (who) => ({
      params: { listing_id: await anOfferOf(who, EBAY) },
      query: { referer: who.marker },
    }),
    ids: "all",
  },
  answerEbayChallenge: {
    valid: ({ marker }) => ({ query: { challenge_code: marker } }),
    refused: [{ query: {} }, { query: { challenge_code: "" } }],
  },
  receiveEbayAccountDeletion: {
    valid: ({ marker }) => {
      const body = aNotice({ username: marker });
      return { body, headers: { "x-ebay-signature": signatureOf(EBAY_KEYS, JSON.stringify(body)) } };
    },
    refused: [
      { body: { ...aNotice(), metadata: { topic: "ITEM_SOLD" } } },
      { body: aNotice({ username: 5 }) },
      { body: aNotice({}, "") },
    ],
  },
  listProviders: { valid: () => ({}) },
  listEvents: {
    valid: async (who) => {
      await aRuleOf(who);
      await aRuleOf(who);
      return {};
    },
    refused: [{ query: { type: "RULE_EATEN" } }, { query: { rule_id: "x" } }],
    foreign: { call: async (_who, other) => ({ query: { rule_id: await aRuleOf(other) } }), status: 200 },
  },
  listProviderRequests: { valid: withCalls },
  sumProviderRequests: { valid: withCalls },
  listAllProviderRequests: { valid: withCalls, refused: BAD_FILTERS },
  sumAllProviderRequests: { valid: withCalls, refused: BAD_FILTERS },
  connectDiscogs: {
    valid: ({ marker }) => ({ body: { external_user_id: marker, access_token: `token-${marker}` } }),
    refused: [
      { body: { external_user_id: "" } },
      { body: { external_user_id: "ada", access_token: "two words" } },
      { body: { external_user_id: "ada", token_metadata: "x" } },
    ],
  },
  startDiscogsLink: {
    valid: ({ marker }) => ({ body: { scopes: [marker] } }),
    refused: [{ body: { return_to: "https://evil.example/" } }, { body: { scopes: "all" } }],
  },
  finishDiscogsLink: {
    valid: async (who) => ({ body: await aConsentOf(who) }),
    refused: [{ body: {} }, { body: { state: "x" } }],
    usesUp: true,
  },
  returnFromDiscogs: {
    valid: async (who) => ({ query: await aConsentOf(who) }),
    refused: [{ query: { oauth_token: "" } }],
    usesUp: true,
  },
  updateDiscogsConnection: {
    valid: async (who) => {
      await aLinkedAccountOf(who);
      return { body: { sync: "hourly" } };
    },
    refused: [{ body: { sync: "daily" } }, { body: { sync: null } }],
  },
  startDiscogsImport: {
    valid: async (who) => {
      await aLinkedAccountOf(who);
      return { body: { source: "wantlist" } };
    },
    refused: [
      { body: { source: "all" } },
      { body: { source: null } },
      { body: { source: "list" } },
      { body: { source: "list", list: "https://evil.example/lists/1" } },
      { body: { source: "both", list: 1 } },
    ],
  },
  importDiscogsFile: {
    valid: ({ marker }) => ({ query: { source: "wantlist" }, text: aFileOf(marker) }),
    refused: [
      { text: "Artist,Title\nMiles Davis,Kind Of Blue\n" },
      { text: 'release_id,Artist,Title\n1,"Miles Davis,Kind Of Blue\n' },
      { query: { source: "attic" }, text: aFileOf("x") },
    ],
  },
  getDiscogsImport: { valid: async (who) => ({ params: { job_id: await anImportOf(who) } }) },
  listImportedItems: {
    valid: async (who) => {
      await anImportedWatchOf(who);
      return { query: { source: "wantlist", limit: "100", offset: "0" } };
    },
    refused: [{ query: { limit: "101" } }, { query: { offset: "-1" } }, { query: { source: "attic" } }],
  },
  openImportedItem: {
    valid: async (who) => ({
      params: { watch_release_id: await anImportedWatchOf(who) },
      query: { source: "both" },
    }),
    refused: [{ query: { source: "attic" } }],
  },
  getDiscogsConnection: { valid: () => ({}) },
  disconnectDiscogs: { valid: () => ({ body: { revoke: true } }), refused: [{ body: { revoke: "yes" } }] },
};

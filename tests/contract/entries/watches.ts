/** Rules, watched releases, searches. */
import {
  aReleaseOf,
  aRuleOf,
  aRuleThatMatchedFor,
  aSourceOf,
  releaseBody,
  ruleBody,
  sourceBody,
} from "../support/rows.ts";
import type { Person } from "../support/world.ts";
import type { Entries } from "./entry.ts";

const aRulesPath = async (who: Person) => ({ params: { id: await aRuleOf(who) } });
const aSourcesPath = async (who: Person) => ({ params: { id: await aSourceOf(who) } });
const aReleasesPath = async (who: Person) => ({ params: { id: await aReleaseOf(who) } });

/** Bodies that neither making nor changing a rule accepts. */
const BAD_RULES = [
  { body: { name: "", query: { keywords: ["blue"] } } },
  { body: { name: "x", query: {} } },
  { body: { name: "x", query: { keywords: ["blue"], sources: ["napster"] } } },
  { body: { name: "x", query: { keywords: ["blue"], min_price: 3, max_price: 2 } } },
  { body: { name: "x", query: { keywords: ["blue"] }, poll_interval_seconds: 29 } },
  { body: { name: "x", query: { keywords: ["blue"] }, is_active: "true" } },
  { body: { name: "x", query: { keywords: ["blue"] }, alerts: { urgent: true } } },
];
const BAD_RELEASES = [
  { body: { discogs_release_id: 0, title: "x" } },
  { body: { discogs_release_id: 1, title: "" } },
  { body: { discogs_release_id: 1, title: "x", match_mode: "any" } },
  { body: { discogs_release_id: 1, title: "x", currency: "XXY" } },
  { body: { discogs_release_id: 1, title: "x", year: 2.5 } },
];
const BAD_SEARCHES = [
  { keywords: [] },
  { keywords: ["blue"], providers: ["napster"] },
  { keywords: ["blue"], page_size: 101 },
  { keywords: ["blue"], min_price: 3, max_price: 2 },
];

export const watchEntries: Entries = {
  createWatchRule: { valid: (who) => ({ body: ruleBody(who) }), refused: BAD_RULES },
  listWatchRules: {
    valid: async (who) => {
      await aRuleOf(who);
      await aRuleOf(who);
      return {};
    },
  },
  getWatchRule: { valid: aRulesPath },
  updateWatchRule: {
    valid: async (who) => ({
      ...await aRulesPath(who),
      body: { name: `New name of ${who.marker}`, alerts: null },
    }),
    refused: [...BAD_RULES, { body: { name: null } }],
  },
  runWatchRule: { valid: aRulesPath, usesUp: true },
  stopWatchRule: { valid: aRulesPath },
  disableWatchRule: { valid: aRulesPath },
  deleteWatchRule: { valid: aRulesPath, usesUp: true },
  createWatchRelease: {
    valid: (who) => ({ body: releaseBody(who) }),
    refused: [...BAD_RELEASES, { body: { discogs_release_id: 1, title: "x", match_mode: "master_release" } }],
    usesUp: true,
  },
  listWatchReleases: {
    valid: async (who) => {
      await aReleaseOf(who);
      await aReleaseOf(who);
      return {};
    },
    refused: [{ query: { watch_rule_id: "x" } }],
    foreign: {
      call: async (who, other) => ({ query: { watch_rule_id: await aRuleThatMatchedFor(who, other) } }),
      status: 200,
    },
  },
  getWatchRelease: { valid: aReleasesPath },
  updateWatchRelease: {
    valid: async (who) => ({
      ...await aReleasesPath(who),
      body: { title: `New title of ${who.marker}`, artist: null },
    }),
    refused: [...BAD_RELEASES, { body: { title: null } }],
  },
  stopWatchRelease: { valid: aReleasesPath },
  addSource: {
    valid: (who) => ({ body: sourceBody(who) }),
    refused: [
      { body: { url: "" } },
      { body: { url: "http://10.0.0.1/" } },
      { body: { url: "https://localhost/" } },
      { body: { url: "https://ada:secret@shop.example/" } },
      { body: { url: "https://shop.example/", currency: "XXY" } },
      { body: { url: "https://shop.example/", artist_from: "label" } },
    ],
    usesUp: true,
  },
  listSources: {
    valid: async (who) => {
      await aSourceOf(who);
      await aSourceOf(who);
      return {};
    },
  },
  getSource: { valid: aSourcesPath },
  updateSource: {
    valid: async (who) => ({
      ...await aSourcesPath(who),
      body: { name: `New name of ${who.marker}`, currency: null },
    }),
    refused: [{ body: { name: null } }, { body: { currency: "XXY" } }, { body: { artist_from: "vendor" } }],
  },
  removeSource: { valid: aSourcesPath, usesUp: true },
  searchOffers: {
    valid: ({ marker }) => ({ body: { keywords: [marker], page_size: 2 } }),
    refused: BAD_SEARCHES.map((body) => ({ body })),
  },
  saveSearchAlert: {
    valid: ({ marker }) => ({
      body: { name: `Search of ${marker}`, query: { keywords: [marker] }, poll_interval_seconds: 600 },
    }),
    refused: BAD_SEARCHES.map((query) => ({ body: { name: "x", query, poll_interval_seconds: 600 } })),
  },
};

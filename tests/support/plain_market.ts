/** A provider without any marketplace's peculiarities: one query per phrase, pages of JSON over HTTP. */
import { type Clock, systemClock } from "../../src/platform/clock.ts";
import { createHttpClient } from "../../src/platform/http_client.ts";
import type { CallQuota, ListingDraft, Provider } from "../../src/providers/contract.ts";
import { ProviderError } from "../../src/providers/contract.ts";
import { callProvider, failureOfRequest, jsonOf } from "../../src/providers/http_call.ts";
import { SIMULATED_TERMS } from "../../src/providers/terms.ts";

/** What its server answers: `/search?q=…&page=…`. */
export interface PlainPage {
  items: { id: string; title: string; price?: number }[];
  next: string | null;
}

export interface PlainMarketOptions {
  id: string;
  url: string;
  clock?: Clock;
  quota?: CallQuota | null;
  timeoutMs?: number;
}

/** A provider that asks the server at `url`. */
export function createPlainMarket(options: PlainMarketOptions): Provider {
  const { id, url, clock = systemClock, quota = null, timeoutMs } = options;
  const http = createHttpClient({ userAgent: "test/1.0", ...(timeoutMs ? { timeoutMs } : {}) });
  return {
    id,
    name: id,
    capabilities: {
      kind: "offers",
      filters: ["keywords"],
      gradeSource: "title",
      currencySource: "fixed",
      minIntervalSeconds: 30,
      maxPagesPerPoll: 5,
      quota,
      sweep: { maxPages: 5 },
      terms: SIMULATED_TERMS,
    },
    plan: (query) => query.keywords.map((phrase) => ({ q: phrase.toLowerCase() })),
    search: async (query, cursor, { signal, onCall, beforeCall }) => {
      await beforeCall?.();
      try {
        const params = new URLSearchParams({ q: String(query["q"]), page: cursor ?? "" });
        const request = { url: `${url}/search?${params}`, signal };
        const response = await callProvider({ http, clock }, {
          provider: id,
          operation: "search",
          request,
          onCall,
        });
        if (response.status !== 200) {
          throw new ProviderError("unavailable", `Cannot search ${id}: ${response.status}`);
        }
        const page = jsonOf(response, `search ${id}`) as PlainPage; // safe: what is no page fails below
        if (!Array.isArray(page.items)) {
          throw new ProviderError("bad_response", `Cannot search ${id}: no items`);
        }
        return { listings: page.items.map(toDraft), next: page.next };
      } catch (error) {
        throw failureOfRequest(error, `search ${id}`);
      }
    },
  };
}

/** An offer of this market by its id alone. */
export function aDraft(id: string): ListingDraft {
  return toDraft({ id, title: id });
}

function toDraft({ id, title, price }: PlainPage["items"][number]): ListingDraft {
  return {
    external_id: id,
    kind: "offer",
    title,
    url: null,
    image_url: null,
    price_minor: price ?? 1_000,
    currency: "USD",
    shipping_minor: null,
    condition: null,
    seller: null,
    location: null,
    discogs_release_id: null,
    discogs_master_id: null,
    listed_at: null,
    status: "active",
  };
}

/** Discogs as a test scripts it: catalogue and statistics over HTTP, in the shapes of API v2. */
import type { components } from "../../docs/client/api.ts";
import { inboxOf } from "./calls.ts";
import { json, type RecordedRequest, type Script, startScriptedServer } from "./scripted_server.ts";
import { type Client, type TestService, withService } from "./service.ts";

/** What the scripted Discogs knows; a test changes it between polls. */
export interface ScriptedDiscogs {
  /** Rows of every search. */
  rows: Record<string, unknown>[];
  /** Bodies of `/marketplace/stats/{id}` by id; absent: 404. */
  stats: Record<number, unknown>;
  /** Masters by id, with the release that stands for each. */
  masters: Record<number, number>;
  /** Rows of `/masters/{id}/versions` by id of the master, those released last first; absent: none. */
  versions?: Record<number, Record<string, unknown>[]>;
}

/** Statistics with copies for sale, in US dollars. */
export function someStats(price: number, count = 3): Record<string, unknown> {
  return { lowest_price: { value: price, currency: "USD" }, num_for_sale: count, blocked_from_sale: false };
}

/** Statistics of a release that nobody sells. */
export const NONE_FOR_SALE = { lowest_price: null, num_for_sale: null, blocked_from_sale: false };

/** A search row of a release. */
export function aRow(id: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    type: "release",
    title: `Miles Davis - Kind Of Blue`,
    format: ["Vinyl", "LP"],
    master_id: 5460,
    ...fields,
  };
}

/** A row of a master's versions. */
export function aVersion(id: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    title: "Kind Of Blue",
    format: "LP, Album, Reissue",
    major_formats: ["Vinyl"],
    released: "2020",
    status: "Accepted",
    stats: { community: { in_wantlist: 1, in_collection: 1 } },
    ...fields,
  };
}

/** Answers search, statistics, release, master and version calls by what `discogs` says then. */
export function discogsScript(discogs: ScriptedDiscogs): Script {
  return ({ path, query }: RecordedRequest) => {
    const id = Number(/(\d+)$/.exec(path)?.[1] ?? 0);
    if (path === "/database/search") {
      const { rows: results } = discogs;
      return json({
        pagination: { page: 1, pages: 1, per_page: 100, items: results.length, urls: {} },
        results,
      });
    }
    if (path === `/marketplace/stats/${id}` && id in discogs.stats) return json(discogs.stats[id]);
    if (path === `/releases/${id}` && id in discogs.stats) {
      return json({
        id,
        title: "Kind Of Blue",
        artists: [{ name: "Miles Davis" }],
        formats: [{ name: "Vinyl" }],
        master_id: 5460,
      });
    }
    const [, master = 0, versions] = /^\/masters\/(\d+)(\/versions)?$/.exec(path) ?? [];
    const main = discogs.masters[Number(master)];
    if (main && versions) return json(pageOfVersions(discogs.versions?.[Number(master)] ?? [], query));
    if (main) {
      return json({
        id: Number(master),
        title: "Kind Of Blue",
        artists: [{ name: "Miles Davis" }],
        main_release: main,
      });
    }
    return json({ message: "Release not found." }, { status: 404 });
  };
}

function pageOfVersions(rows: readonly unknown[], query: URLSearchParams): Record<string, unknown> {
  const [size, page] = [Number(query.get("per_page")), Number(query.get("page"))];
  return {
    pagination: { page, pages: Math.ceil(rows.length / size), per_page: size, items: rows.length, urls: {} },
    versions: rows.slice((page - 1) * size, page * size),
  };
}

/** The environment that sends the Discogs adapter to `url`. */
export function discogsEnv(url: string, env: Record<string, string> = {}): Record<string, string> {
  return { DISCOGS_API_URL: url, DISCOGS_TOKEN: "hunter2", ...env };
}

/** Runs `work` on a service whose Discogs is scripted. */
export async function withDiscogs(
  discogs: ScriptedDiscogs | Script,
  work: (service: TestService, server: ReturnType<typeof startScriptedServer>) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await using server = startScriptedServer(typeof discogs === "function" ? discogs : discogsScript(discogs));
  await withService((service) => work(service, server), discogsEnv(server.url, env));
}

/** What a person was told of listings, newest first; his own watches aside. */
export async function alertsOf(person: Client): Promise<components["schemas"]["Notification"][]> {
  const inbox = await inboxOf(person, { limit: 200 });
  return inbox.filter((one) => !one.event_type.startsWith("WATCH_RELEASE_"));
}

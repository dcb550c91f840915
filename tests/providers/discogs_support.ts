import { createHttpClient } from "../../src/platform/http_client.ts";
import type { DiscogsConfig } from "../../src/providers/discogs/call.ts";
import type {
  DiscogsCatalogue,
  KnownMaster,
  KnownRelease,
} from "../../src/providers/discogs/catalogue_store.ts";
import { createDiscogsProvider } from "../../src/providers/discogs/provider.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { json, type RecordedRequest, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { fixture } from "./support.ts";

/** A catalogue that remembers as long as the test runs. */
export function memoryCatalogue(): DiscogsCatalogue {
  const releases = new Map<number, KnownRelease>();
  const masters = new Map<number, KnownMaster>();
  return {
    findRelease: (id) => Promise.resolve(releases.get(id) ?? null),
    findMaster: (id) => Promise.resolve(masters.get(id) ?? null),
    findMasterIds: (ids) =>
      Promise.resolve(
        new Map(ids.flatMap((id) => {
          const master = releases.get(id)?.master_id ?? null;
          return master === null ? [] : [[id, master] as const];
        })),
      ),
    findStandings: (ids) =>
      Promise.resolve(ids.map((id) => {
        const { collectors = null, master_id = null } = releases.get(id) ?? {};
        return { id, collectors, is_main: masters.get(master_id ?? 0)?.main_release_id === id };
      })),
    putReleases: (rows) => Promise.resolve(rows.forEach((row) => void releases.set(row.id, row))),
    putMaster: (row) => Promise.resolve(void masters.set(row.id, row)),
  };
}

/** The configuration that leads to `url`. */
export function configFor(url: string, parts: Partial<DiscogsConfig> = {}): DiscogsConfig {
  return {
    apiUrl: url,
    userAgent: "WaxWatch/1.0",
    credentials: { kind: "token", token: "hunter2" },
    callsPerMinute: 50,
    ...parts,
  };
}

/** Discogs on a scripted server, with a clock that stands at noon. */
export function startDiscogs(script: Script, config: Partial<DiscogsConfig> = {}) {
  const server = startScriptedServer(script);
  const http = createHttpClient({ userAgent: "other/1.0", timeoutMs: 1_000 });
  const deps = { http, clock: fakeClock(NOON), catalogue: memoryCatalogue() };
  const provider = createDiscogsProvider({ ...deps, config: configFor(server.url, config) });
  return { server, provider, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Answers catalogue calls with fixtures of our own, and statistics with `stats`. */
export function withStats(stats: unknown): Script {
  return ({ path }: RecordedRequest) => {
    if (path.startsWith("/marketplace/stats/")) return json(stats);
    if (path === "/releases/101") return json(fixture("discogs/release_101.json"));
    if (path === "/masters/5460/versions") return json(fixture("discogs/versions.json"));
    if (path === "/masters/5460") return json(fixture("discogs/master_5460.json"));
    return json({ message: "The requested resource was not found." }, { status: 404 });
  };
}

import type { Clock } from "../platform/clock.ts";
import { DomainError, invalidField } from "../platform/errors.ts";
import { type GuardPolicy, problemOfUrl } from "../platform/guarded_client.ts";
import type { Log } from "../platform/log.ts";
import type { Pool } from "../platform/sql.ts";
import type {
  FeedLink,
  FoundSource,
  LinkedFeeds,
  ProviderFamily,
  SourceKind,
} from "../providers/added_source.ts";
import { type CallOptions, type ProviderCall, ProviderError } from "../providers/contract.ts";
import { keepCalls } from "../providers/keep_calls.ts";
import { QuotaEmptyError, quotaGate } from "../providers/quota.ts";
import { addressOf, type InspectedSource } from "./schema.ts";

/** What looking behind an address needs. */
export interface InspectDeps {
  sql: Pool;
  clock: Clock;
  log: Log;
  /** In the order in which they are asked. */
  sourceFamilies: readonly ProviderFamily[];
  sourcePolicy: GuardPolicy;
}

/** Most feeds of a page that are tried. */
const MAX_FOLLOWED = 3;
/** How long a person waits for all that is asked, in milliseconds. */
const INSPECT_DEADLINE_MS = 15_000;
const LOC = ["body", "url"];

/**
 * Looks behind an address: a seller, a feed, a shop, or the first feed that a page there names; or only for what is of
 * `kind`. Nothing is stored but the log of the calls.
 * @throws {DomainError} validation, naming the reason, for an address that may not be asked, does not answer, or is
 *   none of these
 */
export async function inspectSource(
  deps: InspectDeps,
  input: { url: string; user_id: string | null; kind?: SourceKind | null },
): Promise<InspectedSource> {
  const url = readAddress(input.url, deps.sourcePolicy);
  const calls: ProviderCall[] = [];
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), INSPECT_DEADLINE_MS);
  try {
    const options = { signal: controller.signal, onCall: (call: ProviderCall) => void calls.push(call) };
    const found = await findFamily(deps, { url, kind: input.kind ?? null }, options);
    if (found) return found;
  } catch (error) {
    if (error instanceof QuotaEmptyError) throw new DomainError("unavailable", error.message);
    if (!(error instanceof ProviderError)) throw error;
    throw invalidField(LOC, error.message);
  } finally {
    clearTimeout(timer);
    await keepCalls(deps, calls, { provider: "sources", poll_id: null, user_id: input.user_id });
  }
  throw invalidField(LOC, `there is neither a feed nor a shop that can be read at ${url.host}`);
}

/** @throws {DomainError} validation */
function readAddress(text: string, policy: GuardPolicy): URL {
  const url = addressOf(text);
  if (!url) throw invalidField(LOC, "it is no address");
  const problem = problemOfUrl(url, policy);
  if (problem !== null) throw invalidField(LOC, problem);
  return url;
}

async function findFamily(
  deps: InspectDeps,
  { url, kind: wanted }: { url: URL; kind: SourceKind | null },
  options: CallOptions,
): Promise<InspectedSource | null> {
  const families = deps.sourceFamilies.filter(({ kind, enabled }) =>
    enabled && (wanted === null || kind === wanted)
  );
  let linked: { family: ProviderFamily; links: FeedLink[] } | null = null;
  for (const family of families) {
    try {
      const found = await inspectBy(deps, family, url, options);
      if (found && "links" in found) linked = { family, links: found.links };
      else if (found) return { ...found, other_feeds: linked?.links ?? [] };
    } catch (error) {
      // A blog that fails where a shop would have its products is a blog.
      if (!linked || !(error instanceof ProviderError)) throw error;
    }
  }
  return linked && await followLinks(deps, linked, options);
}

/** The first of the feeds that can be read. @throws {DomainError} validation when none can */
async function followLinks(
  deps: InspectDeps,
  { family, links }: { family: ProviderFamily; links: readonly FeedLink[] },
  options: CallOptions,
): Promise<InspectedSource> {
  const problems: string[] = [];
  for (const { url } of links.slice(0, MAX_FOLLOWED)) {
    try {
      const found = await inspectBy(deps, family, new URL(url), options);
      if (found && !("links" in found)) {
        return { ...found, other_feeds: links.filter((link) => link.url !== url) };
      }
      problems.push(`there is none at ${new URL(url).host}`);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      problems.push(error.message);
    }
  }
  throw invalidField(LOC, `the page names feeds, of which none can be read (${problems.join("; ")})`);
}

function inspectBy(
  deps: InspectDeps,
  { kind, quota, inspect }: ProviderFamily,
  url: URL,
  options: CallOptions,
): Promise<FoundSource | LinkedFeeds | null> {
  const beforeCall = quotaGate(deps, { id: kind, capabilities: { quota } }, "search");
  return inspect(url, { ...options, beforeCall });
}

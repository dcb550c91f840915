/** What releases and masters are called: asked once, then remembered in the catalogue. */
import type { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import type { HttpClient } from "../../platform/http_client.ts";
import { type CallOptions, ProviderError } from "../contract.ts";
import { askDiscogs, type DiscogsConfig } from "./call.ts";
import type { DiscogsCatalogue, KnownMaster, KnownRelease } from "./catalogue_store.ts";
import { creditText, titleUnder, withFormats } from "./names.ts";
import { DiscogsMasterBody, DiscogsReleaseBody } from "./schema.ts";

/** What the adapter is made of. */
export interface DiscogsDeps {
  http: HttpClient;
  clock: Clock;
  config: DiscogsConfig;
  catalogue: DiscogsCatalogue;
}

/** A release by name. @throws {ProviderError} when it is not remembered and Discogs fails */
export async function knownRelease(
  deps: DiscogsDeps,
  id: number,
  options: CallOptions,
): Promise<KnownRelease> {
  const known = await deps.catalogue.findRelease(id, deps.clock.now());
  if (known) return known;
  const doing = `read Discogs release ${id}`;
  const ask = { operation: "release", path: `/releases/${id}`, doing } as const;
  const body = parsed(DiscogsReleaseBody, await askDiscogs(deps, ask, options), doing);
  const formats = (body.formats ?? []).flatMap(({ name, descriptions }) => [name, ...(descriptions ?? [])]);
  const title = withFormats(titleUnder(creditText(body.artists ?? []), body.title), formats);
  const release = {
    id,
    title,
    master_id: body.master_id ?? null,
    collectors: body.community?.have ?? null,
  };
  await deps.catalogue.putReleases([release], deps.clock.now());
  return release;
}

/** A master by name. @throws {ProviderError} when it is not remembered and Discogs fails */
export async function knownMaster(deps: DiscogsDeps, id: number, options: CallOptions): Promise<KnownMaster> {
  const known = await deps.catalogue.findMaster(id, deps.clock.now());
  if (known) return known;
  const doing = `read Discogs master ${id}`;
  const ask = { operation: "master", path: `/masters/${id}`, doing } as const;
  const body = parsed(DiscogsMasterBody, await askDiscogs(deps, ask, options), doing);
  const artist = creditText(body.artists ?? []);
  const master = {
    id,
    title: titleUnder(artist, body.title),
    artist,
    main_release_id: body.main_release ?? null,
  };
  await deps.catalogue.putMaster(master, deps.clock.now());
  return master;
}

/** An answer of the form it should have. @throws {ProviderError} bad_response for any other */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
  doing: string,
): z.output<Schema> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new ProviderError("bad_response", `Cannot ${doing}: the answer is of an unknown form`);
}

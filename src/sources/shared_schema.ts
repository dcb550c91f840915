/** Entries of SHARED_SOURCES: `https://shop.example name=Shop currency=EUR`, separated by commas or lines. Pure. */
import { z } from "zod";
import { type ArtistPlace, SOURCE_KINDS, type SourceKind } from "../providers/added_source.ts";
import { addressOf, addSourceSchema } from "./schema.ts";

/** Most entries: with the most sources a user may add, and the marketplaces, a rule can still name all. */
export const MAX_SHARED_SOURCES = 25;

/** One entry. Null: as it is found. */
export interface SharedSource {
  /** Of the web, without a fragment. */
  url: string;
  kind: SourceKind | null;
  name: string | null;
  currency: string | null;
  artist_from: ArtistPlace | null;
}

const sharedSourceSchema = addSourceSchema.extend({
  kind: z.enum(SOURCE_KINDS, { error: () => `kind is one of ${SOURCE_KINDS.join(", ")}` }).nullish(),
});

/** The attributes an entry may have behind its address. */
const ATTRIBUTES = ["kind", "name", "currency", "artist_from"];

/** All entries, in their order. @throws {Error} naming the first entry that is wrong, never its address, which may hold a key */
export function parseSharedSources(text: string): SharedSource[] {
  const entries = text.split(/[,\n]/).map((entry) => entry.trim()).filter((entry) => entry !== "");
  if (entries.length > MAX_SHARED_SOURCES) {
    throw new Error(`it has ${entries.length} entries, and ${MAX_SHARED_SOURCES} is the most`);
  }
  const places = new Map<string, number>();
  return entries.map((entry, index) => {
    const shared = parseEntry(entry, `entry ${index + 1}`);
    const before = places.get(shared.url);
    if (before !== undefined) throw new Error(`entry ${index + 1} is the address of entry ${before}`);
    places.set(shared.url, index + 1);
    return shared;
  });
}

function parseEntry(entry: string, where: string): SharedSource {
  const [address = "", ...rest] = entry.split(/\s+(?=[a-z_]+=)/);
  if (/\s/.test(address)) {
    throw new Error(`${where}: behind the address stands something that is none of ${ATTRIBUTES.join(", ")}`);
  }
  const pairs = rest.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)] as const);
  const unknown = pairs.find(([key]) => !ATTRIBUTES.includes(key))?.[0];
  if (unknown !== undefined) throw new Error(`${where}: "${unknown}" is none of ${ATTRIBUTES.join(", ")}`);
  const attributes = Object.fromEntries(pairs);
  if (Object.keys(attributes).length < pairs.length) throw new Error(`${where} has an attribute twice`);
  const url = address.includes("=") && !address.includes("/") ? null : addressOf(address);
  if (!url) throw new Error(`${where} does not begin with an address`);
  const read = sharedSourceSchema.safeParse({ ...attributes, url: url.href });
  if (!read.success) throw new Error(`${where}: ${read.error.issues[0]!.message}`);
  const { kind = null, name = null, currency = null, artist_from = null } = read.data;
  return { url: read.data.url, kind, name, currency, artist_from };
}

/** Shops, feeds and sellers that people add by their address: each is a provider of a family. */
import { z } from "zod";
import type { CallOptions, CallQuota, ListingDraft, Provider, ProviderId } from "./contract.ts";

/** Kinds of source; each is the family of its providers' ids ("shopify:shop.example"). Stored, never renamed. */
export const SOURCE_KINDS = ["shopify", "feed", "discogs_seller"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Kinds whose sources stand on hosts of strangers; the others are asked at a marketplace. */
export const HOSTED_KINDS: readonly string[] = ["shopify", "feed"] satisfies SourceKind[];

/** Where a shop's products name the artist: as vendor, or in the title as `Artist "Album"` or `Artist - Album`. */
export const ARTIST_PLACES = ["vendor", "title_quote", "title_dash"] as const;
export type ArtistPlace = (typeof ARTIST_PLACES)[number];

/** What was found out about a source, or was told by who added it. */
export interface SourceConfig {
  /** Of prices that name none; null: not known, such prices are unknown. */
  currency: string | null;
  /** Null: the kind has no such thing. */
  artist_from: ArtistPlace | null;
}

/** A source as its adapter needs it. */
export interface AddedSource extends SourceConfig {
  provider: ProviderId;
  kind: SourceKind;
  /** Canonical: equal sources have equal addresses. It may hold a secret. */
  url: string;
  /**
   * Which way of guessing found where its artists stand; null or absent: somebody said it, or its kind has no such thing.
   */
  artist_guess?: number | null;
}

/** A source that is there. */
export interface KnownSource extends AddedSource {
  /** When its configuration changed last: what was read before was read otherwise. */
  updated_at: Date;
}

/** Where adapters look their sources up when they are asked; null: it was removed. */
export interface SourceBook {
  find(provider: ProviderId): Promise<KnownSource | null>;
}

/** Where a shop's artists stand as its products show it. */
export interface ArtistGuess {
  provider: ProviderId;
  artist_from: ArtistPlace;
  artist_guess: number;
  now: Date;
}

/** Where shops look theirs up, and correct it. */
export interface ShopBook extends SourceBook {
  /** Writes what a later way of guessing found, unless somebody has said it meanwhile. */
  correctArtist(guess: ArtistGuess): Promise<void>;
}

/** What lies behind an address that somebody wants to add. */
export interface FoundSource extends AddedSource {
  /** For people: a feed's title, a shop's host. */
  name: string;
  /** What its first page shows. */
  listings: ListingDraft[];
}

/** A feed that a web page names. */
export interface FeedLink {
  url: string;
  /** Null: the page gives it none. */
  title: string | null;
}

/** A web page that is no source and names feeds, the most likely first; at least one. */
export interface LinkedFeeds {
  links: FeedLink[];
}

/** Providers that are made when they are asked for, from their ids alone. */
export interface ProviderFamily {
  kind: SourceKind;
  enabled: boolean;
  disabledReason?: string;
  /** What calls of `inspect` are counted in; null: each host is asked two or three times. */
  quota: CallQuota | null;
  /** The provider of an id of this family. Only its calls look it up, so it need not exist. */
  make(id: ProviderId): Provider;
  /** Looks behind an address; null: there is nothing of this kind. @throws {ProviderError} when that cannot be said */
  inspect(url: URL, options: CallOptions): Promise<FoundSource | LinkedFeeds | null>;
}

/** What ids look like behind their family. */
const ID = /^([a-z][a-z0-9_]*):([a-z0-9][a-z0-9.-]*)$/;

/** The family of a provider's id; null: it is no added source's. */
export function familyOf(id: ProviderId): string | null {
  return ID.exec(id)?.[1] ?? null;
}

/** What stands behind the family in an id, for people: "shop.example". */
export function nameOf(id: ProviderId): string {
  return ID.exec(id)?.[2] ?? id;
}

/** The collection in a shop's id, or the hash in a feed's. A name of a domain may hold "--" too: "xn--mller-kva.example". */
const BEHIND_HOST = /(?<!(?:^|\.)xn)--([^.]*)$|-[0-9a-f]{10}$/;

/** The host in the id of a shop or a feed. Equal hosts share one lane; the column polls.host knows it in SQL. */
export function sourceHostOf(id: ProviderId): string {
  return nameOf(id).replace(BEHIND_HOST, "");
}

/** The collection in the id of a shop; null: it is all of the shop. */
export function collectionOf(id: ProviderId): string | null {
  return BEHIND_HOST.exec(nameOf(id))?.[1] ?? null;
}

/** The one query of a source: all of it, whatever a rule looks for, so that every rule shares one poll. */
export const sourceQuery = z.strictObject({ source: z.string() });

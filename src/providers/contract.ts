import type { RuleQuery } from "../matching/rule_query.ts";
import type { ProviderTerms } from "./terms.ts";

/** Stable id of a marketplace, shop or feed ("ebay"); stored in the database, never renamed. */
export type ProviderId = string;

/**
 * One search as the provider understands it, in canonical form: two rules that need the same search produce equal
 * JSON, and so share one poll. Everything that changes the answer (marketplace, sort, category) is inside.
 */
export type ProviderQuery = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Where a page starts; opaque to callers, made by the provider. Null is the first page. */
export type PageCursor = string | null;

/** What one listing looks like when a provider has just named it. Null always means "the provider did not say". */
export interface ListingDraft {
  /** The provider's own id; unique within the provider and never reused for another thing. */
  external_id: string;
  /** An offer one can buy, a catalogue release, or the floor price of a release. */
  kind: "offer" | "release" | "floor";
  title: string;
  url: string | null;
  image_url: string | null;
  /** Minor units of `currency`; null is unknown, never 0. */
  price_minor: number | null;
  currency: string | null;
  /** `fixed` can be paid now, `bid` is the present bid of an auction; absent: the provider did not say. */
  price_kind?: "fixed" | "bid";
  /** Minor units of `currency`; null is unknown, 0 is free shipping. */
  shipping_minor: number | null;
  /** The marketplace whose buyers pay this for shipping; null or absent: everybody does. */
  shipping_to?: string | null;
  /** Of a floor: copies for sale; null or absent is unknown. */
  for_sale_count?: number | null;
  /** Of a floor: the marketplace forbids selling it, which is not "nothing for sale". */
  is_blocked?: boolean;
  /** What a field of the provider says of the format ("Vinyl, LP"), beside the title; absent: it has none. */
  formats?: string;
  /** Condition in the provider's own words. */
  condition: string | null;
  seller: string | null;
  location: string | null;
  discogs_release_id: number | null;
  discogs_master_id: number | null;
  /** When the offer went on sale, by the provider's clock. */
  listed_at: Date | null;
  /** When the offer will be over, as an auction is; null or absent: the provider did not say. */
  ends_at?: Date | null;
  /** Of a provider with several marketplaces: those on which it is to be had, as far as this answer shows. */
  marketplaces?: readonly string[];
  status: "active" | "ended";
}

/** One page of a search, newest first where the provider can sort so. */
export interface Page {
  listings: ListingDraft[];
  /** Null: this was the last page. */
  next: PageCursor;
  /**
   * External ids of listings that do not stand where their age puts them, as paid places do: that one of them is known
   * says nothing about what lies behind it. Absent: all stand in order.
   */
  unordered?: readonly string[];
}

/** Parts of a rule's query that a provider can apply itself. */
export type QueryFilter =
  | "keywords"
  | "any_keywords"
  | "q"
  | "exclude_keywords"
  | "min_price"
  | "max_price"
  | "min_condition"
  | "formats"
  | "marketplaces";

/** What a provider can do; decisions read this, never the provider's id. */
export interface Capabilities {
  /** `offers`: single offers; `aggregate`: floor price and count; `catalogue`: releases; `feed`: entries of a feed. */
  kind: "offers" | "aggregate" | "catalogue" | "feed";
  /** Parts of a rule's query that are in what it is asked; the others we apply to its answers. */
  filters: readonly QueryFilter[];
  /** Of FORMATS, those it is searched for; others turn up by chance. Absent: all. */
  formats?: readonly string[];
  /** Where grades come from: a `condition` of its own (the title helps), the `title` alone, or there are `none`. */
  gradeSource: "condition" | "title" | "none";
  /**
   * Where currencies come from: each `listing` names its own, the provider is asked in a `fixed` one, whoever added the
   * source `configured` it, it is read from `text`, or there are no prices (`none`).
   */
  currencySource: "listing" | "fixed" | "configured" | "text" | "none";
  /** Shortest time between two polls of one query, in seconds. */
  minIntervalSeconds: number;
  /** Most pages one poll reads when it does not meet an item it knows. */
  maxPagesPerPoll: number;
  /** How many calls may be made; null: the provider says no number that we have to count. */
  quota: CallQuota | null;
  /**
   * How all pages of one query are read, to see changes behind the first. Absent: never, because what an answer does not
   * show may still be there (feeds) or is another poll's (floors); then nothing ends by not being seen.
   */
  sweep?: {
    /** Most pages one sweep reads; a sweep that needs more is not complete. */
    maxPages: number;
    /** Longest time between two sweeps in seconds; absent: the age its terms allow, or six hours. */
    everySeconds?: number;
    /** Nothing says that the newest come first: what sweeps do not reach is never seen. */
    findsNew?: boolean;
  };
  /** Its marketplaces, where it has several that are searched one by one. `query.marketplaces` names those of a rule. */
  marketplaces?: {
    known: readonly string[];
    /** Searched where neither a rule nor its user chose. */
    default: string;
  };
  terms: ProviderTerms;
}

/** Limits on calls, counted for the whole installation. */
export interface CallQuota {
  /** What the provider counts by, and who it is: "ip:discogs", "app:ebay", "host:shop.example". Providers that name the
   * same scope share its calls. */
  scope: string;
  /** All hold at once; at least one, of different lengths. */
  windows: readonly CallWindow[];
}

/** At most `limit` calls in any `seconds` seconds. A window of an hour and more is spread over its length. */
export interface CallWindow {
  seconds: number;
  limit: number;
  /** Calls of `limit` that polls leave to people who search. */
  reserve: number;
}

/** How a caller stops a call and hears of it. */
export interface CallOptions {
  signal: AbortSignal;
  /** Told about every outbound call, also failed ones, before `search` settles. */
  onCall: (call: ProviderCall) => void;
  /**
   * Awaited immediately before every outbound call of a provider that declares a quota. When it throws, the call is not
   * made and the error leaves `search` unchanged: it is the caller's own.
   */
  beforeCall?: () => Promise<void>;
  /**
   * When the caller last stored an answer to this query. A provider that is told by its server that nothing has changed
   * since may then answer a page without listings, which means "nothing new" and never "nothing there". Absent or null:
   * all that is there is wanted.
   */
  storedAt?: Date | null;
  /** Of a single listing: the marketplaces that are known to show it. What they ask for shipping is for their buyers. */
  marketplaces?: readonly string[];
  /** Of a single listing: where it was seen. Absent or null: the provider never said. */
  url?: string | null;
}

/** What a watch knows of a record in Discogs' numbers; null: not known, or any. */
export interface ReleaseIds {
  discogs_release_id: number | null;
  discogs_master_id: number | null;
}

/** A query with the shortest time between two polls of it, where that is longer than the provider's. */
export interface PlannedQuery {
  query: ProviderQuery;
  minIntervalSeconds: number;
  /** It reads no price: it finds releases, whose floors are then read. */
  isLookup?: boolean;
}

/** One outbound call, as the request log keeps it. Never carries credentials or a query string with secrets. */
export interface ProviderCall {
  provider: ProviderId;
  /** "search", "token", … */
  operation: string;
  method: string;
  url: string;
  started_at: Date;
  duration_ms: number;
  /** Null: no answer arrived. */
  status_code: number | null;
  /** Null: no error. */
  error: string | null;
  /** What its answer said of the service's own calls; absent: nothing, or it spoke of a user's account. */
  quota?: QuotaReading;
}

/** A marketplace, shop or feed. Adding one: a folder, a line in app/compose.ts, the shared conformance test. */
export interface Provider {
  readonly id: ProviderId;
  /** For people: "eBay". */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** The fewest canonical queries that together return everything the rule could match on this provider. */
  plan(query: RuleQuery): ProviderQuery[];
  /**
   * Queries that read what a release costs (its floor), and find versions of a master. Absent: the provider cannot be
   * asked by Discogs' numbers.
   */
  planRelease?(ids: ReleaseIds): PlannedQuery[];
  /**
   * Of releases that were found for one watch at most `limit` whose floors are worth reading, the best first. Absent: as
   * good as each other. Makes no call.
   */
  chooseReleases?(ids: readonly number[], limit: number): Promise<number[]>;
  /** One page of one query. @throws {ProviderError} for every failure; nothing else escapes. */
  search(query: ProviderQuery, cursor: PageCursor, options: CallOptions): Promise<Page>;
  /**
   * One listing as it is now; its `status` says whether it is over. Null: the provider no longer knows it. Absent: the
   * provider cannot be asked for a single listing. @throws {ProviderError} for every failure, which never means "gone"
   */
  findListing?(external_id: string, options: CallOptions): Promise<ListingDraft | null>;
  /**
   * What the provider itself counts of our calls. Absent: it does not tell. Costs no call of the quota that `beforeCall`
   * takes. @throws {ProviderError} for every failure
   */
  readQuota?(options: CallOptions): Promise<QuotaReading>;
}

/** A provider's own count of the calls we may make. */
export interface QuotaReading {
  limit: number;
  remaining: number;
  windowSeconds: number;
  /** When the window begins anew; null: the provider did not say. */
  resetAt: Date | null;
}

/** Why a provider call failed; behaviour depends on this, never on the message. */
export type ProviderErrorKind = "rate_limited" | "unavailable" | "blocked" | "bad_response" | "unauthorized";

/** A failed provider call. The message is fit for users and logs: no credential, no URL with a secret. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  /** Seconds the provider asked us to wait; null when it did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(
    kind: ProviderErrorKind,
    message: string,
    options: { retryAfterSeconds?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ProviderError";
    this.kind = kind;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/** What a marketplace lets its users do with their own account there: link it here, and read its lists. */
import type { CallOptions } from "./contract.ts";

/** A token of OAuth 1.0a with the secret that signs for it. */
export interface OAuthToken {
  token: string;
  secret: string;
}

/** Who somebody is at the marketplace, by its own word. */
export interface UserIdentity {
  username: string;
}

/**
 * Linking by OAuth 1.0a: a request token, the user's consent in his browser, an access token.
 * Every method takes its calls from the quota by `beforeCall`. @throws {ProviderError} for every failure
 */
export interface AccountLinking {
  /** Null: an application is configured. Else why nobody can be sent there, naming what is not set. */
  readonly disabledReason: string | null;
  /** Begins; the browser comes back to `callbackUrl`. */
  requestToken(callbackUrl: string, options: CallOptions): Promise<OAuthToken>;
  /** Where the user is asked for his consent. */
  authorizeUrl(requestToken: string): string;
  /** Ends: the token that stays good until its user withdraws it. */
  accessToken(input: { request: OAuthToken; verifier: string }, options: CallOptions): Promise<OAuthToken>;
  /** Whose token it is. */
  identity(token: OAuthToken, options: CallOptions): Promise<UserIdentity>;
}

/** What a user lets us read his lists with: by OAuth, or by a token of his own making. */
export type UserCredential = { kind: "oauth"; token: OAuthToken } | { kind: "personal"; token: string };

/** One readable row of a list: a release, as people name it. */
export interface UserListRow {
  discogs_release_id: number;
  /** Null: it has none. */
  discogs_master_id: number | null;
  title: string;
  artist: string | null;
  /** Null: not known. */
  year: number | null;
  /** What its user wrote beside it; null: nothing, or nobody can. */
  comment: string | null;
}

/** A row that cannot be read, and why. */
export interface BadListRow {
  problem: string;
  discogs_release_id: number | null;
}

/** One page of a list. */
export interface UserListPage {
  rows: UserListRow[];
  bad: BadListRow[];
  /** Rows of the whole list; null: the page lies behind its end, because it shrank. */
  total: number | null;
  /** Whether another page follows. */
  isLast: boolean;
}

/** Which list, and by whose leave; without a credential only public lists are shown. */
export interface UserListQuery {
  username: string;
  credential: UserCredential | null;
}

/** Why a list cannot be read, however often one asks. */
export type UserListErrorKind = "private" | "revoked" | "not_found";

/** A list that is not to be had. The message is fit for its user. */
export class UserListError extends Error {
  override readonly name = "UserListError";

  constructor(readonly kind: UserListErrorKind, message: string) {
    super(message);
  }
}

/** A row of a file, and the line it begins in. */
export type UserFileRow = (UserListRow | BadListRow) & { line: number };

/** A list as its user exported it to a file. */
export interface UserListFile {
  /** What its header says that it is. */
  source: "wantlist" | "collection";
  /** In their order. */
  rows: UserFileRow[];
}

/** A file that is no exported list. The message says what the file has to be, fit for its user. */
export class UserListFileError extends Error {
  override readonly name = "UserListFileError";
}

/**
 * Lists of users. Every method takes its calls from the quota by `beforeCall`.
 * @throws {UserListError} when it is not to be had; {ProviderError} for failures that pass
 */
export interface UserLists {
  /** One page of the wantlist or the collection, the row added first first. */
  readPage(
    query: UserListQuery & { source: "wantlist" | "collection"; page: number },
    options: CallOptions,
  ): Promise<UserListPage>;
  /** A whole list by its number: the marketplace does not cut it into pages. */
  readList(query: UserListQuery & { list_id: number }, options: CallOptions): Promise<UserListPage>;
  /** The rows of an exported file, without a call. @throws {UserListFileError} when it is none, or has more than `maxRows` */
  readFile(text: string, limits: { maxRows: number }): Promise<UserListFile>;
}

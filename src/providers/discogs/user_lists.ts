import { z } from "zod";
import { storableTextOrNull } from "../../platform/text.ts";
import { type CallOptions, ProviderError } from "../contract.ts";
import { jsonOf } from "../http_call.ts";
import {
  type BadListRow,
  type UserCredential,
  UserListError,
  type UserListPage,
  type UserListQuery,
  type UserListRow,
  type UserLists,
} from "../user_accounts.ts";
import { failureOf } from "./errors.ts";
import { askAsUser, createDiscogsLinking, type DiscogsUserDeps, sign, type UserAsk } from "./linking.ts";
import { readExportedFile } from "./exported_file.ts";
import { cleanTitle, creditText, MAX_ARTIST, MAX_TITLE } from "./names.ts";

/** The most that Discogs puts on a page, whatever is asked for. */
const PAGE_SIZE = 100;

const Facts = z.looseObject({
  title: z.string(),
  /** 0: unknown. */
  year: z.int().min(1).max(9999).nullish().catch(null),
  /** 0: none. */
  master_id: z.int().min(1).nullish().catch(null),
  artists: z.array(z.looseObject({ name: z.string(), join: z.string().nullish().catch(null) })).nullish()
    .catch(null),
});
const Row = z.looseObject({
  id: z.int().min(1),
  /** Of a wantlist: its owner's own words, shown to him alone. In collections it is a list of fields. */
  notes: z.string().nullish().catch(null),
  basic_information: Facts,
});
const Page = z.looseObject({
  pagination: z.looseObject({ pages: z.int().min(0), items: z.int().min(0) }),
  wants: z.array(z.unknown()).optional(),
  releases: z.array(z.unknown()).optional(),
});
const List = z.looseObject({ items: z.array(z.unknown()) });
const ListItem = z.looseObject({
  id: z.int().min(1),
  type: z.string(),
  comment: z.string().nullish().catch(null),
  display_title: z.string(),
});
const WithId = z.looseObject({ id: z.int().min(1) });

/** Users' wantlists, collections and lists at Discogs. */
export function createDiscogsUserLists(deps: DiscogsUserDeps): UserLists {
  return {
    readPage: async (query, options) => {
      const { source, page, username } = query;
      const doing = `read the ${source} of ${username} at Discogs`;
      const user = `/users/${encodeURIComponent(username)}`;
      // The row added first first: what is added meanwhile comes behind, so pages do not move.
      const params = `?page=${page}&per_page=${PAGE_SIZE}&sort=added&sort_order=asc`;
      const path = source === "wantlist" ? `${user}/wants` : `${user}/collection/folders/0/releases`;
      const body = await ask(deps, query, { operation: source, path: path + params, doing }, options);
      if (body === null && page > 1) return { rows: [], bad: [], total: null, isLast: true };
      if (body === null) {
        throw new UserListError("not_found", `Cannot ${doing}: Discogs knows no such user`);
      }
      const read = Page.safeParse(body);
      const rows = read.data?.wants ?? read.data?.releases;
      if (!read.success || !rows) {
        throw new ProviderError("bad_response", `Cannot ${doing}: the answer is no page of a list`);
      }
      const { pages, items: total } = read.data.pagination;
      return { ...sorted(rows.map(readRow)), total, isLast: page >= pages || rows.length === 0 };
    },
    readList: async (query, options) => {
      const doing = `read list ${query.list_id} at Discogs`;
      const path = `/lists/${query.list_id}`;
      const body = await ask(deps, query, { operation: "list", path, doing }, options);
      if (body === null) {
        throw new UserListError(
          "not_found",
          `Cannot ${doing}: it is not there, or its owner alone may see it`,
        );
      }
      const read = List.safeParse(body);
      if (!read.success) throw new ProviderError("bad_response", `Cannot ${doing}: the answer is no list`);
      return { ...sorted(read.data.items.map(readListItem)), total: read.data.items.length, isLast: true };
    },
    readFile: readExportedFile,
  };
}

/** The JSON; null: not found. A refusal to who showed a token means the token, to who showed none the list. */
async function ask(
  deps: DiscogsUserDeps,
  { username, credential }: UserListQuery,
  wanted: Pick<UserAsk, "operation" | "path" | "doing">,
  options: CallOptions,
): Promise<unknown> {
  const { doing } = wanted;
  const authorization = authorizationOf(deps, credential);
  const response = await askAsUser(deps, { ...wanted, authorization, takes: [200, 401, 403, 404] }, options);
  if (response.status === 404) return null;
  if (response.status === 200) return jsonOf(response, doing);
  const failure = failureOf(response, doing, deps.clock.now());
  if (failure.kind !== "unauthorized") throw failure;
  if (response.status === 401 && credential !== null) {
    await requireOwnAccess(deps, doing, options);
    throw new UserListError("revoked", `Cannot ${doing}: Discogs no longer accepts the access token`);
  }
  const advice = credential === null
    ? `make it public at Discogs, or link the account of ${username} by OAuth`
    : `the linked account may not see it`;
  throw new UserListError("private", `Cannot ${doing}: it is private; ${advice}`);
}

/**
 * A refusal is meant for the user only where Discogs takes our own signature at the same time: it says 401 as well when the
 * application's key was changed, when this machine's clock is off, and when it lets in nobody.
 * @throws {ProviderError} when it does not
 */
async function requireOwnAccess(deps: DiscogsUserDeps, doing: string, options: CallOptions): Promise<void> {
  if (deps.config.consumer === null) return;
  try {
    await createDiscogsLinking(deps).requestToken(deps.config.apiUrl, options);
  } catch (cause) {
    const isAnswer = cause instanceof ProviderError &&
      (cause.kind === "unauthorized" || cause.kind === "bad_response");
    if (!isAnswer) throw cause;
    const text = `Cannot ${doing}: Discogs does not accept this service now, whoever's list it asks for`;
    throw new ProviderError("unauthorized", text, { cause });
  }
}

/**
 * The application's own key where the user gave no token, never the operator's personal token: that one would show the
 * operator's private lists to whoever names him.
 */
function authorizationOf(deps: DiscogsUserDeps, credential: UserCredential | null): string | null {
  const { consumer } = deps.config;
  if (credential === null) {
    return consumer && `Discogs key=${consumer.key}, secret=${consumer.secret}`;
  }
  return credential.kind === "oauth" ? sign(deps, credential.token) : `Discogs token=${credential.token}`;
}

function readRow(row: unknown): UserListRow | BadListRow {
  const read = Row.safeParse(row);
  if (!read.success) return badRow(row, "it has no id, or no title");
  const { id, notes, basic_information: facts } = read.data;
  const title = storableTextOrNull(facts.title, MAX_TITLE);
  if (title === null) return badRow(row, "its title is empty");
  return {
    discogs_release_id: id,
    discogs_master_id: facts.master_id ?? null,
    title,
    artist: storableTextOrNull(creditText(facts.artists ?? []), MAX_ARTIST),
    year: facts.year ?? null,
    comment: notes ?? null,
  };
}

/** "Artist - Title" is all that a list says of a release. */
function readListItem(item: unknown): UserListRow | BadListRow {
  const read = ListItem.safeParse(item);
  if (!read.success) return badRow(item, "it has no id, type or title");
  const { id, type, display_title, comment } = read.data;
  if (type !== "release") {
    return badRow(item, `it is of type ${JSON.stringify(type)}, and only releases are watched`);
  }
  const [artist, ...rest] = cleanTitle(display_title).split(" - ");
  const title = storableTextOrNull(rest.length > 0 ? rest.join(" - ") : display_title, MAX_TITLE);
  if (title === null) return badRow(item, "its title is empty");
  return {
    discogs_release_id: id,
    discogs_master_id: null,
    title,
    artist: rest.length > 0 ? storableTextOrNull(artist, MAX_ARTIST) : null,
    year: null,
    comment: comment ?? null,
  };
}

function badRow(row: unknown, problem: string): BadListRow {
  return { problem, discogs_release_id: WithId.safeParse(row).data?.id ?? null };
}

function sorted(rows: readonly (UserListRow | BadListRow)[]): Pick<UserListPage, "rows" | "bad"> {
  return {
    rows: rows.filter((row) => "title" in row),
    bad: rows.filter((row) => "problem" in row),
  };
}

/**
 * Discogs as its users' applications meet it: OAuth 1.0a (PLAINTEXT), identity, wantlists, collections and lists, checked
 * and answered as its documentation says (API v2, read 2025-07).
 */
import type { Clock } from "../../src/platform/clock.ts";
import { OAuthDesk } from "./discogs_oauth.ts";
import {
  html,
  json,
  type RecordedRequest,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted_server.ts";

/** One row of a wantlist or a collection. */
export interface DiscogsItem {
  id: number;
  title: string;
  year: number;
  master_id: number;
  artists: { name: string; anv?: string; join?: string }[];
  /** What its owner wrote beside it, shown to him alone. */
  notes?: string;
}

/** One row of a Discogs list. */
export interface DiscogsListItem {
  id: number;
  type: string;
  comment: string;
  display_title: string;
}

/** An account at Discogs; a test changes it between calls. */
export interface DiscogsUser {
  username: string;
  /** His wantlist and collection are for himself alone. */
  isPrivate: boolean;
  wants: DiscogsItem[];
  collection: DiscogsItem[];
}

/** Answers in place of Discogs, or null to let it answer. */
export type Fault = (request: RecordedRequest) => Response | null | Promise<Response | null>;

/** The running marketplace. */
export interface DiscogsUsers extends AsyncDisposable {
  readonly url: string;
  readonly server: ScriptedServer;
  readonly oauth: OAuthDesk;
  readonly users: Map<string, DiscogsUser>;
  readonly lists: Map<number, { owner: string; isPrivate: boolean; items: DiscogsListItem[] }>;
  /** Adds an account. */
  user(username: string, fields?: Partial<DiscogsUser>): DiscogsUser;
  /** Asked before every answer. */
  fault: Fault | null;
  /** The environment that sends the service here. */
  readonly env: Record<string, string>;
}

/** The application's key, as the service is configured. */
export const CONSUMER = { key: "planted-consumer-key", secret: "planted-consumer-secret" };

/** A row of a list: everything but the id may be told. */
export function anItem(id: number, fields: Partial<DiscogsItem> = {}): DiscogsItem {
  return {
    id,
    title: `Title ${id}`,
    year: 1959,
    master_id: 0,
    artists: [{ name: "Miles Davis" }],
    ...fields,
  };
}

/** Rows with the ids `from` … `from + count - 1`. */
export function someItems(count: number, from = 1): DiscogsItem[] {
  return Array.from({ length: count }, (_, index) => anItem(from + index));
}

/** Starts it on a free port. `clock`: what timestamps and the 15 minutes are measured by. */
export function startDiscogsUsers({ clock }: { clock: Clock }): DiscogsUsers {
  const oauth = new OAuthDesk({ clock, consumer: CONSUMER });
  const users = new Map<string, DiscogsUser>();
  const lists: DiscogsUsers["lists"] = new Map();
  const server = startScriptedServer(async (request) =>
    await market.fault?.(request) ?? answer(market, request)
  );
  const market: DiscogsUsers = {
    url: server.url,
    server,
    oauth,
    users,
    lists,
    fault: null,
    user: (username, fields = {}) => {
      const user = { username, isPrivate: false, wants: [], collection: [], ...fields };
      users.set(username, user);
      return user;
    },
    env: {
      DISCOGS_API_URL: server.url,
      DISCOGS_AUTHORIZE_URL: `${server.url}/oauth/authorize`,
      DISCOGS_CONSUMER_KEY: CONSUMER.key,
      DISCOGS_CONSUMER_SECRET: CONSUMER.secret,
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return market;
}

function answer(market: DiscogsUsers, request: RecordedRequest): Response {
  const { path, query } = request;
  if (!request.headers.get("user-agent")) return html(403);
  if (path === "/oauth/request_token" || path === "/oauth/access_token") return market.oauth.answer(request);
  if (path === "/database/search") {
    return json({ pagination: { page: 1, pages: 1, per_page: 100, items: 0, urls: {} }, results: [] });
  }
  const asked = market.oauth.whoAsks(request);
  if (asked instanceof Response) return asked;
  if (path === "/oauth/identity") {
    if (asked === null) return refuse(401, "You must authenticate to access this resource.");
    return json({
      id: 1,
      username: asked,
      resource_url: `${market.url}/users/${asked}`,
      consumer_name: "WaxWatch",
    });
  }
  const list = /^\/lists\/(\d+)$/.exec(path);
  if (list) return answerList(market, { id: Number(list[1]), asked });
  const owned = /^\/users\/([^/]+)\/(wants|collection\/folders\/0\/releases)$/.exec(path);
  const user = owned && market.users.get(decodeURIComponent(owned[1]!));
  if (!owned || !user) return refuse(404, "The requested resource was not found.");
  if (user.isPrivate && asked !== user.username) {
    return asked === null
      ? refuse(401, "You must authenticate to access this resource.")
      : refuse(403, "You don't have permission to access this resource.");
  }
  const isWants = owned[2] === "wants";
  const isOwner = asked === user.username;
  return page(isWants ? user.wants : user.collection, {
    key: isWants ? "wants" : "releases",
    query,
    isOwner,
  });
}

function answerList(market: DiscogsUsers, { id, asked }: { id: number; asked: string | null }): Response {
  const list = market.lists.get(id);
  if (!list) return refuse(404, "List not found.");
  if (list.isPrivate && asked !== list.owner) {
    return refuse(403, "You don't have permission to access this resource.");
  }
  return json({ id, name: "A list", user: { username: list.owner }, items: list.items });
}

/** A page as Discogs cuts it: at most 100 rows, whatever was asked for. */
function page(
  items: readonly DiscogsItem[],
  { key, query, isOwner }: { key: "wants" | "releases"; query: URLSearchParams; isOwner: boolean },
): Response {
  const perPage = Math.min(100, Number(query.get("per_page") ?? 50));
  const number = Number(query.get("page") ?? 1);
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  if (number > pages) return refuse(404, "The requested page is outside of valid range");
  const rows = items.slice((number - 1) * perPage, number * perPage).map((
    { id, notes, ...facts },
    index,
  ) => ({
    id,
    ...(key === "releases"
      ? { instance_id: id * 10 + index, folder_id: 1, notes: [{ field_id: 3, value: notes ?? "" }] }
      : isOwner
      ? { notes: notes ?? "" }
      : {}),
    date_added: "2024-01-01T00:00:00-07:00",
    rating: 0,
    basic_information: { id, ...facts, labels: [], formats: [{ name: "Vinyl" }], genres: [], styles: [] },
  }));
  return json({
    pagination: { page: number, pages, per_page: perPage, items: items.length, urls: {} },
    [key]: rows,
  });
}

/** An error as Discogs words it. */
export function refuse(status: number, message: string, headers: Record<string, string> = {}): Response {
  return json({ message }, { status, headers });
}

/**
 * A Discogs for trying things out: linking by OAuth, a wantlist, a collection, a list, a catalogue of a few records and
 * what they cost. It checks nothing, asks nobody outside and forgets everything when it ends.
 */

/** The running marketplace. */
export interface DevDiscogs extends AsyncDisposable {
  /** What sends the app here. */
  readonly env: Readonly<Record<string, string>>;
}

/** A record of its catalogue, and what the demo user wrote beside it. */
interface DevRecord {
  id: number;
  artist: string;
  title: string;
  year: number;
  /** US dollars around which its lowest price moves. */
  price: number;
  notes: string;
}

/** Who everybody is there. */
const USERNAME = "demo";
/** The list that the demo user made. */
const LIST_ID = 1;
/** How long a price takes to fall and rise again. */
const PRICE_MS = 10 * 60_000;

const WANTS: readonly DevRecord[] = [
  { id: 1001, artist: "Miles Davis", title: "Kind Of Blue", year: 1959, price: 35, notes: "@max=40" },
  {
    id: 1002,
    artist: "Beatles, The",
    title: "Abbey Road",
    year: 1969,
    price: 28,
    notes: "birthday? @max=20",
  },
  { id: 1003, artist: "Nirvana (2)", title: "Nevermind", year: 1991, price: 60, notes: "@max=cheap" },
  { id: 1004, artist: "Björk", title: "Homogenic", year: 1997, price: 45, notes: "" },
];
const COLLECTION: readonly DevRecord[] = [
  { id: 2001, artist: "John Coltrane", title: "A Love Supreme", year: 1965, price: 50, notes: "" },
  { id: 2002, artist: "Kraftwerk", title: "Computerwelt", year: 1981, price: 32, notes: "" },
];
const RECORDS = new Map([...WANTS, ...COLLECTION].map((record) => [record.id, record]));

/** Starts it on a free port of this machine. */
export function startDevDiscogs(): DevDiscogs {
  const links = new Links();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(request, links),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    env: {
      DISCOGS_API_URL: url,
      DISCOGS_AUTHORIZE_URL: `${url}/oauth/authorize`,
      DISCOGS_CONSUMER_KEY: "dev",
      DISCOGS_CONSUMER_SECRET: "dev",
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Links on their way: where their browsers go back to. */
class Links {
  readonly #callbacks = new Map<string, string>();

  begin(callback: string): string {
    const token = crypto.randomUUID();
    this.#callbacks.set(token, callback);
    return token;
  }

  /** The address to which consent leads; null: no link of this token is on its way. */
  allow(token: string): string | null {
    const callback = this.#callbacks.get(token);
    if (callback === undefined) return null;
    const back = new URL(callback);
    back.searchParams.set("oauth_token", token);
    back.searchParams.set("oauth_verifier", crypto.randomUUID());
    return back.href;
  }
}

function answer(request: Request, links: Links): Response {
  const { pathname: path, searchParams: query } = new URL(request.url);
  const id = Number(/(\d+)$/.exec(path)?.[1] ?? 0);
  if (path === "/oauth/authorize") {
    return askForConsent(request.method, links, query.get("oauth_token") ?? "");
  }
  if (path === "/oauth/request_token") return tokenOf(links.begin(callbackOf(request)));
  if (path === "/oauth/access_token") return tokenOf(crypto.randomUUID());
  if (path === "/oauth/identity") return Response.json({ id: 1, username: USERNAME });
  if (path.endsWith("/wants")) return page("wants", WANTS.map((one) => ({ ...row(one), notes: one.notes })));
  if (path.endsWith("/collection/folders/0/releases")) return page("releases", COLLECTION.map(row));
  if (path === `/lists/${LIST_ID}`) return Response.json({ id, items: WANTS.map(listItem) });
  if (path === "/database/search") return page("results", []);
  const record = RECORDS.get(id);
  if (record && path === `/marketplace/stats/${id}`) return Response.json(statsOf(record));
  if (record && path === `/releases/${id}`) {
    return Response.json({ ...factsOf(record), uri: `/release/${id}` });
  }
  return Response.json({ message: "The requested resource was not found." }, { status: 404 });
}

/** The page on which a user says yes; saying it leads his browser back. */
function askForConsent(method: string, links: Links, token: string): Response {
  const back = links.allow(token);
  if (back === null) return new Response("No such link; start again\n", { status: 404 });
  if (method === "POST") return new Response(null, { status: 303, headers: { location: back } });
  const html = `<!doctype html><meta charset="utf-8"><title>Discogs of this machine</title>
<h1>Discogs of this machine</h1><p>May WaxWatch read the lists of ${USERNAME}?</p>
<form method="post"><button>Allow</button></form>`;
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
}

function callbackOf(request: Request): string {
  const header = request.headers.get("authorization") ?? "";
  return decodeURIComponent(/oauth_callback="([^"]*)"/.exec(header)?.[1] ?? "");
}

function tokenOf(token: string): Response {
  return new Response(
    new URLSearchParams({ oauth_token: token, oauth_token_secret: "dev", oauth_callback_confirmed: "true" }),
  );
}

function page(key: string, rows: unknown[]): Response {
  return Response.json({ pagination: { page: 1, pages: 1, per_page: 100, items: rows.length }, [key]: rows });
}

function row(record: DevRecord) {
  return { id: record.id, rating: 0, basic_information: factsOf(record) };
}

function factsOf({ id, artist, title, year }: DevRecord) {
  return { id, title, year, master_id: 0, artists: [{ name: artist }], formats: [{ name: "Vinyl" }] };
}

function listItem({ id, artist, title, notes }: DevRecord) {
  return { id, type: "release", display_title: `${artist} - ${title}`, comment: notes };
}

/** A price that falls by a third and rises again, so that alerts come. */
function statsOf({ id, price }: DevRecord) {
  const swing = Math.sin((Date.now() / PRICE_MS + id) * 2 * Math.PI) / 3;
  const value = Math.round(price * (1 + swing) * 100) / 100;
  return { lowest_price: { currency: "USD", value }, num_for_sale: 3, blocked_from_sale: false };
}

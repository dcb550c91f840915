/** The OAuth 1.0a desk of a test's Discogs: every header is checked as RFC 5849 and Discogs' documentation say. */
import type { Clock } from "../../src/platform/clock.ts";
import type { RecordedRequest } from "./scripted_server.ts";

/** How far an application's clock may be off. */
const CLOCK_SECONDS = 300;
/** How long a request token is good. */
const REQUEST_SECONDS = 15 * 60;

interface RequestToken {
  token: string;
  secret: string;
  callback: string;
  madeAt: Date;
  /** Null: nobody allowed it yet. */
  verifier: string | null;
  username: string | null;
  used: boolean;
}

/** Gives out tokens and says whose a request is. */
export class OAuthDesk {
  readonly #deps: { clock: Clock; consumer: { key: string; secret: string } };
  readonly #requests = new Map<string, RequestToken>();
  readonly #access = new Map<string, { secret: string; username: string }>();
  readonly #nonces = new Set<string>();
  /** Tokens, secrets and verifiers that were ever given out: none may be found in a log. */
  readonly secrets: string[] = [];
  /** Why requests were refused, oldest first. */
  readonly refusals: string[] = [];

  constructor(deps: { clock: Clock; consumer: { key: string; secret: string } }) {
    this.#deps = deps;
  }

  /** The user says yes in his browser: the address he is led back to. */
  allow(authorizeUrl: string, username: string): URL {
    const request = this.#requests.get(new URL(authorizeUrl).searchParams.get("oauth_token") ?? "");
    if (!request) throw new Error(`Cannot allow ${authorizeUrl}: no such request token`);
    request.verifier = this.#secret("verifier");
    request.username = username;
    const back = new URL(request.callback);
    back.searchParams.set("oauth_token", request.token);
    back.searchParams.set("oauth_verifier", request.verifier);
    return back;
  }

  /** He says no. */
  deny(authorizeUrl: string): URL {
    const token = new URL(authorizeUrl).searchParams.get("oauth_token") ?? "";
    const back = new URL(this.#requests.get(token)?.callback ?? "about:blank");
    back.searchParams.set("denied", token);
    return back;
  }

  /** He withdraws every token he gave. */
  revoke(username: string): void {
    for (const [token, owner] of this.#access) if (owner.username === username) this.#access.delete(token);
  }

  /** A personal token, or an access token, of a user; made without the dance. */
  issue(username: string): { token: string; secret: string } {
    const [token, secret] = [this.#secret("access"), this.#secret("access-secret")];
    this.#access.set(token, { secret, username });
    return { token, secret };
  }

  /** `/oauth/request_token` and `/oauth/access_token`. */
  answer(request: RecordedRequest): Response {
    const header = this.#checked(request, (token) => this.#requests.get(token)?.secret ?? null);
    if (typeof header === "string") return this.#refuse(400, header);
    if (request.path === "/oauth/request_token") return this.#giveRequestToken(request, header);
    return this.#giveAccessToken(request, header);
  }

  /** The user whose request it is; null: nobody's. A response: the credential is refused. */
  whoAsks(request: RecordedRequest): string | null | Response {
    const header = request.headers.get("authorization") ?? "";
    if (header === "") return null;
    if (header.startsWith("OAuth ")) {
      const checked = this.#checked(request, (token) => this.#access.get(token)?.secret ?? null);
      if (typeof checked === "string") return this.#refuse(401, checked);
      return this.#access.get(checked.get("oauth_token") ?? "")?.username ?? null;
    }
    const token = /^Discogs token=(\S+)$/.exec(header)?.[1];
    if (token) return this.#access.get(token)?.username ?? this.#refuse(401, "Invalid consumer token.");
    const { key, secret } = this.#deps.consumer;
    return header === `Discogs key=${key}, secret=${secret}`
      ? null
      : this.#refuse(401, "Invalid consumer key/secret.");
  }

  #giveRequestToken(request: RecordedRequest, header: Map<string, string>): Response {
    if (request.method !== "GET") return this.#refuse(405, "Method not allowed");
    const callback = header.get("oauth_callback");
    if (!callback || !URL.canParse(callback)) return this.#refuse(400, "oauth_callback is missing");
    const [token, secret] = [this.#secret("request"), this.#secret("request-secret")];
    const madeAt = this.#deps.clock.now();
    this.#requests.set(token, {
      token,
      secret,
      callback,
      madeAt,
      verifier: null,
      username: null,
      used: false,
    });
    return form({ oauth_token: token, oauth_token_secret: secret, oauth_callback_confirmed: "true" });
  }

  #giveAccessToken(request: RecordedRequest, header: Map<string, string>): Response {
    if (request.method !== "POST") return this.#refuse(405, "Method not allowed");
    const known = this.#requests.get(header.get("oauth_token") ?? "");
    if (!known || known.used || known.username === null) {
      return this.#refuse(400, "Invalid request token.");
    }
    const age = (this.#deps.clock.now().getTime() - known.madeAt.getTime()) / 1000;
    if (age > REQUEST_SECONDS) return this.#refuse(400, "The request token has expired.");
    if (header.get("oauth_verifier") !== known.verifier) return this.#refuse(400, "Invalid verifier.");
    known.used = true;
    const { token, secret } = this.issue(known.username);
    return form({ oauth_token: token, oauth_token_secret: secret });
  }

  /** The parameters of a correct header, else what is wrong with it. */
  #checked(
    request: RecordedRequest,
    secretOf: (token: string) => string | null,
  ): Map<string, string> | string {
    const text = request.headers.get("authorization") ?? "";
    if (!text.startsWith("OAuth ")) return "the Authorization header is not OAuth";
    if ([...request.query.keys()].some((name) => name.startsWith("oauth_"))) {
      return "a parameter is in the address";
    }
    const header = new Map(
      [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, decodeURIComponent(value!)]),
    );
    const { key, secret } = this.#deps.consumer;
    if (header.get("oauth_consumer_key") !== key) return "Invalid consumer key.";
    if (header.get("oauth_signature_method") !== "PLAINTEXT") return "unknown signature method";
    const token = header.get("oauth_token");
    const tokenSecret = token === undefined ? "" : secretOf(token);
    if (tokenSecret === null) return "Invalid token.";
    if (header.get("oauth_signature") !== `${secret}&${tokenSecret}`) return "Invalid signature.";
    const timestamp = header.get("oauth_timestamp") ?? "";
    const off = Math.abs(Number(timestamp) - this.#deps.clock.now().getTime() / 1000);
    if (!/^\d{10}$/.test(timestamp) || off > CLOCK_SECONDS) return "Timestamp is out of range.";
    const nonce = `${timestamp} ${header.get("oauth_nonce")}`;
    if ((header.get("oauth_nonce") ?? "").length < 8 || this.#nonces.has(nonce)) return "Nonce was used.";
    this.#nonces.add(nonce);
    return header;
  }

  #refuse(status: number, message: string): Response {
    this.refusals.push(message);
    const headers = {
      "content-type": "application/json",
      "www-authenticate": 'OAuth realm="https://api.discogs.com"',
    };
    return new Response(JSON.stringify({ message }), { status, headers });
  }

  #secret(what: string): string {
    const made = `planted-${what}-${crypto.randomUUID()}`;
    this.secrets.push(made);
    return made;
  }
}

function form(fields: Record<string, string>): Response {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return new Response(new URLSearchParams(fields).toString(), { headers });
}

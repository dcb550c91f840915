/**
 * OAuth 1.0a as Discogs takes it: PLAINTEXT over https, as its documentation recommends (read 2025-07). The signature is
 * the two secrets joined by "&", sent raw inside the quotes as documentation and clients do. Pure.
 */
import type { OAuthToken } from "../user_accounts.ts";

/** The application that asks; both come from the developer settings of a Discogs account. */
export interface DiscogsConsumer {
  key: string;
  secret: string;
}

/** What one request is signed with; no token: the first step, which has none yet. */
export interface Signing {
  consumer: DiscogsConsumer;
  token: OAuthToken | null;
  /** Never used twice with one timestamp. */
  nonce: string;
  now: Date;
  /** Parameters of a step: `oauth_callback`, `oauth_verifier`. */
  extra?: Readonly<Record<string, string>>;
}

/** The value of the Authorization header. Everything goes there, so that no address holds a secret. */
export function authorizationHeader({ consumer, token, nonce, now, extra = {} }: Signing): string {
  const parameters = {
    oauth_consumer_key: encode(consumer.key),
    ...(token && { oauth_token: encode(token.token) }),
    oauth_nonce: encode(nonce),
    oauth_signature: `${encode(consumer.secret)}&${encode(token?.secret ?? "")}`,
    oauth_signature_method: "PLAINTEXT",
    oauth_timestamp: String(Math.floor(now.getTime() / 1000)),
    ...Object.fromEntries(Object.entries(extra).map(([name, value]) => [name, encode(value)])),
  };
  return `OAuth ${Object.entries(parameters).map(([name, value]) => `${name}="${value}"`).join(", ")}`;
}

/** The token of a form-encoded answer; null when it names none. */
export function tokenOf(body: string): OAuthToken | null {
  const form = new URLSearchParams(body.trim());
  const [token, secret] = [form.get("oauth_token"), form.get("oauth_token_secret")];
  return token && secret ? { token, secret } : null;
}

/** RFC 3986, which leaves fewer characters alone than `encodeURIComponent` does. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

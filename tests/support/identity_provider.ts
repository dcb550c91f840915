/** An identity provider on this machine: real keys, real HTTP, tokens as a test asks for them. */
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { NOON } from "./clock.ts";
import { json, type Script, type ScriptedServer, startScriptedServer } from "./scripted_server.ts";

/** Whom the tokens are meant for. */
export const AUDIENCE = "waxwatch";
/** Where the keys are. */
export const JWKS_PATH = "/.well-known/jwks.json";
/** Where discovery would be; the issuer answers 404 there unless a test lets it. */
export const DISCOVERY_PATH = "/.well-known/openid-configuration";

/** A key pair of an issuer. */
export interface SigningKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

/** What a test writes into a token instead of the defaults; undefined leaves the claim out. */
export interface TokenWish {
  key?: SigningKey;
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
}

/** A running issuer; disposal ends it. */
export interface IdentityProvider extends AsyncDisposable {
  issuer: string;
  server: ScriptedServer;
  /** Published keys; what is pushed or removed is so at the next request. */
  keys: SigningKey[];
  /** Answers the key set as usual again, after a test let it fail. */
  recover(): void;
  /** A token of the first published key for `subject`: issued at noon, for an hour. */
  token(subject: string, wish?: TokenWish): Promise<string>;
  /** Headers of a request with such a token. */
  auth(subject: string, wish?: TokenWish): Promise<{ headers: { authorization: string } }>;
  /** The environment that makes a service trust this issuer, its key set named. */
  env: Record<string, string>;
}

let keyCount = 0;

/** A new key pair with an id of its own. */
export async function newKey(alg = "ES256"): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = `key-${++keyCount}`;
  return { kid, alg, privateKey, publicJwk: { ...await exportJWK(publicKey), kid, alg, use: "sig" } };
}

/** Starts an issuer with one ES256 key. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const keys = [await newKey()];
  const usual: Script = ({ path }) =>
    path === JWKS_PATH
      ? json({ keys: keys.map((key) => key.publicJwk) })
      : json({ message: "not found" }, { status: 404 });
  const server = startScriptedServer(usual);
  const issuer = server.url;
  const token = (subject: string, wish: TokenWish = {}) => {
    const key = wish.key ?? keys[0]!;
    const iat = NOON.getTime() / 1000;
    // Each another one, as issuers make them: a service remembers for a moment who showed a token.
    const jti = crypto.randomUUID();
    const claims = { iss: issuer, sub: subject, aud: AUDIENCE, iat, exp: iat + 3600, jti, ...wish.claims };
    return new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, ...wish.header })
      .sign(key.privateKey);
  };
  return {
    issuer,
    server,
    keys,
    token,
    auth: async (subject, wish) => ({ headers: { authorization: `Bearer ${await token(subject, wish)}` } }),
    recover: () => server.answer(usual),
    env: { OIDC_ISSUER: issuer, OIDC_JWKS_URL: `${issuer}${JWKS_PATH}`, OIDC_AUDIENCE: AUDIENCE },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The environment that trusts several issuers, the first of them first. */
export function trusting(...providers: IdentityProvider[]): Record<string, string> {
  return {
    OIDC_ISSUER: providers.map((one) => one.issuer).join(", "),
    OIDC_JWKS_URL: providers.map((one) => one.env["OIDC_JWKS_URL"]).join(", "),
    OIDC_AUDIENCE: AUDIENCE,
  };
}

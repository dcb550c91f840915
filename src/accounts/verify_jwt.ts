/** Checks tokens of outside issuers: signature, issuer, audience and times. */
import { decodeJwt, errors, jwtVerify } from "jose";
import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import { readClaims, type TokenClaims } from "./jwt_claims.ts";
import { KeySet, type KeySetDeps } from "./key_set.ts";
import type { Issuer } from "./read_keys.ts";

/** A token that is what it says. */
export interface VerifiedToken extends TokenClaims {
  issuer: string;
  /** Of the first configured issuer, whose UUID subjects are user ids. */
  is_first_issuer: boolean;
}

/** Says who a token speaks of. */
export interface JwtVerifier extends AsyncDisposable {
  /** @throws {DomainError} unauthorized for a token that is not accepted, unavailable while keys cannot be read */
  verify(token: string): Promise<VerifiedToken>;
}

/** Signatures by a key pair only: `none` proves nothing, and HS256 could be made with the public key as its secret. */
const ALGORITHMS = ["RS256", "ES256", "EdDSA"];
/** How far the issuer's clock and ours may differ. */
export const SKEW_SECONDS = 30;
/** A token with a hundred roles is about 4 kB; common proxies refuse headers from 8 or 16 kB. */
const MAX_TOKEN_LENGTH = 16_384;

/** A verifier for tokens of `issuers` that are meant for one of `audiences`; each issuer speaks for itself alone. */
export function createJwtVerifier(
  deps: KeySetDeps,
  options: { issuers: readonly Issuer[]; audiences: readonly string[] },
): JwtVerifier {
  const audience = [...options.audiences];
  const keySets = new Map(options.issuers.map((one) => [one.issuer, new KeySet(deps, one)]));
  return {
    async verify(token) {
      const issuer = issuerOf(token);
      const keys = keySets.get(issuer);
      if (!keys) throw refuseToken("its issuer is not one this service trusts");
      const claims = readClaims(await verifyPayload(deps.clock, token, { keys, issuer, audience }));
      if (!claims) throw refuseToken("its claim sub or iat is invalid");
      return { ...claims, issuer, is_first_issuer: issuer === options.issuers[0]?.issuer };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...keySets.values()].map((keys) => keys[Symbol.asyncDispose]()));
    },
  };
}

/** The error for a bearer token that is not accepted; `why` continues "Cannot accept the bearer token:". */
export function refuseToken(why: string): DomainError {
  return new DomainError("unauthorized", `Cannot accept the bearer token: ${why}`);
}

/** Whose keys to check with; the claim proves nothing before that. */
function issuerOf(token: string): string {
  if (token.length > MAX_TOKEN_LENGTH) throw refuseToken(`it is longer than ${MAX_TOKEN_LENGTH} characters`);
  try {
    return decodeJwt(token).iss ?? "";
  } catch {
    throw refuseToken("it is neither a token of this service nor a JWT");
  }
}

async function verifyPayload(
  clock: Clock,
  token: string,
  { keys, ...expected }: { keys: KeySet; issuer: string; audience: string[] },
): Promise<Record<string, unknown>> {
  try {
    const { payload } = await jwtVerify(token, (header) => keys.find(header), {
      ...expected,
      algorithms: ALGORITHMS,
      requiredClaims: ["exp", "iss", "aud", "sub"],
      clockTolerance: SKEW_SECONDS,
      currentDate: clock.now(),
    });
    return payload;
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw refuseToken(reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "it is expired";
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `its claim ${error.claim} is ${error.reason === "missing" ? "missing" : "not acceptable"}`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return `it is not signed with ${ALGORITHMS.join(", ")}`;
  if (error instanceof errors.JWKSNoMatchingKey) return "its issuer has no such key";
  return "its form or signature is wrong";
}

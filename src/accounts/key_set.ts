/** The signing keys of one issuer, kept in memory. */
import { createLocalJWKSet, errors, type JWSHeaderParameters } from "jose";
import type { Clock } from "../platform/clock.ts";
import { DomainError, errorText } from "../platform/errors.ts";
import type { HttpClient } from "../platform/http_client.ts";
import type { Log } from "../platform/log.ts";
import { type Issuer, readKeys } from "./read_keys.ts";

/** After this the keys are read again beside the next token, so that a withdrawn key ends. */
const FRESH_SECONDS = 600;
/** Keys older than this are forgotten: a key server that is cut off must not keep a withdrawn key alive for ever. */
const MAX_AGE_SECONDS = 86_400;
/** Pause after a reading: unknown key ids, which anybody can invent, cause at most six requests a minute. */
const PAUSE_SECONDS = 10;
/** Pause after a reading that failed: short, because until the next one tokens of new keys get 503. */
const FAILURE_PAUSE_SECONDS = 3;

/** What reading keys needs. */
export interface KeySetDeps {
  http: HttpClient;
  clock: Clock;
  log: Log;
}

/** Finds keys by what a token's header says. Disposal ends a reading that is on its way. */
export class KeySet implements AsyncDisposable {
  readonly #deps: KeySetDeps;
  readonly #issuer: Issuer;
  readonly #closing = new AbortController();
  /** What was read last, and when. */
  #known: { find: ReturnType<typeof createLocalJWKSet>; at: Date } | null = null;
  /** Where discovery found the keys; forgotten when they are there no more. */
  #jwksUrl: string | null;
  /** How the last reading ended, and when. */
  #tried: { at: Date; ok: boolean } | null = null;
  #reading: Promise<boolean> | null = null;

  constructor(deps: KeySetDeps, issuer: Issuer) {
    this.#deps = deps;
    this.#issuer = issuer;
    this.#jwksUrl = issuer.jwksUrl;
  }

  /**
   * The public key that a token's header names. A known one comes at once, whatever the key server does; for an
   * unknown one the keys are read again, once for all who wait.
   * @throws {DomainError} unavailable when the keys cannot be read; {errors.JOSEError} when there is no such key
   */
  async find(header: JWSHeaderParameters): Promise<CryptoKey> {
    const known = await this.#lookUp(header);
    if (known) {
      if (this.#secondsSince(this.#known!.at) >= FRESH_SECONDS) void this.#read();
      return known;
    }
    const isRead = await this.#read();
    const found = await this.#lookUp(header);
    if (found) return found;
    if (isRead) throw new errors.JWKSNoMatchingKey();
    throw unreadable();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#reading;
  }

  /** Null: no such key, or none that is young enough. */
  async #lookUp(header: JWSHeaderParameters): Promise<CryptoKey | null> {
    if (!this.#known || this.#secondsSince(this.#known.at) >= MAX_AGE_SECONDS) return null;
    try {
      return await this.#known.find(header);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      // A token without a key id where several keys would do is the token's fault, anything else the key's.
      throw error instanceof errors.JWKSMultipleMatchingKeys ? error : unreadable(error);
    }
  }

  /** Whether the keys are as new as they can be: joins a reading that is on its way, and pauses between two. */
  #read(): Promise<boolean> {
    if (this.#reading) return this.#reading;
    if (this.#tried) {
      const elapsed = this.#secondsSince(this.#tried.at);
      const pause = this.#tried.ok ? PAUSE_SECONDS : FAILURE_PAUSE_SECONDS;
      // Below zero: the clock was set back, which must not prolong the pause.
      if (elapsed >= 0 && elapsed < pause) return Promise.resolve(this.#tried.ok);
    }
    return this.#reading = this.#readNow().finally(() => this.#reading = null);
  }

  async #readNow(): Promise<boolean> {
    const { http, clock, log } = this.#deps;
    const { issuer } = this.#issuer;
    let ok = false;
    try {
      const { url, keys } = await readKeys(http, { issuer, jwksUrl: this.#jwksUrl }, this.#closing.signal);
      this.#known = { find: createLocalJWKSet(keys), at: clock.now() };
      this.#jwksUrl = url;
      ok = true;
    } catch (error) {
      this.#jwksUrl = this.#issuer.jwksUrl;
      if (!this.#closing.signal.aborted) {
        log.warn("keys of a token issuer cannot be read", { issuer, error: errorText(error) });
      }
    }
    this.#tried = { at: clock.now(), ok };
    return ok;
  }

  #secondsSince(at: Date): number {
    return (this.#deps.clock.now().getTime() - at.getTime()) / 1000;
  }
}

function unreadable(cause?: unknown): DomainError {
  return new DomainError(
    "unavailable",
    "Cannot check the bearer token now: the keys of its issuer cannot be read",
    { cause },
  );
}

/** Passwords as they are kept: scrypt (RFC 7914), with cost and salt beside the hash, so that the cost can be raised. */
import { type BinaryLike, scrypt, timingSafeEqual } from "node:crypto";
import { DomainError } from "../platform/errors.ts";

/** What one hash costs: 128 · r · 2^ln bytes of memory, p times one after the other. */
export interface ScryptCost {
  /** Binary logarithm of N. */
  ln: number;
  r: number;
  p: number;
}

/** 32 MiB and about 0.35 s; one of the equal settings of the OWASP Password Storage Cheat Sheet (read 2026-11). */
export const PASSWORD_COST: ScryptCost = { ln: 15, r: 8, p: 3 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Hashes at once: memory and cores of everything else are not for strangers who log in. */
const MAX_RUNNING = 2;
/** Those who wait, at two in 0.35 s, wait for at most about 6 s. */
const MAX_WAITING = 32;

/** Makes and checks hashes, a bounded number at once in this process. */
export class PasswordHasher {
  readonly #cost: ScryptCost;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(cost: ScryptCost = PASSWORD_COST) {
    this.#cost = cost;
  }

  /** The text to keep of a new password. @throws {DomainError} unavailable when too many are being checked */
  async hash(password: string): Promise<string> {
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    return format({ cost: this.#cost, salt, hash: await this.#derive(password, salt, this.#cost) });
  }

  /**
   * Whether `password` is the one kept as `stored`; null (nobody, or nobody with a password) never is, and takes as
   * long. `isOutdated`: it was kept at another cost than today's, and shall be hashed anew.
   * @throws {DomainError} unavailable when too many are being checked
   */
  async verify(password: string, stored: string | null): Promise<{ matches: boolean; isOutdated: boolean }> {
    const kept = stored === null ? this.#nobody() : parse(stored);
    const derived = await this.#derive(password, kept.salt, kept.cost);
    const isOutdated = format({ ...kept, cost: this.#cost }) !== format(kept);
    return { matches: timingSafeEqual(derived, kept.hash) && stored !== null, isOutdated };
  }

  #nobody(): Kept {
    const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
    return { cost: this.#cost, salt: random(SALT_BYTES), hash: random(HASH_BYTES) };
  }

  async #derive(password: string, salt: Uint8Array, cost: ScryptCost): Promise<Uint8Array> {
    await this.#enter();
    try {
      // One keyboard composes a letter, another decomposes it: the same password either way.
      return await derive(password.normalize("NFKC"), salt, cost);
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < MAX_RUNNING) return void this.#running++;
    if (this.#waiting.length >= MAX_WAITING) {
      throw new DomainError(
        "unavailable",
        "Cannot check a password now: too many are being checked; try again in a few seconds",
      );
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the place on: the count stays, so that no newcomer slips in before the one that waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}

interface Kept {
  cost: ScryptCost;
  salt: Uint8Array;
  hash: Uint8Array;
}

function derive(password: BinaryLike, salt: Uint8Array, { ln, r, p }: ScryptCost): Promise<Uint8Array> {
  const options = { N: 2 ** ln, r, p, maxmem: 2 * 128 * r * 2 ** ln };
  return new Promise((resolve, reject) =>
    scrypt(password, salt, HASH_BYTES, options, (error, key) => error ? reject(error) : resolve(key))
  );
}

/** `$scrypt$ln=15,r=8,p=3$<salt>$<hash>` in base64 without padding, as the PHC string format has it. */
function format({ cost: { ln, r, p }, salt, hash }: Kept): string {
  const [saltText, hashText] = [salt, hash].map((bytes) => bytes.toBase64({ omitPadding: true }));
  return `$scrypt$ln=${ln},r=${r},p=${p}$${saltText}$${hashText}`;
}

function parse(stored: string): Kept {
  const [, ln, r, p, salt, hash] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/.exec(stored) ?? [];
  // Not the text itself: it may end in a log.
  if (!salt || !hash) throw new Error("Cannot read a stored password: it is not of a form known here");
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Uint8Array.fromBase64(salt),
    hash: Uint8Array.fromBase64(hash),
  };
}

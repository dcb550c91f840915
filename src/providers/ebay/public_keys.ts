/** Keys that eBay signs its notices with, by their id. */
import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { addSeconds, type Clock } from "../../platform/clock.ts";
import type { HttpResponse } from "../../platform/http_client.ts";
import type { Log } from "../../platform/log.ts";
import type { Sql } from "../../platform/sql.ts";
import { type ProviderCall, ProviderError } from "../contract.ts";
import { jsonOf } from "../http_call.ts";
import { keepCalls } from "../keep_calls.ts";
import type { EbayApi } from "./api.ts";
import { EBAY_ID } from "./call.ts";
import { failureOf } from "./errors.ts";

/** eBay asks that a key is kept for an hour (developer.ebay.com, "Create a Notification endpoint", read 2026-11). */
export const KEY_SECONDS = 3_600;
/** How long an id that eBay does not know stays unknown: anybody can make one up. */
export const UNKNOWN_SECONDS = 300;
/** Most calls for keys within a minute: eBay has one or two keys, all others are made up. Keys that were real count apart. */
export const MAX_CALLS_PER_MINUTE = 10;
/** Ids remembered at once. */
const MAX_IDS = 100;
/** eBay waits for an answer to its notice meanwhile. */
const CALL_TIMEOUT_MS = 5_000;
const DOING = "read a public key of eBay";

/** What `GET /commerce/notification/v1/public_key/{id}` answers. */
const PublicKeyBody = z.looseObject({
  key: z.string().min(1),
  algorithm: z.string(),
  digest: z.string(),
});

const DIGESTS: Readonly<Record<string, string>> = {
  SHA1: "sha1",
  SHA256: "sha256",
  SHA384: "sha384",
  SHA512: "sha512",
};

/** A key with the digest that is signed. */
export interface EbayPublicKey {
  key: KeyObject;
  /** As Node names it. */
  digest: string;
}

/** Fetches each key once an hour; any number of callers at once cause one call. */
export class EbayPublicKeys {
  readonly #deps: { api: EbayApi; sql: Sql; log: Log };
  readonly #clock: Clock;
  readonly #known = new Map<string, { key: EbayPublicKey | null; until: Date }>();
  readonly #flights = new Map<string, Promise<EbayPublicKey | null>>();
  /** Times of calls in the last minute, for ids that were never a key's and for those that were. */
  readonly #calls: Record<"strange" | "real", Date[]> = { strange: [], real: [] };

  constructor(deps: { api: EbayApi; sql: Sql; log: Log }) {
    this.#deps = deps;
    this.#clock = deps.api.clock;
  }

  /**
   * The key with this id; null: eBay knows none.
   * @throws {ProviderError} when eBay cannot be asked, or was asked too often within a minute
   */
  async find(id: string): Promise<EbayPublicKey | null> {
    const known = this.#known.get(id);
    if (known && this.#clock.now() < known.until) return known.key;
    const flight = this.#flights.get(id) ?? this.#start(id);
    return await flight;
  }

  #start(id: string): Promise<EbayPublicKey | null> {
    const now = this.#clock.now();
    // Else whoever makes ids up would keep eBay's own key from being renewed, and its notices unread.
    const kind = this.#known.get(id)?.key ? "real" : "strange";
    const recent = this.#calls[kind].filter((at) => at > addSeconds(now, -60));
    if (recent.length >= MAX_CALLS_PER_MINUTE) {
      return Promise.reject(new ProviderError("unavailable", `Cannot ${DOING}: too many were asked for`));
    }
    this.#calls[kind] = [...recent, now];
    const flight = this.#fetch(id).finally(() => this.#flights.delete(id));
    this.#flights.set(id, flight);
    return flight;
  }

  async #fetch(id: string): Promise<EbayPublicKey | null> {
    const calls: ProviderCall[] = [];
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), CALL_TIMEOUT_MS);
    try {
      const path = `/commerce/notification/v1/public_key/${encodeURIComponent(id)}`;
      const ask = { operation: "public_key", path, doing: DOING } as const;
      const options = { signal: controller.signal, onCall: (call: ProviderCall) => void calls.push(call) };
      const key = this.#read(await this.#deps.api.get(ask, options));
      this.#remember(id, key);
      return key;
    } finally {
      clearTimeout(timer);
      await keepCalls(this.#deps, calls, { provider: EBAY_ID, poll_id: null, user_id: null });
    }
  }

  #read(response: HttpResponse): EbayPublicKey | null {
    if (response.status === 404 || response.status === 400) return null;
    if (response.status !== 200) throw failureOf(response, DOING, this.#clock.now());
    const body = PublicKeyBody.safeParse(jsonOf(response, DOING)).data;
    const digest = DIGESTS[body?.digest.toUpperCase() ?? ""];
    const key = body?.algorithm.toUpperCase() === "ECDSA" ? keyOf(body.key) : null;
    if (key && digest) return { key, digest };
    throw new ProviderError(
      "bad_response",
      `Cannot ${DOING}: the answer is no ECDSA key with a digest we know`,
    );
  }

  #remember(id: string, key: EbayPublicKey | null): void {
    const seconds = key ? KEY_SECONDS : UNKNOWN_SECONDS;
    this.#known.delete(id);
    this.#known.set(id, { key, until: addSeconds(this.#clock.now(), seconds) });
    // Those that were made up go first: a real key is worth its call.
    const spare = [...this.#known].toSorted(([, a], [, b]) =>
      Number(a.key !== null) - Number(b.key !== null)
    );
    for (const [old] of spare.slice(0, Math.max(0, this.#known.size - MAX_IDS))) this.#known.delete(old);
  }
}

/** eBay writes PEM in one line, which Node does not read. Null: it is no key of an elliptic curve. */
function keyOf(pem: string): KeyObject | null {
  try {
    const base64 = pem.replace(/-----[A-Z ]+-----/g, "").replace(/\s+/g, "");
    const key = createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ec" ? key : null;
  } catch {
    return null;
  }
}

import type { ProviderQuery } from "../providers/contract.ts";

/** A claimed poll, as its handler needs it. */
export interface Poll {
  id: string;
  provider: string;
  query: ProviderQuery;
  interval_seconds: number;
  /** Successful runs so far. */
  runs: number;
  failures: number;
  last_success_at: Date | null;
  /** When a run last read all pages, or as many as its provider allows. */
  last_sweep_at: Date | null;
}

/**
 * Why a subscriber has a poll: it asks for it by itself; by itself too, but only to find releases; or it was found the
 * release whose floor this reads.
 */
export type SubscriptionOrigin = "plan" | "lookup" | "candidate";

/** A query that a rule needs polled. */
export interface WantedPoll {
  provider: string;
  query: ProviderQuery;
  /** What its subscriber asks for, as far as the provider allows. */
  interval_seconds: number;
  /** Absent: `plan`. */
  origin?: SubscriptionOrigin;
}

/** How often the searches of a watch really run, as the API tells it. */
import { z } from "zod";

/**
 * Why a search runs as often as it does, the worst first: its provider is disabled here; left alone after failures; all
 * have to wait for the calls it allows, or for workers; it allows no shorter interval; nothing is in the way.
 */
export const POLL_REASONS = [
  "provider_disabled",
  "backing_off",
  "quota",
  "busy",
  "provider_minimum",
  "as_asked",
] as const;
/** One of them. */
export type PollReason = (typeof POLL_REASONS)[number];

const reason = z.enum(POLL_REASONS).describe(
  "Why so often: as_asked, provider_minimum (it allows no shorter interval, or not for all prices that are read), quota (it allows too few calls), " +
    "busy (the service is behind), backing_off (it failed and is left alone), provider_disabled",
);

/** Of one provider's searches. */
export const providerPollingSchema = z.object({
  provider: z.string(),
  interval_seconds: z.int().nullable().describe("As asked, as far as it allows; null: it is not searched"),
  effective_interval_seconds: z.int().nullable().describe("Measured; null: it is not searched"),
  reason,
  last_success_at: z.date().nullable(),
  next_poll_at: z.date().nullable(),
}).meta({ id: "ProviderPolling", description: "How often searches of a watch run at one provider" });

/** Of all searches of a watch: the slowest speaks for them. */
export const pollingSchema = z.object({
  effective_interval_seconds: z.int().nullable().describe("Null: it is not searched anywhere"),
  reason,
  coverage_gap_at: z.date().nullable().describe(
    "When a search last ended before it met what it knew, or read only a part of a shop: the rest is unknown. Null: never",
  ),
  providers: z.array(providerPollingSchema),
}).meta({ id: "Polling", description: "How often the searches of a watch really run" });
/** The wire form. */
export type Polling = z.input<typeof pollingSchema>;
/** Its part about one provider. */
export type ProviderPolling = z.input<typeof providerPollingSchema>;

/** One poll of a watch, as its row gives it; times in milliseconds since 1970. */
export interface WatchedPoll {
  provider: string;
  /** What the watch asks for, as far as the provider allows. */
  asked_seconds: number;
  /** Of the strictest who shares it. */
  interval_seconds: number;
  gap_seconds: number | null;
  last_success_ms: number | null;
  next_poll_ms: number;
  coverage_gap_ms: number | null;
  /** Its last run failed. */
  is_failing: boolean;
  /** It reads the lowest price of a release that another search of the watch found. */
  is_floor?: boolean;
  /** The provider is left alone, or asked by one caller first. */
  is_blocked: boolean;
}

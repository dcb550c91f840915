import type { ChannelRow } from "./channel_store.ts";
import { type DeliveryPreferences, DIGEST_MINUTE } from "./plan_delivery.ts";

/** What planning needs of a channel: its switch first, then its own mode, then the user's, each over the next. */
export function preferencesOf(channel: ChannelRow): DeliveryPreferences {
  const { quiet_hours_start: start, quiet_hours_end: end } = channel;
  return {
    mode: channel.notifications_email ? channel.mode ?? channel.delivery_frequency : "off",
    zone: channel.zone,
    quiet: start === null || end === null ? null : { startMinute: start * 60, endMinute: end * 60 },
    digestMinute: DIGEST_MINUTE,
  };
}

/** Why a channel cannot be used now, in the words of the visible state. */
export interface Obstacle {
  state: "off" | "suppressed";
  reason:
    | "switched_off"
    | "not_configured"
    | "account_deactivated"
    | "no_address"
    | "address_bounced"
    | "address_unverified";
}

/** Addresses we made up for people who gave none: never mailed. */
const NO_ADDRESS = /@users\.invalid$/i;

/** What keeps messages from leaving by this channel; null: nothing. Asked at the cut and again before every attempt. */
export function obstacleOf(
  channel: ChannelRow,
  service: {
    /** The service can send on channels of this kind. */
    isConfigured: boolean;
    /** Development: addresses need not be verified. */
    isDevLike: boolean;
  },
): Obstacle | null {
  if (preferencesOf(channel).mode === "off") return { state: "off", reason: "switched_off" };
  if (!service.isConfigured) return { state: "off", reason: "not_configured" };
  if (!channel.is_active) return { state: "suppressed", reason: "account_deactivated" };
  if (NO_ADDRESS.test(channel.email)) return { state: "suppressed", reason: "no_address" };
  if (channel.disabled_address === channel.email) return { state: "suppressed", reason: "address_bounced" };
  if (!channel.email_verified && !service.isDevLike) {
    return { state: "suppressed", reason: "address_unverified" };
  }
  return null;
}

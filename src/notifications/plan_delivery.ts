import { instantOf, isKnownZone, localTime } from "./local_time.ts";

/** When a user wants to hear of things. `off`: not at all on this channel. */
export type DeliveryMode = "instant" | "hourly" | "daily" | "off";

/** A daily window of local time, half-open, in minutes from midnight. An end before the start lies on the next day. */
export interface QuietWindow {
  startMinute: number;
  endMinute: number;
}

/** What planning reads of a user and his channel, already resolved. */
export interface DeliveryPreferences {
  mode: DeliveryMode;
  /** IANA zone of quiet hours and slots. One that is unknown here counts as UTC. */
  zone: string;
  /** Null: no quiet hours. */
  quiet: QuietWindow | null;
  /** When the daily digest is due, in minutes from local midnight. */
  digestMinute: number;
}

/** 09:00: the default time of the daily digest. */
export const DIGEST_MINUTE = 9 * 60;

/** When one event may leave on one channel. */
export type DeliveryPlan =
  | { mode: "off" }
  | {
    mode: Exclude<DeliveryMode, "off">;
    not_before: Date;
    /** Of a digest, or of a message that quiet hours moved: which one it leaves with. Null: on its own. */
    slot: DigestSlot | null;
    /** Quiet hours moved it. */
    deferred: boolean;
  };

/** One digest of a channel: at most one is cut for each local date and name. */
export interface DigestSlot {
  /** `YYYY-MM-DD` in the user's zone. */
  local_date: string;
  /** `daily`, the hour (`14:00`), or `quiet` for what leaves together when quiet hours end. */
  name: string;
}

/**
 * Plans an event that happened at `at`: at once, at the next local hour, or at the next digest time, and never inside
 * quiet hours: what is due there is due at their end. An event in the very moment of a digest belongs to the next one.
 */
export function planDelivery(at: Date, preferences: DeliveryPreferences): DeliveryPlan {
  const { mode } = preferences;
  if (mode === "off") return { mode };
  // The common case, thousands at a time: no local time is needed.
  if (mode === "instant" && preferences.quiet === null) {
    return { mode, not_before: at, slot: null, deferred: false };
  }
  const zone = isKnownZone(preferences.zone) ? preferences.zone : "UTC";
  const due = mode === "instant"
    ? { at, slot: null }
    : mode === "hourly"
    ? nextHour(at, zone)
    : nextDay(at, zone, preferences.digestMinute);
  const end = quietUntil(due.at, { ...preferences, zone });
  if (end === null) return { mode, not_before: due.at, slot: due.slot, deferred: false };
  return deferTo(end, { mode, slot: due.slot, zone });
}

/**
 * The plan of what quiet hours move to their `end`: a daily digest stays the one of its date, hourly ones become one
 * with the hour they move to, and single messages leave together.
 */
export function deferTo(
  end: Date,
  { mode, slot, zone }: { mode: Exclude<DeliveryMode, "off">; slot: DigestSlot | null; zone: string },
): Exclude<DeliveryPlan, { mode: "off" }> {
  const local = localTime(end, isKnownZone(zone) ? zone : "UTC");
  const quiet = { local_date: local.toPlainDate().toString(), name: "quiet" };
  switch (mode) {
    case "daily":
      return { mode, not_before: end, slot: slot ?? quiet, deferred: true };
    case "hourly":
      return { mode, not_before: end, slot: hourSlot(local), deferred: true };
    case "instant":
      return { mode, not_before: end, slot: quiet, deferred: true };
    default:
      return mode satisfies never;
  }
}

/** The end of the quiet hours that `at` lies in; null when it does not. */
export function quietUntil(
  at: Date,
  { zone: wanted, quiet }: Pick<DeliveryPreferences, "zone" | "quiet">,
): Date | null {
  if (quiet === null) return null;
  const zone = isKnownZone(wanted) ? wanted : "UTC";
  const today = localTime(at, zone).toPlainDate();
  const overnight = quiet.endMinute < quiet.startMinute ? 1 : 0;
  // A window of yesterday may still last, and a change of the clock may put one of tomorrow under today's date.
  for (const days of [-1, 0, 1]) {
    const day = today.add({ days });
    const start = instantOf(atMinute(day, quiet.startMinute), zone, "first");
    const end = instantOf(atMinute(day.add({ days: overnight }), quiet.endMinute), zone, "second");
    if (start <= at && at < end) return end;
  }
  return null;
}

interface DueSlot {
  at: Date;
  slot: DigestSlot;
}

/** The next local time of day `minute`; a date whose time is past, or that a zone skipped, gives the next. */
function nextDay(at: Date, zone: string, minute: number): DueSlot {
  let day = localTime(at, zone).toPlainDate().subtract({ days: 1 });
  while (true) {
    const due = instantOf(atMinute(day, minute), zone, "first");
    if (due > at) return { at: due, slot: { local_date: day.toString(), name: "daily" } };
    day = day.add({ days: 1 });
  }
}

/** The next full local hour; an hour that occurs twice has one slot, at its first occurrence. */
function nextHour(at: Date, zone: string): DueSlot {
  let hour = localTime(at, zone).round({ smallestUnit: "hour", roundingMode: "floor" });
  while (true) {
    const due = instantOf(hour, zone, "first");
    if (due > at) return { at: due, slot: hourSlot(hour) };
    hour = hour.add({ hours: 1 });
  }
}

function hourSlot(hour: Temporal.PlainDateTime): DigestSlot {
  return {
    local_date: hour.toPlainDate().toString(),
    name: hour.toPlainTime().toString({ smallestUnit: "minute" }),
  };
}

function atMinute(day: Temporal.PlainDate, minute: number): Temporal.PlainDateTime {
  return day.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
}

/** Local times of an IANA zone as instants, by the rules of semantics §5.3. Pure. */

/** Which of two instants a local time means that occurs twice. */
export type Occurrence = "first" | "second";

/** What a clock on the wall of `zone` shows at `at`. */
export function localTime(at: Date, zone: string): Temporal.PlainDateTime {
  return zoned(at, zone).toPlainDateTime();
}

/**
 * The instant of a local time. One that occurs twice is the given occurrence; one that does not exist is the first
 * valid instant after the gap (Temporal's own rule would move it on by the length of the gap).
 */
export function instantOf(local: Temporal.PlainDateTime, zone: string, occurrence: Occurrence): Date {
  const disambiguation = occurrence === "first" ? "earlier" : "later";
  const meant = local.toZonedDateTime(zone, { disambiguation });
  if (meant.toPlainDateTime().equals(local)) return toDate(meant);
  // In a gap "earlier" lies before it, so the next transition is the gap's end.
  const before = local.toZonedDateTime(zone, { disambiguation: "earlier" });
  return toDate(before.getTimeZoneTransition("next") ?? meant);
}

/** Whether this machine knows the zone; names change, and a stored one can disappear with an update. */
export function isKnownZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

function zoned(at: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
}

function toDate(at: Temporal.ZonedDateTime): Date {
  return new Date(at.epochMilliseconds);
}

/** Whether it is time to say that a listing is still for sale. Pure. */
import { addSeconds } from "../platform/clock.ts";

/** A listing whose content may not be shown now is looked at again after this: a poll may refresh it. */
export const REMINDER_RETRY_SECONDS = 3_600;

/** What a reminder depends on. */
export interface ReminderFacts {
  /** The last alert; null: the user was never told, so there is nothing to remind of. */
  alerted_at: Date | null;
  /** Of the rules that match now, each as it asks; empty: none asks. */
  days: readonly number[];
  isForSale: boolean;
  /** Until when the provider's terms let us show it; null: no limit. */
  expires_at: Date | null;
  now: Date;
}

/** `wait` says when to look again; null: only the next alert or change plans one. */
export type ReminderDecision = { kind: "remind" } | { kind: "wait"; until: Date | null };

/** One reminder for each period since the last alert (reminders count), while the listing is for sale and matches. */
export function decideReminder(facts: ReminderFacts): ReminderDecision {
  const { alerted_at, days, isForSale, expires_at, now } = facts;
  if (alerted_at === null || days.length === 0 || !isForSale) return { kind: "wait", until: null };
  const due = addSeconds(alerted_at, Math.min(...days) * 86_400);
  if (due > now) return { kind: "wait", until: due };
  if (expires_at !== null && expires_at <= now) {
    return { kind: "wait", until: addSeconds(now, REMINDER_RETRY_SECONDS) };
  }
  return { kind: "remind" };
}

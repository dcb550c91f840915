import { addSeconds, type Clock, monotonicMs } from "../platform/clock.ts";
import { withHeartbeat } from "../platform/lease.ts";
import type { Log } from "../platform/log.ts";
import { retryDelaySeconds } from "../platform/retry.ts";
import { DatabaseError, isDatabaseAway, type Pool, type Sql } from "../platform/sql.ts";
import { appendEvents } from "../events/append_events.ts";
import { lockEventHead } from "../events/store.ts";
import { type ChannelRow, disableChannel, findChannel } from "./channel_store.ts";
import { type Channel, ChannelError, type ChannelErrorKind, type Channels } from "./channels/contract.ts";
import {
  deleteDelivery,
  type DeliveryRow,
  fenceDelivery,
  finishDelivery,
  insertAttempt,
  postponeDelivery,
  renewDelivery,
} from "./delivery_store.ts";
import { releaseItems } from "./item_store.ts";
import { loadMessage, type MessageDeps } from "./message/load_message.ts";
import { deferTo, quietUntil } from "./plan_delivery.ts";
import { type Obstacle, obstacleOf, preferencesOf } from "./resolve_preferences.ts";
import { RETRY_DELAYS_SECONDS } from "./retry.ts";
import { tellUsers } from "./tell_users.ts";

/** What delivering needs. */
export interface DeliverDeps extends MessageDeps {
  sql: Pool;
  clock: Clock;
  log: Log;
  channels: Channels;
  isDevLike: boolean;
}

/** What working one delivery came to. `dropped`: the lease was not ours (any more); nothing was written. */
export type DeliverResult =
  | { kind: "dropped" }
  | { kind: "sent" }
  | { kind: "closed"; reason: string }
  | { kind: "deferred"; until: Date }
  | { kind: "retry"; at: Date; error: string }
  | { kind: "failed"; error: string };

/**
 * Works one claimed delivery: asks again whether it may leave, sends it outside any transaction, then records the
 * outcome in one fenced transaction. A crash in between repeats this one message, with the same idempotency key.
 */
export async function deliver(deps: DeliverDeps, row: { id: string; token: number }): Promise<DeliverResult> {
  const renew = () => renewDelivery(deps.sql, { ...row, now: deps.clock.now() });
  const delivery = await renew();
  if (!delivery) return { kind: "dropped" };
  return await withHeartbeat({ renew: async () => await renew() !== null }, async (signal) => {
    const channel = await findChannel(deps.sql, delivery.channel_id);
    if (!channel) return { kind: "dropped" };
    const work = { ...delivery, token: row.token, channel };
    const transport = deps.channels.get(channel.kind);
    const obstacle = obstacleOf(channel, {
      isConfigured: transport !== undefined,
      isDevLike: deps.isDevLike,
    });
    if (obstacle || !transport) {
      return await close(deps, work, obstacle ?? { state: "off", reason: "not_configured" });
    }
    const { zone, quiet } = preferencesOf(channel);
    const quietEnd = quietUntil(deps.clock.now(), { zone, quiet });
    if (quietEnd) return await defer(deps, work, quietEnd);
    const attempt = await attemptOnce(deps, { work, transport, signal });
    return signal.aborted || !attempt ? { kind: "dropped" } : await record(deps, work, attempt);
  });
}

interface Work extends DeliveryRow {
  token: number;
  channel: ChannelRow;
}

interface Attempt {
  started_at: Date;
  duration_ms: number;
  outcome: "sent" | ChannelErrorKind;
  /** For the user too. */
  detail: string;
  /** For the operator alone. */
  cause?: unknown;
}

/** Null: it has nothing to say any more, because its account was deleted meanwhile. */
async function attemptOnce(
  deps: DeliverDeps,
  { work, transport, signal }: { work: Work; transport: Channel; signal: AbortSignal },
): Promise<Attempt | null> {
  const started_at = deps.clock.now();
  const startMs = monotonicMs();
  const done = (outcome: Attempt["outcome"], detail: string, cause?: unknown): Attempt => ({
    started_at,
    duration_ms: Math.round(monotonicMs() - startMs),
    outcome,
    detail,
    cause,
  });
  try {
    const message = await loadMessage(deps, { delivery: work, channel: work.channel });
    if (message.alerts.length + message.gone.length === 0) return null;
    return done("sent", (await transport.send(message, { signal, idempotencyKey: work.id })).detail);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    if (error instanceof ChannelError) return done(error.kind, error.message, error.cause);
    if (error instanceof DatabaseError) return done("temporary", "it could not be read in time", error);
    // A mistake of ours: by the schedule, not at every lease.
    deps.log.error("delivery failed unexpectedly", { delivery_id: work.id, error });
    return done("temporary", "an internal error");
  }
}

/** Writes what an attempt came to, if the delivery is still ours. */
async function record(deps: DeliverDeps, work: Work, attempt: Attempt): Promise<DeliverResult> {
  const now = deps.clock.now();
  const attempts = work.attempts + 1;
  const result = outcomeOf(attempt, { attempts, now });
  const written = await deps.sql.begin(async (tx) => {
    // Before the delivery, which whoever deletes the account locks after it.
    if (attempt.outcome === "recipient_gone") await lockEventHead(tx, work.channel.user_id);
    if (!await fenceDelivery(tx, work)) return false;
    await insertAttempt(tx, { ...attempt, delivery_id: work.id, attempt: attempts });
    const reason = attempt.outcome === "sent" ? null : attempt.detail;
    if (result.kind === "retry") {
      await postponeDelivery(tx, { id: work.id, reason, attempts, next_attempt_at: result.at });
    } else {
      await finishDelivery(tx, { id: work.id, state: result.kind, reason, attempts, now });
    }
    if (attempt.outcome === "recipient_gone") await tellOfBounce(tx, work.channel, { attempt, now });
    return true;
  });
  if (!written) return { kind: "dropped" };
  if (result.kind !== "sent") {
    const level = attempt.outcome === "misconfigured" ? "error" : "warn";
    deps.log[level]("delivery not taken", {
      delivery_id: work.id,
      channel: work.channel.kind,
      outcome: attempt.outcome,
      detail: attempt.detail,
      cause: attempt.cause,
      attempts,
      next_attempt_at: result.kind === "retry" ? result.at : null,
    });
  }
  return result;
}

function outcomeOf(
  { outcome, detail }: Attempt,
  { attempts, now }: { attempts: number; now: Date },
): Extract<DeliverResult, { kind: "sent" | "retry" | "failed" }> {
  switch (outcome) {
    case "sent":
      return { kind: "sent" };
    case "permanent":
    case "recipient_gone":
      return { kind: "failed", error: detail };
    case "temporary":
    case "misconfigured": {
      const delay = retryDelaySeconds(RETRY_DELAYS_SECONDS, attempts, Math.random());
      if (delay === null) return { kind: "failed", error: detail };
      return { kind: "retry", at: addSeconds(now, delay), error: detail };
    }
    default:
      return outcome satisfies never;
  }
}

/** The address is dead: told where it can still be read, the inbox. Events before the channel: the order of every publish. */
async function tellOfBounce(
  tx: Sql,
  channel: ChannelRow,
  { attempt, now }: { attempt: Attempt; now: Date },
): Promise<void> {
  const text = `Your mail server refused ${channel.email} for good ("${attempt.detail}"). ` +
    "Alerts stay in your inbox here. Change the address, or switch e-mail off and on again, to try once more.";
  const notice = {
    user_id: channel.user_id,
    type: "SERVICE_NOTICE" as const,
    payload: { notice: "email_bounced", title: "E-mail to you is switched off", text },
  };
  await tellUsers(tx, await appendEvents(tx, [notice], now), now);
  await disableChannel(tx, { id: channel.id, address: channel.email, now });
}

async function close(deps: DeliverDeps, work: Work, { state, reason }: Obstacle): Promise<DeliverResult> {
  const closed = await deps.sql.begin(async (tx) => {
    if (!await fenceDelivery(tx, work)) return false;
    await finishDelivery(tx, { id: work.id, state, reason, attempts: work.attempts, now: deps.clock.now() });
    return true;
  });
  return closed ? { kind: "closed", reason } : { kind: "dropped" };
}

/**
 * Quiet hours began between the cut and the attempt. What was never tried goes back, to leave together with the rest
 * at their end; what was tried keeps its identity, because the other side may have taken it.
 */
async function defer(deps: DeliverDeps, work: Work, until: Date): Promise<DeliverResult> {
  const { zone } = preferencesOf(work.channel);
  const { slot } = deferTo(until, { mode: "instant", slot: null, zone });
  const deferred = await deps.sql.begin(async (tx) => {
    if (!await fenceDelivery(tx, work)) return false;
    if (work.attempts > 0 || slot === null) {
      const reason = "quiet_hours";
      await postponeDelivery(tx, { id: work.id, reason, attempts: work.attempts, next_attempt_at: until });
      return true;
    }
    await releaseItems(tx, {
      delivery_id: work.id,
      not_before: until,
      local_date: slot.local_date,
      slot: slot.name,
    });
    await deleteDelivery(tx, work.id);
    return true;
  });
  return deferred ? { kind: "deferred", until } : { kind: "dropped" };
}

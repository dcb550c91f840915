import type { OutgoingMessage } from "../message/schema.ts";

/** Kinds of channels; stored, never renamed. */
export type ChannelKind = "email";

/**
 * Why a message was not taken; decides what happens next.
 * - `temporary`: later it may be (no answer, a busy server): tried again by the schedule.
 * - `permanent`: this message will never be: it has failed.
 * - `recipient_gone`: no message to this destination will ever be: failed, and the channel is disabled.
 * - `misconfigured`: our own access is refused, for everybody: tried again by the schedule, and the operator is told.
 */
export type ChannelErrorKind = "temporary" | "permanent" | "recipient_gone" | "misconfigured";

/** A message was not taken. The text is kept with the attempt and shown to its user: no credentials in it. */
export class ChannelError extends Error {
  readonly kind: ChannelErrorKind;

  constructor(kind: ChannelErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "ChannelError";
    this.kind = kind;
  }
}

/** A way by which messages leave. */
export interface Channel extends AsyncDisposable {
  readonly kind: ChannelKind;
  /**
   * Hands one message over; settled when the other side has taken it, `detail` is what it said. The same
   * `idempotencyKey` marks every attempt of one message, so that the other side can tell a repetition.
   * Ends by itself within two minutes, whatever the other side does.
   * @throws {ChannelError} for every refusal and failure; nothing else escapes
   */
  send(
    message: OutgoingMessage,
    options: { signal: AbortSignal; idempotencyKey: string },
  ): Promise<{ detail: string }>;
}

/** The channels this installation can send on. */
export type Channels = ReadonlyMap<ChannelKind, Channel>;

/** Messages one process sends at the same time, over all channels: a target that hangs holds these places and no others. */
export const MAX_CONCURRENT_SENDS = 8;

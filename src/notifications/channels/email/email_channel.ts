import type { Channel } from "../contract.ts";
import type { Sender } from "../sender.ts";
import { toMail } from "./mail.ts";
import type { MailTransport } from "./transport.ts";

/** Alerts by e-mail. The transport is shared and outlives the channel. */
export function createEmailChannel({ transport, from }: { transport: MailTransport; from: Sender }): Channel {
  return {
    kind: "email",
    send: (message, { signal, idempotencyKey }) =>
      transport.send(toMail(message, { from, idempotencyKey }), { signal }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

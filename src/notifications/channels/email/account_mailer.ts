import { type Mailer, MailError } from "../../../accounts/mailer.ts";
import { ChannelError } from "../contract.ts";
import type { Sender } from "../sender.ts";
import { messageIdOf } from "./mail.ts";
import type { MailTransport } from "./transport.ts";

/** Mails about accounts, by the transport that carries alerts. */
export function createMailer({ transport, from }: { transport: MailTransport; from: Sender }): Mailer {
  return {
    async send({ to, ...content }, { signal, idempotencyKey }) {
      try {
        await transport.send({
          ...content,
          from,
          to: { name: "", address: to },
          messageId: messageIdOf(idempotencyKey, from),
          headers: { "Auto-Submitted": "auto-generated" },
        }, { signal });
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error;
        const isFinal = error.kind === "permanent" || error.kind === "recipient_gone";
        throw new MailError(error.message, { isFinal, cause: error.cause });
      }
    },
  };
}

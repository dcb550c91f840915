import type { Sender } from "../sender.ts";
import type { OutgoingMessage } from "../../message/schema.ts";
import { renderHtml } from "../../message/render_html.ts";
import { renderText } from "../../message/render_text.ts";
import { subjectOf } from "../../message/words.ts";

/** A mail ready to be handed to a server. */
export interface Mail {
  from: Sender;
  to: Sender;
  subject: string;
  text: string;
  html: string;
  /** With angle brackets; the same at every attempt. */
  messageId: string;
  headers: Record<string, string>;
}

/** The mail of a message. RFC 8058's two headers let a mail program unsubscribe with one click. */
export function toMail(message: OutgoingMessage, options: { from: Sender; idempotencyKey: string }): Mail {
  const { from, idempotencyKey } = options;
  return {
    from,
    to: { name: message.recipient.name ?? "", address: message.recipient.address },
    subject: subjectOf(message),
    text: renderText(message),
    html: renderHtml(message),
    messageId: messageIdOf(idempotencyKey, from),
    headers: {
      "List-Unsubscribe": `<${message.unsubscribe_url}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      // No out-of-office answers to us.
      "Auto-Submitted": "auto-generated",
    },
  };
}

/** The Message-ID of a mail: the same at every attempt, so that the other side can tell a repetition. */
export function messageIdOf(idempotencyKey: string, from: Sender): string {
  return `<${idempotencyKey}@${from.address.slice(from.address.lastIndexOf("@") + 1)}>`;
}

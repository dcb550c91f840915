import type { OutgoingMessage } from "../../message/schema.ts";
import { renderHtml } from "../../message/render_html.ts";
import { renderText } from "../../message/render_text.ts";
import { subjectOf } from "../../message/words.ts";

/** A sender: "WaxWatch <alerts@example.com>", parted. */
export interface Sender {
  name: string;
  address: string;
}

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

/** Reads "Name <a@b>" or "a@b"; null when it is neither. */
export function parseSender(text: string): Sender | null {
  const match = /^(?:"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(text.trim());
  const address = match?.[2] ?? match?.[3] ?? "";
  if (!/^[^@\s]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(address)) return null;
  return { name: match?.[1]?.trim() ?? "", address };
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
    messageId: `<${idempotencyKey}@${from.address.slice(from.address.lastIndexOf("@") + 1)}>`,
    headers: {
      "List-Unsubscribe": `<${message.unsubscribe_url}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      // No out-of-office answers to us.
      "Auto-Submitted": "auto-generated",
    },
  };
}

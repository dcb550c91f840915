import type { Log } from "../../../platform/log.ts";
import type { Channel } from "../contract.ts";
import type { Sender } from "../sender.ts";
import { toMail } from "./mail.ts";

/** E-mail without a server, for development: every mail is one readable block in the log. */
export function createLogChannel({ log, from }: { log: Log; from: Sender }): Channel {
  return {
    kind: "email",
    send: (message, { idempotencyKey }) => {
      const mail = toMail(message, { from, idempotencyKey });
      const body = mail.text.trimEnd().split("\n").map((line) => `  | ${line}`.trimEnd()).join("\n");
      log.info(
        `mail to ${mail.to.address} (printed, SMTP_URL is not set)\n  | Subject: ${mail.subject}\n  |\n${body}`,
      );
      return Promise.resolve({ detail: "printed to the log" });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

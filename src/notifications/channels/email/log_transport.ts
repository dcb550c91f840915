import type { Log } from "../../../platform/log.ts";
import type { MailTransport } from "./transport.ts";

/** E-mail without a server, for development: every mail is one readable block in the log, with the links in it. */
export function createLogTransport({ log }: { log: Log }): MailTransport {
  return {
    send: ({ to, subject, text }) => {
      const body = text.trimEnd().split("\n").map((line) => `  | ${line}`.trimEnd()).join("\n");
      log.info(
        `mail to ${to.address} (printed, SMTP_URL is not set)\n  | Subject: ${subject}\n  |\n${body}`,
      );
      return Promise.resolve({ detail: "printed to the log" });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

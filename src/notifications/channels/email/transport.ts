import type { Mail } from "./mail.ts";

/** What takes mails, alerts and others alike. */
export interface MailTransport extends AsyncDisposable {
  /**
   * Hands one mail over; `detail` is what the other side said. Ends by itself within two minutes.
   * @throws {ChannelError} for every refusal and failure; nothing else escapes
   */
  send(mail: Mail, options: { signal: AbortSignal }): Promise<{ detail: string }>;
}

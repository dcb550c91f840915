/** A mail about an account, written. */
export interface AccountMail {
  /** One address; no name, as anybody can give one to a stranger's address. */
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** What takes mails about accounts. */
export interface Mailer {
  /**
   * Hands one mail over; the same `idempotencyKey` marks every attempt of it. Ends by itself within two minutes.
   * @throws {MailError} for every refusal and failure; nothing else escapes
   */
  send(mail: AccountMail, options: { signal: AbortSignal; idempotencyKey: string }): Promise<void>;
}

/** A mail was not taken. */
export class MailError extends Error {
  override readonly name = "MailError";
  /** It will not be later either. */
  readonly isFinal: boolean;

  constructor(message: string, options: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isFinal = options.isFinal;
  }
}

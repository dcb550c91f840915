/** What a refusal of a mail server means for us. */
import type { ChannelErrorKind } from "../contract.ts";

/** The fields of an error by which the mail library says what happened. */
export interface SmtpFailure {
  /** `EAUTH`, `EENVELOPE`, `ETIMEDOUT`, … */
  code: string | null;
  /** The command that failed: `RCPT TO`, `DATA`, … */
  command: string | null;
  /** SMTP status; null: no answer arrived. */
  status: number | null;
  /** The server's words. */
  response: string | null;
}

/** Enhanced codes (RFC 3463) of an address or mailbox that does not exist or takes no mail: x.1.1–3, 6, 10; x.2.1. */
const GONE = /^5\d\d[ -]5\.(1\.([1236]|10)|2\.1)\b/;
const HAS_ENHANCED_CODE = /^\d{3}[ -][245]\.\d{1,3}\.\d{1,3}\b/;
/** Plain codes of an unknown mailbox (RFC 5321 §4.2.3), counted only where the server gives no finer one. */
const GONE_STATUS = [550, 551, 553];

/**
 * Kinds a failure. Only a refusal of the recipient itself is the recipient's: a 5xx to our login or sender address
 * concerns everybody, one to the content this message, and a full mailbox or a policy says nothing for good.
 */
export function kindOf({ code, command, status, response }: SmtpFailure): ChannelErrorKind {
  if (code === "EAUTH" || code === "ENOAUTH" || code === "EOAUTH2") return "misconfigured";
  if (code === "ETLS" || code === "EREQUIRETLS" || code === "ECONFIG" || code === "EPROXY") {
    return "misconfigured";
  }
  if (status === null || status < 500) return "temporary";
  const said = response ?? "";
  switch (command) {
    case "RCPT TO": {
      const gone = GONE.test(said) || (!HAS_ENHANCED_CODE.test(said) && GONE_STATUS.includes(status));
      return gone ? "recipient_gone" : "permanent";
    }
    case "DATA":
      return "permanent";
    // Greeting, EHLO, MAIL FROM: this server does not want us.
    default:
      return "misconfigured";
  }
}

/** Reads a thrown value of the mail library. */
export function failureOf(error: unknown): SmtpFailure {
  const fields = (error ?? {}) as Record<string, unknown>; // safe: every field is checked before use
  return {
    code: typeof fields["code"] === "string" ? fields["code"] : null,
    command: typeof fields["command"] === "string" ? fields["command"] : null,
    status: typeof fields["responseCode"] === "number" ? fields["responseCode"] : null,
    response: typeof fields["response"] === "string" ? fields["response"] : null,
  };
}

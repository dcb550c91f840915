/** E-mail over SMTP. */
import { createTransport } from "nodemailer";
import { monotonicMs } from "../../../platform/clock.ts";
import { ChannelError } from "../contract.ts";
import type { Mail } from "./mail.ts";
import { failureOf, kindOf, type SmtpFailure } from "./smtp_errors.ts";
import type { MailTransport } from "./transport.ts";

/** Where mails go and how long each step may take. */
export interface SmtpOptions {
  /** `smtp://` (STARTTLS where offered; `?requireTLS=true` insists) or `smtps://`, with user, password and port. */
  url: string;
  /** Mails handed over at once. */
  maxConnections: number;
  /** How long each step may take; default: what follows. */
  timeouts?: Partial<SmtpTimeouts>;
}

/** Milliseconds. */
export interface SmtpTimeouts {
  connectMs: number;
  greetingMs: number;
  /** Silence on an open connection. */
  socketMs: number;
  /** One whole message: a server that trickles never falls silent. */
  totalMs: number;
}

const TIMEOUTS: SmtpTimeouts = { connectMs: 10_000, greetingMs: 10_000, socketMs: 30_000, totalMs: 60_000 };
/** The pool looks at itself this long after it lost a connection. */
const POOL_SETTLE_MS = 150;
/** Servers close a connection that carries too many. */
const MESSAGES_PER_CONNECTION = 100;

/**
 * A pooled SMTP client. It tries each message once: trying again is the schedule's, so the library's own repetitions
 * are off. A server that is down, hangs or trickles costs one message its time-out and nobody else anything.
 */
export function createSmtpTransport({ url, maxConnections, timeouts }: SmtpOptions): MailTransport {
  const limits = { ...TIMEOUTS, ...timeouts };
  const transport = createTransport({
    ...{ url, pool: true as const, maxConnections, maxMessages: MESSAGES_PER_CONNECTION },
    maxRequeues: 0,
    connectionTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.socketMs,
    // A mail is what we wrote: nothing in it may name a file or an address to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let failedAtMs = -Infinity;
  return {
    async send(mail, { signal }) {
      const late = AbortSignal.timeout(limits.totalMs);
      try {
        const { response } = await transport.sendMail(toOptions(mail, AbortSignal.any([signal, late])));
        return { detail: response };
      } catch (error) {
        failedAtMs = monotonicMs();
        throw toChannelError(error, late.aborted ? `no end within ${limits.totalMs / 1000} s` : null);
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close({ force: true });
      const settleMs = failedAtMs + POOL_SETTLE_MS - monotonicMs();
      // Its timer cannot be cleared from here: a disposed transport leaves nothing running.
      if (settleMs > 0) await new Promise((resolve) => setTimeout(resolve, settleMs));
    },
  };
}

function toOptions(mail: Mail, signal: AbortSignal) {
  const { subject, text, html, messageId, headers } = mail;
  // A name that is empty would show as one.
  const to = mail.to.name === "" ? mail.to.address : mail.to;
  return { from: mail.from, to, subject, text, html, messageId, headers, signal };
}

function toChannelError(error: unknown, late: string | null): ChannelError {
  const failure = failureOf(error);
  const said = late ?? failure.response ?? silence(failure);
  return new ChannelError(late === null ? kindOf(failure) : "temporary", said.slice(0, 500), {
    cause: error,
  });
}

/** What users may read where no server spoke: hosts and addresses inside stay with the operator (the cause). */
function silence({ code }: SmtpFailure): string {
  return `the mail server gave no answer (${code ?? "unknown error"})`;
}

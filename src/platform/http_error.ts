/**
 * Why a request has no complete answer: deadline passed, connection failed, body over the cap, caller cancelled, or the
 * address is one that this client does not ask.
 */
export type HttpClientErrorKind = "timeout" | "network" | "too_large" | "aborted" | "refused";

/** A request without a complete answer. The message names the host only: no path, query or credential. */
export class HttpClientError extends Error {
  readonly kind: HttpClientErrorKind;

  constructor(kind: HttpClientErrorKind, message: string) {
    super(message);
    this.name = "HttpClientError";
    this.kind = kind;
  }
}

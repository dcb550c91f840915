/** What went wrong, for machines; `app/http.ts` maps each to one HTTP status. */
export type ErrorCode =
  | "bad_request"
  | "unauthorized"
  | "invalid_credentials"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "request_timeout"
  | "precondition_failed"
  | "payload_too_large"
  | "unsupported_media_type"
  | "validation"
  | "rate_limited"
  | "provider_failed"
  | "unavailable";

/** One refused field: where it is, what is wrong (with the value), and a stable type. */
export interface ValidationIssue {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** What was tried too often, and when it may be tried again. */
export interface LimitReached {
  scope: string;
  retry_after_seconds: number;
}

/**
 * An error whose message may be shown to the caller. Anything else that is thrown is answered as an internal
 * error with the request id only.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly issues: ValidationIssue[];
  /** Of `rate_limited` alone; else null. */
  readonly limit: LimitReached | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; issues?: ValidationIssue[]; limit?: LimitReached } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "DomainError";
    this.code = code;
    this.issues = options.issues ?? [];
    this.limit = options.limit ?? null;
  }
}

/** A validation error about one field; `loc` is the path as the client wrote it, e.g. `["body","query","max_price"]`. */
export function invalidField(loc: (string | number)[], msg: string, type = "value_error"): DomainError {
  return new DomainError("validation", `Cannot accept ${loc.slice(1).join(".") || loc.join(".")}: ${msg}`, {
    issues: [{ loc, msg, type }],
  });
}

/** The text of any thrown value, for logs. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

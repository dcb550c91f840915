import { DomainError } from "../platform/errors.ts";
import type { Permit } from "./take_attempts.ts";

/** The error for a refused attempt to `what`. */
export function refuseAttempt(permit: Extract<Permit, { granted: false }>, what: string): DomainError {
  const { name: scope, retryAfterSeconds } = permit;
  return new DomainError(
    "rate_limited",
    `Cannot ${what} now: it was tried too often; try again in ${retryAfterSeconds} s`,
    { limit: { scope, retry_after_seconds: retryAfterSeconds } },
  );
}

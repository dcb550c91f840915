import type { Sql } from "../platform/sql.ts";
import { type Permit, takeAttempts } from "./take_attempts.ts";

/**
 * Whether one more mail of this purpose may be asked for at an address, counted before it is known whether anybody has
 * it. Purposes are apart: asking for new passwords does not use up the mails of a registration.
 */
export function permitMail(
  tx: Sql,
  input: { purpose: "register" | "verify" | "reset"; email: string; now: Date },
): Promise<Permit> {
  return takeAttempts(tx, [{ name: "mail", of: [input.purpose, input.email.toLowerCase()] }], input.now);
}

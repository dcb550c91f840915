/** What a database failure means: which SQLSTATE it has, and what to tell the person who starts the process. */
import { errorText } from "./errors.ts";

/** The SQLSTATE of a failed statement (`23505` is a unique violation), or null when the server said none. */
export function sqlState(error: unknown): string | null {
  const code = field(error, "code");
  return field(error, "severity") !== null && code !== null && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Whether a statement broke a unique constraint or index, optionally the one named. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return sqlState(error) === "23505" &&
    (constraint === undefined || field(error, "constraint_name") === constraint);
}

/** The foreign key that a statement broke, by name; null: it failed otherwise, or did not. */
export function brokenForeignKey(error: unknown): string | null {
  return sqlState(error) === "23503" ? field(error, "constraint_name") : null;
}

/** One sentence for an operator whose process cannot start: where it tried and why it failed, without the password. */
export function startupFailureText(url: string, error: unknown): string {
  return `Cannot use the database at ${addressOf(url)}: ${reasonOf(url, error)}`;
}

/** Host, port and database of a URL: what may be shown of it. */
function addressOf(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return "DATABASE_URL";
  return `${parsed.hostname || "localhost"}:${parsed.port || "5432"}/${parsed.pathname.slice(1)}`;
}

function reasonOf(url: string, error: unknown): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    return "the URL is not of the form postgres://user:password@host:5432/database";
  }
  const user = decodeURIComponent(parsed.username);
  const { code, text } = rootOf(error);
  switch (code) {
    case "ECONNREFUSED":
      return "nothing listens there (connection refused)";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the host ${parsed.hostname} is unknown`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "no route leads to the host";
    case "ETIMEDOUT":
    case "CONNECT_TIMEOUT":
    case "deadline":
      return "it did not answer in time";
    case "28P01":
    case "28000":
      return `the server refused the user "${user}" (${code}: wrong password, or not allowed from here)`;
    case "3D000":
      return `the database "${parsed.pathname.slice(1)}" does not exist`;
    case "53300":
      return "the server has no free connection (too many clients)";
    default:
      return withoutPassword(text, parsed.password);
  }
}

/** The innermost code and text of the chain of causes: wrappers only repeat them. */
function rootOf(error: unknown): { code: string | null; text: string } {
  let found = { code: field(error, "code"), text: errorText(error) };
  for (let cause = causeOf(error), depth = 0; cause && depth < 5; cause = causeOf(cause), depth++) {
    found = { code: field(cause, "code") ?? found.code, text: errorText(cause) };
  }
  return found;
}

function causeOf(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error instanceof Error ? error.cause : undefined;
}

function withoutPassword(text: string, password: string): string {
  return password === ""
    ? text
    : text.replaceAll(password, "***").replaceAll(decodeURIComponent(password), "***");
}

function field(error: unknown, name: string): string | null {
  if (typeof error !== "object" || error === null || !(name in error)) return null;
  const value = (error as Record<string, unknown>)[name]; // safe: `in` was checked, the value stays unknown
  return typeof value === "string" ? value : null;
}

import type { z } from "zod";
import { DomainError, type ValidationIssue } from "./errors.ts";

/** Where a client wrote the input; the first part of every `loc`. */
export type InputPlace = "body" | "query" | "path";

/** Most refused fields that an answer names. A body may have 10,000 wrong keys, and each message lists them all. */
const MAX_ISSUES = 50;
/** Longest message, in characters: what was sent may be quoted in it. */
const MAX_MESSAGE_LENGTH = 500;

/**
 * What `schema` makes of `value`.
 * @throws {DomainError} validation with one issue per refused field, at most MAX_ISSUES, its place and the reason
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: InputPlace,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, MAX_ISSUES).flatMap((issue) => toIssues(issue, place))
    .slice(0, MAX_ISSUES);
  throw new DomainError("validation", `Cannot accept the request: ${issues[0]?.msg ?? "it is invalid"}`, {
    issues,
  });
}

function toIssues(issue: z.core.$ZodIssue, place: InputPlace): ValidationIssue[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code !== "unrecognized_keys") {
    return [{ loc: [place, ...path], msg: shortened(issue.message), type: issue.code }];
  }
  return issue.keys.slice(0, MAX_ISSUES).map((key) => ({
    loc: [place, ...path, key],
    msg: shortened(
      issue.message.startsWith("Unrecognized")
        ? `${JSON.stringify(key)} is not a known field`
        : issue.message,
    ),
    type: "unknown_field",
  }));
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : message;
}

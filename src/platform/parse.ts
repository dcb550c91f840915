import type { z } from "zod";
import { DomainError, type ValidationIssue } from "./errors.ts";

/** Where a client wrote the input; the first part of every `loc`. */
export type InputPlace = "body" | "query" | "path";

/**
 * What `schema` makes of `value`.
 * @throws {DomainError} validation with one issue per refused field, its place and the reason
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: InputPlace,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => toIssues(issue, place));
  throw new DomainError("validation", `Cannot accept the request: ${issues[0]?.msg ?? "it is invalid"}`, {
    issues,
  });
}

function toIssues(issue: z.core.$ZodIssue, place: InputPlace): ValidationIssue[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code !== "unrecognized_keys") {
    return [{ loc: [place, ...path], msg: issue.message, type: issue.code }];
  }
  return issue.keys.map((key) => ({
    loc: [place, ...path, key],
    msg: issue.message.startsWith("Unrecognized")
      ? `${JSON.stringify(key)} is not a known field`
      : issue.message,
    type: "unknown_field",
  }));
}

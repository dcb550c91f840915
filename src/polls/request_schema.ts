/** Calls to providers as the API shows them. */
import { z } from "zod";
import { invalidField } from "../platform/errors.ts";
import { wholeNumberParam } from "../platform/paging.ts";

/** A call of the request log. */
export interface LoggedRequest {
  id: string;
  provider: string;
  operation: string;
  method: string;
  url: string;
  status_code: number | null;
  error: string | null;
  duration_ms: number;
  /** When it was made. */
  created_at: Date;
  /** Null: it served a shared poll. */
  user_id: string | null;
}

/** Calls of one provider, counted. */
export interface RequestSummary {
  provider: string;
  total_requests: number;
  error_requests: number;
  avg_duration_ms: number;
}

/** Which calls an administrator looks at; null: no limit. Both ends of a range belong to it. */
export interface RequestFilter {
  provider: string | null;
  user_id: string | null;
  status_code_gte: number | null;
  status_code_lte: number | null;
  created_from: Date | null;
  created_to: Date | null;
}

/** A call as the user it was made for sees it. */
export const providerRequestSchema = z.object({
  provider: z.string(),
  operation: z.string().describe("What was asked: search, token, …"),
  method: z.string(),
  url: z.string().describe("Secrets in it read redacted"),
  status_code: z.int().nullable().describe("Null: no answer arrived"),
  error: z.string().nullable().describe("Null: no error"),
  duration_ms: z.int(),
  created_at: z.date().describe("When the call was made"),
}).meta({ id: "ProviderRequest", description: "One call to a provider" });

/** A call as an administrator sees it. */
export const adminRequestSchema = providerRequestSchema.extend({
  id: z.uuid(),
  user_id: z.uuid().nullable().describe("For whom alone it was made; null: for a poll that users share"),
}).meta({ id: "AdminProviderRequest", description: "One call to a provider, with whose it was" });

/** Calls of one provider, counted. */
export const requestSummarySchema = z.object({
  provider: z.string(),
  total_requests: z.int(),
  error_requests: z.int().describe("Of these: without an answer, or answered with 400 and above"),
  avg_duration_ms: z.number(),
}).meta({ id: "ProviderRequestSummary", description: "Calls to one provider, counted" });

/** The end of the year 9999: the database knows later times in another form only. */
const LATEST_MS = Date.UTC(10_000, 0, 1) - 1;

const timeParam = (name: string) => {
  const error = (issue: { input?: unknown }) =>
    `${name} is a time such as 2026-11-23T12:00:00Z, from 1970 to 9999, not ${JSON.stringify(issue.input)}`;
  return z.iso.datetime({ offset: true, error, abort: true }).refine((text) => {
    const atMs = Date.parse(text);
    return atMs >= 0 && atMs <= LATEST_MS;
  }, { error });
};

const statusParam = (name: string) => wholeNumberParam(name, { min: 100, max: 599 });

/** Query parameters that narrow what an administrator sees. */
export const requestFilter = {
  provider: z.string().min(1, "provider is empty").max(60, "provider is longer than 60 characters")
    .optional(),
  user_id: z.uuid({ error: (issue) => `user_id is an id, not ${JSON.stringify(issue.input)}` })
    .transform((id) => id.toLowerCase()).optional().describe("Calls made for this user alone"),
  status_code_gte: statusParam("status_code_gte").optional(),
  status_code_lte: statusParam("status_code_lte").optional(),
  created_from: timeParam("created_from").optional(),
  created_to: timeParam("created_to").optional(),
};

/** The filter behind an administrator's query. @throws {DomainError} validation for a range that ends before it begins */
export function requestFilterOf(query: z.output<z.ZodObject<typeof requestFilter>>): RequestFilter {
  const { status_code_gte: least = null, status_code_lte: most = null, created_from, created_to } = query;
  const [from, to] = [instantOf(created_from), instantOf(created_to)];
  if (least !== null && most !== null && most < least) {
    throw invalidField(
      ["query", "status_code_lte"],
      `status_code_lte ${most} is below status_code_gte ${least}`,
    );
  }
  if (from !== null && to !== null && to < from) {
    throw invalidField(
      ["query", "created_to"],
      `created_to ${created_to} is before created_from ${created_from}`,
    );
  }
  return {
    provider: query.provider ?? null,
    user_id: query.user_id ?? null,
    status_code_gte: least,
    status_code_lte: most,
    created_from: from,
    created_to: to,
  };
}

/** A call as the user it was made for sees it. */
export function toRequestJson(request: LoggedRequest): z.input<typeof providerRequestSchema> {
  const { id: _id, user_id: _user, ...shown } = request;
  return shown;
}

function instantOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

import { z } from "zod";

const issue = z.object({
  loc: z.array(z.union([z.string(), z.int()])).meta({
    description: "Where it stands: body, query, path or header, then the keys that lead to it",
    examples: [["body", "query", "max_price"]],
  }),
  msg: z.string().describe("What is wrong, with the value"),
  type: z.string().describe("A stable word for the kind of mistake"),
});

/** What every failure answers, whatever failed. */
export const errorAnswerSchema = z.object({
  error: z.object({
    message: z.string().describe("A sentence for people"),
    code: z.enum(["validation_error", "rate_limited", "invalid_credentials", "http_error"]),
    status: z.int().describe("The status of the answer"),
    details: z.union([
      z.array(issue),
      z.object({ scope: z.string(), retry_after_seconds: z.int().min(0) }),
      z.object({
        checks: z.record(
          z.string(),
          z.object({ status: z.enum(["ok", "failed", "skipped"]), reason: z.string().optional() }),
        ),
      }),
    ]).optional().describe(
      "Refused fields (422), the exhausted budget (429), failed probes (503 of /readyz)",
    ),
  }),
}).meta({
  id: "Error",
  description: "What every failure answers",
  // Without one, viewers make up a status of -9007199254740991.
  examples: [{
    error: {
      message: "Cannot find this: there is none, or it is not yours",
      code: "http_error",
      status: 404,
    },
  }],
});

import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { pingDatabase } from "../platform/database.ts";
import { errorText } from "../platform/errors.ts";
import type { JobQueue } from "../platform/queue.ts";
import type { Sql } from "../platform/sql.ts";

/** How long one probe may take before it counts as failed. */
const PROBE_SECONDS = 1;

/** What the probes look at. */
export interface HealthDeps {
  sql: Sql;
  /** Null where this process works no jobs. */
  queue: JobQueue | null;
}

/** What one probe found. */
type Check = { status: "ok" } | { status: "failed" | "skipped"; reason: string };

/** `/healthz`: the process answers. `/readyz`: it can work, or why not. */
export function healthRoutes(deps: HealthDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/healthz",
      operation({
        id: "getHealth",
        summary: "The process answers",
        access: "public",
        answer: z.object({ status: z.literal("ok") }),
      }, () => ({ status: "ok" as const })),
    )
    .get(
      "/readyz",
      operation({
        id: "getReadiness",
        summary: "The process can work, or why not",
        access: "public",
        answer: z.object({
          status: z.literal("ok"),
          checks: z.object({ db: checkSchema, queue: checkSchema }),
        }),
      }, async (c) => {
        const checks = await readiness(deps);
        const failed = Object.entries(checks).filter(([, check]) => check.status === "failed").map(([name]) =>
          name
        );
        if (failed.length === 0) return { status: "ok" as const, checks };
        const message = `Cannot work: ${failed.join(" and ")} failed`;
        return c.json({ error: { message, code: "http_error", status: 503, details: { checks } } }, 503);
      }),
    );
}

const checkSchema = z.object({ status: z.enum(["ok", "failed", "skipped"]), reason: z.string().optional() });

async function readiness({ sql, queue }: HealthDeps): Promise<{ db: Check; queue: Check }> {
  const [db, broker] = await Promise.all([
    probe(async () => {
      await pingDatabase(sql, PROBE_SECONDS * 1000);
      return { status: "ok" };
    }),
    queue === null
      ? { status: "skipped", reason: "this process works no jobs" } as const
      : probe(async () => {
        const result = await queue.check();
        return result.ok ? { status: "ok" } : { status: "failed", reason: result.reason };
      }),
  ]);
  return { db, queue: broker };
}

async function probe(run: () => Promise<Check>): Promise<Check> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(
      () => resolve({ status: "failed", reason: `no answer within ${PROBE_SECONDS} s` }),
      PROBE_SECONDS * 1000,
    );
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    return { status: "failed", reason: errorText(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Jobs that import users' lists: table import_jobs. */
import { LEASE_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";
import { type ImportError, type ImportJob, MAX_ERRORS } from "./import_schema.ts";

/** Makes a job that is due at once; false while one of the same scope runs for its user. */
export async function insertImport(
  tx: Sql,
  job:
    & Pick<
      ImportJob,
      "id" | "user_id" | "provider" | "import_scope" | "list_id" | "origin" | "source" | "phase"
    >
    & {
      now: Date;
    },
): Promise<boolean> {
  const rows = await tx`
    insert into import_jobs
      (id, user_id, provider, import_scope, list_id, origin, status, source, phase, next_attempt_at, created_at, updated_at)
    values (${job.id}, ${job.user_id}, ${job.provider}, ${job.import_scope}, ${job.list_id}, ${job.origin}, 'pending',
      ${job.source}, ${job.phase}, ${job.now}, ${job.now}, ${job.now})
    on conflict (user_id, provider, import_scope, list_id) where status in ('pending', 'running') do nothing
    returning id`;
  return rows.length === 1;
}

/** The job of this scope that runs for a user; null: none does. */
export async function findRunningImport(
  sql: Sql,
  query: Pick<ImportJob, "user_id" | "provider" | "import_scope" | "list_id">,
): Promise<ImportJob | null> {
  const rows = await sql<ImportJob>`
    select id, user_id, provider, import_scope, list_id, origin, status, source, phase, next_page, source_total, source_read,
      is_whole, first_page_number, page, processed_count, imported_count, created_count, updated_count, removed_count,
      error_count, errors, failures, next_attempt_at, started_at, completed_at, created_at, updated_at
    from import_jobs
    where user_id = ${query.user_id} and provider = ${query.provider} and import_scope = ${query.import_scope}
      and list_id = ${query.list_id} and status in ('pending', 'running')`;
  return rows[0] ?? null;
}

/** Notes that its user wants a job that began by itself, and is told of its end. */
export async function askForImport(tx: Sql, id: string): Promise<void> {
  await tx`update import_jobs set origin = 'user' where id = ${id} and origin <> 'user'`;
}

/** A user's job; null when he has none with this id. */
export async function findImport(
  sql: Sql,
  query: { user_id: string; id: string },
): Promise<ImportJob | null> {
  const rows = await sql<ImportJob>`
    select id, user_id, provider, import_scope, list_id, origin, status, source, phase, next_page, source_total, source_read,
      is_whole, first_page_number, page, processed_count, imported_count, created_count, updated_count, removed_count,
      error_count, errors, failures, next_attempt_at, started_at, completed_at, created_at, updated_at
    from import_jobs where id = ${query.id} and user_id = ${query.user_id}`;
  return rows[0] ?? null;
}

/**
 * Claims up to `limit` jobs due at `now` for LEASE_SECONDS and raises their lease token; who waits longest goes first, so
 * that of several users each gets his page in turn. `skip locked` keeps two dispatchers off one job.
 */
export function claimDueImports(
  sql: Sql,
  options: { now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  return sql<{ id: string; token: number }>`
    with due as (
      select id from import_jobs
      where status in ('pending', 'running') and next_attempt_at <= ${options.now}
        and (lease_until is null or lease_until <= ${options.now})
      order by next_attempt_at, id
      limit ${options.limit}
      for update skip locked
    )
    update import_jobs j
    set lease_until = ${options.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = j.lease_token + 1
    from due where j.id = due.id
    returning j.id, j.lease_token as token`;
}

/** When the next job is due, leases considered; null: none goes on. */
export async function nextImportDueAt(sql: Sql): Promise<Date | null> {
  const rows = await sql<{ due_at: Date | null }>`
    select min(greatest(next_attempt_at, lease_until)) as due_at
    from import_jobs where status in ('pending', 'running')`;
  return rows[0]?.due_at ?? null;
}

/** How many jobs that began by themselves go on. */
export async function countSyncs(sql: Sql): Promise<number> {
  const rows = await sql<{ count: number }>`
    select count(*) as count from import_jobs where origin = 'sync' and status in ('pending', 'running')`;
  return rows[0]?.count ?? 0;
}

/** Extends the lease and gives the job, which runs from now on; null when the token is no longer its. */
export async function renewImport(
  sql: Sql,
  row: { id: string; token: number; now: Date },
): Promise<ImportJob | null> {
  const rows = await sql<ImportJob>`
    update import_jobs
    set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), status = 'running',
      started_at = coalesce(started_at, ${row.now})
    where id = ${row.id} and lease_token = ${row.token} and lease_until is not null and status in ('pending', 'running')
    returning id, user_id, provider, import_scope, list_id, origin, status, source, phase, next_page, source_total,
      source_read, is_whole, first_page_number, page, processed_count, imported_count, created_count, updated_count,
      removed_count, error_count, errors, failures, next_attempt_at, started_at, completed_at, created_at, updated_at`;
  return rows[0] ?? null;
}

/** Locks the job to the end of the transaction while the token is still its; false: somebody else has it, write nothing. */
export async function fenceImport(tx: Sql, row: { id: string; token: number; now: Date }): Promise<boolean> {
  const rows = await tx`
    update import_jobs set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
    where id = ${row.id} and lease_token = ${row.token} and lease_until is not null and status in ('pending', 'running')
    returning id`;
  return rows.length === 1;
}

/**
 * Numbers a page that this transaction stores: greater than that of every page stored before, whoever read it, and no clock
 * has a say in it.
 */
export async function nextPageNumber(tx: Sql): Promise<number> {
  const rows = await tx<{ number: number }>`select nextval('import_pages') as number`;
  return rows[0]!.number; // safe: a sequence always answers
}

/** What one page comes to: where the job stands behind it, and what to add to its counters. */
export interface ImportStep {
  id: string;
  now: Date;
  next:
    & Pick<
      ImportJob,
      "source" | "phase" | "next_page" | "source_total" | "source_read" | "is_whole" | "first_page_number"
    >
    & { status: "running" | "completed" };
  pages: number;
  processed: number;
  imported: number;
  created: number;
  updated: number;
  removed: number;
  errors: readonly ImportError[];
}

/** Moves a job that this transaction has fenced on by one page; it is due again at once, or ended. */
export async function advanceImport(tx: Sql, step: ImportStep): Promise<void> {
  const { next } = step;
  await tx`
    update import_jobs set
      status = ${next.status}, source = ${next.source}, phase = ${next.phase}, next_page = ${next.next_page},
      source_total = ${next.source_total}, source_read = ${next.source_read}, is_whole = ${next.is_whole},
      first_page_number = ${next.first_page_number},
      page = page + ${step.pages}, processed_count = processed_count + ${step.processed},
      imported_count = imported_count + ${step.imported}, created_count = created_count + ${step.created},
      updated_count = updated_count + ${step.updated}, removed_count = removed_count + ${step.removed},
      error_count = error_count + ${step.errors.length},
      errors = case when jsonb_array_length(errors) + ${step.errors.length} <= ${MAX_ERRORS}
        then errors || ${JSON.stringify(step.errors)}::text::jsonb
        else jsonb_path_query_array(errors || ${JSON.stringify(step.errors)}::text::jsonb, '$[0 to 99]') end,
      failures = 0, lease_until = null, next_attempt_at = ${step.now}, updated_at = ${step.now},
      completed_at = case when ${next.status} = 'completed' then ${step.now}::timestamptz end
    where id = ${step.id}`;
}

/** Plans a job again at `at`, its lease given back. `failures`: calls that failed in a row. */
export async function postponeImport(
  sql: Sql,
  input: { id: string; token: number; at: Date; failures: number; now: Date },
): Promise<boolean> {
  const rows = await sql`
    update import_jobs set
      next_attempt_at = ${input.at}, failures = ${input.failures}, lease_until = null, updated_at = ${input.now}
    where id = ${input.id} and lease_token = ${input.token} and lease_until is not null
      and status in ('pending', 'running')
    returning id`;
  return rows.length === 1;
}

/** Ends a job that this transaction has fenced as failed, with what is told of it. */
export async function failImport(
  tx: Sql,
  input: { id: string; error: ImportError; now: Date },
): Promise<void> {
  await tx`
    update import_jobs set
      status = 'failed', error_count = error_count + 1,
      errors = jsonb_path_query_array(errors, '$[0 to 98]') || ${JSON.stringify([input.error])}::text::jsonb,
      lease_until = null, completed_at = ${input.now}, updated_at = ${input.now}
    where id = ${input.id}`;
}

/** Ends every job of a user that goes on, whoever works on it; what it told of his lists is forgotten with `forget`. */
export async function endImportsOfUser(
  tx: Sql,
  input: { user_id: string; error: ImportError; forget: boolean; now: Date },
): Promise<void> {
  await tx`
    update import_jobs set
      status = 'failed', error_count = error_count + 1, lease_until = null, lease_token = lease_token + 1,
      errors = jsonb_path_query_array(errors, '$[0 to 98]') || ${JSON.stringify([input.error])}::text::jsonb,
      completed_at = ${input.now}, updated_at = ${input.now}
    where user_id = ${input.user_id} and status in ('pending', 'running')`;
  if (!input.forget) return;
  await tx`
    update import_jobs set errors = '[]' where user_id = ${input.user_id} and errors <> '[]' and status = 'completed'`;
}

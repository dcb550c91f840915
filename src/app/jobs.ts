import { monotonicMs } from "../platform/clock.ts";
import { errorText } from "../platform/errors.ts";
import type { Dispatcher, WorkSource } from "../platform/dispatcher.ts";
import type { Job } from "../platform/queue.ts";
import { claimDueAccountMails, nextAccountMailDueAt } from "../accounts/account_mail_store.ts";
import { type AccountMailDeps, MAX_ACCOUNT_MAILS, sendAccountMail } from "../accounts/send_account_mail.ts";
import { type BackfillDeps, backfillRule } from "../alerts/backfill_rule.ts";
import { claimDueBackfills, nextBackfillDueAt } from "../alerts/backfill_store.ts";
import { remindUser } from "../alerts/remind_user.ts";
import { claimDueImports, nextImportDueAt } from "../discogs_import/import_store.ts";
import { type ImportDeps, runImport } from "../discogs_import/run_import.ts";
import { claimDueReminders, nextReminderDueAt } from "../alerts/reminder_store.ts";
import { MAX_CONCURRENT_SENDS } from "../notifications/channels/contract.ts";
import { cutDueItems } from "../notifications/cut_deliveries.ts";
import { deliver, type DeliverDeps } from "../notifications/deliver.ts";
import { claimDueDeliveries, nextDeliveryDueAt } from "../notifications/delivery_store.ts";
import { checkListing } from "../polling/check_listing.ts";
import { claimChecks } from "../polling/claim_checks.ts";
import { claimPolls, placesOfLane } from "../polling/claim_polls.ts";
import { type PollDeps, runPoll } from "../polling/run_poll.ts";
import { settleFloors } from "../polling/settle_floors.ts";
import { nextPollDueAt } from "../polls/claim_store.ts";
import { HOSTED_KINDS } from "../providers/added_source.ts";
import type { Metrics } from "./metrics.ts";

/** What the handlers of all job kinds need together. */
export type JobDeps = PollDeps & BackfillDeps & DeliverDeps & AccountMailDeps & ImportDeps & {
  metrics: Pick<Metrics, "countJob">;
};

/** Every job kind. Kinds outlive a deploy: add, never rename. */
const KINDS = [
  "poll",
  "backfill",
  "delivery",
  "reminder",
  "account_mail",
  "discogs_import",
  "check",
] as const;
type JobKind = (typeof KINDS)[number];

/** Works one claimed row and says what it came to, also when the row is not ours; a throw leaves it to its lease. */
type RowHandler = (row: { id: string; token: number }) => Promise<string>;

function handlers(deps: JobDeps): Record<JobKind, RowHandler> {
  return {
    poll: async (row) => (await runPoll(deps, row)).kind,
    backfill: async (row) => {
      const result = await backfillRule(deps, row);
      if (result.kind === "completed" && result.floors > 0) await settleFloors(deps);
      return result.kind;
    },
    delivery: async (row) => (await deliver(deps, row)).kind,
    reminder: async (row) => (await remindUser(deps, row)).kind,
    account_mail: (row) => sendAccountMail(deps, row),
    discogs_import: (row) => runImport(deps, row),
    check: async (row) => (await checkListing(deps, row)).kind,
  };
}

/** Places for polls of marketplaces, which share them. */
const PLACES_OF_MARKETS = 12;
const LEAST_POLLS_OF_PROVIDER = 2;
/** Places for polls of shops and feeds, one for each host: they wait for strangers' servers, and do little else. */
const PLACES_OF_HOSTS = 16;
/** What polls never take, even when all providers hang: alerts and backfills always have places. */
const PLACES_FOR_OTHERS = 4;
/** Most jobs a process works at once. */
export const JOB_CONCURRENCY = PLACES_OF_MARKETS + PLACES_OF_HOSTS + PLACES_FOR_OTHERS;

/** One that hangs holds its places for as long as a call may take, and no more of them than its part. */
export function maxPollsOfProvider(providers: number): number {
  return Math.max(LEAST_POLLS_OF_PROVIDER, Math.floor(PLACES_OF_MARKETS / Math.max(1, providers)));
}

/** Each works in the database alone and holds a connection; requests and polls need some, too. */
const MAX_BACKFILLS = 12;
/** Imports of one process at once: each holds a transaction for a page, and all share the calls of a minute. */
const MAX_IMPORTS = 2;
/** Most looks at single listings at once. */
const MAX_CHECKS = 2;

/** Where due rows of each kind come from. What its user waits for goes first: the link he asked for, a new rule's backfill. */
export function workSources(deps: JobDeps): WorkSource[] {
  const enabled = () => deps.providers.enabledFamilies();
  const markets = () => enabled().filter((family) => !HOSTED_KINDS.includes(family));
  return [
    {
      kind: "account_mail",
      maxOutstanding: MAX_ACCOUNT_MAILS,
      claim: (options) => claimDueAccountMails(deps.sql, options),
      nextDueAt: () => nextAccountMailDueAt(deps.sql),
    },
    {
      kind: "discogs_import",
      maxOutstanding: MAX_IMPORTS,
      claim: (options) => claimDueImports(deps.sql, options),
      nextDueAt: () => nextImportDueAt(deps.sql),
    },
    {
      kind: "backfill",
      maxOutstanding: MAX_BACKFILLS,
      claim: (options) => claimDueBackfills(deps.sql, options),
      nextDueAt: () => nextBackfillDueAt(deps.sql),
    },
    {
      kind: "delivery",
      // A mail server that hangs holds these places, and leaves the others to polls.
      maxOutstanding: MAX_CONCURRENT_SENDS,
      claim: async (options) => {
        await cutDueItems(deps);
        return await claimDueDeliveries(deps.sql, options);
      },
      nextDueAt: () => nextDeliveryDueAt(deps.sql),
    },
    {
      kind: "poll",
      maxOfLane: (lane) =>
        placesOfLane(lane, { hosts: PLACES_OF_HOSTS, provider: maxPollsOfProvider(markets().length) }),
      claim: (options) => claimPolls(deps, options),
      nextDueAt: ({ after }) => nextPollDueAt(deps.sql, { after, families: enabled() }),
    },
    {
      kind: "reminder",
      claim: (options) => claimDueReminders(deps.sql, options),
      nextDueAt: () => nextReminderDueAt(deps.sql),
    },
    {
      kind: "check",
      // Last, and few at a time: what is left over, never what somebody waits for.
      maxOutstanding: MAX_CHECKS,
      // One of them is for hosts of shops: what hangs leaves marketplaces the other.
      maxOfLane: (lane) => placesOfLane(lane, { hosts: 1, provider: MAX_CHECKS }),
      claim: (options) => claimChecks(deps, options),
      // None is so urgent that the sweep of every dispatcher would not do.
      nextDueAt: () => Promise.resolve(null),
    },
  ];
}

/** The queue's handler: works the rows of a job one after the other; one row's failure is logged and ends there. */
export function createJobHandler(
  deps: JobDeps,
  dispatcher: Pick<Dispatcher, "settle"> & Partial<Pick<Dispatcher, "begin">>,
): (job: Job) => Promise<void> {
  const byKind: Readonly<Record<string, RowHandler>> = handlers(deps);
  return async (job) => {
    const handle = byKind[job.kind];
    if (!handle) return deps.log.warn("job of unknown kind dropped", { kind: job.kind });
    for (const row of job.rows) {
      dispatcher.begin?.(job.kind, row);
      const startedMs = monotonicMs();
      let outcome = "threw";
      try {
        outcome = await handle(row);
      } catch (error) {
        deps.log.error("job failed; its lease will bring it back", {
          kind: job.kind,
          id: row.id,
          error: errorText(error),
        });
      } finally {
        deps.metrics.countJob({ kind: job.kind, outcome }, (monotonicMs() - startedMs) / 1000);
        dispatcher.settle(job.kind, row);
      }
    }
  };
}

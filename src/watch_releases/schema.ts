import { z } from "zod";
import { storableText } from "../platform/text.ts";
import { type Grade, GRADES, parseGradeName } from "../matching/grades.ts";
import { MATCH_MODES, type MatchMode, type ReleaseQuery } from "../matching/release_watch.ts";
import { MAX_PRICE } from "../matching/rule_query.ts";
import { type Polling, pollingSchema, type WatchedPoll } from "../polls/polling_schema.ts";

const discogsId = (name: string) =>
  z.int({
    error: (issue) => `${name} is a whole number from 1, not ${JSON.stringify(issue.input) ?? "absent"}`,
  })
    .min(1, { error: (issue) => `${name} is a whole number from 1, not ${issue.input}` });

const text = (name: string, max: number) =>
  z.string({ error: (issue) => `${name} is text, not ${JSON.stringify(issue.input) ?? "absent"}` })
    .transform((value) => storableText(value).trim())
    .pipe(z.string().min(1, `${name} is empty`).max(max, `${name} is longer than ${max} characters`));

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

const fields = {
  discogs_release_id: discogsId("discogs_release_id"),
  discogs_master_id: discogsId("discogs_master_id"),
  match_mode: z.enum(MATCH_MODES, {
    error: (issue) => `match_mode is one of ${MATCH_MODES.join(", ")}, not ${JSON.stringify(issue.input)}`,
  }),
  title: text("title", 300),
  artist: text("artist", 200),
  year: z.int({ error: (issue) => `year is a whole number, not ${JSON.stringify(issue.input)}` })
    .min(0, { error: (issue) => `year is from 0 to 9999, not ${issue.input}` })
    .max(9999, { error: (issue) => `year is from 0 to 9999, not ${issue.input}` }),
  target_price: z.number({ error: (issue) => `target_price is a number, not ${JSON.stringify(issue.input)}` })
    .min(0, { error: (issue) => `target_price is from 0 to ${MAX_PRICE}, not ${issue.input}` })
    .max(MAX_PRICE, { error: (issue) => `target_price is from 0 to ${MAX_PRICE}, not ${issue.input}` }),
  currency: z.string({ error: (issue) => `currency is text, not ${JSON.stringify(issue.input)}` })
    .transform((code) => code.trim().toUpperCase())
    .refine((code) => CURRENCIES.has(code), {
      error: (issue) => `currency is a code of ISO 4217 such as USD, not ${JSON.stringify(issue.input)}`,
    }),
  min_condition: z.string({ error: (issue) => `min_condition is text, not ${JSON.stringify(issue.input)}` })
    .transform((name, context): Grade => {
      const grade = parseGradeName(name);
      if (grade !== null) return grade;
      context.addIssue({
        code: "custom",
        message: `min_condition is a grade such as VG+, not ${JSON.stringify(name.slice(0, 80))}`,
      });
      return z.NEVER;
    }),
  is_active: z.boolean({
    error: (issue) => `is_active is true or false, not ${JSON.stringify(issue.input)}`,
  }),
};

/** Any version of a master cannot be watched without the master. */
const MASTER_MISSING = "discogs_master_id is missing, and match_mode master_release needs it";

/** Body of `POST /api/watch-releases`. */
export const createReleaseSchema = z.strictObject({
  ...fields,
  discogs_master_id: fields.discogs_master_id.nullish().transform((id) => id ?? null),
  match_mode: fields.match_mode.default("exact_release"),
  artist: fields.artist.nullish().transform((name) => name ?? null),
  year: fields.year.nullish().transform((year) => year ?? null),
  target_price: fields.target_price.nullish().transform((price) => price ?? null),
  currency: fields.currency.default("USD"),
  min_condition: fields.min_condition.nullish().transform((grade) => grade ?? null),
  is_active: fields.is_active.default(true),
}).refine((body) => body.match_mode === "exact_release" || body.discogs_master_id !== null, {
  path: ["discogs_master_id"],
  message: MASTER_MISSING,
});
export type CreateRelease = z.infer<typeof createReleaseSchema>;

/** Body of `PATCH /api/watch-releases/{id}`: absent is unchanged, null clears where it may. */
export const updateReleaseSchema = z.strictObject({
  discogs_release_id: fields.discogs_release_id.optional(),
  discogs_master_id: fields.discogs_master_id.nullable().optional(),
  match_mode: fields.match_mode.optional(),
  title: fields.title.optional(),
  artist: fields.artist.nullable().optional(),
  year: fields.year.nullable().optional(),
  target_price: fields.target_price.nullable().optional(),
  currency: fields.currency.optional(),
  min_condition: fields.min_condition.nullable().optional(),
  is_active: fields.is_active.optional(),
});
export type UpdateRelease = z.infer<typeof updateReleaseSchema>;

/** Query parameter of the list: only releases with a listing that this rule matched. */
export const watchedByRuleParam = z.uuid({
  error: (issue) => `watch_rule_id is an id, not ${JSON.stringify(issue.input)}`,
}).transform((id) => id.toLowerCase()).optional()
  .describe("Only releases with a listing that this rule of yours matched");

/** The `WatchRelease` of the HTTP contract. */
export const watchReleaseSchema = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  discogs_release_id: z.int(),
  discogs_master_id: z.int().nullable(),
  match_mode: z.enum(MATCH_MODES),
  title: z.string(),
  artist: z.string().nullable(),
  year: z.int().nullable().describe("0: unknown at Discogs"),
  target_price: z.number().nullable().describe("In whole units of currency"),
  currency: z.string(),
  min_condition: z.enum(GRADES).nullable(),
  is_active: z.boolean(),
  created_at: z.date(),
  updated_at: z.date(),
  last_run_at: z.date().nullable().describe("Latest successful search; null: none yet"),
  next_run_at: z.date().nullable().describe("Earliest planned search; null: none is planned"),
  polling: pollingSchema.nullable().describe("How often its lowest prices are read. Null: it is stopped"),
  notices: z.array(z.string()).describe("What you should know about it"),
}).meta({ id: "WatchRelease", description: "A watched release of Discogs, or any version of a master" });

/** A watched release as stored, with what its polls did. */
export interface WatchReleaseRow {
  id: string;
  user_id: string;
  discogs_release_id: number;
  discogs_master_id: number | null;
  match_mode: MatchMode;
  title: string;
  artist: string | null;
  year: number | null;
  target_price: number | null;
  currency: string;
  min_condition: Grade | null;
  is_active: boolean;
  created_at: Date;
  updated_at: Date;
  compiled_rule_id: string;
  /** Latest successful poll while it was active; null: none yet. */
  last_run_at: Date | null;
  /** Earliest planned poll; null: none. */
  next_run_at: Date | null;
  /**
   * Those that read a floor, those of one interval as one, which is as late and as ill as any of them. Null: none,
   * because it is not active or nobody can tell it a floor.
   */
  polls: WatchedPoll[] | null;
  /** How many floors they read; null: none. */
  floors_read: number | null;
  /** Versions of its master known beside its own release; null: it watches one release. */
  versions_found: number | null;
}

/** What of a watch is compared with listings. */
export function queryOf(watch: ReleaseQuery): ReleaseQuery {
  const { match_mode, discogs_release_id, discogs_master_id, target_price, currency, min_condition } = watch;
  return { match_mode, discogs_release_id, discogs_master_id, target_price, currency, min_condition };
}

/** How alerts name the watch: "Miles Davis - Kind Of Blue". */
export function labelOf(watch: Pick<WatchReleaseRow, "artist" | "title">): string {
  return watch.artist === null ? watch.title : `${watch.artist} - ${watch.title}`;
}

/** The `WatchRelease` of the HTTP contract; `told` is what is known of those who are asked for it. */
export function toWatchReleaseJson(
  row: WatchReleaseRow,
  told: { polling: Polling | null; notices: string[] },
): z.input<typeof watchReleaseSchema> {
  const { compiled_rule_id: _hidden, polls: _polls, floors_read: _read, versions_found: _found, ...shown } =
    row;
  return { ...shown, ...told };
}

/** What is wrong with a watch for any version of no master; null: nothing. */
export function lacksMaster(watch: Pick<WatchReleaseRow, "match_mode" | "discogs_master_id">): string | null {
  return watch.match_mode === "master_release" && watch.discogs_master_id === null ? MASTER_MISSING : null;
}

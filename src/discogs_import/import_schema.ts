import { z } from "zod";
import { DISCOGS } from "./schema.ts";

/** What a list at Discogs is to its user: what he wants, what he has, or a list of his own making. */
export const SOURCES = ["wantlist", "collection", "list"] as const;
export type ImportSource = (typeof SOURCES)[number];

/** What one job imports. */
export const SCOPES = ["wantlist", "collection", "both", "list", "csv"] as const;
export type ImportScope = (typeof SCOPES)[number];

/** How a job stands. `failed_to_queue` is the contract's and never happens here: the row itself is the queue. */
export const STATUSES = ["pending", "running", "completed", "failed", "failed_to_queue"] as const;

/** Most errors that a job keeps; more are only counted. */
export const MAX_ERRORS = 100;
/** Rows that one page holds, and that one transaction takes. */
export const PAGE_ROWS = 100;

/** Something that was not imported or not understood, and why. */
export const importErrorSchema = z.object({
  code: z.string().describe("A stable word, such as unreadable_row or directive"),
  message: z.string(),
  discogs_release_id: z.int().nullable(),
  line: z.int().nullable().describe("Of a file: the line it stands in"),
});
export type ImportError = z.infer<typeof importErrorSchema>;

/** Body of `POST /api/integrations/discogs/import`. */
export const startImportSchema = z.strictObject({
  source: z.enum(["wantlist", "collection", "both", "list"], {
    error: (issue) =>
      `source is one of wantlist, collection, both, list, not ${JSON.stringify(issue.input)?.slice(0, 80)}`,
  }).default("both"),
  list: z.union([z.int(), z.string().max(300)]).transform((list, context) => {
    const id = listIdOf(String(list));
    if (id !== null) return id;
    const text = `list is the number or the address of a Discogs list, not ${JSON.stringify(list)}`;
    context.addIssue({ code: "custom", message: text });
    return z.NEVER;
  }).optional().describe("Of source list: its number, or its address at Discogs"),
}).refine((body) => (body.source === "list") === (body.list !== undefined), {
  path: ["list"],
  message: "list is needed with source list, and with no other",
});

/** Query of `POST /api/integrations/discogs/import/csv`. */
export const fileQuerySchema = z.object({
  source: z.enum(["wantlist", "collection"], {
    error: (issue) => `source is wantlist or collection, not ${JSON.stringify(issue.input)?.slice(0, 80)}`,
  }).optional().describe(
    "Absent: a file with the column CollectionFolder is a collection, any other a wantlist",
  ),
});

/** Body of the same. */
export const fileSchema = z.string().meta({
  description: "The file; its first line names at least release_id, Artist and Title",
  examples: [
    "Catalog#,Artist,Title,Released,release_id,Notes\nCL 1355,Miles Davis,Kind Of Blue,1959,1252,\n",
  ],
});

/** The number in "123", "https://www.discogs.com/lists/Name/123" or "…/lists/123"; null: there is none. */
function listIdOf(text: string): number | null {
  const pattern =
    /^(?:https?:\/\/(?:www\.)?discogs\.com\/(?:\w{2}\/)?lists\/(?:[^/?#]+\/)?)?(\d{1,12})(?:[?#].*)?$/i;
  const id = Number(pattern.exec(text.trim())?.[1] ?? 0);
  return id >= 1 ? id : null;
}

/** The `ImportJob` of the HTTP contract. */
export const importJobSchema = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  provider: z.literal(DISCOGS),
  import_scope: z.enum(SCOPES),
  list_id: z.int().nullable().describe("Of scope list: its number at Discogs"),
  status: z.enum(STATUSES),
  cursor: z.string().nullable().describe("What is done next; null: nothing any more"),
  page: z.int().describe("Pages that were read"),
  processed_count: z.int().describe("Rows that were read"),
  imported_count: z.int().describe("Releases that the lists hold"),
  created_count: z.int().describe("Watches that were made"),
  updated_count: z.int().describe("Watches that were changed because a list did"),
  removed_count: z.int().describe("Watches that were stopped because their release is in no list any more"),
  error_count: z.int(),
  errors: z.array(importErrorSchema).describe(`The first ${MAX_ERRORS}`),
  next_attempt_at: z.date().nullable().describe("When the next page is read; null: it is over"),
  started_at: z.date().nullable(),
  completed_at: z.date().nullable().describe("When it ended, also where it failed"),
  created_at: z.date(),
  updated_at: z.date(),
}).meta({ id: "ImportJob", description: "Lists at Discogs on their way here, page by page" });

/** A job as stored. */
export interface ImportJob {
  id: string;
  user_id: string;
  provider: string;
  import_scope: ImportScope;
  /** 0: of no list. */
  list_id: number;
  origin: "user" | "sync";
  status: (typeof STATUSES)[number];
  source: ImportSource;
  /** `fetch`: the whole list is fetched; `read`: pages are read; `gone`: what is no longer there is looked for. */
  phase: "fetch" | "read" | "gone";
  next_page: number;
  source_total: number | null;
  source_read: number;
  is_whole: boolean;
  /** Number of the first page of the source that is read now; null: none was stored yet. */
  first_page_number: number | null;
  page: number;
  processed_count: number;
  imported_count: number;
  created_count: number;
  updated_count: number;
  removed_count: number;
  error_count: number;
  errors: ImportError[];
  failures: number;
  next_attempt_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** A job as clients read it. */
export function toImportJson(job: ImportJob): z.input<typeof importJobSchema> {
  const { list_id, source, phase, next_page, origin: _origin, source_total: _total, ...rest } = job;
  const {
    source_read: _read,
    is_whole: _whole,
    first_page_number: _first,
    failures: _failures,
    next_attempt_at,
    ...shown
  } = rest;
  const isOver = !isRunning(job);
  return {
    ...shown,
    provider: DISCOGS,
    list_id: list_id === 0 ? null : list_id,
    cursor: isOver ? null : `${source}:${phase === "read" ? next_page : phase}`,
    next_attempt_at: isOver ? null : next_attempt_at,
  };
}

/** Whether a job goes on. */
export function isRunning({ status }: Pick<ImportJob, "status">): boolean {
  return status === "pending" || status === "running";
}

/** A release that a list of a user's holds. */
export interface ImportedItem {
  source: ImportSource;
  list_id: number;
  discogs_release_id: number;
  discogs_master_id: number | null;
  title: string;
  artist: string | null;
  year: number | null;
  target_price: number | null;
  min_condition: string | null;
  watch_release_id: string;
}

const sourceParam = z.enum([...SOURCES, "both"], {
  error: (issue) =>
    `source is one of ${SOURCES.join(", ")}, both, not ${JSON.stringify(issue.input)?.slice(0, 80)}`,
}).default("both").describe("both: of any list");

const bounded = (name: string, { min, max, otherwise }: { min: number; max: number; otherwise: number }) =>
  z.string().default(String(otherwise))
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: (issue) => `${name} is a whole number from ${min} to ${max}, not ${JSON.stringify(issue.input)}`,
    })
    .transform(Number)
    .meta({ override: { type: "integer", minimum: min, maximum: max, default: otherwise } });

/** Query of `GET /api/integrations/discogs/imported-items`. */
export const importedItemsQuerySchema = z.object({
  source: sourceParam,
  limit: bounded("limit", { min: 1, max: 100, otherwise: 25 }),
  offset: bounded("offset", { min: 0, max: 999_999_999, otherwise: 0 }),
});

/** Query of `GET …/imported-items/{watch_release_id}/open-in-discogs`. */
export const openItemQuerySchema = z.object({ source: sourceParam });

const itemSchema = z.object({
  watch_release_id: z.uuid(),
  discogs_release_id: z.int(),
  discogs_master_id: z.int().nullable(),
  title: z.string(),
  artist: z.string().nullable(),
  year: z.int().nullable(),
  source: z.enum(SOURCES),
  open_in_discogs_url: z.url(),
}).meta({ id: "ImportedItem", description: "A release that a list of yours at Discogs holds" });

/** A page of what was imported. */
export const importedItemsSchema = z.object({
  source: z.enum([...SOURCES, "both"]),
  limit: z.int(),
  offset: z.int(),
  count: z.int().describe("Of all pages"),
  items: z.array(itemSchema),
});

/** Where one of them is at Discogs. */
export const openedItemSchema = z.object({
  watch_release_id: z.uuid(),
  source: z.enum(SOURCES),
  open_in_discogs_url: z.url(),
});

/** An item as clients read it. */
export function toItemJson(item: ImportedItem): z.input<typeof itemSchema> {
  const { list_id: _list, target_price: _price, min_condition: _grade, ...shown } = item;
  return { ...shown, open_in_discogs_url: urlOf(item) };
}

/** The page of a release at Discogs. */
export function urlOf({ discogs_release_id }: Pick<ImportedItem, "discogs_release_id">): string {
  return `https://www.discogs.com/release/${discogs_release_id}`;
}

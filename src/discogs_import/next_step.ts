/** What an import does next. Pure. */
import type { ImportJob } from "./import_schema.ts";
import type { ImportStep } from "./import_store.ts";

/** Most pages of one list: a hundred times what most collectors have. */
export const MAX_PAGES = 1_000;

/** What a page said. */
export interface PageFacts {
  /** By which pages of all imports are told apart, in the order in which they are stored. */
  number: number;
  rows: number;
  bad: number;
  total: number | null;
  isLast: boolean;
}

/**
 * Behind a page of a list: the next one, or what is gone. Only a whole reading says what is gone: nothing was added to or
 * taken from the list meanwhile, as pages move by it, and every row could be read. A file is a part at its user's choice.
 */
export function afterPage(job: ImportJob, page: PageFacts): ImportStep["next"] {
  const first = job.next_page === 1;
  const source_total = first ? page.total : job.source_total;
  const source_read = (first ? 0 : job.source_read) + page.rows;
  const sameTotal = page.total !== null && page.total === source_total;
  const is_whole = (first || job.is_whole) && sameTotal && page.bad === 0;
  const { source } = job;
  const first_page_number = first ? page.number : job.first_page_number;
  const read = { source, source_total, source_read, is_whole, first_page_number };
  if (!page.isLast && job.next_page < MAX_PAGES) {
    const next_page = job.next_page + 1;
    return { ...read, status: "running", phase: "read", next_page };
  }
  const saysWhatIsGone = page.isLast && is_whole && source_read === source_total &&
    job.import_scope !== "csv";
  return saysWhatIsGone ? { ...read, status: "running", phase: "gone", next_page: 1 } : afterSource(job);
}

/** From so many on it matters whether what a list lost was lost. */
const MANY = 20;

/**
 * Whether a list that is read by itself lost too much to be believed at once: most of it, and not a few. An empty answer in
 * place of a full one would stop every watch, and what comes for sale until the next reading would be told to nobody. Who
 * asks for an import sees what it did, and is believed.
 */
export function isDoubtful(
  { origin }: Pick<ImportJob, "origin">,
  { held, missed }: { held: number; missed: number },
): boolean {
  return origin === "sync" && missed >= MANY && missed > held / 2;
}

/** Behind a list: the collection after the wantlist where both are asked for, else the end. */
export function afterSource(job: ImportJob): ImportStep["next"] {
  const beginning = {
    next_page: 1,
    source_total: null,
    source_read: 0,
    is_whole: true,
    first_page_number: null,
  };
  return job.import_scope === "both" && job.source === "wantlist"
    ? { status: "running", source: "collection", phase: "read", ...beginning }
    : { status: "completed", source: job.source, phase: "read", ...beginning };
}

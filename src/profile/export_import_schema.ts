/** What an export holds of imports. */
import { z } from "zod";

const time = z.date().nullable();
const text = z.string().nullable();

/** An import that ran, or runs. */
export const importJob = z.object({
  id: z.uuid(),
  provider: z.string(),
  import_scope: z.string(),
  list_id: z.int().describe("0: of no list"),
  origin: z.string(),
  status: z.string(),
  page: z.int(),
  processed_count: z.int(),
  imported_count: z.int(),
  created_count: z.int(),
  updated_count: z.int(),
  removed_count: z.int(),
  error_count: z.int(),
  errors: z.array(z.unknown()),
  started_at: time,
  completed_at: time,
  created_at: z.date(),
});

/** A release of a list. */
export const importedItem = z.object({
  source: z.string(),
  list_id: z.int().describe("0: of no list"),
  discogs_release_id: z.int(),
  discogs_master_id: z.int().nullable(),
  title: z.string(),
  artist: text,
  year: z.int().nullable(),
  target_price: z.number().nullable(),
  min_condition: text,
  watch_release_id: z.uuid(),
  first_seen_at: z.date(),
  last_seen_at: z.date(),
  removed_at: time,
}).describe("What a list of yours at a provider holds, or held");

import type { Grade } from "../matching/grades.ts";
import type { ImportError } from "./import_schema.ts";

/** A release as a list or a file says it, ready to become a watch; or why it cannot. */
export type ListRow = { kind: "release"; release: WantedRelease; remarks: ImportError[] } | {
  kind: "bad";
  error: ImportError;
};

/** A release that a user's list holds, with what he wrote beside it. */
export interface WantedRelease {
  discogs_release_id: number;
  discogs_master_id: number | null;
  title: string;
  artist: string | null;
  year: number | null;
  target_price: number | null;
  min_condition: Grade | null;
}

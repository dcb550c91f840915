/** What the suites have to know of an operation beside its description. */
import type { Call } from "../support/call.ts";
import type { Person } from "../support/world.ts";

/** One operation. Everything else is worked out from its description. */
export interface Entry {
  /** A call of `who` that succeeds, with the rows it needs made before. Of a list: at least two rows. */
  valid(who: Person): Call | Promise<Call>;
  /** Calls that are refused with 422 though they are well-formed: what differs from a valid one. */
  refused?: readonly Call[];
  /** What an id of another person in its query or body does; the call is `who`'s own but for the id. */
  foreign?: {
    call(who: Person, other: Person): Promise<Call>;
    /** `404`, or what an id that nobody has does as well. */
    status: number;
  };
  /**
   * Whose the ids in its path are, where not the caller's: `all` have the same ones (listings), or whoever knows one may
   * use it (`key`: the links of mails).
   */
  ids?: "all" | "key";
  /** Also a deactivated account may call it. */
  allowsInactive?: true;
  /** The caller's account or way in is gone behind it. */
  ends?: true;
  /** Its valid call is not the same twice: it uses something up. */
  usesUp?: true;
}

/** Entries by operation id. */
export type Entries = Readonly<Record<string, Entry>>;

/**
 * How many requests a run sends, and from which seed. The gate sends the same every time, so that it fails where a change is
 * wrong; a run of another size (`deno task fuzz`) looks for what nobody met yet.
 */
const { FUZZ_REQUESTS, FUZZ_SEED } = Deno.env.toObject();

/** Requests of a run. */
export const REQUESTS: number = Number(FUZZ_REQUESTS ?? 20_000);
/** What everything a run sends is drawn from. */
export const SEED: number = Number(
  FUZZ_SEED ?? (FUZZ_REQUESTS === undefined ? 20_261_125 : Math.floor(Math.random() * 2 ** 31)),
);

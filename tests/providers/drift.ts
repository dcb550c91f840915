/** What becomes of an answer when its sender changes his mind: every value of it in turn is another one. */
import type { RecordedRequest, Script } from "../support/scripted_server.ts";

/** One change: the place, what stands there instead (undefined: nothing), and the whole answer with it. */
export interface Drift {
  where: string;
  instead: unknown;
  body: string;
}

/** Types that are not there, and numbers that no price is. */
const OTHER_VALUES = [undefined, null, true, 0, -1, 1.5e300, "", "x", "0.00", [], {}, [null], { value: {} }];

/** Prices as they come when something broke at the sender's. */
export const GLITCHES = [
  ...[0, "0", "0.00", -5, "-5.00", "NaN", "Infinity", "1e999", "99999999999999999999", 1e21],
  ...["", " ", "free", "12,34,56", "--", null],
];

/** Every value of a JSON answer replaced in turn; of a list only the first entry's, because the others are alike. */
export function* driftsOf(body: string): Generator<Drift> {
  const value = JSON.parse(body);
  for (const place of placesOf(value)) {
    for (const instead of OTHER_VALUES) yield driftOf(value, place, instead);
  }
}

/** Every price of a JSON answer replaced in turn, in all rows. */
export function* glitchesOf(body: string): Generator<Drift> {
  const value = JSON.parse(body);
  for (const place of placesOf(value, Infinity)) {
    if (!isPrice(place)) continue;
    for (const instead of GLITCHES) yield driftOf(value, place, instead);
  }
}

/** Answers by `script`, but those that `isDrifted` with `body`. */
export function withBody(
  script: Script,
  { isDrifted, body }: { isDrifted: (request: RecordedRequest) => boolean; body: () => string },
): Script {
  return async (request, seen) => {
    const answer = await script(request, seen);
    if (!isDrifted(request)) return answer;
    await answer.body?.cancel();
    return new Response(body(), { status: answer.status, headers: answer.headers });
  };
}

type Place = readonly (string | number)[];

function* placesOf(value: unknown, entries = 1, place: Place = []): Generator<Place> {
  yield place;
  if (typeof value !== "object" || value === null) return;
  const inner = Array.isArray(value) ? [...value.slice(0, entries).entries()] : Object.entries(value);
  for (const [key, one] of inner) yield* placesOf(one, entries, [...place, key]);
}

/** A price is under a key that says so: `price`, `lowest_price.value`, `currentBidPrice.value`. */
function isPrice(place: Place): boolean {
  const last = String(place.at(-1) ?? "");
  const before = String(place.at(-2) ?? "");
  return /price$/i.test(last) || (/^(value|amount)$/i.test(last) && /price|cost/i.test(before));
}

function driftOf(value: unknown, place: Place, instead: unknown): Drift {
  return {
    where: `/${place.join("/")}`,
    instead,
    body: JSON.stringify(changed(value, place, instead)) ?? "",
  };
}

function changed(value: unknown, [key, ...rest]: Place, instead: unknown): unknown {
  if (key === undefined) return instead;
  if (Array.isArray(value)) return value.map((one, at) => at === key ? changed(one, rest, instead) : one);
  const entries = Object.entries(value as object); // safe: placesOf() went through it
  return Object.fromEntries(
    entries.map(([name, one]) => [name, name === key ? changed(one, rest, instead) : one]),
  );
}

/** What may stand in an answer, from the recorded to the absurd. */
import assert from "node:assert/strict";
import { ProviderError } from "../../src/providers/contract.ts";
import type { RecordedRequest, Script } from "../support/scripted_server.ts";
import { assertListing, type ProviderUnderTest, withProvider, withServer } from "./conformance_support.ts";
import { type Drift, driftsOf, glitchesOf, withBody } from "./drift.ts";
import { watched } from "./support.ts";

/** Registers the tests of answers that are rare, strange or absurd: read rightly or refused, never believed. */
export function testAnswers(
  name: string,
  { subject, answers }: { subject: ProviderUnderTest; answers: Script },
): void {
  const { empty, recorded = [] } = subject;
  if (empty) {
    Deno.test(`${name} provider takes nothing for sale for no failure`, () =>
      withProvider(subject, empty, async (provider, query) => {
        const { listings, next } = await provider.search(query, null, watched());
        assert.deepEqual({ listings, next }, { listings: [], next: null });
      }));
  }
  for (const { name: payload, answers } of recorded) {
    Deno.test(`${name} provider reads the recorded ${payload}`, () =>
      withProvider(subject, answers, async (provider, query) => {
        (await provider.search(query, null, watched())).listings.forEach(assertListing);
      }));
  }
  Deno.test(`${name} provider reads an answer that comes in small pieces`, () =>
    withProvider(subject, inPieces(answers), async (provider, query) => {
      const { listings } = await provider.search(query, null, watched());
      assert.ok(listings.length > 0);
      listings.forEach(assertListing);
    }));
  Deno.test(`${name} provider believes no value of another type: it leaves it out, or fails`, () =>
    assertDrifts(subject, { answers, changes: driftsOf }));
  Deno.test(`${name} provider takes no broken price for a price`, () =>
    assertDrifts(subject, { answers, changes: glitchesOf }));
}

/** Of every change of a search's answer: well-formed listings with prices that it says, or a ProviderError. */
async function assertDrifts(
  subject: ProviderUnderTest,
  { answers, changes }: { answers: Script; changes: (body: string) => Iterable<Drift> },
): Promise<void> {
  const good = await goodAnswer(subject, answers);
  const isDrifted = (request: RecordedRequest) => request.path === good.path;
  let body = good.body;
  const script = withBody(answers, { isDrifted, body: () => body });
  let changed = 0;
  await withServer(script, async (make) => {
    for (const drift of changes(good.body)) {
      body = drift.body;
      changed++;
      // A new provider each: what one remembers would hide the change from the next.
      const { provider, query } = make(subject);
      const told = `${drift.where} is ${JSON.stringify(drift.instead) ?? "absent"}`;
      try {
        const { listings } = await provider.search(query, null, watched());
        listings.forEach((listing) => assertListing(listing, told));
        const said = numbersOf(drift.body);
        for (const { price_minor: price } of listings) {
          const isSaid = price === null || said.has(price) || said.has(price * 100);
          assert.ok(isSaid, `${told}: the price ${price} is invented`);
        }
      } catch (error) {
        if (!(error instanceof ProviderError)) throw new Error(`${told}: ${error}`, { cause: error });
      }
    }
  });
  assert.ok(changed > 0 || (changes === glitchesOf && !good.hasPrices), "nothing was changed");
}

interface GoodAnswer {
  path: string;
  body: string;
  hasPrices: boolean;
}

/** The last search of a good run: of several calls the one that carries what is for sale. */
async function goodAnswer(subject: ProviderUnderTest, answers: Script): Promise<GoodAnswer> {
  const bodies = new Map<string, string>();
  const script: Script = async (request, seen) => {
    const answer = await answers(request, seen);
    if (subject.isSearch?.(request) ?? true) bodies.set(request.path, await answer.clone().text());
    return answer;
  };
  return await withServer(script, async (make) => {
    const { provider, query } = make(subject);
    const { listings } = await provider.search(query, null, watched());
    const [path, body] = [...bodies].at(-1)!; // safe: a search of an HTTP provider calls
    return { path, body, hasPrices: listings.some((one) => one.price_minor !== null) };
  });
}

/** Every number of an answer times a hundred: prices in minor units, of currencies with cents and without. */
function numbersOf(body: string): Set<number> {
  const numbers = body.matchAll(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi);
  return new Set([...numbers].map(([text]) => Math.round(Number(text) * 100)));
}

/** The same answers, seven bytes at a time: a letter of two bytes is cut in the middle. */
function inPieces(script: Script): Script {
  return async (request, seen) => {
    const answer = await script(request, seen);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at += 7));
      },
    });
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

/** A provider that fails is left alone, and after that asked by one alone, whatever waits. */
import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { claimPolls } from "../../src/polling/claim_polls.ts";
import { runPoll } from "../../src/polling/run_poll.ts";
import { claimPoll } from "../../src/polls/claim_store.ts";
import { saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, ebayScript, SEARCH_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { type TestService, withService } from "../support/service.ts";

const RULES = 12;
const WORDS = Array.from({ length: RULES }, (_, n) => `word${String.fromCharCode(97 + n)}`);

async function withEbay(
  work: (service: TestService, market: { answer(script: Script): void; searches(): number }) => Promise<void>,
): Promise<void> {
  await using server = startScriptedServer(ebayScript(() => [anEbayItem()]));
  await withService(async (service) => {
    const ada = await service.client("ada");
    for (const word of WORDS) {
      const query = { sources: ["ebay"], keywords: [word] };
      await saveRule(ada, aRule({ poll_interval_seconds: 30 }, query));
    }
    await work(service, {
      answer: (script) => server.answer(script),
      searches: () => server.requestsTo(SEARCH_PATH).length,
    });
  }, ebayEnv(server.url));
}

const down = (init: ResponseInit): Script => (request, seen) =>
  request.path === SEARCH_PATH ? json({ errors: [] }, init) : ebayScript(() => [])(request, seen);

/** Every poll is tried by three workers at once, due or not, as after a long outage. */
async function rush({ deps }: TestService): Promise<string[]> {
  const polls = await deps.sql<{ id: string }>`select id from polls order by id`;
  const worker = async () => {
    const kinds: string[] = [];
    for (const { id } of polls) {
      const claim = await claimPoll(deps.sql, { id, now: deps.clock.now() });
      if (claim) kinds.push((await runPoll(deps, claim)).kind);
    }
    return kinds;
  };
  return (await Promise.all([worker(), worker(), worker()])).flat();
}

Deno.test("after a block one call goes out of all workers, and only its success lets the others through", async () => {
  await withEbay(async (service, { answer, searches }) => {
    const { clock, deps, drain } = service;
    answer(down({ status: 503 }));
    await drain();
    const atFirst = searches();
    assert.equal(atFirst, 1, "the first failure blocks those that were claimed with it");
    for (const seconds of [30, 60, 300, 900]) {
      clock.advance(seconds * 1_000 - 1);
      assert.equal((await rush(service)).filter((kind) => kind !== "postponed").length, 0);
      clock.advance(1);
      const before = searches();
      const kinds = await rush(service);
      assert.equal(searches() - before, 1, `after ${seconds} s`);
      assert.equal(kinds.filter((kind) => kind === "failed").length, 1);
    }
    clock.advance(3_600_000);
    answer(ebayScript(() => [anEbayItem()]));
    assert.equal((await claimPolls(deps, { now: clock.now(), limit: 64 })).length, 1, "of many that are due");
    await deps.sql`update polls set lease_until = null`;
    const before = searches();
    await drain();
    assert.equal(searches() - before, RULES);
    const states = deps.sql`select failures, blocked_until from provider_states where provider = 'ebay'`;
    // Five failures stepped down by the probe and those after it.
    assert.deepEqual(await states, [{ failures: 0, blocked_until: null }]);
  });
});

Deno.test("Retry-After is honoured by planning, and a success steps down one level alone", async () => {
  await withEbay(async ({ clock, deps, drain }, { answer, searches }) => {
    answer(down({ status: 429, headers: { "retry-after": "100" } }));
    await drain();
    const [failed] = await deps.sql`select next_poll_at from polls where last_error is not null`;
    assert.deepEqual(failed?.["next_poll_at"], addSeconds(clock.now(), 100));
    clock.advance(99_999);
    await drain();
    assert.equal(searches(), 1);
    clock.advance(1);
    await drain();
    assert.equal(searches(), 2);
    clock.advance(100_000);
    let answered = 0;
    answer((request, seen) => {
      const isFirst = request.path !== SEARCH_PATH || answered++ === 0;
      return isFirst ? ebayScript(() => [])(request, seen) : json({ errors: [] }, { status: 503 });
    });
    await drain();
    assert.equal(searches(), 4, "the probe, and one more that failed");
    const states = deps.sql`select failures, blocked_until from provider_states where provider = 'ebay'`;
    assert.deepEqual(await states, [{ failures: 2, blocked_until: addSeconds(clock.now(), 60) }]);
  });
});

/** How often a search for `failing` is tried in an hour in which eBay never answers it, and one for "fine" if `others`. */
async function triesInAnHour(others: Script): Promise<{ failing: number; fine: number }> {
  await using server = startScriptedServer(ebayScript(() => []));
  const words = { failing: "coltrane", fine: "davis" };
  const isFor = (word: string) => ({ path, query }: { path: string; query: URLSearchParams }) =>
    path === SEARCH_PATH && query.get("q") === word;
  server.answer((request, seen) =>
    isFor(words.failing)(request) ? json({ errors: [] }, { status: 503 }) : others(request, seen)
  );
  await withService(async ({ client, clock, drain }) => {
    const ada = await client("ada");
    for (const word of Object.values(words)) {
      await saveRule(ada, aRule({ poll_interval_seconds: 30 }, { sources: ["ebay"], keywords: [word] }));
    }
    for (let half = 0; half < 120; half++) {
      await drain();
      clock.advance(30_000);
    }
  }, ebayEnv(server.url));
  const count = (word: string) => server.requests.filter(isFor(word)).length;
  return { failing: count(words.failing), fine: count(words.fine) };
}

Deno.test("a search that fails while others are answered is tried less and less often, and holds them up no longer", async () => {
  const { failing, fine } = await triesInAnHour(ebayScript(() => []));
  // At once, after 30 s, and 1, 5 and 15 min after those.
  assert.equal(failing, 5);
  assert.ok(fine >= 110, `${fine} of 120`);
});

Deno.test("when nobody is answered it is the provider alone that is left alone", async () => {
  const { failing, fine } = await triesInAnHour(down({ status: 503 }));
  // 0, 30 s, 1.5 min, 6.5 min and 21.5 min on: one of them asks for both.
  assert.equal(failing + fine, 5);
});

Deno.test("an unreadable answer holds back its own poll alone, longer each time, and a success steps it down", async () => {
  await withEbay(async ({ clock, deps, drain }, { answer }) => {
    answer((request, seen) =>
      request.query.get("q")?.includes(WORDS[0]!)
        ? json({ itemSummaries: "none" })
        : ebayScript(() => [])(request, seen)
    );
    const bad = async () => {
      const [poll] = await deps.sql`
        select failures, next_poll_at from polls where query->>'q' like ${`%${WORDS[0]}%`}`;
      return [poll?.["failures"], (poll?.["next_poll_at"].getTime() - clock.now().getTime()) / 1_000];
    };
    for (const [level, seconds] of [[1, 30], [2, 60], [3, 300]] as const) {
      await drain();
      assert.deepEqual(await bad(), [level, seconds]);
      clock.advance(seconds * 1_000);
    }
    const others = await deps.sql`select id from polls where failures = 0 and runs > 2`;
    assert.equal(others.length, RULES - 1);
    answer(ebayScript(() => []));
    await drain();
    assert.deepEqual(await bad(), [2, 30]);
  });
});

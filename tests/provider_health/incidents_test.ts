/** Owners of rules are told once when a provider fails for long, and once when it is back. */
import assert from "node:assert/strict";
import { changeRule, saveRule } from "../support/calls.ts";
import { aRule } from "../support/factories.ts";
import { FIFTH_FAILURE, noticesOf, withMarket, wordsOf } from "./incident_support.ts";

const FAILING = "provider_failing";
const RECOVERED = "provider_recovered";

Deno.test("a provider that fails is told of when its fifth failure in a row means an hour, and not a minute before, once for all rules", () =>
  withMarket(async ({ client, pass, fails }) => {
    const ada = await client("ada");
    for (const word of ["blue", "green", "red", "grey", "black"]) {
      const rule = aRule({ name: `Kind of ${word}`, poll_interval_seconds: 60 }, { keywords: [word] });
      await saveRule(ada, rule);
    }
    const bob = await client("bob");
    await pass(1);
    fails(() => "unavailable");
    await pass(FIFTH_FAILURE - 1);
    assert.deepEqual(await wordsOf(ada), []);
    await pass(1, { workers: 3 });
    const [notice, ...more] = await noticesOf(ada);
    assert.deepEqual(more, []);
    assert.equal(notice!.title, "Simulated market does not answer");
    assert.equal(
      notice!.body,
      "No search at Simulated market has succeeded since 2026-11-23 12:01 UTC: it cannot be reached or answers with " +
        "errors. Concerned: Kind of black, Kind of blue, Kind of green and 2 more. We go on trying. What is still " +
        "for sale when they succeed again will be found and told to you then; what comes and goes meanwhile cannot " +
        "be seen. Your other sources are not affected.",
    );
    const { incident } = notice!.payload;
    assert.deepEqual([incident!.provider, incident!.cause, incident!.since, incident!.rule_count], [
      "mock",
      "unavailable",
      "2026-11-23T12:01:00.000Z",
      5,
    ]);
    assert.equal(incident!.rules.length, 3);
    await pass(300, { workers: 2 });
    assert.deepEqual(await wordsOf(ada), [FAILING]);
    assert.deepEqual(await wordsOf(bob), [], "who has no rule there");
  }));

Deno.test("a provider that answers again after four failures is told of to nobody, however often", () =>
  withMarket(async ({ client, pass, fails, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 60 }));
    await pass(1);
    for (let blip = 0; blip < 3; blip++) {
      fails(() => "unavailable");
      await pass(FIFTH_FAILURE - 1);
      fails(() => null);
      await pass(12);
      // Each success steps down one level only.
      await deps.sql`update provider_states set failures = 0`;
    }
    assert.deepEqual(await wordsOf(ada), []);
    assert.deepEqual(await deps.sql`select 1 from provider_incidents`, []);
  }));

Deno.test("a provider that asks to be left alone for longer than the hour is told of after a quarter of it", () =>
  withMarket(async ({ client, pass, fails }) => {
    for (const [seconds, told] of [[3_599, false], [3_600, true]] as const) {
      const person = await client(`asked${seconds}`);
      await saveRule(person, aRule({ poll_interval_seconds: 60 }, { keywords: [`word${seconds}`] }));
      await pass(1);
      fails(() => "rate_limited", { retryAfterSeconds: seconds - 60 });
      await pass(15);
      assert.deepEqual(await wordsOf(person), []);
      await pass(1);
      assert.deepEqual(await wordsOf(person), told ? [FAILING] : []);
      if (told) break;
      fails(() => null);
      await pass(60);
      assert.deepEqual(await wordsOf(person), []);
    }
  }));

Deno.test("a provider that fails without being left alone is told of an hour after its last success", () =>
  withMarket(async ({ client, pass, fails }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 60 }));
    await pass(1);
    fails(() => "bad_response");
    await pass(59);
    assert.deepEqual(await wordsOf(ada), []);
    await pass(1);
    assert.deepEqual(await wordsOf(ada), [FAILING]);
  }));

Deno.test("the end is told when the provider has answered for ten minutes, once; a success between failures is none", () =>
  withMarket(async ({ client, pass, fails, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 60 }));
    await pass(1);
    fails(() => "blocked");
    await pass(65);
    assert.deepEqual(await wordsOf(ada), [FAILING]);
    // The back-off is at its longest: what matters here is what comes after it.
    const unblock = () => deps.sql`update provider_states set blocked_until = null, failures = 0`;
    const due = () => deps.sql`update polls set next_poll_at = created_at`;
    await unblock();
    await due();
    fails(() => null);
    await pass(5);
    fails(() => "blocked");
    await pass(20);
    assert.deepEqual(await wordsOf(ada), [FAILING], "it did not hold");
    await unblock();
    await due();
    fails(() => null);
    await pass(10);
    assert.deepEqual(await wordsOf(ada), [FAILING]);
    await pass(1, { workers: 3 });
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED]);
    const [, notice] = await noticesOf(ada);
    assert.equal(notice!.title, "Simulated market answers again");
    await pass(30);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED]);
    const states = await deps.sql<{ state: string }>`select state from provider_incidents`;
    assert.deepEqual(states, [{ state: "closed" }]);
  }));

Deno.test("a provider that flaps is one incident for a while; when it then fails for six hours it is told again", () =>
  withMarket(async ({ client, pass, fails, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 60 }));
    const recover = async () => {
      await deps.sql`update provider_states set blocked_until = null, failures = 0`;
      await deps.sql`update polls set next_poll_at = created_at`;
      fails(() => null);
      await pass(11);
    };
    await pass(1);
    fails(() => "unavailable");
    await pass(61);
    await recover();
    fails(() => "unavailable");
    await pass(90);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED], "the same incident");
    await recover();
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED], "and nothing new about its end");
    fails(() => "unavailable");
    await pass(FIFTH_FAILURE + 6 * 60 - 1);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED]);
    await pass(1);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED, FAILING]);
    await recover();
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED, FAILING, RECOVERED]);
  }));

Deno.test("an incident after a quiet hour is a new one", () =>
  withMarket(async ({ client, pass, fails, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 60 }));
    await pass(1);
    fails(() => "unavailable");
    await pass(61);
    await deps.sql`update provider_states set blocked_until = null, failures = 0`;
    await deps.sql`update polls set next_poll_at = created_at`;
    fails(() => null);
    await pass(11 + 61);
    fails(() => "unavailable");
    await pass(61);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED, FAILING]);
  }));

Deno.test("a rule made meanwhile is told of on the next run; one deleted, disabled, or of a closed account is not", () =>
  withMarket(async ({ client, pass, fails }) => {
    const people = await Promise.all(["ada", "bob", "cy", "dan"].map(client));
    const [ada, bob, cy, dan] = people as [
      typeof people[0],
      typeof people[0],
      typeof people[0],
      typeof people[0],
    ];
    await saveRule(ada, aRule());
    const gone = await saveRule(bob, aRule());
    const off = await saveRule(cy, aRule());
    await saveRule(dan, aRule());
    await pass(1);
    fails(() => "unavailable");
    await pass(20);
    await bob.delete(`/api/watch-rules/${gone.id}`);
    await cy.post(`/api/watch-rules/${off.id}/disable`);
    await dan.delete("/api/me");
    await pass(40);
    const eve = await client("eve");
    await saveRule(eve, aRule({ name: "Late" }, { keywords: ["late"] }));
    await pass(1, { workers: 2 });
    assert.deepEqual(await wordsOf(ada), [FAILING]);
    assert.deepEqual(await wordsOf(bob), []);
    assert.deepEqual(await wordsOf(cy), []);
    const [late, ...more] = await noticesOf(eve);
    assert.deepEqual([more, late!.payload.notice], [[], FAILING]);
    assert.match(late!.body, /Concerned: Late\./);
    await pass(5);
    assert.deepEqual(await wordsOf(eve), [FAILING]);
  }));

Deno.test("after a pause of the service nobody is told before the polls had a quarter of an hour", () =>
  withMarket(async ({ client, pass, clock, watch, fails, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await pass(2);
    clock.advance(2 * 86_400_000);
    assert.equal(await watch(), 0);
    await pass(20);
    assert.deepEqual(await wordsOf(ada), []);
    assert.deepEqual(await deps.sql`select id from provider_incidents`, []);
    // A suspicion from before the pause counts for nothing after it.
    fails(() => "unavailable");
    await pass(20);
    assert.equal((await deps.sql`select id from provider_incidents where state = 'suspected'`).length, 1);
    clock.advance(2 * 86_400_000);
    assert.equal(await watch(), 0);
    await pass(14, { polls: false });
    assert.deepEqual(await wordsOf(ada), []);
    await pass(1, { polls: false });
    assert.deepEqual(await wordsOf(ada), [FAILING]);
  }));

Deno.test("a provider that no search comes back from, without an error, is silent; a poll wanted anew is not", () =>
  withMarket(async ({ client, pass, clock }) => {
    const ada = await client("ada");
    const rule = await saveRule(ada, aRule());
    await pass(1);
    await ada.post(`/api/watch-rules/${rule.id}/disable`);
    clock.advance(6 * 3_600_000);
    await changeRule(ada, rule.id, { is_active: true });
    await pass(59, { polls: false });
    assert.deepEqual(await wordsOf(ada), []);
    await pass(1, { polls: false });
    const [notice] = await noticesOf(ada);
    assert.equal(notice!.payload.incident!.cause, "silent");
    assert.match(notice!.body, /none came to an end, without a failure that we could name/);
  }));

Deno.test("a long interval is waited for until it is certain to pass three times, and refused credentials a quarter of an hour", () =>
  withMarket(async ({ client, pass, fails, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 7_200 }));
    await pass(1);
    fails(() => "unavailable");
    // The run after two hours fails, and the sixth failure in a row, about 82 minutes later, means four hours.
    await pass(120 + 75);
    assert.deepEqual(await wordsOf(ada), []);
    await pass(15);
    assert.deepEqual(await wordsOf(ada), [FAILING]);
    await deps.sql`update provider_states set blocked_until = null, failures = 0`;
    await deps.sql`update polls set next_poll_at = created_at`;
    fails(() => null);
    await pass(120);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED]);
    fails(() => "unauthorized");
    // The next run is two hours after the success; it is refused then.
    await pass(1 + 14);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED]);
    await pass(1);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED, FAILING]);
    assert.match((await noticesOf(ada))[2]!.body, /it refuses this service's credentials/);
  }));

Deno.test("searches that fail alone are one notice to their owner, and told again when they work", () =>
  withMarket(async ({ client, pass, fails }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    for (const word of ["odd", "queer", "fine"]) {
      await saveRule(ada, aRule({ name: word, poll_interval_seconds: 60 }, { keywords: [word] }));
    }
    await saveRule(bob, aRule({ poll_interval_seconds: 60 }, { keywords: ["fine"] }));
    await pass(1);
    fails((words) => words === "fine" ? null : "bad_response");
    await pass(59);
    assert.deepEqual(await wordsOf(ada), []);
    await pass(1, { workers: 2 });
    const [notice, ...more] = await noticesOf(ada);
    assert.deepEqual(more, []);
    assert.equal(notice!.title, "Some of your searches at Simulated market fail");
    assert.match(notice!.body, /its answers cannot be read\. Concerned: odd and queer\./);
    fails(() => null);
    await pass(75);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED]);
    assert.equal((await noticesOf(ada))[1]!.title, "Your searches at Simulated market work again");
    assert.deepEqual(await wordsOf(bob), []);
  }));

Deno.test("a provider that is switched off is never told of, and an open incident of it ends without a word", () =>
  withMarket(async ({ client, pass, fails, watch, clock, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await pass(1);
    fails(() => "unavailable");
    await pass(20);
    for (let minute = 0; minute < 30; minute++) {
      clock.advance(60_000);
      assert.equal(await watch({ enabled: false }), 0);
    }
    assert.deepEqual(await deps.sql`select id from provider_incidents`, []);
    await pass(16);
    assert.deepEqual(await wordsOf(ada), [FAILING]);
    await watch({ enabled: false });
    const [row] = await deps.sql<{ state: string }>`select state from provider_incidents`;
    assert.equal(row!.state, "closed");
    assert.deepEqual(await wordsOf(ada), [FAILING]);
  }));

Deno.test("an added source that fails is told of under the name that each user gave it", () =>
  withMarket(async ({ client, pass, fails, deps: { sql }, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const id = crypto.randomUUID();
    await sql`
      insert into added_sources (id, provider, kind, url, created_at, updated_at)
      values (${id}, 'feed:shop.example', 'feed', 'https://shop.example/rss', ${clock.now()}, ${clock.now()})`;
    for (const [person, name] of [[ada, "My shop"], [bob, "The other shop"]] as const) {
      await sql`
        insert into source_users (user_id, source_id, name, created_at)
        values (${person.userId}, ${id}, ${name}, ${clock.now()})`;
      await saveRule(person, aRule({}, { sources: ["feed:shop.example"] }));
    }
    await pass(1);
    fails(() => "unavailable");
    await pass(61);
    const titles = [...await noticesOf(ada), ...await noticesOf(bob)].map(({ title }) => title);
    assert.deepEqual(titles, ["My shop does not answer", "The other shop does not answer"]);
    fails(() => null);
    await pass(75);
    assert.deepEqual(await wordsOf(ada), [FAILING, RECOVERED]);
  }));

import assert from "node:assert/strict";
import { saveRule } from "../support/calls.ts";
import { aRule } from "../support/factories.ts";
import { FIFTH_FAILURE, withMarket, wordsOf } from "./incident_support.ts";

/** As many people, each with a rule on the one poll of another. */
const USERS = 1_000;

Deno.test("1,000 owners are told once each, by three workers at once, and a crash in between loses and repeats nothing", () =>
  withMarket(async ({ client, pass, fails, deps: { sql }, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 60 }));
    await sql`
      with people as (
        insert into users (id, email, created_at, updated_at)
        select gen_random_uuid(), 'user' || n || '@example.com', ${clock.now()}, ${clock.now()}
        from generate_series(1, ${USERS}) as n returning id
      ), rules as (
        insert into compiled_rules (owner_kind, owner_id, user_id, label, query, active, active_since, backfill_state)
        select 'watch_rule', gen_random_uuid(), id, 'Kind of Blue', '{}', true, ${clock.now()}, 'completed'
        from people returning id, user_id
      )
      insert into poll_subscriptions (poll_id, subscriber_id, user_id, origin, interval_seconds, started_at)
      select p.id, r.id, r.user_id, 'plan', 600, ${clock.now()} from rules r cross join polls p`;
    await pass(1);
    fails(() => "unavailable");
    await pass(FIFTH_FAILURE - 1);
    // The 900th user cannot be written to, so that the second transaction fails.
    await sql`
      create function refuse() returns trigger language plpgsql as
      'begin if (select count(*) from provider_incident_users) > 800 then raise exception ''crash''; end if; return null; end'`;
    await sql`create trigger refuse after insert on provider_incident_users for each row execute function refuse()`;
    await assert.rejects(pass(1));
    const told = async () => {
      const [row] = await sql<{ events: number; users: number; inbox: number; marks: number }>`
        select (select count(*) from events where type = 'SERVICE_NOTICE') as events,
          (select count(distinct user_id) from events where type = 'SERVICE_NOTICE') as users,
          (select count(*) from notifications where event_type = 'SERVICE_NOTICE') as inbox,
          (select count(*) from provider_incident_users) as marks`;
      return Object.values(row!).map(Number);
    };
    assert.deepEqual(await told(), [500, 500, 500, 500]);
    await sql`drop trigger refuse on provider_incident_users`;
    await pass(1, { workers: 3, polls: false });
    assert.deepEqual(await told(), Array(4).fill(USERS + 1));
    await pass(2, { workers: 3, polls: false });
    assert.deepEqual(await told(), Array(4).fill(USERS + 1));
    await sql`update provider_states set blocked_until = null, failures = 0`;
    await sql`update polls set next_poll_at = created_at`;
    fails(() => null);
    await pass(12, { workers: 3 });
    assert.deepEqual((await told()).slice(0, 2), [2 * (USERS + 1), USERS + 1]);
    assert.deepEqual(await wordsOf(ada), ["provider_failing", "provider_recovered"]);
  }));

/** Work that is under way for a user while his account ends: what each step does when it meets the end. */
import assert from "node:assert/strict";
import { lockUserForDeletion } from "../../src/accounts/closing_store.ts";
import { findFloorCandidates, insertFloorCandidates } from "../../src/alerts/floor_candidate_store.ts";
import { deleteCompiledRule, lockCompiledRules } from "../../src/alerts/rule_store.ts";
import { appendEvents } from "../../src/events/append_events.ts";
import { lockEventHead } from "../../src/events/store.ts";
import { cutDueItems } from "../../src/notifications/cut_deliveries.ts";
import { deliver } from "../../src/notifications/deliver.ts";
import { claimDueDeliveries } from "../../src/notifications/delivery_store.ts";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import { putSubscriptions } from "../../src/polls/store.ts";
import { deactivateAccount } from "../../src/profile/deactivate_account.ts";
import { ingest, saveRule } from "../support/calls.ts";
import { untilWaiting } from "../support/database.ts";
import { aListing, aRule } from "../support/factories.ts";
import { withMail } from "../support/mail_service.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

const NEW = { listed_at: "2026-11-23T12:00:00Z" };

/**
 * Runs `first` in a transaction that stays open until `meanwhile` waits for it and `whileWaiting` has looked at that,
 * and gives what `meanwhile` gives.
 */
async function whileHeld<T>(
  sql: Pool,
  first: (tx: Sql) => Promise<unknown>,
  meanwhile: () => Promise<T>,
  whileWaiting?: () => Promise<unknown>,
): Promise<T> {
  const held = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const holding = sql.begin(async (tx) => {
    await first(tx);
    held.resolve();
    await goOn.promise;
  });
  await held.promise;
  const result = meanwhile();
  await untilWaiting(sql);
  try {
    await whileWaiting?.();
  } finally {
    goOn.resolve();
  }
  await holding;
  return await result;
}

async function remove(tx: Sql, { userId }: Client): Promise<void> {
  await lockUserForDeletion(tx, userId);
  await tx`delete from users where id = ${userId}`;
}

for (const [what, hasLog] of [["has a log", true], ["never had an event", false]] as const) {
  Deno.test(`appendEvents() drops what is for a user who is deleted meanwhile and ${what}, and appends the rest`, async () => {
    await withService(async ({ client, deps, clock }) => {
      const [ada, bob] = [await client("ada"), await client("bob")];
      if (hasLog) await saveRule(ada, aRule());
      const drafts = [ada, bob, ada].map(({ userId: user_id }) =>
        ({ user_id, type: "LISTING_ENDED", payload: {} }) as const
      );
      const appended = await whileHeld(
        deps.sql,
        (tx) => remove(tx, ada),
        () => deps.sql.begin((tx) => appendEvents(tx, drafts, clock.now())),
      );
      assert.deepEqual(appended.map(({ user_id, seq }) => [user_id, seq]), [[bob.userId, 1]]);
      await deps.sql.begin(async (tx) => {
        await lockEventHead(tx, ada.userId);
        assert.deepEqual(await appendEvents(tx, drafts.slice(0, 1), clock.now()), []);
      });
    });
  });
}

Deno.test("insertFloorCandidates() drops what is for a watch that is deleted meanwhile, and keeps the rest", async () => {
  await withService(async ({ client, deps, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    for (const person of [ada, bob]) await saveRule(person, aRule());
    const idOf = async ({ userId }: Client) =>
      (await deps.sql<{ id: string }>`select id from compiled_rules where user_id = ${userId}`)[0]!.id;
    const [gone, kept] = [await idOf(ada), await idOf(bob)];
    const candidates = [gone, kept].map((compiled_rule_id) => ({
      compiled_rule_id,
      provider: "discogs",
      discogs_release_id: 1,
    }));
    await whileHeld(
      deps.sql,
      (tx) => deleteCompiledRule(tx, gone),
      () => deps.sql.begin((tx) => insertFloorCandidates(tx, candidates, clock.now())),
    );
    assert.equal((await findFloorCandidates(deps.sql, kept)).length, 1);
  });
});

/** An alert of ada's whose delivery is claimed and about to be handed over. */
async function claimedDelivery({ client, deps, clock }: TestService) {
  const ada = await client("ada");
  await saveRule(ada, aRule());
  await ingest(ada, aListing(NEW));
  await cutDueItems(deps);
  const [row] = await claimDueDeliveries(deps.sql, { now: clock.now(), limit: 1 });
  return { ada, row: row! };
}

Deno.test("a mail that bounces takes its user's log before the delivery, as whoever deletes the account does", async () => {
  await withMail(async (service) => {
    const { deps, smtp } = service;
    smtp.answer((stage) => (stage === "RCPT" ? "550 5.1.1 no such user" : undefined));
    const { ada, row } = await claimedDelivery(service);
    const result = await whileHeld(
      deps.sql,
      (tx) => lockEventHead(tx, ada.userId),
      () => deliver(deps, row),
      // Free: nobody who holds it waits for the log.
      () => deps.sql`select id from deliveries where id = ${row.id} for update nowait`,
    );
    assert.equal(result.kind, "failed");
  });
});

Deno.test("a delivery whose account is deleted before it is handed over sends nothing", async () => {
  await withMail(async (service) => {
    const { deps, smtp } = service;
    const { ada, row } = await claimedDelivery(service);
    const late = new Proxy(deps.sql, {
      apply: (target, self, args) =>
        String(args[0]).includes("from delivery_items")
          ? deps.sql`delete from users where id = ${ada.userId}`
          : Reflect.apply(target, self, args),
    });
    assert.deepEqual(await deliver({ ...deps, sql: late }, row), { kind: "dropped" });
    assert.equal(smtp.mails.length, 0);
  });
});

Deno.test("a deactivation that meets a new subscription of its user begins again, and leaves none", async () => {
  await withService(async ({ client, deps, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await saveRule(ada, aRule());
    await saveRule(bob, aRule({}, { keywords: ["blue train"] }));
    const [rule] = await deps.sql<
      { id: string }
    >`select id from compiled_rules where user_id = ${ada.userId}`;
    const [poll] = await deps.sql<{ poll_id: string }>`
      select poll_id from poll_subscriptions where user_id = ${bob.userId}`;
    const subscription = {
      subscriber_id: rule!.id,
      poll_id: poll!.poll_id,
      interval_seconds: 60,
      origin: "candidate" as const,
    };
    await whileHeld(
      deps.sql,
      async (tx) => {
        await lockCompiledRules(tx, [rule!.id]);
        await putSubscriptions(tx, {
          user_id: ada.userId,
          subscriptions: [subscription],
          now: clock.now(),
        });
      },
      () => deactivateAccount(deps, ada.userId),
    );
    const left = await deps.sql`
      select id from poll_subscriptions where user_id = ${ada.userId} and ended_at is null`;
    assert.equal(left.length, 0);
  }, { SIMULATED_MARKET: "true" });
});

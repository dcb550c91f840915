/** When a watch last ran: its own runs only, kept when it stops. */
import assert from "node:assert/strict";
import { byId, ok } from "../support/answers.ts";
import { changeRule, readRule, saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, ebayScript } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { startScriptedServer } from "../support/scripted_server.ts";
import { type Client, withService } from "../support/service.ts";

const EBAY_RULE = aRule({ poll_interval_seconds: 60 }, { sources: ["ebay"] });
const MINUTE = 60_000;

async function lastRun(person: Client, id: string): Promise<string | null> {
  const { last_run_at } = await readRule(person, id);
  const [listed] = ok(await person.api.GET("/api/watch-rules"));
  assert.equal(listed!.last_run_at, last_run_at);
  return last_run_at;
}

Deno.test("a rule that is stopped keeps the time it last ran, whatever its poll does for others", async () => {
  await using ebay = startScriptedServer(ebayScript(() => [anEbayItem()]));
  await withService(async ({ client, drain, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const { id } = await saveRule(ada, EBAY_RULE);
    await saveRule(bob, EBAY_RULE);
    await drain();
    assert.equal(await lastRun(ada, id), "2026-11-23T12:00:00.000Z");
    const stopped = ok(await ada.api.POST("/api/watch-rules/{id}/disable", byId(id)));
    assert.equal(stopped.last_run_at, "2026-11-23T12:00:00.000Z");
    assert.equal(stopped.next_run_at, null);
    clock.advance(MINUTE);
    await drain();
    assert.equal(await lastRun(ada, id), "2026-11-23T12:00:00.000Z");
    clock.advance(MINUTE / 2);
    await changeRule(ada, id, { is_active: true });
    // The poll ran a while ago, for Bob alone.
    assert.equal(await lastRun(ada, id), "2026-11-23T12:00:00.000Z");
    clock.advance(MINUTE);
    await drain();
    assert.equal(await lastRun(ada, id), "2026-11-23T12:02:30.000Z");
    await changeRule(ada, id, { query: { keywords: ["blue train"], sources: ["ebay"] } });
    assert.equal(await lastRun(ada, id), "2026-11-23T12:02:30.000Z");
  }, ebayEnv(ebay.url));
});

Deno.test("a rule that joins a poll has not run before the poll's next run", async () => {
  await using ebay = startScriptedServer(ebayScript(() => [anEbayItem()]));
  await withService(async ({ client, drain, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await saveRule(bob, EBAY_RULE);
    await drain();
    clock.advance(1);
    const { id } = await saveRule(ada, EBAY_RULE);
    await drain();
    assert.equal(await lastRun(ada, id), null);
    clock.advance(MINUTE);
    await drain();
    assert.equal(await lastRun(ada, id), "2026-11-23T12:01:00.001Z");
  }, ebayEnv(ebay.url));
});

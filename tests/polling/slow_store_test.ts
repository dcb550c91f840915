import assert from "node:assert/strict";
import { runPoll } from "../../src/polling/run_poll.ts";
import { claimPoll } from "../../src/polls/claim_store.ts";
import { waitForIngests } from "../../src/listings/store.ts";
import { saveRule } from "../support/calls.ts";
import { endTheWait } from "../support/database.ts";
import { anEbayItem, ebayEnv, ebayScript, SEARCH_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { startScriptedServer } from "../support/scripted_server.ts";
import { withService } from "../support/service.ts";

Deno.test("a run that cannot be stored in time waits as a failed one does, and does not ask again at every lease", async () => {
  await using ebay = startScriptedServer(ebayScript(() => [anEbayItem()]));
  await withService(async ({ client, clock, deps, drain }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({}, { sources: ["ebay"] }));
    const [poll] = await deps.sql<{ id: string }>`select id from polls`;
    const claim = await claimPoll(deps.sql, { id: poll!.id, now: clock.now() });
    await deps.sql.begin(async (tx) => {
      await waitForIngests(tx);
      const running = runPoll(deps, claim!);
      await endTheWait(deps.sql);
      assert.equal((await running).kind, "failed");
    });
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 1);
    clock.advance(29_000);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 1);
    clock.advance(1_000);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 2);
    assert.deepEqual((await deps.sql`select runs, failures from polls`)[0], { runs: 1, failures: 0 });
  }, ebayEnv(ebay.url));
});

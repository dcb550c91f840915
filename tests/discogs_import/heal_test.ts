import assert from "node:assert/strict";
import { claimDueImports } from "../../src/discogs_import/import_store.ts";
import { healImports } from "../../src/discogs_import/heal_store.ts";
import { runImport as runOnce } from "../../src/discogs_import/run_import.ts";
import { DISCOGS, finish, linkByName, startImport, withImports } from "../support/discogs_import.ts";
import { someItems } from "../support/discogs_users.ts";

const DAY_MS = 86_400_000;

Deno.test("healImports() lets imports and readings go on that a clock a day ahead left, and nothing that was planned well", async () => {
  await withImports(async (service, discogs) => {
    const { deps, clock } = service;
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(120) });
    await linkByName(ada, "ada");
    await ada.patch(DISCOGS, { sync: "hourly" });
    const id = await startImport(ada, "wantlist");
    assert.equal(await healImports(deps.sql, clock.now()), 0);
    clock.advance(DAY_MS);
    await ada.patch(DISCOGS, { sync: "hourly" });
    const [row] = await claimDueImports(deps.sql, { now: clock.now(), limit: 1 });
    assert.equal(await runOnce(deps, row!), "advanced");
    // The worker of the second page dies with it.
    assert.equal((await claimDueImports(deps.sql, { now: clock.now(), limit: 1 })).length, 1);
    clock.advance(-DAY_MS);
    assert.equal((await claimDueImports(deps.sql, { now: clock.now(), limit: 1 })).length, 0);
    assert.equal(await healImports(deps.sql, clock.now()), 2);
    assert.equal(await healImports(deps.sql, clock.now()), 0);
    const { status, imported_count } = await finish(service, ada, id);
    assert.deepEqual([status, imported_count], ["completed", 120]);
    const { next_sync_at } = (await ada.get(`${DISCOGS}/status`)).body;
    assert.ok(Date.parse(next_sync_at) <= clock.now().getTime());
  });
});

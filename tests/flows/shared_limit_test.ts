/** Who is told to wait by Discogs waits for all: its limit is one for the whole installation. */
import assert from "node:assert/strict";
import { claimDueImports } from "../../src/discogs_import/import_store.ts";
import { runImport } from "../../src/discogs_import/run_import.ts";
import { watchRelease } from "../support/calls.ts";
import { linkByName, startImport, withImports } from "../support/discogs_import.ts";
import { refuse, someItems } from "../support/discogs_users.ts";
import { aRelease } from "../support/factories.ts";

Deno.test("a Retry-After that an import gets holds for polls and other imports too, and no longer than it says", async () => {
  await withImports(async ({ client, clock, drain, deps }, discogs) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    for (const [person, name] of [[ada, "ada"], [bob, "bob"]] as const) {
      discogs.user(name, { wants: someItems(10) });
      await linkByName(person, name);
      await startImport(person, "wantlist");
    }
    await watchRelease(ada, aRelease({ discogs_release_id: 999 }));
    let calls = 0;
    discogs.fault = () => {
      calls++;
      return refuse(429, "Too quickly.", { "retry-after": "90" });
    };
    const [first] = await claimDueImports(deps.sql, { now: clock.now(), limit: 1 });
    assert.equal(await runImport(deps, first!), "postponed");
    for (const wait of [0, 45_000, 44_000]) {
      clock.advance(wait);
      await drain();
      assert.equal(calls, 1, `after ${wait} ms more`);
    }
    clock.advance(1_000);
    await drain();
    assert.ok(calls > 1, "and then they ask");
  });
});

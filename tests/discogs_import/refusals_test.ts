/** Whose fault a refusal of Discogs is: the user's token, a link that was replaced meanwhile, or this service itself. */
import assert from "node:assert/strict";
import { syncAccounts } from "../../src/discogs_import/sync_accounts.ts";
import { inboxOf } from "../support/calls.ts";
import {
  DISCOGS,
  finish,
  importOf,
  linkByOAuth,
  startImport,
  withImports,
} from "../support/discogs_import.ts";
import { refuse, someItems } from "../support/discogs_users.ts";
import type { Client } from "../support/service.ts";

const statusOf = async (person: Client) => (await person.get(`${DISCOGS}/status`)).body;
const typesTold = async (person: Client) =>
  (await inboxOf(person, { limit: 200 })).map(({ event_type }) => event_type);

Deno.test("when Discogs refuses this service itself no user's token counts as withdrawn, and lists are read when it is over", async () => {
  await withImports(async (service, discogs) => {
    const people = [await service.client("ada"), await service.client("bob")];
    for (const [index, name] of ["ada", "bob"].entries()) {
      discogs.user(name, { wants: someItems(2, 1 + 10 * index), isPrivate: true });
      await linkByOAuth(people[index]!, discogs, name);
      await people[index]!.patch(DISCOGS, { sync: "hourly" });
    }
    // The operator exchanged the application's key, or this machine's clock is off.
    discogs.fault = () => refuse(401, "Invalid consumer.");
    service.clock.advance(3_600_000);
    assert.equal((await syncAccounts(service.deps)).started_count, 2);
    const id = await startImport(people[0]!, "wantlist");
    await service.drain();
    assert.equal((await importOf(people[0]!, id)).status, "running");
    for (const person of people) {
      const { sync, has_access_token, revoked_at } = await statusOf(person);
      assert.deepEqual([sync, has_access_token, revoked_at], ["hourly", true, null]);
      assert.deepEqual(await typesTold(person), []);
    }
    discogs.fault = null;
    assert.deepEqual((await finish(service, people[0]!, id)).imported_count, 2);
    for (const person of people) assert.equal((await person.get(`${DISCOGS}/imported-items`)).body.count, 2);
  });
});

Deno.test("a token that is refused after its user linked anew says nothing against the new one, and the import goes on by it", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(3), isPrivate: true });
    await linkByOAuth(ada, discogs, "ada");
    let isFirst = true;
    discogs.fault = async ({ path }) => {
      if (!path.endsWith("/wants") || !isFirst) return null;
      isFirst = false;
      // While the page is asked for: he allows it anew, which ends what he allowed before.
      discogs.oauth.revoke("ada");
      await linkByOAuth(ada, discogs, "ada");
      return null;
    };
    const job = await finish(service, ada, await startImport(ada, "wantlist"));
    assert.deepEqual([job.status, job.imported_count, job.error_count], ["completed", 3, 0]);
    const { has_access_token, revoked_at } = await statusOf(ada);
    assert.deepEqual([has_access_token, revoked_at], [true, null]);
    assert.deepEqual(await typesTold(ada), ["IMPORT_COMPLETED"]);
  });
});

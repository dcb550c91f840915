import assert from "node:assert/strict";
import { startDevDiscogs } from "../../scripts/dev_discogs.ts";
import { DISCOGS, runImport, watchesOf } from "../support/discogs_import.ts";
import { withService } from "../support/service.ts";

Deno.test("startDevDiscogs() lets a newcomer link an account, import its lists and hear of a price, without any key", async () => {
  await using discogs = startDevDiscogs();
  await withService(async (service) => {
    const ada = await service.client("ada");
    const { body: started } = await ada.post(`${DISCOGS}/oauth/start`);
    const asked = await fetch(started.authorize_url);
    assert.match(await asked.text(), /<form method="post"><button>Allow/);
    const allowed = await fetch(started.authorize_url, { method: "POST", redirect: "manual" });
    await allowed.body?.cancel();
    const back = new URL(allowed.headers.get("location")!);
    const linked = await ada.get(back.pathname + back.search);
    assert.deepEqual([linked.status, linked.body.external_user_id], [200, "demo"]);
    const job = await runImport(service, ada);
    assert.deepEqual([job.status, job.created_count], ["completed", 6]);
    assert.deepEqual(job.errors.map((one: { message: string }) => one.message), [
      "Cannot follow what is written beside release 1003: @max=cheap is no price",
    ]);
    const watches = [...(await watchesOf(ada)).values()];
    assert.deepEqual(watches.map((one) => [one["artist"], one["target_price"], one["is_active"]]).sort(), [
      ["Björk", null, true],
      ["John Coltrane", null, false],
      ["Kraftwerk", null, false],
      ["Miles Davis", 40, true],
      ["Nirvana", null, true],
      ["The Beatles", 20, true],
    ]);
    service.clock.advance(24 * 3_600_000);
    await service.drain();
    const found = await service.deps.sql<{ external_id: string }>`
      select distinct external_id from listings where provider = 'discogs' order by 1`;
    assert.equal(found.length, 4, JSON.stringify(found));
    const list = await ada.post(`${DISCOGS}/import`, { source: "list", list: 1 });
    assert.equal(list.status, 200);
    const unknown = await fetch(`${started.authorize_url}x`, { method: "POST", redirect: "manual" });
    assert.equal(unknown.status, 404);
    await unknown.body?.cancel();
  }, { ...discogs.env });
});

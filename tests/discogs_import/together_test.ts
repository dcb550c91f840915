/** Imports beside other work: none takes what another one read for its own reading, nor every call from who looks on. */
import assert from "node:assert/strict";
import { exportedFile } from "../support/import_kills.ts";
import {
  DISCOGS,
  finish,
  importOf,
  linkByName,
  runImport,
  startImport,
  watchesOf,
  withImports,
} from "../support/discogs_import.ts";
import { anItem, someItems } from "../support/discogs_users.ts";
import { json } from "../support/scripted_server.ts";
import type { Client } from "../support/service.ts";

const activeOf = async (person: Client) =>
  [...(await watchesOf(person)).values()].filter((one) => one["is_active"]).length;

Deno.test("two imports that read one list at once stop no watch of what it holds, and both see what left it", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const user = discogs.user("ada", { wants: someItems(150) });
    await linkByName(ada, "ada");
    await runImport(service, ada, "wantlist");
    user.wants.splice(0, 2);
    const ids = [await startImport(ada, "both"), await startImport(ada, "wantlist")];
    const jobs = [];
    for (const id of ids) jobs.push(await finish(service, ada, id));
    assert.deepEqual(jobs.map(({ status }) => status), ["completed", "completed"]);
    assert.equal(jobs[0].removed_count + jobs[1].removed_count, 2);
    assert.equal(await activeOf(ada), 148);
    assert.equal((await ada.get(`${DISCOGS}/imported-items?source=wantlist`)).body.count, 148);
  });
});

Deno.test("a file that is sent while the same list is read stops no watch of what the list holds", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    discogs.user("ada", { wants: someItems(120) });
    await linkByName(ada, "ada");
    const id = await startImport(ada, "wantlist");
    const sent = await ada.fetch(`${DISCOGS}/import/csv`, {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body: exportedFile(120),
    });
    assert.equal(sent.status, 200);
    const { id: file } = await sent.json();
    const jobs = [await finish(service, ada, id), await finish(service, ada, file)];
    assert.deepEqual(jobs.map(({ status, removed_count }) => [status, removed_count]), [
      ["completed", 0],
      ["completed", 0],
    ]);
    assert.equal(await activeOf(ada), 120);
  });
});

Deno.test("while a large list is imported others can link, three of them a minute, and the import goes on", async () => {
  await withImports(async (service, discogs) => {
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    discogs.user("ada");
    await linkByName(ada, "ada");
    discogs.fault = ({ path, query }) => {
      if (!path.endsWith("/wants")) return null;
      const page = Number(query.get("page"));
      const { id, ...facts } = anItem(page);
      const wants = [{ id, basic_information: { id, ...facts } }];
      return json({ pagination: { page, pages: 60, per_page: 100, items: 60, urls: {} }, wants });
    };
    const id = await startImport(ada, "wantlist");
    await service.drain();
    const { status, page, next_attempt_at } = await importOf(ada, id);
    assert.deepEqual([status, page], ["running", 27]);
    assert.ok(Date.parse(next_attempt_at) > service.clock.now().getTime());
    const links = [];
    for (let n = 0; n < 4; n++) links.push((await bob.post(`${DISCOGS}/oauth/start`)).status);
    assert.deepEqual(links, [200, 200, 200, 503]);
    assert.equal((await finish(service, ada, id)).imported_count, 60);
  });
});

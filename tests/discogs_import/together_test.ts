/** Imports of one user that run at once and read the same list: none takes the other's reading for its own. */
import assert from "node:assert/strict";
import { exportedFile } from "../support/import_kills.ts";
import {
  DISCOGS,
  finish,
  linkByName,
  runImport,
  startImport,
  watchesOf,
  withImports,
} from "../support/discogs_import.ts";
import { someItems } from "../support/discogs_users.ts";
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

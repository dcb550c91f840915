import assert from "node:assert/strict";
import { Turns } from "../../src/platform/turns.ts";

Deno.test("take() runs one work after the other, in the order asked, also after one that failed", async () => {
  const turns = new Turns();
  const said: string[] = [];
  const first = Promise.withResolvers<void>();
  const asked = [
    turns.take(async () => {
      said.push("first begins");
      await first.promise;
      said.push("first ends");
    }),
    turns.take(() => Promise.reject(new Error("second"))),
    turns.take(() => Promise.resolve(said.push("third"))),
  ];
  const settled = Promise.allSettled(asked);
  await Promise.resolve();
  assert.deepEqual(said, ["first begins"]);
  first.resolve();
  assert.deepEqual((await settled).map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.deepEqual(said, ["first begins", "first ends", "third"]);
});

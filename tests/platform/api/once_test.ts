import assert from "node:assert/strict";
import { KEY_SECONDS } from "../../../src/platform/api/once.ts";
import { pruneIdempotencyKeys } from "../../../src/platform/api/once_store.ts";
import { addSeconds } from "../../../src/platform/clock.ts";
import { aRule } from "../../support/factories.ts";
import { type Answer, withService } from "../../support/service.ts";

const KEY = { "idempotency-key": "a1b2c3" };

/** An answer without the headers that differ by request. */
function told({ status, body }: Answer): unknown {
  return { status, body };
}

Deno.test("Idempotency-Key: the same request again answers the same and makes nothing", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const first = await ada.post("/api/watch-rules", aRule(), KEY);
    const second = await ada.post("/api/watch-rules", aRule(), KEY);
    assert.equal(first.status, 201);
    assert.deepEqual(told(second), told(first));
    assert.equal(first.headers.get("idempotency-replayed"), null);
    assert.equal(second.headers.get("idempotency-replayed"), "true");
    assert.equal((await ada.get("/api/watch-rules")).body.length, 1);
  });
});

Deno.test("Idempotency-Key: the same key with another body, or on another route, is 422 and names the key", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule(), KEY);
    const release = { discogs_release_id: 1, title: "Kind Of Blue" };
    for (
      const answer of [
        await ada.post("/api/watch-rules", aRule({ name: "Another" }), KEY),
        await ada.post("/api/watch-releases", release, KEY),
      ]
    ) {
      assert.equal(answer.status, 422);
      assert.deepEqual(answer.body.error.details[0].loc, ["header", "idempotency-key"]);
      assert.match(answer.body.error.message, /a1b2c3/);
    }
    assert.equal((await ada.get("/api/watch-releases")).body.length, 0);
  });
});

Deno.test("Idempotency-Key: twenty at once make one rule and all answer the same", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ada.post("/api/watch-rules", aRule(), KEY)),
    );
    assert.deepEqual(new Set(answers.map((answer) => JSON.stringify(told(answer)))).size, 1);
    assert.equal(answers[0]!.status, 201);
    assert.equal(answers.filter((answer) => answer.headers.has("idempotency-replayed")).length, 19);
    assert.equal((await ada.get("/api/watch-rules")).body.length, 1);
  });
});

Deno.test("Idempotency-Key: a refused request keeps no key, so the corrected one passes", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const release = { discogs_release_id: 1, title: "Kind Of Blue" };
    await ada.post("/api/watch-releases", release);
    assert.equal((await ada.post("/api/watch-releases", release, KEY)).status, 409);
    assert.equal(
      (await ada.post("/api/watch-releases", { ...release, discogs_release_id: 2 }, KEY)).status,
      201,
    );
  });
});

Deno.test("Idempotency-Key: a crash before the commit leaves neither the rule nor the key", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    // The last statement of the transaction fails, as a connection that is lost before the commit would make it.
    await deps.sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'crash'; end $$`;
    await deps.sql`
      create trigger crash before update on idempotency_keys for each row when (new.status is not null)
      execute function refuse()`;
    assert.equal((await ada.post("/api/watch-rules", aRule(), KEY)).status, 500);
    assert.equal((await ada.get("/api/watch-rules")).body.length, 0);
    await deps.sql`drop trigger crash on idempotency_keys`;
    assert.equal((await ada.post("/api/watch-rules", aRule(), KEY)).status, 201);
    assert.equal((await ada.get("/api/watch-rules")).body.length, 1);
  });
});

Deno.test("Idempotency-Key: keys are each user's own", async () => {
  await withService(async ({ client }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const mine = await ada.post("/api/watch-rules", aRule(), KEY);
    const his = await bob.post("/api/watch-rules", aRule(), KEY);
    assert.equal(his.status, 201);
    assert.equal(his.body.user_id, bob.userId);
    assert.notEqual(his.body.id, mine.body.id);
  });
});

Deno.test("Idempotency-Key: holds for 24 hours, not a second more", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule(), KEY);
    clock.advance(KEY_SECONDS * 1000 - 1000);
    await ada.post("/api/watch-rules", aRule(), KEY);
    assert.equal((await ada.get("/api/watch-rules")).body.length, 1);
    clock.advance(1000);
    assert.equal(
      (await ada.post("/api/watch-rules", aRule(), KEY)).headers.get("idempotency-replayed"),
      null,
    );
    assert.equal((await ada.get("/api/watch-rules")).body.length, 2);
  });
});

Deno.test("pruneIdempotencyKeys() forgets what is older, and nothing else", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule(), KEY);
    clock.advance(1000);
    await ada.post("/api/watch-rules", aRule(), { "idempotency-key": "later" });
    assert.equal(await pruneIdempotencyKeys(deps.sql, clock.now()), 1);
    assert.equal(await pruneIdempotencyKeys(deps.sql, addSeconds(clock.now(), 1)), 1);
  });
});

for (const key of ["", "a".repeat(256), "with space", "ümlaut"]) {
  Deno.test(`Idempotency-Key: ${JSON.stringify(key.slice(0, 20))} is refused, naming the header`, async () => {
    await withService(async ({ client }) => {
      const ada = await client("ada");
      const answer = await ada.post("/api/watch-rules", aRule(), { "idempotency-key": key });
      assert.equal(answer.status, 422);
      assert.deepEqual(answer.body.error.details[0].loc, ["header", "idempotency-key"]);
      assert.equal((await ada.get("/api/watch-rules")).body.length, 0);
    });
  });
}

import assert from "node:assert/strict";
import { oauthTokenOf, openToken, sealToken } from "../../src/discogs_import/access_token.ts";
import { rotateKeys } from "../../src/discogs_import/rotate_keys.ts";
import { findLinkedAccount, putLinkedAccount } from "../../src/discogs_import/store.ts";
import { type Cipher, createCipher } from "../../src/platform/encryption.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { DISCOGS, withImports } from "../support/discogs_import.ts";
import type { TestService } from "../support/service.ts";

const key = (id: string, fill: number) => ({ id, bytes: new Uint8Array(32).fill(fill) });
const [OLD, NEW, LOST] = [key("old", 1), key("new", 2), key("lost", 3)];
const before = createCipher([OLD]);
const during = createCipher([NEW, OLD]);
const after = createCipher([NEW]);

async function people(
  { client, deps, clock }: TestService,
  count: number,
  cipher: Cipher,
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { userId: user_id } = await client(`person-${n}`);
    const token = { access_token: `token-${n}`, metadata: { access_token_secret: `secret-${n}` } };
    const owner = { user_id, provider: "discogs" };
    const sealed = await sealToken(cipher, owner, token);
    const account = { ...owner, external_user_id: `name-${n}`, connected_at: clock.now(), revoked_at: null };
    await putLinkedAccount(deps.sql, { ...account, token: sealed });
    ids.push(user_id);
  }
  return ids;
}

async function tokenOf(sql: Sql, cipher: Cipher, user_id: string) {
  const account = (await findLinkedAccount(sql, { user_id, provider: "discogs" }))!;
  return oauthTokenOf(await openToken(cipher, { ...account, token: account.token! }))!;
}

const keysOf = (sql: Sql) =>
  sql`select token_key_id as key, count(*) as count from linked_accounts group by 1 order by 1`;

Deno.test("rotateKeys() encrypts every token with the current key, batch by batch, and again changes nothing", async () => {
  await withImports(async (service) => {
    const { sql } = service.deps;
    const ids = await people(service, 7, before);
    const batches: number[] = [];
    const report = await rotateKeys({ sql, cipher: during }, {
      batch: 3,
      onBatch: ({ rotated }) => batches.push(rotated),
    });
    assert.deepEqual([report, batches], [{ rotated: 7, changed: 0, unreadable: 0 }, [3, 6, 7]]);
    for (const [n, id] of ids.entries()) {
      assert.deepEqual(await tokenOf(sql, after, id), { token: `token-${n}`, secret: `secret-${n}` });
    }
    const rows = await sql`select * from linked_accounts order by user_id`;
    assert.deepEqual(await rotateKeys({ sql, cipher: during }), { rotated: 0, changed: 0, unreadable: 0 });
    assert.deepEqual(await sql`select * from linked_accounts order by user_id`, rows);
  });
});

Deno.test("rotateKeys() goes on where it was cut off, and two at once do each token once", async () => {
  await withImports(async (service) => {
    const { sql } = service.deps;
    await people(service, 9, before);
    const stop = new Error("cut off");
    const cut = rotateKeys({ sql, cipher: during }, {
      batch: 2,
      onBatch: () => {
        throw stop;
      },
    });
    await assert.rejects(cut, stop);
    assert.deepEqual(await keysOf(sql), [{ key: "new", count: 2 }, { key: "old", count: 7 }]);
    const both = await Promise.all([1, 2].map(() => rotateKeys({ sql, cipher: during }, { batch: 2 })));
    assert.equal(both[0]!.rotated + both[1]!.rotated, 7);
    assert.deepEqual(await keysOf(sql), [{ key: "new", count: 9 }]);
  });
});

Deno.test("rotateKeys() never writes over a token that its user gives meanwhile", async () => {
  await withImports(async (service) => {
    const { deps: { sql }, clock } = service;
    const [user_id] = await people(service, 1, before);
    const owner = { user_id: user_id!, provider: "discogs" };
    const slow: Cipher = {
      ...during,
      encrypt: async (text, context) => {
        const token = await sealToken(during, owner, {
          access_token: "newer",
          metadata: { secret: "newer" },
        });
        await putLinkedAccount(sql, {
          ...owner,
          external_user_id: "ada",
          token,
          connected_at: clock.now(),
          revoked_at: null,
        });
        return await during.encrypt(text, context);
      },
    };
    assert.deepEqual(await rotateKeys({ sql, cipher: slow }), { rotated: 0, changed: 1, unreadable: 0 });
    assert.equal((await tokenOf(sql, after, user_id!)).token, "newer");
  });
});

Deno.test("rotateKeys() leaves what it cannot read as it is, does the others, and needs a key", async () => {
  await withImports(async (service) => {
    const { sql } = service.deps;
    await people(service, 2, before);
    const lost = await service.client("lost");
    await lost.post(`${DISCOGS}/connect`, { external_user_id: "lost" });
    const owner = { user_id: lost.userId, provider: "discogs" };
    const token = await sealToken(createCipher([LOST]), owner, { access_token: "x", metadata: {} });
    const account = (await findLinkedAccount(sql, owner))!;
    await putLinkedAccount(sql, { ...account, token });
    assert.deepEqual(await rotateKeys({ sql, cipher: during }, { batch: 1 }), {
      rotated: 2,
      changed: 0,
      unreadable: 1,
    });
    assert.deepEqual(await keysOf(sql), [{ key: "lost", count: 1 }, { key: "new", count: 2 }]);
    await assert.rejects(rotateKeys({ sql, cipher: createCipher([]) }), /ENCRYPTION_KEYS is not set$/);
  });
});

Deno.test("rotateKeys() keeps a link that waits good", async () => {
  await withImports(async (service, discogs) => {
    const ada = await service.client("ada");
    const { body: started } = await ada.post(`${DISCOGS}/oauth/start`);
    const [current] = await service.deps.sql<{ key: string }>`select token_key_id as key from oauth_requests`;
    assert.equal(current!.key, "old");
    assert.equal((await rotateKeys({ sql: service.deps.sql, cipher: during })).rotated, 1);
    const back = Object.fromEntries(discogs.oauth.allow(started.authorize_url, "ada").searchParams);
    // The service knows both keys, as it has to while keys change.
    assert.equal((await ada.post(`${DISCOGS}/oauth/callback`, back)).status, 200);
  }, { ENCRYPTION_KEYS: [OLD, NEW].map(({ id, bytes }) => `${id}:${bytes.toBase64()}`).join(",") });
});

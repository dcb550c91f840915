/** Proof, table by table, that a deleted account leaves nothing and takes nothing of others with it. */
import assert from "node:assert/strict";
import { pruneRateLimits } from "../../src/platform/rate_limit_store.ts";
import { runScript } from "../../src/platform/connection.ts";
import { FULL_ENV, type FullAccount, fullIssuedAccount, fullLocalAccount } from "../support/full_account.ts";
import { startIdentityProvider } from "../support/identity_provider.ts";
import { type MailService, withMail } from "../support/mail_service.ts";
import { readUserTables, rowsOfUser, tablesWith } from "../support/user_rows.ts";

/** Shared by all who look for the same, and without anybody's name: searches, the calls they made, what they found. */
const NOBODYS = ["polls", "provider_requests", "listings"];

interface Room {
  service: MailService;
  /** One who logs in here, and one of an issuer: together they have a row in every table. */
  leaving: FullAccount[];
  staying: FullAccount[];
}

async function withAccounts(work: (room: Room) => Promise<void>): Promise<void> {
  await using idp = await startIdentityProvider();
  await withMail(async (service) => {
    const pair = async (name: string) => [
      await fullLocalAccount(service, `${name}local`),
      await fullIssuedAccount(service, idp, `${name}issued`),
    ];
    await work({ service, leaving: await pair("zaphod"), staying: await pair("trillian") });
  }, { ...FULL_ENV, ...idp.env });
}

/** Deletes who leaves, and gives everything that is wrong afterwards. */
async function audit({ service: { deps: { sql } }, leaving, staying }: Room): Promise<string[]> {
  const tables = await readUserTables(sql);
  const rowsOf = (people: FullAccount[]) =>
    Promise.all(people.map(({ userId }) => rowsOfUser(sql, tables, userId)));
  const before = { leaving: await rowsOf(leaving), staying: await rowsOf(staying) };
  const wrong: string[] = [];
  for (const { name } of tables) {
    for (const [who, all] of Object.entries(before)) {
      if (all.every((rows) => rows.get(name)!.length === 0)) {
        wrong.push(`${name}: nobody ${who} has a row; fill it`);
      }
    }
  }
  for (const { call, word } of leaving) {
    const { status, body } = await call("DELETE", "/api/me/hard-delete");
    if (status !== 200) wrong.push(`${word} is not deleted: ${JSON.stringify(body)}`);
  }
  const after = { leaving: await rowsOf(leaving), staying: await rowsOf(staying) };
  for (const [at, rows] of after.leaving.entries()) {
    for (const [table, left] of rows) {
      if (left.length > 0) wrong.push(`${table}: ${left.length} rows of ${leaving[at]!.word} are left`);
    }
  }
  for (const [at, rows] of after.staying.entries()) {
    for (const [table, now] of rows) {
      const is = JSON.stringify(now) === JSON.stringify(before.staying[at]!.get(table));
      if (!is) wrong.push(`${table}: rows of ${staying[at]!.word} changed`);
    }
  }
  return wrong;
}

Deno.test("a hard delete leaves no row of its user in any table, and every row of others as it was", async () => {
  await withAccounts(async (room) => {
    assert.deepEqual(await audit(room), []);
    const { service: { deps: { sql }, clock }, leaving } = room;
    // How often he called in the last minute is forgotten with that minute.
    clock.advance(120_000);
    await pruneRateLimits(sql, clock.now());
    for (const { userId, email, word } of leaving) {
      assert.deepEqual(await tablesWith(sql, userId), [], "his id");
      assert.deepEqual(await tablesWith(sql, email), [], "his address");
      const left = (await tablesWith(sql, word)).filter((table) => !NOBODYS.includes(table));
      assert.deepEqual(left, [], "what he wrote");
    }
  });
});

Deno.test("the audit of a hard delete finds a table without a cascade, with and without a foreign key", async () => {
  await withAccounts(async (room) => {
    const { service: { deps: { sql } }, leaving, staying } = room;
    await runScript(sql, "create table loose (id int, user_id uuid)");
    await runScript(sql, "create table empty_one (user_id uuid references users (id) on delete cascade)");
    for (const { userId } of [...leaving, ...staying]) {
      await sql`insert into loose values (1, ${userId})`;
    }
    const wrong = await audit(room);
    assert.deepEqual(wrong.filter((line) => !line.startsWith("loose")), [
      "empty_one: nobody leaving has a row; fill it",
      "empty_one: nobody staying has a row; fill it",
    ]);
    assert.equal(wrong.filter((line) => line.startsWith("loose: 1 rows of zaphod")).length, 2);
    await runScript(sql, "drop table loose; create table loose (user_id uuid references users (id))");
    for (const { userId } of staying) await sql`insert into loose values (${userId})`;
    const refused = await audit({ ...room, leaving: staying, staying: [] });
    assert.equal(refused.filter((line) => line.includes("is not deleted")).length, 2);
    assert.ok(refused.some((line) => line.startsWith("loose: 1 rows of trillian")));
  });
});

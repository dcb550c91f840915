import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { sha256 } from "../../src/platform/crypto.ts";
import type { Sql } from "../../src/platform/sql.ts";
import {
  endOldestSessions,
  endSession,
  endSessionsOfUser,
  findSessionUser,
  insertSession,
  listSessions,
  pruneSessions,
  touchSession,
} from "../../src/accounts/session_store.ts";
import { upsertUserByEmail } from "../../src/accounts/store.ts";
import { NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";

const HOUR = 3_600;
const ALL = { limit: 50, offset: 0, after: null };

function aUser(sql: Sql, name: string): Promise<string> {
  return upsertUserByEmail(sql, {
    email: `${name}@example.com`,
    display_name: null,
    email_verified: true,
    now: NOON,
  });
}

async function aSession(sql: Sql, user_id: string, token: string, now = NOON): Promise<string> {
  const token_hash = await sha256(token);
  return await insertSession(sql, {
    user_id,
    token_hash,
    user_agent: "test",
    expires_at: addSeconds(now, HOUR),
    now,
  });
}

async function idsOf(sql: Sql, user_id: string, now = NOON): Promise<string[]> {
  return (await listSessions(sql, { user_id, page: ALL, now })).map((one) => one.id);
}

Deno.test("findSessionUser() finds a session until the moment it expires", async () => {
  await withDatabase(async (sql) => {
    const user_id = await aUser(sql, "ada");
    const id = await aSession(sql, user_id, "secret");
    const token_hash = await sha256("secret");
    const last = await findSessionUser(sql, { token_hash, now: addSeconds(NOON, HOUR - 0.001) });
    assert.deepEqual([last?.id, last?.user_id, last?.is_active], [id, user_id, true]);
    assert.equal(await findSessionUser(sql, { token_hash, now: addSeconds(NOON, HOUR) }), null);
    assert.equal(await findSessionUser(sql, { token_hash: await sha256("another"), now: NOON }), null);
  });
});

Deno.test("endSession() ends a session of its user once, and nobody else's", async () => {
  await withDatabase(async (sql) => {
    const [ada, bob] = [await aUser(sql, "ada"), await aUser(sql, "bob")];
    const id = await aSession(sql, ada, "secret");
    assert.equal(await endSession(sql, { id, user_id: bob, now: NOON }), false);
    assert.equal(await endSession(sql, { id, user_id: ada, now: NOON }), true);
    assert.equal(await endSession(sql, { id, user_id: ada, now: NOON }), false);
    assert.equal(await findSessionUser(sql, { token_hash: await sha256("secret"), now: NOON }), null);
  });
});

Deno.test("endSessionsOfUser() ends all of one user's sessions, or all but one", async () => {
  await withDatabase(async (sql) => {
    const [ada, bob] = [await aUser(sql, "ada"), await aUser(sql, "bob")];
    const kept = await aSession(sql, ada, "a1");
    for (const token of ["a2", "a3"]) await aSession(sql, ada, token);
    const other = await aSession(sql, bob, "b1");
    assert.equal(await endSessionsOfUser(sql, { user_id: ada, now: NOON, exceptId: kept }), 2);
    assert.deepEqual(await idsOf(sql, ada), [kept]);
    assert.equal(await endSessionsOfUser(sql, { user_id: ada, now: NOON }), 1);
    assert.deepEqual([await idsOf(sql, ada), await idsOf(sql, bob)], [[], [other]]);
  });
});

Deno.test("touchSession() writes a use only when the last one is old enough, and never wakes an ended session", async () => {
  await withDatabase(async (sql) => {
    const ada = await aUser(sql, "ada");
    const id = await aSession(sql, ada, "secret");
    const touch = (seconds: number) => {
      const now = addSeconds(NOON, seconds);
      return touchSession(sql, {
        id,
        used_before: addSeconds(now, -60),
        expires_at: addSeconds(now, HOUR),
        now,
      });
    };
    assert.deepEqual([await touch(59.999), await touch(60), await touch(60)], [false, true, false]);
    await endSession(sql, { id, user_id: ada, now: NOON });
    assert.equal(await touch(600), false);
  });
});

Deno.test("endOldestSessions() keeps those used last", async () => {
  await withDatabase(async (sql) => {
    const ada = await aUser(sql, "ada");
    const ids: string[] = [];
    for (let at = 0; at < 4; at++) ids.push(await aSession(sql, ada, `a${at}`, addSeconds(NOON, at)));
    await endOldestSessions(sql, { user_id: ada, keep: 2, now: addSeconds(NOON, 10) });
    assert.deepEqual(await idsOf(sql, ada, addSeconds(NOON, 10)), [ids[3], ids[2]]);
  });
});

Deno.test("pruneSessions() forgets what ended or expired before, and leaves the rest", async () => {
  await withDatabase(async (sql) => {
    const ada = await aUser(sql, "ada");
    const [ended, live] = [await aSession(sql, ada, "a1"), await aSession(sql, ada, "a2")];
    await endSession(sql, { id: ended, user_id: ada, now: NOON });
    assert.equal(await pruneSessions(sql, NOON), 0);
    assert.equal(await pruneSessions(sql, addSeconds(NOON, 1)), 1);
    assert.deepEqual(await idsOf(sql, ada), [live]);
    assert.equal(await pruneSessions(sql, addSeconds(NOON, HOUR)), 0);
    assert.equal(await pruneSessions(sql, addSeconds(NOON, HOUR + 1)), 1);
  });
});

import assert from "node:assert/strict";
import { DomainError } from "../../src/platform/errors.ts";
import { PASSWORD_COST, PasswordHasher } from "../../src/accounts/password_hasher.ts";

const CHEAP = { ln: 4, r: 8, p: 1 };

Deno.test("PasswordHasher keeps cost and salt beside the hash, never the password, and knows it again", async () => {
  const hasher = new PasswordHasher(CHEAP);
  const [first, second] = [await hasher.hash("kind of blue"), await hasher.hash("kind of blue")];
  assert.match(first, /^\$scrypt\$ln=4,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(first, second);
  assert.deepEqual(await hasher.verify("kind of blue", first), { matches: true, isOutdated: false });
  assert.deepEqual(await hasher.verify("kind of blue!", first), { matches: false, isOutdated: false });
  assert.deepEqual(await hasher.verify("kind of blue", null), { matches: false, isOutdated: false });
});

Deno.test("PasswordHasher takes one text in another Unicode form for the same password", async () => {
  const hasher = new PasswordHasher(CHEAP);
  const stored = await hasher.hash("Mot\u00f6rhead ﬁne");
  assert.equal((await hasher.verify("Moto\u0308rhead fine", stored)).matches, true);
  assert.equal((await hasher.verify("motörhead fine", stored)).matches, false);
});

Deno.test("PasswordHasher knows a password of another cost and says that it is outdated", async () => {
  const stored = await new PasswordHasher({ ln: 3, r: 8, p: 1 }).hash("kind of blue");
  assert.deepEqual(await new PasswordHasher(CHEAP).verify("kind of blue", stored), {
    matches: true,
    isOutdated: true,
  });
});

Deno.test("PasswordHasher at its default cost is memory-hard", async () => {
  assert.deepEqual(PASSWORD_COST, { ln: 15, r: 8, p: 3 });
  const hasher = new PasswordHasher();
  const stored = await hasher.hash("kind of blue");
  assert.match(stored, /^\$scrypt\$ln=15,r=8,p=3\$/);
  assert.equal((await hasher.verify("kind of blue", stored)).matches, true);
});

Deno.test("PasswordHasher refuses what it cannot read without showing it", async () => {
  await assert.rejects(
    () => new PasswordHasher(CHEAP).verify("kind of blue", "$scrypt$secret"),
    (error: Error) => !error.message.includes("secret"),
  );
});

Deno.test("PasswordHasher lets 34 wait or run, refuses the next with unavailable, and is free afterwards", async () => {
  const hasher = new PasswordHasher({ ln: 10, r: 8, p: 1 });
  const results = await Promise.allSettled(Array.from({ length: 36 }, () => hasher.hash("kind of blue")));
  const refused = results.filter((one) => one.status === "rejected").map((one) => one.reason as DomainError);
  assert.deepEqual(refused.map((one) => one.code), ["unavailable", "unavailable"]);
  assert.match(await hasher.hash("kind of blue"), /^\$scrypt/);
});

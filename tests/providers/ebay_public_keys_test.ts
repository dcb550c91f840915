import assert from "node:assert/strict";
import { silentLog } from "../../src/platform/log.ts";
import {
  EbayPublicKeys,
  KEY_SECONDS,
  MAX_CALLS_PER_MINUTE,
  UNKNOWN_SECONDS,
} from "../../src/providers/ebay/public_keys.ts";
import { isSignedByEbay } from "../../src/providers/ebay/verify_notice.ts";
import { withDatabase } from "../support/database.ts";
import { aKeyPair, KEY_ID, KEY_PATH, keyBody, noticeScript, signatureOf } from "../support/ebay_notices.ts";
import { hang, html, json, type Script } from "../support/scripted_server.ts";
import { startEbay, withTokens } from "./ebay_support.ts";
import { failed } from "./support.ts";

const PAIR = aKeyPair();

interface World {
  keys: EbayPublicKeys;
  clock: ReturnType<typeof startEbay>["clock"];
  answer(script: Script): void;
  /** Calls for keys so far. */
  calls(): number;
  /** Operations in the request log. */
  logged(): Promise<string[]>;
}

async function withKeys(script: Script, work: (world: World) => Promise<void>): Promise<void> {
  await withDatabase(async (sql) => {
    await using ebay = startEbay(script);
    await work({
      keys: new EbayPublicKeys({ api: ebay.api, sql, log: silentLog }),
      clock: ebay.clock,
      answer: (next) => ebay.server.answer(next),
      calls: () => ebay.server.requests.filter(({ path }) => path.startsWith(KEY_PATH)).length,
      logged: async () => {
        const rows = await sql<{ operation: string }>`
          select operation from provider_requests where user_id is null and poll_id is null order by started_at, operation`;
        return rows.map((row) => row.operation);
      },
    });
  });
}

Deno.test("find() fetches a key once an hour, by the application's token, and logs the calls", async () => {
  await withKeys(noticeScript(PAIR), async ({ keys, clock, calls, logged }) => {
    const many = await Promise.all(Array.from({ length: 20 }, () => keys.find(KEY_ID)));
    assert.ok(many.every((one) => one?.digest === "sha1" && one.key.asymmetricKeyType === "ec"));
    assert.equal(calls(), 1);
    clock.advance(KEY_SECONDS * 1000 - 1);
    await keys.find(KEY_ID);
    assert.equal(calls(), 1);
    clock.advance(1);
    await keys.find(KEY_ID);
    assert.equal(calls(), 2);
    assert.deepEqual((await logged()).sort(), ["public_key", "public_key", "token"]);
  });
});

Deno.test("find() remembers for five minutes that eBay does not know an id", async () => {
  await withKeys(noticeScript(PAIR), async ({ keys, clock, calls }) => {
    assert.equal(await keys.find("made-up"), null);
    clock.advance(UNKNOWN_SECONDS * 1000 - 1);
    assert.equal(await keys.find("made-up"), null);
    assert.equal(calls(), 1);
    clock.advance(1);
    assert.equal(await keys.find("made-up"), null);
    assert.equal(calls(), 2);
  });
});

Deno.test("find() asks eBay ten times a minute at most, and a known key costs nothing meanwhile", async () => {
  await withKeys(noticeScript(PAIR), async ({ keys, clock, calls }) => {
    await keys.find(KEY_ID);
    for (let made = 1; made < MAX_CALLS_PER_MINUTE; made++) await keys.find(`made-up-${made}`);
    await failed(keys.find("one-too-many"), "unavailable");
    assert.equal(calls(), MAX_CALLS_PER_MINUTE);
    assert.ok(await keys.find(KEY_ID));
    clock.advance(60_000);
    assert.equal(await keys.find("one-too-many"), null);
  });
});

Deno.test("find() renews a real key while others make up as many ids as may be asked for", async () => {
  await withKeys(noticeScript(PAIR), async ({ keys, clock, calls }) => {
    await keys.find(KEY_ID);
    clock.advance(KEY_SECONDS * 1000);
    for (let made = 0; made < MAX_CALLS_PER_MINUTE; made++) await keys.find(`made-up-${made}`);
    await failed(keys.find("one-too-many"), "unavailable");
    assert.ok(await keys.find(KEY_ID));
    assert.equal(calls(), MAX_CALLS_PER_MINUTE + 2);
  });
});

Deno.test("find() asks ten times a minute at most for a key that was real, too", async () => {
  await withKeys(noticeScript(PAIR), async ({ keys, clock, answer, calls }) => {
    await keys.find(KEY_ID);
    clock.advance(KEY_SECONDS * 1000);
    answer(withTokens(() => json({}, { status: 500 })));
    for (let tries = 0; tries <= MAX_CALLS_PER_MINUTE; tries++) {
      await failed(keys.find(KEY_ID), "unavailable");
    }
    assert.equal(calls(), MAX_CALLS_PER_MINUTE + 1);
  });
});

Deno.test("find() keeps a real key though 200 ids are made up", async () => {
  await withKeys(noticeScript(PAIR), async ({ keys, clock, calls }) => {
    await keys.find(KEY_ID);
    for (let made = 0; made < 200; made++) {
      if (made % 5 === 0) clock.advance(60_000);
      await keys.find(`made-up-${made}`);
    }
    assert.equal(calls(), 201);
    assert.ok(await keys.find(KEY_ID));
    assert.equal(calls(), 201);
  });
});

const FAILURES: [what: string, kind: Parameters<typeof failed>[1], script: Script][] = [
  ["a 500", "unavailable", () => json({}, { status: 500 })],
  ["a 429", "rate_limited", () => json({}, { status: 429 })],
  ["a web page", "blocked", () => html(200)],
  ["a hang", "unavailable", hang],
  ["other JSON", "bad_response", () => json([1])],
  ["a key of another kind", "bad_response", () => json(keyBody(PAIR, { algorithm: "RSA" }))],
  ["a digest that nobody knows", "bad_response", () => json(keyBody(PAIR, { digest: "MD5" }))],
  ["no key in the key", "bad_response", () => json(keyBody(PAIR, { key: "-----BEGIN PUBLIC KEY-----AAAA" }))],
];
for (const [what, kind, script] of FAILURES) {
  Deno.test(`find() fails for ${what}, and asks again at once`, async () => {
    await withKeys(withTokens(script), async ({ keys, answer }) => {
      await failed(keys.find(KEY_ID), kind);
      answer(noticeScript(PAIR));
      assert.ok(await keys.find(KEY_ID));
    });
  });
}

const BODY = '{"a": 1}';
const bytes = (text: string) => new TextEncoder().encode(text);
const header = (fields: unknown) => btoa(JSON.stringify(fields));
const SIGNATURES: [what: string, signature: string | null, isSigned: boolean][] = [
  ["eBay's", signatureOf(PAIR, BODY), true],
  ["one of other bytes", signatureOf(PAIR, '{"a":1}'), false],
  ["somebody else's with eBay's key id", signatureOf(aKeyPair(), BODY), false],
  ["one with another digest than the key's", signatureOf(PAIR, BODY, { digest: "SHA256" }), false],
  ["one with an unknown key", signatureOf(PAIR, BODY, { kid: "made-up" }), false],
  ["one with a path for a key", signatureOf(PAIR, BODY, { kid: "../../sell/x" }), false],
  ["none", null, false],
  ["an empty one", "", false],
  ["one that is no base64", "%%%", false],
  ["one that is no JSON", btoa("x"), false],
  ["one without a signature", header({ kid: KEY_ID }), false],
  ["one whose signature is no base64", header({ kid: KEY_ID, signature: "%" }), false],
  ["one whose signature is short", header({ kid: KEY_ID, signature: "AAAA" }), false],
  ["a long one", btoa(" ".repeat(5_000)), false],
];
for (const [what, signature, isSigned] of SIGNATURES) {
  Deno.test(`isSignedByEbay() says ${isSigned} to a signature: ${what}`, async () => {
    await withKeys(noticeScript(PAIR), async ({ keys }) => {
      assert.equal(await isSignedByEbay(keys, { signature, body: bytes(BODY) }), isSigned);
    });
  });
}

Deno.test("isSignedByEbay() fetches nothing for a header that cannot be eBay's", async () => {
  await withKeys(noticeScript(PAIR), async ({ keys, calls }) => {
    const signatures = [null, "x", header({ kid: "../x", signature: "AAAA" }), header({ kid: KEY_ID })];
    for (const signature of signatures) await isSignedByEbay(keys, { signature, body: bytes(BODY) });
    assert.equal(calls(), 0);
  });
});

Deno.test("isSignedByEbay() takes the digest that the key names", async () => {
  const script = withTokens(() => json(keyBody(PAIR, { digest: "SHA256" })));
  await withKeys(script, async ({ keys }) => {
    const signature = signatureOf(PAIR, BODY, { digest: "SHA256" });
    assert.ok(await isSignedByEbay(keys, { signature, body: bytes(BODY) }));
    assert.ok(!await isSignedByEbay(keys, { signature: signatureOf(PAIR, BODY), body: bytes(BODY) }));
  });
});

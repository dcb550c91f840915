import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ingestListings } from "../../src/listings/ingest_listings.ts";
import { pruneClosedSellers } from "../../src/listings/seller_store.ts";
import { enterIngest } from "../../src/listings/store.ts";
import { pruneDeletions } from "../../src/account_deletion/store.ts";
import { ebayEnv } from "../support/ebay.ts";
import {
  aKeyPair,
  aNotice,
  KEY_PATH,
  noticeScript,
  signatureOf,
  VERIFICATION_TOKEN,
} from "../support/ebay_notices.ts";
import { untilWaiting } from "../support/database.ts";
import { aListing, type NewListing } from "../support/factories.ts";
import { json, type ScriptedServer, startScriptedServer } from "../support/scripted_server.ts";
import { aDraft } from "../support/plain_market.ts";
import { type TestService, withService } from "../support/service.ts";

const PATH = "/api/webhooks/ebay/account-deletion";
const PAIR = aKeyPair();
const DAY_MS = 86_400_000;

interface World extends TestService {
  ebay: ScriptedServer;
  /** Sends a notice as eBay does; what `changes` says differs. */
  send(notice: unknown, changes?: { signature?: string | null; body?: string }): ReturnType<
    TestService["request"]
  >;
  /** Stores a listing of eBay's. */
  offer(fields: Partial<NewListing>): Promise<string>;
  /** Seller and place of every listing, by the id at the marketplace. */
  sellers(): Promise<Record<string, [string | null, string | null]>>;
}

async function withNotices(
  work: (world: World) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await using ebay = startScriptedServer(noticeScript(PAIR));
  await withService(async (service) => {
    const ada = await service.client("ada");
    await work({
      ...service,
      ebay,
      send: async (notice, { body = JSON.stringify(notice), signature = signatureOf(PAIR, body) } = {}) => {
        const headers = {
          "content-type": "application/json",
          ...(signature && { "x-ebay-signature": signature }),
        };
        return await service.request(PATH, { method: "POST", headers, body });
      },
      offer: async (fields) => {
        const listing = aListing({ provider: "ebay", location: "Coventry, GB", ...fields });
        return (await ada.post("/api/dev/listings/ingest", listing)).body.listing.id;
      },
      sellers: async () => {
        const rows = await service.deps.sql<{ id: string; seller: string | null; location: string | null }>`
          select external_id as id, seller, location from listings order by 1`;
        return Object.fromEntries(rows.map(({ id, seller, location }) => [id, [seller, location]]));
      },
    });
  }, {
    ...ebayEnv(ebay.url),
    EBAY_VERIFICATION_TOKEN: VERIFICATION_TOKEN,
    PUBLIC_URL: "https://wax.example",
    ...env,
  });
}

Deno.test("GET /api/webhooks/ebay/account-deletion proves to eBay that we have its token, in its words", async () => {
  await withNotices(async ({ request, ebay }) => {
    const code = "71745723-d031-455c-bfa5-f90d11b4f20a";
    const { status, headers, body } = await request(`${PATH}?challenge_code=${code}`);
    const challengeResponse = createHash("sha256").update(code).update(VERIFICATION_TOKEN)
      .update(`https://wax.example${PATH}`).digest("hex");
    assert.deepEqual([status, body], [200, { challengeResponse }]);
    assert.match(headers.get("content-type") ?? "", /^application\/json\b/);
    assert.equal(ebay.requests.length, 0);
    assert.equal((await request(PATH)).status, 422);
  });
});

Deno.test("GET /api/webhooks/ebay/account-deletion takes the address that was registered, as it was", async () => {
  const EBAY_DELETION_ENDPOINT = "https://Hooks.example/ebay/";
  await withNotices(async ({ request }) => {
    const { body } = await request(`${PATH}?challenge_code=1`);
    const text = `1${VERIFICATION_TOKEN}${EBAY_DELETION_ENDPOINT}`;
    assert.equal(body.challengeResponse, createHash("sha256").update(text).digest("hex"));
  }, { EBAY_DELETION_ENDPOINT });
});

Deno.test("an installation that takes no notices answers 404 to both, and asks eBay nothing", async () => {
  await withNotices(async ({ request, send, ebay }) => {
    assert.equal((await request(`${PATH}?challenge_code=1`)).status, 404);
    assert.equal((await send(aNotice())).status, 404);
    assert.equal(ebay.requests.length, 0);
  }, { EBAY_VERIFICATION_TOKEN: "" });
});

Deno.test("a signed notice takes the seller out of everything, whatever the case of his name, and nobody else", async () => {
  await withNotices(async ({ send, offer, sellers, deps, client }) => {
    const id = await offer({ external_id: "his", seller: "WaxFan" });
    await offer({ external_id: "his too", seller: "waxfan", status: "ended" });
    await offer({ external_id: "by id", seller: "ma8vp1jySJC" });
    await offer({ external_id: "other", seller: "waxfan2" });
    await offer({ external_id: "nobody's", seller: null });
    await offer({ external_id: "namesake elsewhere", provider: "mock", seller: "waxfan" });
    const answer = await send(aNotice({}, "notice-1"));
    assert.deepEqual([answer.status, answer.body], [204, ""]);
    const place = "Coventry, GB";
    assert.deepEqual(await sellers(), {
      "by id": [null, null],
      "his": [null, null],
      "his too": [null, null],
      "namesake elsewhere": ["waxfan", place],
      "nobody's": [null, place],
      "other": ["waxfan2", place],
    });
    const shown = await (await client("bob")).get(`/api/listings/${id}`);
    assert.deepEqual([shown.body.seller, shown.body.title], [null, "Miles Davis - Kind Of Blue LP"]);
    const kept = await deps.sql`select provider, notification_id, listing_count from account_deletions`;
    assert.deepEqual(kept, [{ provider: "ebay", notification_id: "notice-1", listing_count: 3 }]);
  });
});

Deno.test("his name is in no table afterwards, and what a search remembered is forgotten", async () => {
  await withNotices(async ({ send, client, deps }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", {
      name: "x",
      query: { keywords: ["kind of blue"], sources: ["ebay"] },
    });
    const listing = aListing({ provider: "ebay", seller: "waxfan", external_id: "v1|1|0" });
    await ada.post("/api/dev/listings/ingest", listing);
    deps.readings.open({ provider: "ebay", queries: [{ q: "x" }], isFirstPage: true });
    const before = deps.readings.open({ provider: "ebay", queries: [{ q: "x" }], isFirstPage: true });
    await send(aNotice({ username: "waxfan" }));
    assert.notEqual(
      deps.readings.open({ provider: "ebay", queries: [{ q: "x" }], isFirstPage: true }),
      before,
    );
    const tables = await deps.sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public'`;
    assert.ok(tables.length > 30);
    for (const { name } of tables) {
      const [row] = await deps.sql<{ text: string }>`
        select query_to_xml(format('select * from %I', ${name}::text), true, false, '')::text as text`;
      assert.ok(!/waxfan|ma8vp1jySJC|nY\+sHZ2Pr/i.test(row!.text), `${name} still knows him`);
    }
  });
});

Deno.test("a notice that comes again changes nothing, also when it comes five times at once", async () => {
  await withNotices(async ({ send, offer, sellers, deps, ebay, clock }) => {
    const notice = aNotice();
    await offer({ external_id: "a", seller: "waxfan" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(notice)));
    assert.deepEqual(answers.map(({ status }) => status), [204, 204, 204, 204, 204]);
    const rows = await deps.sql<{ listing_count: number }>`select listing_count from account_deletions`;
    assert.deepEqual(rows.map((row) => row.listing_count), [1]);
    assert.equal(ebay.requests.filter(({ path }) => path.startsWith(KEY_PATH)).length, 1);
    // Somebody else may have taken the name meanwhile.
    clock.advance(2 * DAY_MS);
    await offer({ external_id: "b", seller: "waxfan" });
    assert.equal((await send(notice)).status, 204);
    assert.equal((await sellers())["b"]![0], "waxfan");
  });
});

Deno.test("a search that still names a seller does not bring him back for two days, and only him", async () => {
  await withNotices(async ({ send, offer, sellers, clock, deps }) => {
    await offer({ external_id: "known", seller: "waxfan" });
    await send(aNotice());
    const place = "Coventry, GB";
    await offer({ external_id: "known", seller: "waxfan" });
    await offer({ external_id: "new", seller: "WAXFAN" });
    await offer({ external_id: "elsewhere", provider: "mock", seller: "waxfan" });
    await offer({ external_id: "other", seller: "waxfan2" });
    assert.deepEqual(await sellers(), {
      elsewhere: ["waxfan", place],
      known: [null, null],
      new: [null, null],
      other: ["waxfan2", place],
    });
    clock.advance(2 * DAY_MS - 1);
    await offer({ external_id: "new", seller: "waxfan" });
    assert.equal(await pruneClosedSellers(deps.sql, clock.now()), 0);
    assert.deepEqual((await sellers())["new"], [null, null]);
    clock.advance(1);
    assert.equal(await pruneClosedSellers(deps.sql, clock.now()), 2);
    await offer({ external_id: "new", seller: "waxfan" });
    assert.deepEqual((await sellers())["new"], ["waxfan", place]);
  });
});

Deno.test("a notice that comes while a search is being stored takes the seller out of that too", async () => {
  await withNotices(async ({ send, sellers, deps, clock }) => {
    const [stored, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const storing = deps.sql.begin(async (tx) => {
      await enterIngest(tx);
      const source = { provider: "ebay", max_age_seconds: null };
      const drafts = [{ ...aDraft("a"), seller: "waxfan", location: "Coventry, GB" }];
      await ingestListings(tx, { source, drafts, now: clock.now() });
      stored.resolve();
      await told.promise;
    });
    await stored.promise;
    const sending = send(aNotice());
    await Promise.race([sending, untilWaiting(deps.sql)]);
    told.resolve();
    await storing;
    assert.equal((await sending).status, 204);
    assert.deepEqual(await sellers(), { a: [null, null] });
  });
});

Deno.test("a notice that eBay did not sign is 412 and changes nothing", async () => {
  await withNotices(async ({ send, offer, sellers, deps }) => {
    await offer({ external_id: "a", seller: "waxfan" });
    const notice = aNotice();
    const text = JSON.stringify(notice);
    const wrong = [
      { signature: "" },
      { signature: "x" },
      { signature: signatureOf(aKeyPair(), text) },
      { signature: signatureOf(PAIR, text, { kid: "made-up" }) },
      { signature: signatureOf(PAIR, text), body: JSON.stringify(notice, null, 1) },
    ];
    for (const changes of wrong) {
      const { status, body } = await send(notice, changes);
      assert.deepEqual([status, body.error.code], [412, "http_error"]);
    }
    assert.equal((await sellers())["a"]![0], "waxfan");
    assert.equal((await deps.sql`select 1 from account_deletions`).length, 0);
  });
});

Deno.test("a notice is 503 while eBay's key cannot be had, and obeyed when it comes again", async () => {
  await withNotices(async ({ send, ebay, clock }) => {
    const notice = aNotice();
    for (
      const script of [
        () => json({}, { status: 500 }),
        () => json({ error: "invalid_client" }, { status: 401 }),
      ]
    ) {
      ebay.answer(script);
      const { status, body } = await send(notice);
      assert.equal(status, 503);
      assert.doesNotMatch(JSON.stringify(body), /invalid_client|verification|secret/);
      // A failed token call is remembered for a minute.
      clock.advance(60_000);
    }
    ebay.answer(noticeScript(PAIR));
    assert.equal((await send(notice)).status, 204);
  });
});

Deno.test("a notice that names its seller by one name, or by none that we know sellers by, is obeyed", async () => {
  await withNotices(async ({ send, offer, sellers }) => {
    await offer({ external_id: "a", seller: "waxfan" });
    await offer({ external_id: "nobody's", seller: null });
    assert.equal((await send(aNotice({ username: null, userId: "" }))).status, 204);
    assert.equal((await sellers())["a"]![0], "waxfan");
    assert.equal((await send(aNotice({ userId: undefined }))).status, 204);
    assert.equal((await sellers())["a"]![0], null);
  });
});

Deno.test("a notice with more in it than we know is obeyed, wherever eBay adds it", async () => {
  await withNotices(async ({ send, offer, sellers }) => {
    await offer({ external_id: "a", seller: "waxfan" });
    const { metadata, notification } = aNotice();
    const more = { added: [{ by: "eBay" }] };
    const data = { ...notification.data, ...more };
    const notice = {
      metadata: { ...metadata, ...more },
      notification: { ...notification, data, ...more },
      ...more,
    };
    assert.equal((await send(notice)).status, 204);
    assert.equal((await sellers())["a"]![0], null);
  });
});

Deno.test("a notice of another topic or another shape is refused", async () => {
  await withNotices(async ({ send }) => {
    const other = { ...aNotice(), metadata: { topic: "ITEM_SOLD" } };
    for (const notice of [other, aNotice({ username: 5 }), aNotice({}, ""), { notification: {} }, {}]) {
      assert.equal((await send(notice)).status, 422);
    }
    assert.equal((await send(aNotice({ username: "x".repeat(17_000) }))).status, 413);
  });
});

Deno.test("eBay may send hundreds of notices a minute from one address", async () => {
  await withNotices(async ({ send }) => {
    for (let sent = 0; sent < 200; sent++) assert.equal((await send(aNotice())).status, 204);
    const { headers } = await send(aNotice());
    assert.match(headers.get("ratelimit-policy") ?? "", /webhooks/);
  }, { RATE_LIMIT_SCALE: "1" });
});

Deno.test("pruneDeletions() forgets notices that were received before a moment", async () => {
  await withNotices(async ({ send, deps: { sql }, clock }) => {
    await send(aNotice());
    assert.equal(await pruneDeletions(sql, clock.now()), 0);
    assert.equal(await pruneDeletions(sql, new Date(clock.now().getTime() + 1)), 1);
  });
});

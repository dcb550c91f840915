import assert from "node:assert/strict";
import { CRONS } from "../../src/app/crons.ts";
import { pruneClicks } from "../../src/listings/click_store.ts";
import { addSeconds } from "../../src/platform/clock.ts";
import { runScript } from "../../src/platform/connection.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { NOON } from "../support/clock.ts";
import { aListing } from "../support/factories.ts";
import { loggedIn } from "../support/browser.ts";
import { type Client, withService } from "../support/service.ts";

const LINK = "https://www.ebay.com/itm/1?mkevt=1&campid=5338000000";

/** Stores a listing and gives the path of its link. */
async function anOffer(client: Client, fields: Record<string, unknown> = {}): Promise<string> {
  const { body } = await client.post(
    "/api/dev/listings/ingest",
    aListing({ provider: "ebay", url: LINK, ...fields }),
  );
  return `/api/outbound/ebay/${body.listing.id}`;
}

interface Click {
  listing_id: string;
  user_id: string | null;
  referer: string | null;
  clicked_at: Date;
}

function clicksOf(sql: Sql): Promise<Click[]> {
  return sql<
    Click
  >`select listing_id, user_id, referer, clicked_at from outbound_clicks order by clicked_at, referer`;
}

Deno.test("GET /api/outbound/ebay/{listing_id} leads to the offer and notes the click, without a credential and with one", async () => {
  await withService(async ({ client, request, clock, deps: { sql } }) => {
    const ada = await client("ada");
    const path = await anOffer(ada);
    const answers = [await request(path, { headers: { referer: "https://waxwatch.example/inbox" } })];
    clock.advance(1000);
    answers.push(await ada.get(path));
    for (const { status, headers, body } of answers) {
      assert.deepEqual([status, headers.get("location"), body], [307, LINK, ""]);
      assert.equal(headers.get("cache-control"), "no-store");
    }
    const listing_id = path.split("/").at(-1);
    assert.deepEqual(await clicksOf(sql), [
      { listing_id, user_id: null, referer: "https://waxwatch.example/inbox", clicked_at: NOON },
      { listing_id, user_id: ada.userId, referer: null, clicked_at: addSeconds(NOON, 1) },
    ]);
  });
});

/** What is said, by query and by header, and what is kept of it. */
const REFERERS: [string, { query?: string; header?: string }, string | null][] = [
  ["the query before the header", { query: "inbox", header: "https://a.example/" }, "inbox"],
  ["the header when the query is empty", { query: "", header: "https://a.example/" }, "https://a.example/"],
  [
    "an address without its secrets",
    { query: "https://u:p@a.example/x?page=2&access_token=abc&code=def#token=ghi" },
    "https://a.example/x?page=2&access_token=redacted&code=redacted",
  ],
  [
    "a header without its secrets",
    { header: "https://a.example/?api_key=abc" },
    "https://a.example/?api_key=redacted",
  ],
  ["a path without its query", { query: "/inbox?token=abc" }, "/inbox"],
  ["text without what looks like a fragment", { query: "mail#token=abc" }, "mail"],
  ["500 characters", { query: "x".repeat(501) }, "x".repeat(500)],
  ["no half of a character", { query: `${"x".repeat(499)}😀` }, `${"x".repeat(499)}\ufffd`],
  ["nothing of a query alone", { query: "?token=abc" }, null],
  ["nothing of blanks and NUL", { query: " \0 " }, null],
];

for (const [what, { query, header }, kept] of REFERERS) {
  Deno.test(`GET /api/outbound/ebay/{listing_id} keeps of a referer ${what}`, async () => {
    await withService(async ({ client, request, deps: { sql } }) => {
      const path = await anOffer(await client("ada"));
      const suffix = query === undefined ? "" : `?referer=${encodeURIComponent(query)}`;
      const answer = await request(`${path}${suffix}`, {
        headers: header === undefined ? {} : { referer: header },
      });
      assert.equal(answer.status, 307);
      const [click] = await clicksOf(sql);
      assert.equal(click!.referer, kept);
    });
  });
}

for (
  const [what, fields] of [
    ["is another provider's", { provider: "mock" }],
    ["has no link", { url: null }],
    ["has a link that leads elsewhere", { url: "https://ebay.com.example.org/itm/1" }],
    ["has a link that is no web address", { url: "javascript:alert(1)" }],
  ] as const
) {
  Deno.test(`GET /api/outbound/ebay/{listing_id} answers 404 for a listing that ${what}, and notes nothing`, async () => {
    await withService(async ({ client, request, deps: { sql } }) => {
      const { status, headers, body } = await request(await anOffer(await client("ada"), fields));
      assert.deepEqual([status, headers.get("location"), body.error.code], [404, null, "http_error"]);
      assert.deepEqual(await clicksOf(sql), []);
    });
  });
}

Deno.test("GET /api/outbound/ebay/{listing_id} answers 404 for an unknown listing and for an id that is none", async () => {
  await withService(async ({ request }) => {
    for (const id of [crypto.randomUUID(), "1", "%00", "x".repeat(500)]) {
      assert.equal((await request(`/api/outbound/ebay/${id}`)).status, 404);
    }
  });
});

Deno.test("GET /api/outbound/ebay/{listing_id} leads to the offer also when the click cannot be noted", async () => {
  await withService(async ({ client, request, deps: { sql } }) => {
    const path = await anOffer(await client("ada"));
    await runScript(sql, "alter table outbound_clicks rename to gone");
    const { status, headers } = await request(path);
    assert.deepEqual([status, headers.get("location")], [307, LINK]);
  });
});

Deno.test("GET /api/outbound/ebay/{listing_id} answers 401 to a token that is not valid, and an ended cookie counts as none", async () => {
  await withService(async ({ client, request, deps: { sql } }) => {
    const path = await anOffer(await client("ada"));
    assert.equal((await request(path, { headers: { authorization: "Bearer wax_wrong" } })).status, 401);
    assert.deepEqual(await clicksOf(sql), []);
    assert.equal((await request(path, { headers: { cookie: "waxwatch_session=ended" } })).status, 307);
    assert.deepEqual((await clicksOf(sql)).map(({ user_id }) => user_id), [null]);
  });
});

Deno.test("GET /api/outbound/ebay/{listing_id} notes who is logged in, also when he comes from another site", async () => {
  await withService(async (service) => {
    const path = await anOffer(await service.client("ada"));
    const browser = await loggedIn(service, "eve@example.com");
    const { id } = (await browser.get("/api/me")).body;
    assert.equal((await browser.get(path)).status, 307);
    const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
    const elsewhere = { cookie, "sec-fetch-site": "cross-site" };
    assert.equal((await service.request(path, { headers: elsewhere })).status, 307);
    assert.deepEqual((await clicksOf(service.deps.sql)).map(({ user_id }) => user_id), [id, id]);
  });
});

Deno.test("clicks are kept for 90 days, and go with their user", async () => {
  await withService(async ({ client, deps, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const path = await anOffer(ada);
    await ada.get(path);
    clock.advance(1);
    await bob.get(path);
    const cron = CRONS.find(({ name }) => name === "prune-outbound-clicks")!;
    const prune = () =>
      cron.run({ ...deps, rateFeed: { refresh: () => Promise.resolve("current" as const) } });
    clock.set(addSeconds(NOON, 90 * 86_400));
    assert.equal(await prune(), 0);
    clock.advance(1);
    assert.equal(await prune(), 1);
    assert.deepEqual((await clicksOf(deps.sql)).map(({ user_id }) => user_id), [bob.userId]);
    await deps.sql`delete from users where id = ${bob.userId}`;
    assert.deepEqual(await clicksOf(deps.sql), []);
    assert.equal(await pruneClicks(deps.sql, clock.now()), 0);
  });
});

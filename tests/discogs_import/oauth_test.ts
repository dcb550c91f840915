import assert from "node:assert/strict";
import { oauthTokenOf, openToken } from "../../src/discogs_import/access_token.ts";
import { pruneOAuthRequests } from "../../src/discogs_import/oauth_store.ts";
import { findLinkedAccount } from "../../src/discogs_import/store.ts";
import { type DiscogsUsers, refuse, startDiscogsUsers } from "../support/discogs_users.ts";
import { type FakeClock, fakeClock } from "../support/clock.ts";
import { loggedIn } from "../support/browser.ts";
import { withMail } from "../support/mail_service.ts";
import { brokenBody, html, json } from "../support/scripted_server.ts";
import { type Client, type TestService, withService } from "../support/service.ts";
import { tablesWith } from "../support/user_rows.ts";

const DISCOGS = "/api/integrations/discogs";
const RETURN = `${DISCOGS}/oauth/return`;
const PUBLIC_URL = "https://wax.example";

/** A service beside a Discogs that measures time by the same clock. */
async function withLinking(
  work: (service: TestService, discogs: DiscogsUsers) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const clock: { now: FakeClock } = { now: fakeClock() };
  await using discogs = startDiscogsUsers({ clock: { now: () => clock.now.now() } });
  await withService(async (service) => {
    clock.now = service.clock;
    await work(service, discogs);
    assert.deepEqual(discogs.oauth.refusals.filter((one) => /Nonce|Timestamp|address|method/.test(one)), []);
  }, { ...discogs.env, PUBLIC_URL, CORS_ORIGINS: "https://app.example", ...env });
}

async function start(person: Client, body?: unknown) {
  const started = await person.post(`${DISCOGS}/oauth/start`, body);
  assert.equal(started.status, 200, JSON.stringify(started.body));
  return started.body as { authorize_url: string; state: string; scopes: string[]; expires_at: string };
}

const finish = (person: Client, body: unknown) => person.post(`${DISCOGS}/oauth/callback`, body);
const pair = (back: URL) => ({
  oauth_token: back.searchParams.get("oauth_token"),
  oauth_verifier: back.searchParams.get("oauth_verifier"),
});

Deno.test("a link by OAuth: consent at Discogs, its own word for who it is, a token stored encrypted", async () => {
  await withLinking(async ({ client, clock, deps }, discogs) => {
    const ada = await client("ada");
    const started = await start(ada, { scopes: ["read"] });
    assert.deepEqual({ ...started, authorize_url: "", state: "" }, {
      provider: "discogs",
      authorize_url: "",
      state: "",
      scopes: ["read"],
      expires_at: "2026-11-23T12:15:00.000Z",
    });
    assert.ok(started.authorize_url.startsWith(`${discogs.url}/oauth/authorize?oauth_token=`));
    assert.match(started.state, /^[\w-]{43}$/);
    const back = discogs.oauth.allow(started.authorize_url, "ada_at_discogs");
    assert.equal(back.origin + back.pathname, PUBLIC_URL + RETURN);
    clock.advance(60_000);
    const linked = await finish(ada, { state: started.state, code: pair(back).oauth_verifier });
    assert.equal(linked.status, 200, JSON.stringify(linked.body));
    assert.deepEqual(linked.body, {
      provider: "discogs",
      external_user_id: "ada_at_discogs",
      connected: true,
      connected_at: "2026-11-23T12:01:00.000Z",
    });
    const { body: status } = await ada.get(`${DISCOGS}/status`);
    assert.deepEqual([status.has_access_token, status.revoked_at, status.notice], [true, null, null]);
    const account = (await findLinkedAccount(deps.sql, { user_id: ada.userId, provider: "discogs" }))!;
    const token = oauthTokenOf(await openToken(deps.cipher, { ...account, token: account.token! }))!;
    assert.ok(token.token.startsWith("planted-access-") && token.secret.startsWith("planted-access-secret-"));
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
    const calls = await deps
      .sql`select operation, method, url, user_id from provider_requests order by started_at, operation desc`;
    assert.deepEqual(calls.map((call) => call["operation"]).sort(), [
      "access_token",
      "identity",
      "request_token",
    ]);
    assert.ok(calls.every((call) => call["user_id"] === ada.userId && !String(call["url"]).includes("?")));
  });
});

Deno.test("what Discogs leads back with suffices by itself, in either form, and each link is good once", async () => {
  await withLinking(async ({ client }, discogs) => {
    const ada = await client("ada");
    for (const form of ["token", "state", "both"]) {
      const started = await start(ada);
      const back = pair(discogs.oauth.allow(started.authorize_url, "ada"));
      const body = form === "state"
        ? { state: started.state, code: back.oauth_verifier }
        : form === "both"
        ? { state: started.state, ...back }
        : back;
      assert.equal((await finish(ada, body)).status, 200, form);
      const again = await finish(ada, body);
      assert.deepEqual([again.status, again.body.error.code], [400, "http_error"]);
      assert.match(
        again.body.error.message,
        /^Cannot link your account at Discogs: this link is unknown, was used/,
      );
    }
  });
});

Deno.test("of two who come back with one link at once one has it", async () => {
  await withLinking(async ({ client }, discogs) => {
    const ada = await client("ada");
    const started = await start(ada);
    const back = pair(discogs.oauth.allow(started.authorize_url, "ada"));
    const answers = await Promise.all([1, 2, 3, 4].map(() => finish(ada, back)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400]);
    assert.equal(discogs.server.requestsTo("/oauth/access_token").length, 1);
  });
});

Deno.test("who connects, disconnects and begins links in one moment is answered each time", async () => {
  await withLinking(async ({ client, clock }) => {
    const ada = await client("ada");
    const connect = () => ada.post(`${DISCOGS}/connect`, { external_user_id: "ada_at_discogs" });
    const disconnect = () => ada.post(`${DISCOGS}/disconnect`, {});
    const begin = () => start(ada);
    for (let round = 0; round < 60; round++) {
      clock.advance(60_000);
      await Promise.all([begin(), begin(), connect()]);
      const answers = await Promise.all([disconnect(), connect(), disconnect(), connect()]);
      assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200], `round ${round}`);
    }
  });
});

Deno.test("a link is good for its user alone, and another one's attempt does not use it up", async () => {
  await withLinking(async ({ client }, discogs) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const started = await start(ada);
    const back = pair(discogs.oauth.allow(started.authorize_url, "ada"));
    for (const body of [back, { state: started.state, code: back.oauth_verifier }]) {
      assert.equal((await finish(bob, body)).status, 400);
    }
    assert.equal((await bob.get(`${DISCOGS}/status`)).body.connected, false);
    assert.equal((await finish(ada, back)).status, 200);
  });
});

for (const [seconds, status] of [[15 * 60 - 1, 200], [15 * 60, 400]] as const) {
  Deno.test(`a link that is ${seconds} s old answers ${status}`, async () => {
    await withLinking(async ({ client, clock }, discogs) => {
      const ada = await client("ada");
      const started = await start(ada);
      const back = pair(discogs.oauth.allow(started.authorize_url, "ada"));
      clock.advance(seconds * 1000);
      assert.equal((await finish(ada, back)).status, status);
    });
  });
}

Deno.test("who refuses at Discogs is told so, and his link is gone", async () => {
  await withLinking(async ({ client, deps }, discogs) => {
    const ada = await client("ada");
    const started = await start(ada);
    const denied = discogs.oauth.deny(started.authorize_url).searchParams.get("denied");
    const refused = await finish(ada, { denied });
    assert.equal(refused.status, 400);
    assert.match(refused.body.error.message, /you did not allow it there$/);
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
  });
});

Deno.test("a wrong verifier is Discogs' refusal: 502, nothing linked, and no second try", async () => {
  await withLinking(async ({ client }, discogs) => {
    const ada = await client("ada");
    const started = await start(ada);
    const back = pair(discogs.oauth.allow(started.authorize_url, "ada"));
    const wrong = await finish(ada, { ...back, oauth_verifier: "guessed" });
    assert.deepEqual([wrong.status, discogs.oauth.refusals], [502, ["Invalid verifier."]]);
    assert.equal((await finish(ada, back)).status, 400);
    assert.equal((await ada.get(`${DISCOGS}/status`)).body.connected, false);
  });
});

for (
  const [what, answer] of [
    ["500", () => refuse(500, "An internal server error occurred.")],
    ["429", () => refuse(429, "You are making requests too quickly.")],
    ["503", () => html(503)],
  ] as const
) {
  Deno.test(`while Discogs answers ${what} start and callback are 502, and the same link works afterwards`, async () => {
    await withLinking(async ({ client, clock }, discogs) => {
      const ada = await client("ada");
      discogs.fault = answer;
      assert.equal((await ada.post(`${DISCOGS}/oauth/start`)).status, 502);
      discogs.fault = null;
      // Where Discogs had too many calls, none is made for a minute.
      clock.advance(61_000);
      const started = await start(ada);
      const back = pair(discogs.oauth.allow(started.authorize_url, "ada"));
      discogs.fault = answer;
      assert.equal((await finish(ada, back)).status, 502);
      discogs.fault = null;
      // Where Discogs had too many calls, none is made for a minute.
      clock.advance(61_000);
      assert.equal((await finish(ada, back)).status, 200);
    });
  });
}

/** What identity may answer in place of a name, and that it says nothing against the token. */
const NO_IDENTITY: [string, () => Response][] = [
  ["500", () => refuse(500, "An internal server error occurred.")],
  ["503", () => html(503)],
  ["429", () => refuse(429, "You are making requests too quickly.")],
  ["404", () => refuse(404, "The requested resource was not found.")],
  ["a page of a gateway", () => html(200)],
  ["half its body", () => new Response(brokenBody('{"id":1,"username":"ad'))],
  ["half a document", () => new Response('{"id":1,"user')],
  ["nobody's name", () => json({ id: 1, username: "" })],
];
for (const [what, answer] of NO_IDENTITY) {
  Deno.test(`identity answers ${what}: 502, the token that was granted is kept encrypted, and the same link is linked later`, async () => {
    await withLinking(async ({ client, clock, deps }, discogs) => {
      const ada = await client("ada");
      const started = await start(ada);
      const back = pair(discogs.oauth.allow(started.authorize_url, "ada"));
      discogs.fault = ({ path }) => path === "/oauth/identity" ? answer() : null;
      clock.advance(14 * 60_000);
      const failed = await finish(ada, back);
      assert.equal(failed.status, 502, JSON.stringify(failed.body));
      assert.match(failed.body.error.message, /; try again in a minute with the same link$/);
      assert.equal((await ada.get(`${DISCOGS}/status`)).body.connected, false);
      assert.deepEqual(await tablesWith(deps.sql, "planted-"), []);
      discogs.fault = null;
      // The request token has expired meanwhile: what was granted has not.
      clock.advance(2 * 60_000);
      const linked = await finish(ada, { state: started.state, code: back.oauth_verifier });
      assert.deepEqual([linked.status, linked.body.external_user_id], [200, "ada"]);
      assert.equal(discogs.server.requestsTo("/oauth/access_token").length, 1);
      assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
      assert.equal((await finish(ada, back)).status, 400);
    });
  });
}

Deno.test("while identity never answers nothing is linked, and the token that waits for it is gone after 15 minutes", async () => {
  await withLinking(async ({ client, clock, deps }, discogs) => {
    const ada = await client("ada");
    const back = pair(discogs.oauth.allow((await start(ada)).authorize_url, "ada"));
    discogs.fault = ({ path }) => path === "/oauth/identity" ? html(503) : null;
    for (let minute = 0; minute < 15; minute++) {
      assert.equal((await finish(ada, back)).status, 502);
      clock.advance(60_000);
    }
    assert.equal(discogs.server.requestsTo("/oauth/access_token").length, 1);
    await pruneOAuthRequests(deps.sql, clock.now());
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
    discogs.fault = null;
    assert.equal((await finish(ada, back)).status, 400);
    assert.equal((await ada.get(`${DISCOGS}/status`)).body.connected, false);
  });
});

Deno.test("a granted token that Discogs refuses at once is kept nowhere: start again", async () => {
  await withLinking(async ({ client, deps }, discogs) => {
    const ada = await client("ada");
    const back = pair(discogs.oauth.allow((await start(ada)).authorize_url, "ada"));
    discogs.fault = ({ path }) => {
      if (path === "/oauth/identity") discogs.oauth.revoke("ada");
      return null;
    };
    const refused = await finish(ada, back);
    assert.equal(refused.status, 502);
    assert.match(refused.body.error.message, /; start again$/);
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
  });
});

Deno.test("a granted token that waits goes when its user disconnects, and when he links by another way", async () => {
  await withLinking(async ({ client, clock, deps }, discogs) => {
    const ada = await client("ada");
    const waiting = async () => {
      clock.advance(60_000);
      discogs.fault = ({ path }) => path === "/oauth/identity" ? html(503) : null;
      const back = pair(discogs.oauth.allow((await start(ada)).authorize_url, "ada"));
      assert.equal((await finish(ada, back)).status, 502);
      assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 1);
      discogs.fault = null;
      return back;
    };
    const first = await waiting();
    assert.equal((await ada.post(`${DISCOGS}/disconnect`)).status, 200);
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
    assert.equal((await finish(ada, first)).status, 400);
    await waiting();
    const second = pair(discogs.oauth.allow((await start(ada)).authorize_url, "ada_two"));
    assert.equal((await finish(ada, second)).body.external_user_id, "ada_two");
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
    await waiting();
    assert.equal((await ada.post(`${DISCOGS}/connect`, { external_user_id: "ada" })).status, 200);
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
  });
});

Deno.test("an answer of Discogs that is no token is 502: a page, nothing, half of it", async () => {
  await withLinking(async ({ client }, discogs) => {
    const ada = await client("ada");
    for (const answer of [() => html(200), () => new Response(""), () => new Response("oauth_token=a")]) {
      discogs.fault = answer;
      assert.equal((await ada.post(`${DISCOGS}/oauth/start`)).status, 502);
    }
  });
});

Deno.test("without the application's key start is 409 and names what is missing", async () => {
  await withService(async ({ client }) => {
    const { status, body } = await (await client("ada")).post(`${DISCOGS}/oauth/start`);
    assert.equal(status, 409);
    assert.equal(
      body.error.message,
      "Cannot link accounts at Discogs here: DISCOGS_CONSUMER_KEY and DISCOGS_CONSUMER_SECRET are not set",
    );
  });
});

Deno.test("a browser that is logged in is finished where Discogs leads it; one that is not may log in and try again", async () => {
  const clock = fakeClock();
  await using discogs = startDiscogsUsers({ clock });
  await withMail(async (service) => {
    const browser = await loggedIn(service, "ada@example.com");
    const cookie = [...browser.cookies].map((one) => one.join("=")).join("; ");
    const send = (path: string, init: { method?: string; headers?: Record<string, string> } = {}) =>
      service.request(path, init);
    const post = { method: "POST", headers: { cookie, "sec-fetch-site": "same-origin" } };
    const { body: started } = await send(`${DISCOGS}/oauth/start`, post);
    const back = discogs.oauth.allow(started.authorize_url, "ada_at_discogs");
    const path = back.pathname + back.search;
    const page = { accept: "text/html", "sec-fetch-site": "cross-site" };
    const out = await send(path, { headers: page });
    assert.equal(out.status, 401);
    assert.match(out.body, /<h1>That did not work/);
    const done = await send(path, { headers: { ...page, cookie } });
    assert.equal(done.status, 200);
    assert.match(done.body, /Your Discogs account is linked.*ada_at_discogs/s);
    assert.ok(!done.body.includes(back.searchParams.get("oauth_verifier")!));
    const again = await send(path, { headers: { ...page, cookie } });
    assert.deepEqual([again.status, again.headers.get("content-type")], [400, "text/html; charset=UTF-8"]);
  }, { ...discogs.env });
});

Deno.test("a client's own page gets what Discogs leads back with and the state; a stranger's page is refused", async () => {
  await withLinking(async ({ client }, discogs) => {
    const ada = await client("ada");
    const started = await start(ada, { return_to: "https://app.example/discogs?tab=2" });
    const back = discogs.oauth.allow(started.authorize_url, "ada");
    assert.equal(`${back.origin}${back.pathname}`, "https://app.example/discogs");
    assert.equal(back.searchParams.get("tab"), "2");
    assert.equal(back.searchParams.get("state"), started.state);
    const body = { state: back.searchParams.get("state"), code: back.searchParams.get("oauth_verifier") };
    assert.equal((await finish(ada, body)).status, 200);
    for (
      const page of [
        "https://evil.example/",
        "https://app.example.evil.example/",
        "javascript:alert(1)",
        "/x",
      ]
    ) {
      const refused = await ada.post(`${DISCOGS}/oauth/start`, { return_to: page });
      assert.equal(refused.status, 422, page);
      assert.deepEqual(refused.body.error.details[0].loc, ["body", "return_to"]);
    }
  });
});

Deno.test("a user's links that wait are few, and expired ones go", async () => {
  await withLinking(async ({ client, clock, deps }, discogs) => {
    const ada = await client("ada");
    const first = await start(ada);
    for (let more = 0; more < 5; more++) {
      clock.advance(1_000);
      await start(ada);
    }
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 5);
    const back = pair(discogs.oauth.allow(first.authorize_url, "ada"));
    assert.equal((await finish(ada, back)).status, 400);
    clock.advance(899_000);
    await pruneOAuthRequests(deps.sql, clock.now());
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 1);
    clock.advance(1_000);
    await pruneOAuthRequests(deps.sql, clock.now());
    assert.equal((await deps.sql`select state_hash from oauth_requests`).length, 0);
  });
});

Deno.test("linking takes calls of the quota that all share, and says when they are used up", async () => {
  await withLinking(async ({ client, clock }, discogs) => {
    const ada = await client("ada");
    let refused = await ada.post(`${DISCOGS}/oauth/start`);
    for (let n = 0; n < 10 && refused.status === 200; n++) refused = await ada.post(`${DISCOGS}/oauth/start`);
    assert.equal(refused.status, 503, JSON.stringify(refused.body));
    assert.ok(discogs.server.requests.length <= 5);
    clock.advance(120_000);
    assert.equal((await ada.post(`${DISCOGS}/oauth/start`)).status, 200);
  }, { DISCOGS_CALLS_PER_MINUTE: "5" });
});

const NOT_ENOUGH = [
  {},
  { state: "x" },
  { code: "x" },
  { oauth_token: "x" },
  { oauth_verifier: "x" },
  {
    state: 5,
    code: "x",
  },
  { state: "x", code: "" },
  { state: "x", code: "y", colour: "z" },
];
for (const body of NOT_ENOUGH) {
  Deno.test(`POST ${DISCOGS}/oauth/callback answers 422 for ${JSON.stringify(body)}`, async () => {
    await withLinking(async ({ client }, discogs) => {
      assert.equal((await finish(await client("ada"), body)).status, 422);
      assert.equal(discogs.server.requests.length, 0);
    });
  });
}

Deno.test("a link that waits goes with its user", async () => {
  await withLinking(async ({ client, deps: { sql } }, discogs) => {
    const ada = await client("ada");
    const started = await start(ada);
    assert.ok(started.authorize_url.startsWith(discogs.url));
    assert.equal((await sql`select state_hash from oauth_requests`).length, 1);
    await sql`delete from users where id = ${ada.userId}`;
    assert.equal((await sql`select state_hash from oauth_requests`).length, 0);
  });
});

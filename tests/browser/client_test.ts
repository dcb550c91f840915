/** A client as the web client behaves, from sign-in to the end of its session. */
import assert from "node:assert/strict";
import type { Tab } from "./tab.ts";
import { fillLogin, listOffers, openClient, register, saveRule, signIn, withWorld } from "./world.ts";

/** Two providers are enabled; nobody calls them, as the process works no jobs. */
const TWO_PROVIDERS = () => ({
  SIMULATED_MARKET: "true",
  EBAY_CLIENT_ID: "id",
  EBAY_CLIENT_SECRET: "secret",
  EBAY_API_URL: "http://127.0.0.1:1",
  EBAY_AUTH_URL: "http://127.0.0.1:1",
});
const PAGE_LOAD = [
  "GET /api/me 200",
  "GET /api/notifications 200",
  "GET /api/notifications/unread-count 200",
  "GET /api/stream/events 200",
  "GET /api/watch-releases 200",
  "GET /api/watch-rules 200",
];

/** `METHOD /path status` of every call of the API, in order of path. */
function callsOf(tab: Tab): string[] {
  const calls = tab.requests.map(({ method, url, status }) => `${method} ${new URL(url).pathname} ${status}`);
  return calls.filter((call) => call.includes("/api/")).sort();
}

Deno.test("a page load is five calls and one stream, by a cookie that no script sees", async () => {
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"));
    tab.forget();
    await tab.open(world.web.url);
    await tab.see("#stream", "open");
    assert.deepEqual(callsOf(tab), PAGE_LOAD);
    assert.equal(await tab.text("#name"), "ada");
    const session = (await tab.cookies()).find(({ name }) => name === "waxwatch_session");
    assert.deepEqual([session?.httpOnly, session?.sameSite], [true, "Lax"]);
    assert.equal(await tab.run("document.cookie"), "");
    assert.deepEqual(tab.complaints, []);
  });
});

Deno.test("a rule without sources watches all enabled providers, and its alert comes by the stream", async () => {
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"));
    await saveRule(tab, "kind of blue");
    assert.equal(await tab.text("#rules li"), "A rule: kind of blue on ebay, mock");
    assert.equal(await tab.text("#unread"), "0");
    tab.forget();
    await listOffers(world, ["Miles Davis - Kind Of Blue LP"]);
    await tab.see("#unread", "1");
    assert.match(await tab.text("#alerts li") ?? "", /Kind Of Blue/);
    // It came by the open stream, not by asking again.
    assert.deepEqual(callsOf(tab), ["GET /api/notifications/unread-count 200"]);
  }, TWO_PROVIDERS);
});

Deno.test("marking as read drops the unread count before it is answered", async () => {
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"));
    await saveRule(tab, "kind of blue");
    await listOffers(world, ["Kind Of Blue 1", "Kind Of Blue 2", "Kind Of Blue 3"]);
    await tab.see("#unread", "3");
    await tab.open(world.web.url);
    await tab.see("#stream", "open");
    for (const left of ["2", "1", "0"]) {
      tab.forget();
      await tab.click("#alerts li:has(button) button");
      await tab.see("#status", "Done");
      // Asked once, right after the answer.
      assert.equal(await tab.text("#unread"), left);
      assert.equal(callsOf(tab).length, 2);
    }
  }, TWO_PROVIDERS);
});

Deno.test("a stream that broke off goes on where it was, without a gap and without a repetition", async () => {
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"));
    await saveRule(tab, "kind of blue");
    await listOffers(world, ["Kind Of Blue one"]);
    await tab.see("#unread", "1");
    const seq = await tab.run<number>(
      `fetch("/api/events?limit=1&type=NEW_MATCH").then((answer) => answer.json()).then(([newest]) => newest.seq)`,
    );
    {
      using _gap = world.web.cutStreams();
      await tab.see("#stream", "closed");
      await listOffers(world, ["Kind Of Blue two", "Kind Of Blue three"]);
    }
    await tab.see("#unread", "3");
    await tab.see("#stream", "open");
    const titles = await tab.run<string[]>(
      `[...document.querySelectorAll("#alerts li")].map(li => li.innerText)`,
    );
    assert.deepEqual(titles.map((title) => /Kind Of Blue (\w+)/.exec(title)?.[1]).sort(), [
      "one",
      "three",
      "two",
    ]);
    const reopened = tab.requests.findLast(({ url }) => url.includes("/api/stream"));
    assert.equal(reopened?.headers["last-event-id"], String(seq));
  }, TWO_PROVIDERS);
});

Deno.test("a restart of the service signs nobody out, and the stream goes on", async () => {
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"));
    await saveRule(tab, "kind of blue");
    // Before any message came: the stream has said where it began.
    await world.service.kill();
    await tab.see("#stream", "closed");
    await world.service.start();
    await listOffers(world, ["Kind Of Blue"]);
    await tab.see("#unread", "1");
  }, TWO_PROVIDERS);
});

Deno.test("twenty page loads within a minute stay within the limits", async () => {
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"));
    tab.forget();
    for (let load = 0; load < 20; load++) {
      await tab.open(world.web.url);
      await tab.see("#stream", "open");
    }
    assert.deepEqual([...new Set(callsOf(tab))], PAGE_LOAD);
    assert.equal(callsOf(tab).length, 20 * PAGE_LOAD.length);
  });
});

Deno.test("null clears a field of the profile, and what is not named stays", async () => {
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"));
    await tab.fill("#profile [name=display_name]", "Ada Lovelace");
    await tab.click("#profile button[type=submit]");
    await tab.see("#name", "Ada Lovelace");
    await tab.click("#clear-name");
    await tab.see("#name", "No name (ada@example.com)");
  });
});

/** Tries to use the session in `tab`: the status of the next call. */
function nextCall(tab: Tab): Promise<number> {
  return tab.run(`fetch("/api/me").then((response) => response.status)`);
}

Deno.test("signing out ends the session at once: the next call is 401, and streams that were open end", async () => {
  await withWorld(async (world) => {
    const email = await register(world, "ada");
    const tab = await signIn(world, email);
    const twin = await openClient(world, { beside: tab });
    await twin.see("#stream", "open");
    const elsewhere = await signIn(world, email);
    await tab.click("#log-out");
    await tab.waitFor(`document.querySelector("#home").hidden`);
    assert.equal(await nextCall(tab), 401);
    assert.deepEqual((await tab.cookies()).filter(({ name }) => name.includes("session")), []);
    // The other tab of the same browser loses its stream, comes back without a session, and shows the form.
    await twin.waitFor(`!document.querySelector("#login").hidden`);
    assert.equal(await nextCall(twin), 401);
    assert.equal(await elsewhere.text("#stream"), "open");
    assert.equal(await nextCall(elsewhere), 200);
  });
});

Deno.test("switching the account off ends every session at once, and nobody signs in any more", async () => {
  await withWorld(async (world) => {
    const email = await register(world, "ada");
    const tab = await signIn(world, email);
    const elsewhere = await signIn(world, email);
    await tab.click("#deactivate");
    for (const one of [tab, elsewhere]) {
      await one.waitFor(`!document.querySelector("#login").hidden`);
      assert.equal(await nextCall(one), 401);
    }
    await fillLogin(tab, email);
    await tab.waitFor(`document.querySelector("#status").innerText.startsWith("401 invalid_credentials")`);
  });
});

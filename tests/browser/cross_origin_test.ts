/** Pages of other origins: one that is configured may use the API by a cookie, all others neither write nor read. */
import assert from "node:assert/strict";
import type { SentRequest, Tab } from "./tab.ts";
import {
  fillLogin,
  listOffers,
  openClient,
  register,
  saveRule,
  signIn,
  withWorld,
  type World,
} from "./world.ts";

/** Where the pages of our own site, of a sister domain and of a stranger live: names that lead to this machine. */
const appOf = ({ otherWeb }: Pick<World, "otherWeb">) => `http://app.waxwatch.test:${otherWeb.port}`;
const sisterOf = ({ otherWeb }: World) => `http://sister.waxwatch.test:${otherWeb.port}/nothing`;
const strangerOf = ({ otherWeb }: World) => `http://stranger.test:${otherWeb.port}/nothing`;
const apiOf = ({ service }: World) => `http://api.waxwatch.test:${new URL(service.url).port}`;
const clientOf = (world: World) => `${appOf(world)}/?api=${apiOf(world)}`;

const openToApp = (world: Pick<World, "otherWeb">) => ({ CORS_ORIGINS: appOf(world) });

/** What became of a request that a script of the page tried: `read <status>`, `opaque`, or `kept` from the page. */
function tryFetch(tab: Tab, url: string, init: Record<string, unknown> = {}): Promise<string> {
  const options = JSON.stringify({ credentials: "include", ...init });
  return tab.run(`fetch(${JSON.stringify(url)}, ${options}).then(
    (answer) => answer.type === "opaque" ? "opaque" : "read " + answer.status,
    () => "kept",
  )`);
}

/** The newest request for this path, once it is answered. */
async function answered(tab: Tab, path: string): Promise<SentRequest> {
  const found = () => tab.requests.findLast(({ url }) => new URL(url).pathname === path);
  while (found()?.status == null) await tab.run("new Promise(requestAnimationFrame)");
  return found()!;
}

Deno.test("a page of a configured origin uses the API by the cookie, its stream and its headers too", async () => {
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"), { url: clientOf(world) });
    await saveRule(tab, "kind of blue");
    await listOffers(world, ["Kind Of Blue"]);
    await tab.see("#unread", "1");
    await tab.click("#clear-name");
    await tab.see("#name", "No name (ada@example.com)");
    const id = await tab.run<string | null>(
      `fetch("${
        apiOf(world)
      }/api/me", { credentials: "include" }).then(({ headers }) => headers.get("x-request-id"))`,
    );
    assert.match(id ?? "", /^[\w-]{36}$/);
  }, (world) => ({ ...openToApp(world), SIMULATED_MARKET: "true" }));
});

Deno.test("a sister domain's page, with which the cookie goes along, writes nothing and reads nothing", async () => {
  await withWorld(async (world) => {
    const ada = await signIn(world, await register(world, "ada"), { url: clientOf(world) });
    const tab = await openClient(world, { url: sisterOf(world), beside: ada });
    const api = apiOf(world);
    // The answer came, for the cookie went along, and the browser kept it from the page.
    assert.equal(await tryFetch(tab, `${api}/api/me`), "kept");
    const { status, headers } = await answered(tab, "/api/me");
    assert.deepEqual([status, /waxwatch_session=/.test(headers.cookie ?? "")], [200, true]);
    assert.equal(await tryFetch(tab, `${api}/api/stream/events`), "kept");
    // Without CORS only an empty or a text body may leave, and not every method.
    const simple = { method: "POST", mode: "no-cors" };
    assert.equal(await tryFetch(tab, `${api}/api/me/logout`, simple), "kept");
    assert.equal((await answered(tab, "/api/me/logout")).status, 409);
    const rule = JSON.stringify({ name: "x", query: { keywords: ["x"] } });
    assert.equal(await tryFetch(tab, `${api}/api/watch-rules`, { ...simple, body: rule }), "kept");
    assert.equal((await answered(tab, "/api/watch-rules")).status, 409);
    const json = { "content-type": "application/json" };
    assert.equal(
      await tryFetch(tab, `${api}/api/me`, { method: "PATCH", headers: json, body: "{}" }),
      "kept",
    );
    assert.equal(await tryFetch(tab, `${api}/api/me`, { method: "DELETE" }), "kept");
    for (const method of ["PATCH", "DELETE"]) assert.deepEqual(statusesOf(tab, method), [null]);
    await submitForm(tab, `${api}/api/me/logout`);
    assert.equal((await answered(tab, "/api/me/logout")).status, 409);
    // Nothing of it happened.
    await ada.open(clientOf(world));
    await ada.see("#stream", "open");
    assert.equal(await ada.text("#rules"), "");
  }, openToApp);
});

/** Of every request by this method; null where the browser asked first, and then did not send it. */
function statusesOf(tab: Tab, method: string): (number | null)[] {
  return tab.requests.filter((request) => request.method === method).map(({ status }) => status);
}

/** Sends an empty form there, which opens what it answers. */
async function submitForm(tab: Tab, url: string): Promise<void> {
  await tab.run(
    `document.body.innerHTML = '<form method="post" action="${url}"><button>Win</button></form>'`,
  );
  await tab.follow("button");
}

Deno.test("a stranger's page gets no cookie along, and logs nobody in", async () => {
  await withWorld(async (world) => {
    const email = await register(world, "ada");
    const ada = await signIn(world, email, { url: clientOf(world) });
    const tab = await openClient(world, { url: strangerOf(world), beside: ada });
    const api = apiOf(world);
    assert.equal(await tryFetch(tab, `${api}/api/me`), "kept");
    const { status, headers } = await answered(tab, "/api/me");
    assert.deepEqual([status, headers.cookie], [401, undefined]);
    const credentials = JSON.stringify({ email, password: "correct horse battery" });
    const attempt = { method: "POST", mode: "no-cors", body: credentials };
    assert.equal(await tryFetch(tab, `${api}/api/auth/login`, attempt), "kept");
    assert.equal((await answered(tab, "/api/auth/login")).status, 415);
    // The client itself, put on the stranger's site, does not get in either.
    const copy = await openClient(world, { url: `${strangerOf(world).replace("nothing", "")}?api=${api}` });
    await fillLogin(copy, email);
    await copy.see("#status", "Failed to fetch");
    assert.deepEqual(statusesOf(copy, "POST"), [null]);
  }, openToApp);
});

Deno.test("nobody's page shows ours in a frame, where a click could be stolen", async () => {
  await withWorld(async (world) => {
    const tab = await openClient(world, { url: strangerOf(world) });
    for (const path of ["/docs", "/api/auth/reset-password?token=x"]) {
      tab.forget();
      await tab.run(`new Promise((loaded) => {
        const frame = Object.assign(document.createElement("iframe"), { src: "${
        apiOf(world)
      }${path}", onload: loaded });
        document.body.replaceChildren(frame);
      }).then(() => 1)`);
      assert.match(tab.complaints.join(), /frame-ancestors|X-Frame-Options/, path);
    }
  });
});

Deno.test("over plain http, where browsers say less of a request, the page of PUBLIC_URL writes", async () => {
  const named = ({ web }: Pick<World, "web">) => `http://waxwatch.test:${web.port}`;
  await withWorld(async (world) => {
    const tab = await signIn(world, await register(world, "ada"), { url: named(world) });
    await tab.click("#clear-name");
    await tab.see("#name", "No name (ada@example.com)");
    const { headers } = await answered(tab, "/api/me");
    assert.deepEqual([headers["sec-fetch-site"], headers.origin], [undefined, named(world)]);
  }, (world) => ({ PUBLIC_URL: named(world) }));
});

/** Somebody pastes the address of a page: the feed that it names is found, through the guard. */
import assert from "node:assert/strict";
import { SHOP_ENV, startFakeShop } from "../support/fake_shop.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "../support/scripted_server.ts";
import { type Client, withService } from "../support/service.ts";

const page = (...hrefs: string[]) => {
  const links = hrefs.map((href) =>
    `<link rel="alternate" type="application/rss+xml" title="${href}" href="${href}">`
  );
  return new Response(`<!doctype html><html><head>${links.join("")}</head></html>`, {
    headers: { "content-type": "text/html" },
  });
};
const feed = () =>
  new Response(
    `<rss version="2.0"><channel><title>Blog</title><item><guid>1</guid><title>Miles Davis - Milestones LP</title>
     </item></channel></rss>`,
    { headers: { "content-type": "application/rss+xml" } },
  );

function withBlog(
  script: Script,
  work: (given: { blog: ScriptedServer; ada: Client }) => Promise<void>,
): Promise<void> {
  return withService(async (service) => {
    await using blog = startScriptedServer(script);
    await work({ blog, ada: await service.client("ada") });
  }, { ...SHOP_ENV, SIMULATED_MARKET: "true" });
}

Deno.test("POST /api/sources takes the first feed that a page names and that can be read, and names the others", () =>
  withBlog(({ path }) => {
    if (path === "/") return page("comments.xml", "gone.xml", "feed.xml", "more.xml");
    return path === "/gone.xml" || path === "/products.json" ? new Response("", { status: 404 }) : feed();
  }, async ({ blog, ada }) => {
    const { status, body } = await ada.post("/api/sources", { url: blog.url });
    assert.equal(status, 201);
    assert.deepEqual([body.kind, body.url, body.name, body.found], [
      "feed",
      `${blog.url}/feed.xml`,
      "Blog",
      1,
    ]);
    assert.deepEqual(body.other_feeds, [
      { url: `${blog.url}/gone.xml`, title: "gone.xml" },
      { url: `${blog.url}/more.xml`, title: "more.xml" },
      { url: `${blog.url}/comments.xml`, title: "comments.xml" },
    ]);
    // By its own address it is the same source.
    assert.equal((await ada.post("/api/sources", { url: `${blog.url}/feed.xml` })).status, 409);
    const other = await ada.post("/api/sources", { url: `${blog.url}/more.xml` });
    assert.deepEqual([other.status, other.body.other_feeds], [201, []]);
  }));

Deno.test("POST /api/sources reads links by the address that a page redirected to", () =>
  withBlog(({ path }) => {
    if (path === "/blog") return new Response(null, { status: 302, headers: { location: "/en/blog/" } });
    if (path === "/en/blog/") return page("feed.xml");
    return path === "/en/blog/feed.xml" ? feed() : new Response("", { status: 404 });
  }, async ({ blog, ada }) => {
    const { body } = await ada.post("/api/sources", { url: `${blog.url}/blog` });
    assert.equal(body.url, `${blog.url}/en/blog/feed.xml`);
  }));

Deno.test("POST /api/sources takes the feed of a page whose server fails where a shop has its products", () =>
  withBlog(
    ({ path }) =>
      path === "/" ? page("/feed.xml") : path === "/feed.xml" ? feed() : new Response("", { status: 500 }),
    async ({ blog, ada }) => {
      assert.equal((await ada.post("/api/sources", { url: blog.url })).body.kind, "feed");
    },
  ));

Deno.test("POST /api/sources follows no link into this network, and says of what it could not read why", () =>
  withBlog(
    ({ path }) => path === "/" ? page("http://10.0.0.1/feed", "/none") : new Response("", { status: 404 }),
    async ({ blog, ada }) => {
      const { status, body } = await ada.post("/api/sources", { url: blog.url });
      assert.equal(status, 422);
      assert.match(body.error.message, /10\.0\.0\.1 is not a public address/);
      assert.match(body.error.message, /there is none at 127\.0\.0\.1/);
    },
  ));

Deno.test("POST /api/sources takes a page that names feeds for a shop where there is one", () =>
  withService(async ({ client }) => {
    await using shop = startFakeShop();
    const inner = startScriptedServer((request) => {
      if (request.path === "/") return page("/collections/all.atom");
      return fetch(`${shop.url}${request.path}?${request.query}`);
    });
    await using _inner = inner;
    const ada = await client("ada");
    const { body } = await ada.post("/api/sources", { url: inner.url });
    assert.deepEqual([body.kind, body.currency, body.found], ["shopify", "USD", 1]);
    assert.deepEqual(body.other_feeds.map((one: { url: string }) => one.url), [
      `${inner.url}/collections/all.atom`,
    ]);
  }, SHOP_ENV));

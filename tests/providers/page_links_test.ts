import assert from "node:assert/strict";
import { feedLinksOf } from "../../src/providers/feed/page_links.ts";

const PAGE = new URL("https://blog.example/posts/1");
const rss = (href: string, more = "") =>
  `<link rel="alternate" type="application/rss+xml" href="${href}" ${more}>`;

const CASES: [what: string, html: string, urls: string[]][] = [
  ["of every format, in order", `${rss("/a")}<LINK REL='Alternate' TYPE=application/atom+xml HREF=b>`, [
    "https://blog.example/a",
    "https://blog.example/posts/b",
  ]],
  ["once each, without fragments", rss("/a#x") + rss("/a"), ["https://blog.example/a"]],
  ["with entities in their addresses", rss("/a?x=1&amp;y=2"), ["https://blog.example/a?x=1&y=2"]],
  ["by the page's base", `<base href="/en/">${rss("feed")}`, ["https://blog.example/en/feed"]],
  ["by https where the page is", rss("http://feeds.example/a"), ["https://feeds.example/a"]],
  ["of comments last", rss("/comments/feed/") + rss("/c", 'title="Blog » Kommentar-Feed"') + rss("/feed/"), [
    "https://blog.example/feed/",
    "https://blog.example/comments/feed/",
    "https://blog.example/c",
  ]],
  ["in neither comments nor scripts", `<!-- ${rss("/a")} --><script>'${rss("/b")}'</script>`, []],
  [
    "and nothing else",
    '<link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" type="text/xml" href="/a">' +
    '<link rel="alternate" type="application/json" href="/wp-json"><a rel="alternate" type="application/rss+xml" href="/b">' +
    rss("javascript:alert(1)") + rss("file:///etc/passwd") +
    '<link rel="alternate" type="application/rss+xml">',
    [],
  ],
  [
    "up to ten",
    Array.from({ length: 12 }, (_, n) => rss(`/${n}`)).join(""),
    Array.from(
      { length: 10 },
      (_, n) => `https://blog.example/${n}`,
    ),
  ],
];
for (const [what, html, urls] of CASES) {
  Deno.test(`feedLinksOf() gives the feeds of a page ${what}`, () => {
    const links = feedLinksOf(`<!doctype html><html><head>${html}</head><body></body></html>`, PAGE);
    assert.deepEqual(links.map(({ url }) => url), urls);
  });
}

Deno.test("feedLinksOf() reads two mebibytes of unclosed tags in the time of a page", () => {
  const started = performance.now();
  assert.deepEqual(feedLinksOf(`<html>${"<link rel=alternate ".repeat(100_000)}`, PAGE), []);
  assert.ok(performance.now() - started < 5_000);
});

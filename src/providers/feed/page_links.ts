/** Feeds that a web page names in its head: `<link rel="alternate" type="application/rss+xml" href="…">`. Pure. */
import { Parser } from "htmlparser2";
import type { FeedLink } from "../added_source.ts";

/** Most links of one page that are kept. */
const MAX_LINKS = 10;
/** Longest title that is kept, in characters. */
const MAX_TITLE_LENGTH = 200;
const FEED_TYPE = /^(?:application\/(?:rss|atom|rdf)\+xml|application\/feed\+json|text\/xml)\s*(?:;|$)/i;
/** What blogs name beside their posts. */
const COMMENTS = /comment|kommentar/i;

/** The feeds that the page at `page` names, in its order, but those of comments last. An https page's feeds are https. */
export function feedLinksOf(html: string, page: URL): FeedLink[] {
  const links = new Map<string, FeedLink>();
  let base: URL | null = null;
  const parser = new Parser({
    onopentag: (name, { href, rel = "", type = "", title = "" }) => {
      if (href === undefined) return;
      if (name === "base") base ??= URL.parse(href, page);
      const isAlternate = name === "link" && /(?:^|\s)alternate(?:\s|$)/i.test(rel);
      const url = isAlternate && FEED_TYPE.test(type.trim()) ? linkedUrl(href, base ?? page) : null;
      if (!url || links.has(url.href)) return;
      links.set(url.href, { url: url.href, title: title.trim().slice(0, MAX_TITLE_LENGTH) || null });
    },
  });
  parser.end(html);
  const isOfComments = ({ url, title }: FeedLink) => COMMENTS.test(`${new URL(url).pathname} ${title}`);
  const all = [...links.values()];
  return [...all.filter((link) => !isOfComments(link)), ...all.filter(isOfComments)].slice(0, MAX_LINKS);
}

function linkedUrl(href: string, base: URL): URL | null {
  const url = URL.parse(href.trim(), base);
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  if (base.protocol === "https:") url.protocol = "https:";
  url.hash = "";
  return url;
}

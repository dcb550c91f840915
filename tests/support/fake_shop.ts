/** A shop and a feed on this machine, as strangers run them. */
import { json, type ScriptedServer, startScriptedServer } from "./scripted_server.ts";

/** One record of the shop. */
export interface ShopRecord {
  id: number;
  vendor?: string;
  title: string;
  price: string;
  available?: boolean;
  published_at?: string;
}

/** What is for sale and what the feed shows; tests change it. */
export interface FakeShop extends AsyncDisposable {
  url: string;
  server: ScriptedServer;
  records: ShopRecord[];
  entries: { guid: string; title: string; pubDate?: string }[];
  /** Answers everything with this status in place of data; null: all is well. */
  status: number | null;
}

/** The environment in which a test service may ask it. */
export const SHOP_ENV = { SOURCE_ADDRESSES: "127.0.0.1" };

/** Starts a shop with one record: every path below `/collections/` is a collection of it, `/feeds/` a feed. */
export function startFakeShop(): FakeShop {
  const server = startScriptedServer(({ path, query, headers }) => {
    if (shop.status !== null) return new Response("", { status: shop.status });
    if (path.startsWith("/feeds/")) return feedOf(shop, headers);
    if (path === "/meta.json") return json({ name: "Fake shop", currency: "USD" });
    const [, product, ending] = /^\/products\/record-(\d+)\.(json|js)$/.exec(path) ?? [];
    if (product) return productPage(shop, { id: Number(product), isStock: ending === "js" });
    if (!path.endsWith("/products.json")) return new Response("<html></html>", { status: 404 });
    return json({ products: query.get("page") === "1" ? shop.records.map(productOf) : [] });
  });
  const shop: FakeShop = {
    url: server.url,
    server,
    records: [{ id: 1, vendor: "Miles Davis", title: "Kind of Blue LP", price: "25.00" }],
    entries: [{ guid: "1", title: "Miles Davis - Kind of Blue LP 25,00 €" }],
    status: null,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return shop;
}

function productOf({ id, vendor, title, price, available = true, published_at }: ShopRecord) {
  const variants = [{ id, title: "Default Title", price, available }];
  return { id, title, vendor, handle: `record-${id}`, published_at, tags: [], variants, images: [] };
}

/** What is left is told by one of the two pages alone, as shops do; the other's prices are those of the asking country. */
function productPage({ records }: FakeShop, { id, isStock }: { id: number; isStock: boolean }): Response {
  const record = records.find((one) => one.id === id);
  if (!record) return new Response("<html></html>", { status: 404 });
  const product = productOf(record);
  const variants = product.variants.map(({ available, ...variant }) =>
    isStock ? { ...variant, available, price: 100 } : variant
  );
  return json(isStock ? { ...product, variants } : { product: { ...product, tags: "", variants } });
}

function feedOf({ entries }: FakeShop, headers: Headers): Response {
  const items = entries.map(({ guid, title, pubDate }) =>
    `<item><guid isPermaLink="false">${guid}</guid><title>${title}</title><link>https://shop.example/${guid}</link>` +
    (pubDate ? `<pubDate>${pubDate}</pubDate></item>` : "</item>")
  );
  const text = `<rss version="2.0"><channel><title>New in</title>${items.join("")}</channel></rss>`;
  const etag = `"${entries.length}"`;
  if (headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: { etag } });
  return new Response(text, { headers: { "content-type": "application/rss+xml", etag } });
}

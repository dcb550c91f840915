import { z } from "zod";

/** One entry of a feed, whatever its format. Null: it does not say. */
export interface FeedEntry {
  /** What the feed calls it: guid, id, else its link. */
  key: string;
  title: string;
  url: string | null;
  image_url: string | null;
  published: string | null;
  /** A price beside the title ("16.99"), with its currency where that is named. */
  price: { value: string; currency: string | null } | null;
  /** It says that it cannot be bought now. */
  is_sold_out: boolean;
}

/** A feed as it was read. */
export interface Feed {
  title: string | null;
  entries: FeedEntry[];
}

const text = z.string().nullish().catch(null);
const first = <T extends z.ZodType>(one: T) => z.array(one).nullish().catch(null);
/** A text, or one with its type beside it. */
const valued = z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)])
  .nullish()
  .catch(null);

/** An entry as the parser gives it, of any format: each fills in some of these. */
export const ParsedEntry = z.object({
  title: valued,
  description: text,
  content_text: text,
  guid: z.object({ value: text, isPermaLink: z.boolean().nullish().catch(null) }).nullish().catch(null),
  id: text,
  rdf: z.object({ about: text }).nullish().catch(null),
  link: text,
  links: first(z.object({ href: text, rel: text })),
  url: text,
  external_url: text,
  image: text,
  enclosures: first(z.object({ url: text, type: text })),
  media: z.object({ thumbnails: first(z.object({ url: text })) }).nullish().catch(null),
  pubDate: text,
  published: text,
  updated: text,
  date_published: text,
  dc: z.object({ dates: first(text) }).nullish().catch(null),
});
export type ParsedEntry = z.infer<typeof ParsedEntry>;

/** A feed as the parser gives it, its entries unread. */
export const ParsedFeed = z.object({
  title: valued,
  items: first(z.unknown()),
  entries: first(z.unknown()),
});

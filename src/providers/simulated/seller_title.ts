import type { Album } from "./catalogue.ts";
import type { Draws } from "./random.ts";

type Style = (album: Album, parts: { grade: string; format: string; extra: string }) => string;

/** How sellers order a title; the artist and the title are always in it. */
const STYLES: readonly [Style, ...Style[]] = [
  ({ artist, title }, { format, grade }) => `${artist} - ${title} ${format} ${grade}`,
  ({ artist, title, year, label }, { format, grade }) =>
    `${artist} - ${title} (${year}) ${label} ${format} ${grade}`,
  ({ artist, title, label }, { format, extra }) => `${artist} ${title} ${format} ${extra} ${label}`,
  ({ artist, title }, { grade, extra }) =>
    `${artist.toUpperCase()} ${title.toUpperCase()} VINYL ${extra} ${grade}`,
  ({ artist, title, year }, { format, extra }) => `${artist} – “${title}” ${format} ${extra} ${year}`,
  ({ artist, title, year }, { format, grade }) =>
    `${title} / ${artist} [${format}, ${year}] ${grade}/${grade}`,
  ({ artist, title }, { format }) =>
    `${withoutAccents(artist)} ${withoutAccents(title)} ${format.toLowerCase()} record`,
  ({ artist, title, label, year }, { format, extra }) =>
    `${artist}: ${title} – ${label} ${year} – ${format} ${extra}`,
];

/** Mostly records; a few CDs and cassettes, because a text search finds those as well. */
const FORMATS: readonly [string, ...string[]] = [
  "LP",
  "LP",
  "LP",
  "LP",
  "2LP",
  "2xLP",
  'Vinyl 12"',
  "180g LP",
  "180 gram 2LP",
  "Vinyl LP",
  "CD",
  "Cassette",
];

const EXTRAS: readonly [string, ...string[]] = [
  "",
  "",
  "reissue",
  "original pressing",
  "RARE!!",
  "gatefold",
  "sealed",
  "w/ insert",
  "repress",
  "first press",
  "L@@K",
];

/** A title as a seller would write it: order, capitals, accents, format, grade and praise vary. */
export function sellerTitle(album: Album, grade: string, draws: Draws): string {
  const style = draws.pick(STYLES);
  const title = style(album, { grade, format: draws.pick(FORMATS), extra: draws.pick(EXTRAS) });
  return title.replace(/\s+/g, " ").trim();
}

function withoutAccents(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/æ/g, "ae");
}

/** How Discogs writes names, and how people do. Pure. */

/** One artist of a credit; `join` stands between it and the next ("&", "Feat.", ","). */
export interface CreditedArtist {
  name: string;
  join?: string | null | undefined;
}

/** Longest title that a watch takes. */
export const MAX_TITLE = 300;
/** Longest artist that it takes. */
export const MAX_ARTIST = 200;
/** Formats shown behind a title at most; box sets repeat themselves. */
const MAX_FORMATS = 12;

/**
 * An artist as people write it: without the number that tells namesakes apart ("Nirvana (2)"), without the asterisk of
 * a name variation, with the article in front ("Beatles, The").
 */
export function cleanArtist(name: string): string {
  const bare = name.trim().replace(/(?<!\*)\*+(?=(?:\s*\(\d{1,4}\))?$)/, "");
  return articleFirst(bare.replace(/(?<!\s)\s+\(\d{1,4}\)$/, "").trim());
}

/** The artists of a credit in one text: "Miles Davis & John Coltrane". */
export function creditText(artists: readonly CreditedArtist[]): string {
  return artists.map(({ name, join }, index) => {
    if (index === artists.length - 1) return cleanArtist(name);
    const between = join?.trim() ?? "";
    return cleanArtist(name) + (between === "" || between === "," ? ", " : ` ${between} `);
  }).join("").replace(/\s+/g, " ").trim();
}

/** The title of a search row ("Nirvana (2) - Nevermind") with its artists cleaned; a title without artist stays. */
export function cleanTitle(title: string): string {
  const [artists = "", ...rest] = title.split(" - ");
  if (rest.length === 0) return title.trim();
  return [cleanCredit(artists), ...rest].join(" - ").trim();
}

/** Artists that stand in one text, cleaned: their numbers and asterisks go wherever they stand. */
export function cleanCredit(artists: string): string {
  // A run is looked at from its beginning alone: looked at from each of its characters it costs their square.
  const cleaned = artists.replace(/(?<!\*)\*+(?=\s|,|$)/g, "")
    .replace(/(?<!\s)\s+\(\d{1,4}\)(?=\s|,|$)/g, "").trim();
  return /[,&/].*[,&/]/.test(cleaned) ? cleaned : articleFirst(cleaned);
}

/** "Miles Davis - Kind Of Blue"; without an artist the title alone. */
export function titleUnder(artist: string, title: string): string {
  return artist === "" ? title : `${artist} - ${title}`;
}

/** "Kind Of Blue (Vinyl, LP, Album)": formats behind a title, each once, so that rules can ask for or exclude them. */
export function withFormats(title: string, formats: readonly (string | null | undefined)[]): string {
  const names = [...new Set(formats.map((name) => name?.trim() ?? "").filter((name) => name !== ""))];
  return names.length === 0 ? title : `${title} (${names.slice(0, MAX_FORMATS).join(", ")})`;
}

/** The formats that stand behind a title, as withFormats and Discogs itself write them; empty: there are none. */
export function formatsBehind(title: string): string {
  return /\(([^()]*)\)$/.exec(title)?.[1] ?? "";
}

function articleFirst(name: string): string {
  const match = /^(.+), (The|A|An|Die|Der|Das|Les|Los|Las)$/i.exec(name);
  return match?.[1] && match[2] ? `${match[2]} ${match[1]}` : name;
}

import { tokens } from "./tokens.ts";

/** Formats a rule can ask for; stored with rules, never renamed. `vinyl` covers every record of any size. */
export const FORMATS = [
  "lp",
  "ep",
  '7"',
  '10"',
  '12"',
  "vinyl",
  "cd",
  "sacd",
  "dvd",
  "blu-ray",
  "cassette",
  "8-track",
  "reel",
  "shellac",
  "flexi",
  "minidisc",
  "box",
] as const;

/** A format in canonical form. */
export type Format = (typeof FORMATS)[number];

/** Formats that are vinyl whatever the title says. An EP may be a CD. */
const ALWAYS_VINYL: ReadonlySet<Format> = new Set(["lp", '7"', '10"', '12"', "flexi"]);

/** Records that names of albums hold, too: "The Marshall Mathers LP" is sold on CD as well. */
const IN_NAMES: ReadonlySet<Format> = new Set(["lp"]);

/** What cannot be vinyl. A box may hold anything, and an EP be of anything. */
const NEVER_VINYL: ReadonlySet<Format> = new Set(
  ["cd", "sacd", "dvd", "blu-ray", "cassette", "8-track", "reel", "shellac", "minidisc"],
);

/** Token sequences that name a format in a listing. "Tape", "single" and "45" also occur in names: left out. */
const IN_TITLES: Readonly<Record<Format, readonly string[]>> = {
  lp: ["lp", "lps"],
  ep: ["ep", "eps"],
  '7"': ["7 inch", "7 in"],
  '10"': ["10 inch", "10 in"],
  '12"': ["12 inch", "12 in"],
  vinyl: ["vinyl", "vinyls", "picture disc"],
  cd: ["cd", "cds", "compact disc", "compact discs"],
  sacd: ["sacd", "sacds"],
  dvd: ["dvd", "dvds"],
  "blu-ray": ["blu ray", "bluray", "blu rays"],
  cassette: ["cassette", "cassettes", "cassette tape"],
  "8-track": ["8 track"],
  reel: ["reel to reel"],
  shellac: ["shellac", "78 rpm"],
  flexi: ["flexi", "flexi disc", "flexidisc"],
  minidisc: ["minidisc", "mini disc"],
  box: ["box set", "boxset", "box sets", "boxed set", "boxsets"],
};

/** Further names a person may type; too ambiguous to be read out of a title. */
const TYPED: Readonly<Partial<Record<Format, readonly string[]>>> = {
  lp: ["album", "long play", "longplay", "vinyl lp"],
  '7"': ["7", "7 s"],
  '10"': ["10", "10 s"],
  '12"': ["12", "12 s", "maxi"],
  vinyl: ["record", "records"],
  "blu-ray": ["blu"],
  cassette: ["mc", "tape", "tapes", "k 7"],
  "8-track": ["8 tracks", "eight track"],
  reel: ["reel", "reels", "tape reel"],
  shellac: ["78", "78 s"],
  minidisc: ["md"],
  box: ["box", "boxes"],
};

const NAMES = new Map(FORMATS.flatMap((format) => namesOf(format).map((name) => [name, format] as const)));
const SEQUENCES = FORMATS.flatMap((format) =>
  IN_TITLES[format].map((name) => ({ format, words: name.split(" ") }))
);

/** The format a person named (`LP`, `12 inch`, `Compact Disc`); null when it is none of FORMATS. */
export function parseFormatName(text: string): Format | null {
  return NAMES.get(tokens(text).join(" ")) ?? null;
}

/**
 * Formats named in a listing's title, and in `extra` when the provider has a field for them, in the order of FORMATS;
 * `vinyl` is added to whatever is always vinyl. A field that names what is no vinyl alone, or a format that stands in
 * brackets by itself, makes an "LP" of the title a part of the name. Empty means that nothing was named.
 */
export function formatsOfText(title: string, extra = ""): Format[] {
  const [named, stated] = [namedIn(title), [...namedIn(extra), ...bracketedIn(title)]];
  const isNoVinyl = stated.some((format) => NEVER_VINYL.has(format)) &&
    stated.every((format) => format !== "vinyl" && !ALWAYS_VINYL.has(format));
  const found = new Set([...named.filter((format) => !isNoVinyl || !IN_NAMES.has(format)), ...stated]);
  if ([...found].some((format) => ALWAYS_VINYL.has(format))) found.add("vinyl");
  return FORMATS.filter((format) => found.has(format));
}

/** "(CD)", "[2LP]": nothing but a format, and how many. */
function bracketedIn(title: string): Format[] {
  return [...title.matchAll(/[([]([^()[\]]{1,30})[)\]]/g)].flatMap(([, text = ""]) => {
    const words = tokens(text);
    const [first = ""] = words;
    const names = [words, /^\d+$/.test(first) ? words.slice(1) : []].map((one) => one.join(" "));
    return FORMATS.filter((format) => names.some((name) => IN_TITLES[format].includes(name)));
  });
}

function namedIn(text: string): Format[] {
  const words = tokens(text);
  return SEQUENCES.filter((one) => contains(words, one.words)).map(({ format }) => format);
}

function contains(text: readonly string[], words: readonly string[]): boolean {
  return text.some((_, start) => words.every((word, offset) => text[start + offset] === word));
}

function namesOf(format: Format): string[] {
  return [...IN_TITLES[format], ...(TYPED[format] ?? [])];
}

/** Records to make rules and listings from: a corpus of real titles when one lies beside the repository, else made up. */
import { Draws } from "../src/providers/simulated/random.ts";
import { readCorpusTitles } from "../tests/matching/corpus.ts";

/** Artist and title of one record. */
export interface BenchRecord {
  artist: string;
  title: string;
}

/** What the figures are about, for the report, with the records themselves. */
export interface RecordSource {
  name: string;
  records: readonly BenchRecord[];
}

/** Fewer distinct titles than this are the stand-in of the tests, in which every rule matches every tenth listing. */
const MIN_CORPUS = 1_000;
const MADE_UP = 20_000;

/** The corpus, or as many made-up records; the same ones in every run. `madeUp` leaves the corpus aside. */
export async function readRecords(options: { madeUp: boolean }): Promise<RecordSource> {
  const corpus = options.madeUp ? [] : await readCorpusTitles();
  const distinct = [...new Map(corpus.map((one) => [`${one.artist}\n${one.title}`, one])).values()];
  if (distinct.length >= MIN_CORPUS) return { name: `${distinct.length} real titles`, records: distinct };
  return { name: `${MADE_UP} made-up titles`, records: makeUpRecords(MADE_UP) };
}

const ONSETS = [
  "b",
  "br",
  "d",
  "f",
  "g",
  "gl",
  "h",
  "k",
  "kr",
  "l",
  "m",
  "n",
  "p",
  "r",
  "s",
  "st",
  "t",
  "v",
] as const;
const VOWELS = ["a", "e", "i", "o", "u", "ai", "ou"] as const;
const ENDS = ["", "n", "r", "s", "l", "th", "ck"] as const;
const VOCABULARY = 8_000;
/** The higher, the less do the commonest words stand out (Mandelbrot's offset). */
const FLATNESS = 50;

/** Words with the uneven use of real ones: the commonest stands in one of two hundred places, most are rare. */
function makeUpRecords(count: number): BenchRecord[] {
  const draws = new Draws(7);
  const words = Array.from({ length: VOCABULARY }, () => makeUpWord(draws));
  const word = () =>
    words[Math.floor(FLATNESS * ((VOCABULARY / FLATNESS + 1) ** draws.next() - 1))] ?? words[0]!;
  const phrase = (from: number, to: number) =>
    Array.from({ length: Math.floor(draws.between(from, to + 1)) }, word).join(" ");
  const artists = Array.from({ length: count / 4 }, () => phrase(2, 3));
  return Array.from({ length: count }, () => ({
    artist: artists[Math.floor(draws.next() * artists.length)] ?? "",
    title: phrase(2, 5),
  }));
}

function makeUpWord(draws: Draws): string {
  const syllable = () => draws.pick(ONSETS) + draws.pick(VOWELS) + draws.pick(ENDS);
  return Array.from({ length: 1 + Math.floor(draws.next() * 3) }, syllable).join("");
}

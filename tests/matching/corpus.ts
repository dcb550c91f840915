/** Data beside the repository, which the tests use when it is there and do without otherwise. */

const DATA = new URL("../../../shared/data/", import.meta.url);

/** The published cases of semantics §2 and §3; null when they are not there. */
export async function readMatchCases(): Promise<string | null> {
  try {
    return await Deno.readTextFile(new URL("match_cases.json", DATA));
  } catch {
    return null;
  }
}

/** Artists and titles of real records; some made-up ones when the corpus is not there. */
export async function readCorpusTitles(): Promise<{ artist: string; title: string }[]> {
  const file = await open();
  if (file === null) return STAND_IN;
  const text = await new Response(file.pipeThrough(new DecompressionStream("gzip"))).text();
  return text.split("\n").slice(1).map((line) => line.split("\t")).flatMap(([, , artist, title]) =>
    artist && title ? [{ artist, title }] : []
  );
}

async function open(): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null> {
  try {
    return (await Deno.open(new URL("corpus/titles.tsv.gz", DATA))).readable;
  } catch {
    return null;
  }
}

const STAND_IN = Array.from({ length: 500 }, (_, index) => ({
  artist: ["The Hip Hop", "AC/DC", "Blink 182", "R.E.M.", "Sigur Rós"][index % 5] ?? "",
  title: ["Live At The Apollo", "Re-Issue", "12 Inch Mixes", "Blue", "Vol. 2"][index % 7 % 5] ?? "",
}));

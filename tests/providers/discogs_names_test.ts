import assert from "node:assert/strict";
import {
  cleanArtist,
  cleanCredit,
  cleanTitle,
  creditText,
  formatsBehind,
  withFormats,
} from "../../src/providers/discogs/names.ts";

const ARTISTS = [
  ["Nirvana (2)", "Nirvana"],
  ["Beatles, The", "The Beatles"],
  ["Doors, The (3)", "The Doors"],
  ["Toten Hosen, Die", "Die Toten Hosen"],
  ["M. Davis*", "M. Davis"],
  ["Tyler, The Creator", "Tyler, The Creator"],
  ["Earth, Wind & Fire", "Earth, Wind & Fire"],
  ["Blink-182", "Blink-182"],
  ["The The", "The The"],
  ["(2)", "(2)"],
] as const;
for (const [name, cleaned] of ARTISTS) {
  Deno.test(`cleanArtist() writes ${name} as ${cleaned}`, () => assert.equal(cleanArtist(name), cleaned));
}

const TITLES = [
  ["Beatles, The - Help!", "The Beatles - Help!"],
  ["Trash80 - Icarus", "Trash80 - Icarus"],
  ["Nirvana (2) - Songs (1)", "Nirvana - Songs (1)"],
  ["Davis*, Coltrane (4) - A - B", "Davis, Coltrane - A - B"],
  ["No artist here", "No artist here"],
] as const;
for (const [title, cleaned] of TITLES) {
  Deno.test(`cleanTitle() writes ${title} as ${cleaned}`, () => assert.equal(cleanTitle(title), cleaned));
}

Deno.test("creditText() joins artists as the release does", () => {
  const credit = [{ name: "A (2)", join: "," }, { name: "B", join: "Feat." }, { name: "C, The", join: "&" }];
  assert.equal(creditText(credit), "A, B Feat. The C");
  assert.equal(creditText([]), "");
  assert.equal(creditText([{ name: "A", join: null }, { name: "B", join: "" }]), "A, B");
});

Deno.test("formatsBehind() reads what withFormats() wrote, and nothing out of a name", () => {
  assert.equal(formatsBehind(withFormats("Chicago (2) - II (Live)", ["CD", "Album"])), "CD, Album");
  assert.equal(formatsBehind("The Marshall Mathers LP"), "");
  assert.equal(formatsBehind("(What's The Story) Morning Glory?"), "");
});

Deno.test("withFormats() names each format once, at most twelve", () => {
  assert.equal(withFormats("T", ["Vinyl", "LP", "Vinyl", null, " "]), "T (Vinyl, LP)");
  assert.equal(withFormats("T", []), "T");
  assert.equal(withFormats("T", Array.from({ length: 30 }, (_, n) => `f${n}`)).split(",").length, 12);
});

for (const [what, run] of [["spaces", " "], ["asterisks", "*"]] as const) {
  Deno.test(`cleanCredit() and cleanArtist() read a long run of ${what} once, not once from each of them`, () => {
    const name = `a${run.repeat(100_000)}b`;
    const startedMs = performance.now();
    assert.equal(cleanCredit(name), name);
    assert.equal(cleanArtist(name), name);
    // Milliseconds; it was a hundred seconds.
    assert.ok(performance.now() - startedMs < 5_000);
  });
}

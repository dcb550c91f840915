/**
 * Version of the table and of the way anchors are chosen by it; raise it with every change. Rules keep the version they
 * are indexed under and are indexed anew after a raise, which makes them cheaper to find: they are found before too, if
 * the two sets of isPaired() and isPairedInListings() are changed in two releases.
 */
export const HOT_TOKENS_VERSION = 2;

/** How many of ten thousand listings have `token`, roughly; 0 for everything outside the table. */
export function hotness(token: string): number {
  return HOT_TOKENS.get(token) ?? 0;
}

/**
 * From this hotness on a word is too common to be an anchor alone: one listing in two hundred. Lower means more pairs
 * for each listing to be looked up by, and pairs of rarer words find hardly fewer rules than the rarer word does.
 */
const PAIRED_FROM = 50;

/**
 * Words whose pairs listings have and rules do not (yet, or any more). A word enters here one release before it gets
 * hot, and stays one release after, so that a process of either release finds the rules that the other has indexed.
 */
const PAIRED_IN_LISTINGS_ONLY: ReadonlySet<string> = new Set();

/** True for the words whose pairs rules are anchored on. */
export function isPaired(token: string): boolean {
  return hotness(token) >= PAIRED_FROM;
}

/** True for the words whose pairs listings are looked up by: never fewer than those of isPaired(). */
export function isPairedInListings(token: string): boolean {
  return isPaired(token) || PAIRED_IN_LISTINGS_ONLY.has(token);
}

// The 400 most frequent tokens of 119841 distinct artist-and-title texts (catalogues, charts, record shops), with
// estimates for the words that only marketplaces write (lp, vgplus, sealed). Rough numbers are enough: they decide
// how selective an anchor is, never what matches.
const TABLE = `
  lp 4500, the 3500, vinyl 3500, of 1800, 2 1500, cd 1500, record 1200, vgplus 1200, 1 900, a 900,
  album 900, inch 900, new 900, nm 900, records 900, vg 900, 12 800, 7 700, ex 700, in 700, g 600, to 600,
  180 500, 45 500, edition 500, mint 500, original 500, rock 500, sealed 500, single 500, uk 500, us 500,
  3 450, you 416, jazz 400, press 400, pressing 400, rare 400, reissue 400, stereo 400, i 352, love 351,
  ep 350, limited 350, rpm 350, blues 300, cassette 300, deluxe 300, japan 300, mono 300, pop 300,
  soul 300, soundtrack 300, me 271, featuring 266, 10 250, 33 250, box 250, colored 250, coloured 250,
  disc 250, gatefold 250, good 250, promo 250, remastered 250, set 250, used 250, my 219, on 213, funk 200,
  import 200, metal 200, near 200, ost 200, punk 200, very 200, various 198, it 196, for 194, is 164,
  live 161, disco 150, explus 150, insert 150, obi 150, picture 150, from 144, artists 141, all 139,
  with 139, your 131, reggae 120, john 117, one 113, black 111, no 110, be 105, at 104, band 101, time 101,
  vgplusplus 100, music 98, up 95, dont 94, life 91, hits 89, this 86, do 85, night 85, what 83, world 83,
  lil 82, man 81, out 81, we 81, best 80, blue 77, baby 75, heart 74, little 74, like 73, vol 73, young 73,
  de 72, big 70, go 67, greatest 66, im 66, back 65, get 65, 4 63, now 63, that 63, songs 62, james 61,
  down 60, ii 60, la 60, vinyls 60, christmas 59, king 59, never 59, brown 57, by 57, day 57, its 57,
  way 57, david 56, girl 56, are 54, bad 54, orchestra 53, red 52, white 52, feat 51, again 50,
  brothers 50, so 50, taylor 50, home 49, paul 49, come 48, joe 48, s 48, volume 48, 5 46, just 46,
  light 46, more 46, boy 45, boys 45, johnny 45, got 44, j 44, let 44, when 44, city 43, dream 43, here 43,
  lee 43, michael 43, not 43, bobby 42, cant 41, drake 41, fire 41, future 41, if 41, know 41, n 41,
  song 41, b 40, billy 40, dance 40, dj 40, how 40, nmint 40, only 40, will 40, chris 39, dead 39, e 39,
  his 39, jackson 39, last 39, part 39, can 38, house 38, o 37, ray 37, sun 37, williams 37, x 37, make 36,
  want 36, as 35, cast 35, da 35, over 35, swift 35, take 35, th 35, death 34, george 34, jones 34,
  mind 34, remix 34, summer 34, collection 33, girls 33, have 33, who 33, away 32, bob 32, forever 32,
  long 32, party 32, too 32, am 31, green 31, west 31, woman 31, american 30, earth 30, everything 30,
  fall 30, high 30, hot 30, lady 30, moon 30, pink 30, sweet 30, there 30, country 29, days 29, elvis 29,
  friends 29, kenny 29, lost 29, people 29, say 29, sound 29, steve 29, t 29, two 29, wayne 29, an 28,
  club 28, god 28, scott 28, u 28, youre 28, about 27, bill 27, blood 27, dark 27, el 27, eyes 27,
  justin 27, old 27, or 27, right 27, still 27, van 27, wild 27, cole 26, eric 26, first 26, free 26,
  mr 26, presents 26, real 26, smith 26, star 26, where 26, beautiful 25, frank 25, gold 25, jimmy 25,
  keith 25, machine 25, magic 25, nothing 25, our 25, war 25, heaven 24, jack 24, los 24, mary 24,
  money 24, neil 24, road 24, street 24, tom 24, was 24, wilson 24, aint 23, al 23, dave 23, davis 23,
  die 23, family 23, feel 23, four 23, great 23, iii 23, kids 23, lewis 23, peter 23, power 23, roll 23,
  sky 23, thats 23, thing 23, things 23, three 23, years 23, 6 22, after 22, better 22, call 22, deep 22,
  del 22, dreams 22, happy 22, ill 22, jr 22, kid 22, off 22, other 22, presley 22, see 22, something 22,
  stone 22, together 22, town 22, angel 21, bryan 21, don 21, end 21, into 21, lets 21, lonely 21,
  prince 21, rain 21, sam 21, she 21, stars 21, story 21, beach 20, but 20, charles 20, crazy 20,
  electric 20, give 20, glee 20, gone 20, gonna 20, hall 20, hard 20, head 20, her 20, jay 20, keep 20,
  kiss 20, mark 20, mix 20, need 20, season 20, side 20, tell 20, than 20, thomas 20, tony 20, travis 20,
  version 20, were 20, around 19, five 19, golden 19
`;

const HOT_TOKENS: ReadonlyMap<string, number> = new Map(
  TABLE.trim().split(/\s*,\s*/).map((entry): [string, number] => {
    const [token = "", frequency = "0"] = entry.split(" ");
    return [token, Number(frequency)];
  }),
);

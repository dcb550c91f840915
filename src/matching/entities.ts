/** HTML entities as marketplaces and feeds leave them in titles. Pure. */

/** Names of U+00A0 to U+00FF in code point order (HTML 4, Latin-1). */
const LATIN_1 =
  ("nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute " +
    "micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig " +
    "Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash " +
    "Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute " +
    "ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc " +
    "uuml yacute thorn yuml").split(" ");

const NAMED: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
  ...Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    plus: "+",
    excl: "!",
    dollar: "$",
    num: "#",
    sol: "/",
    lpar: "(",
    rpar: ")",
    comma: ",",
    period: ".",
    ndash: "–",
    mdash: "—",
    hellip: "…",
    bull: "•",
    lsquo: "‘",
    rsquo: "’",
    sbquo: "‚",
    ldquo: "“",
    rdquo: "”",
    bdquo: "„",
    lsaquo: "‹",
    rsaquo: "›",
    prime: "′",
    Prime: "″",
    trade: "™",
    euro: "€",
    OElig: "Œ",
    oelig: "œ",
    Scaron: "Š",
    scaron: "š",
    Zcaron: "Ž",
    zcaron: "ž",
    ensp: " ",
    emsp: " ",
    thinsp: " ",
    zwnj: "\u200c",
    zwj: "\u200d",
    lrm: "\u200e",
    rlm: "\u200f",
  }),
]);

/** What `&#128;` to `&#159;` mean in browsers (Windows-1252): old shop software writes `&#146;` for ’. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

// `&amp;#39;` is an entity that was escaped twice (feeds do); a missing semicolon is forgiven where it is unambiguous.
const ENTITY =
  /&(?:amp;){0,3}(?:#(\d{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|([a-zA-Z][a-zA-Z0-9]{1,7});|(amp|quot|nbsp)(?![a-zA-Z0-9]))/g;

/** Decodes named, decimal and hexadecimal entities; text that only looks like one (`R&B;`) stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    ENTITY,
    (whole: string, decimal?: string, hex?: string, name?: string, bareName?: string) => {
      if (decimal !== undefined) return fromCode(Number.parseInt(decimal, 10)) ?? whole;
      if (hex !== undefined) return fromCode(Number.parseInt(hex, 16)) ?? whole;
      const key = name ?? bareName ?? "";
      return NAMED.get(key) ?? NAMED.get(key.toLowerCase()) ?? whole;
    },
  );
}

function fromCode(code: number): string | null {
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252[code - 0x80] ?? null;
  const isValid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isValid ? String.fromCodePoint(code) : null;
}

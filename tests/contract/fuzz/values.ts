/** Values that break things: each has broken a JSON service somewhere. */
import fc from "fast-check";

/** JSON that JSON.stringify() cannot write, put into a body as it is. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object whose keys are written in this order, twice where they are there twice. */
export class Pairs {
  readonly pairs: readonly (readonly [string, unknown])[];

  constructor(pairs: readonly (readonly [string, unknown])[]) {
    this.pairs = pairs;
  }
}

/** As JSON.stringify(), with what it cannot write. */
export function write(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (value instanceof Pairs) return writePairs(value.pairs);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (typeof value === "object" && value !== null) return writePairs(Object.entries(value));
  return JSON.stringify(value) ?? "null";
}

function writePairs(pairs: readonly (readonly [string, unknown])[]): string {
  return `{${pairs.map(([key, one]) => `${JSON.stringify(key)}:${write(one)}`).join(",")}}`;
}

const NUMBERS = [
  ...["0", "-0", "-1", "0.5", "1e-7", "0.1e-400", "1e15", "1e21", "1e308", "-1e308", "1e999", "-1e999"],
  ...["2147483647", "2147483648", "-2147483649", "4294967296", "9007199254740991", "9007199254740993"],
  ...["9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "1.0000000000000002"],
  ...["NaN", "Infinity", "-Infinity", "01", "+1", "0x10", ".5", "1."],
];

/** Texts as clients send them who mean no good, or whose software is broken. */
export const TEXTS: readonly string[] = [
  ...["", " ", "\t\n", "\0", "a\0b", "\u0001\u001f\u007f", "\u0080\u009f", "\ufeff", "\ufffe\uffff"],
  ...["\ud800", "\udc00", "a\ud83d", "\u202eabc", "\u200b", "ﷺ", "İı", "ß", "👩‍👩‍👧‍👦", "Z̸͉̓a̷", "\u00a0"],
  ...["NaN", "null", "undefined", "true", "-1", "1e308", "0x10", "１２", "99999999999999999999"],
  ...[
    "'; drop table users; --",
    "' or 1=1 --",
    "\\",
    "\\x00",
    "${7*7}",
    "{{7*7}}",
    "<script>alert(1)</script>",
  ],
  ...["%", "%zz", "%00", "%ff", "%2e%2e%2f", "../../etc/passwd", "\r\nset-cookie: a=b", "a,b;c=d", "*"],
  ...['"', '""', '"a', "-", '-"a b"', "a -b", "a OR b", "(", "[a-", "^(a+)+$", "+", "@", "a@b", "a@b.c"],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "mock",
    "MOCK ",
    "USD",
    "usd",
    "XXX",
    "NM",
    "vinyl",
  ],
  ...[
    "0000-00-00T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "2026-11-23T12:00:00+24:00",
  ],
  ...["+275760-09-13T00:00:00Z", "-271821-04-20T00:00:00Z", "0001-01-01T00:00:00Z", "2026-11-23T23:59:60Z"],
  ...["Europe/Berlin", "europe/berlin", "+05:30", "Etc/GMT+14", "UTC", "Mars/Olympus"],
  ...["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{0}"],
];

/** Keys that mean something to JavaScript, to Postgres or to nobody. */
export const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "then",
  "",
  "\0",
  "\ud800",
  "id",
  "user_id",
];

/** How deep the deepest bodies are. */
const DEEP = 10_000;

const long = fc.constantFrom(100, 121, 201, 301, 1_001, 10_000, 100_000).chain((length) =>
  fc.constantFrom("a", "é", "😀", " ", "\0", "\ud800", '"', "-a ").map((unit) => unit.repeat(length))
);

const deep = fc.constantFrom(
  new Raw("[".repeat(DEEP) + "]".repeat(DEEP)),
  new Raw('{"a":'.repeat(DEEP) + "1" + "}".repeat(DEEP)),
  new Raw('{"__proto__":'.repeat(DEEP) + "1" + "}".repeat(DEEP)),
  new Raw(`[${"0,".repeat(DEEP)}0]`),
  new Raw(`[${'"a",'.repeat(DEEP)}"a"]`),
  new Raw(`{${Array.from({ length: DEEP }, (_one, index) => `"k${index}":0`).join(",")}}`),
);

/** A text: from the list, of any code units, or too long. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.nat(0xffff), { maxLength: 20 }).map((all) => String.fromCharCode(...all)),
  },
  { weight: 1, arbitrary: long },
);

const nastyNumber = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS).map((text) => new Raw(text)) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.integer() },
);

const nastyKey = fc.oneof(fc.constantFrom(...KEYS), nastyText.filter((text) => text.length < 1_000));

/** Anything, in a place where something else belongs. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: nastyText },
  { weight: 5, arbitrary: nastyNumber },
  { weight: 3, arbitrary: fc.constantFrom(null, true, false, [], {}, [null], [[]], { a: 1 }) },
  { weight: 2, arbitrary: fc.array(fc.oneof(nastyText, nastyNumber), { maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.tuple(nastyKey, fc.oneof(nastyText, nastyNumber)), { maxLength: 5 }).map((all) =>
      new Pairs(all)
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: deep },
);

/** A key and a value to put into an object beside what is there; the key may be there already. */
export const nastyPair: fc.Arbitrary<readonly [string, unknown]> = fc.tuple(nastyKey, nastyValue);

/** Bytes in place of a body that begins as `text`. */
export const nastyBytes: fc.Arbitrary<(text: string) => Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => () => bytes),
  fc.constantFrom([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0], [
    0xef,
    0xbb,
    0xbf,
  ])
    .chain((bytes) =>
      fc.double({ min: 0, max: 1, noNaN: true }).map((at) => (text: string) => insert(text, at, bytes))
    ),
  fc.double({ min: 0, max: 1, noNaN: true }).map((at) => (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return bytes.slice(0, Math.floor(at * bytes.length));
  }),
  fc.constantFrom(
    "",
    " ",
    "null",
    "{",
    "[",
    '"',
    "{}{}",
    "{'a':1}",
    '{"a":1,}',
    "//",
    "\ufeff{}",
    "<x/>",
    "a=b&a=c",
    "--x\r\n",
  )
    .map((other) => () => new TextEncoder().encode(other)),
);

function insert(text: string, at: number, bytes: readonly number[]): Uint8Array {
  const whole = [...new TextEncoder().encode(text.slice(0, 10_000))];
  whole.splice(Math.floor(at * whole.length), 0, ...bytes);
  return new Uint8Array(whole);
}

// Values that programs stumble over, each by its number, so that a plan that names them is data.

/** A body larger than the service is told to take. */
export const bodyLimitBytes = 64 * 1024
const overLimit = bodyLimitBytes + 4096

const nested = (depth: number, leaf: unknown): unknown => {
  let value = leaf
  for (let at = 0; at < depth; at++) value = at % 2 === 0 ? [value] : { a: value }
  return value
}

const values: ReadonlyArray<unknown> = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  5e-324,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53,
  2 ** 63,
  2 ** 64,
  "",
  " ",
  "\u0000",
  "\u0007\u001b[31m\u009b",
  "\r\nX-Injected: 1\r\n\r\n",
  "\ud800",
  "\udc00\ud800",
  "\u202e\u2066\ufeff\u200b",
  "e\u0301\u0301\u0301\u0301".repeat(40),
  "𝟙𝟚𝟛 ﷽ 👩‍👩‍👧‍👦",
  "NaN",
  "Infinity",
  "-Infinity",
  "1e999",
  "0x10",
  "null",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "' OR 1=1 --",
  "%' ESCAPE '\\' --",
  '"; DROP TABLE questions; --',
  "${7*7}{{7*7}}",
  "../../../../etc/passwd",
  "file:///etc/passwd",
  "http://169.254.169.254/latest/meta-data/",
  "data:image/png;base64,AAAA",
  "<script>alert(1)</script>",
  "9".repeat(400),
  "A".repeat(4000),
  "题".repeat(12_000),
  "(".repeat(5000),
  "\\frac{".repeat(800),
  "x".repeat(overLimit),
  [],
  {},
  [null],
  [[]],
  Array.from({ length: 2000 }, () => 0),
  Array.from({ length: 300 }, () => ({})),
  Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at])),
  { ["__proto__"]: { admin: true } },
  { constructor: { prototype: { admin: true } } },
  { toJSON: 1, length: -1, toString: null, valueOf: null },
  { "": "" },
  { $ref: "#" },
  nested(100, 0),
  nested(3000, "deep"),
  new Date(0).toISOString()
]

/** A JSON value. */
export const hostileValue = (number: number): unknown => values[number % values.length]

/** A name of a field. */
export const hostileName = (number: number): string => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "",
    "\u0000",
    "a".repeat(300),
    "\ud800",
    "unknown"
  ]
  return names[number % names.length] ?? ""
}

const texts = [
  ...values.filter((value) => typeof value === "string").filter((text) => text.length < 8000),
  "0",
  "-1",
  "1.5",
  "007",
  "99999999999999999999",
  "1,2,3",
  "[1]",
  "{}",
  "a&b=c#d",
  ".",
  "..",
  "%",
  "%00",
  "q_",
  "resp_",
  "stats",
  "default"
]

/** A text for a query, a header or a path. */
export const hostileText = (number: number): string => texts[number % texts.length] ?? ""

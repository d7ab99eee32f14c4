import { filled, form, get, nested, post, type Row, type SentRequest } from "../Row.ts"

const path = "/api/v1/query"
const operation = "ocs.queryByPost"
const megabyte = 1024 * 1024

/** A miss in the client's own form: HTTP 200, code 0 and why. */
const refused = { status: 200, text: /"code":0,"msg":"[^"]*(?:太|格式|不对|上限)/ } as const
/** Whatever the answer is, it is one. */
const replied = { status: 200, text: /"code":[01]/ } as const

const question = (number: number, fields: Readonly<Record<string, unknown>>) =>
  post(path, { title: `第 ${number} 道难题是什么`, ...fields })

const row = (name: string, request: (number: number) => SentRequest, wanted: Row["wanted"] = refused): Row => ({
  operation,
  name,
  request,
  wanted
})

const ofTitle = (name: string, piece: string, length = 19_000, wanted: Row["wanted"] = replied): Row =>
  row(
    `title of ${name}`,
    (number) => post(path, { title: `${number} ${filled(piece, length)}`, type: "single" }),
    wanted
  )

const ofOptions = (name: string, piece: string, count = 4, wanted: Row["wanted"] = replied): Row =>
  row(
    `${count} options of ${name}`,
    (number) =>
      question(number, {
        type: "single",
        options: Array.from({ length: count }, (_, at) => `${at} ${number} ${filled(piece, 76_000 / count)}`)
      }),
    wanted
  )

// Each is dear in another step: unifying width, ordering marks, entities, markup, maths, addresses of images, blanks.
export const dearTexts: ReadonlyArray<readonly [name: string, piece: string]> = [
  ["ﷺ", "ﷺ"],
  ["㌀", "㌀"],
  ["marks in the wrong order", "\u0316\u0301"],
  ["marks", "e\u0301\u0301\u0301"],
  ["Hangul jamo", "\u1112\u1161\u11ab"],
  ["entities", "&amp;"],
  ["entities of entities", "&amp;amp;lt;"],
  ["entities without end", "&notit"],
  ["numeric entities of marks", "&#x316;&#x301;"],
  ["numeric entities of ﷺ", "&#xfdfa;"],
  ["open tags", "<"],
  ["tags", "<p>"],
  ["open images", "<img src="],
  ["images", "<img src=//a/b.png>"],
  ["open sup", "<sup>1"],
  ["sup", "<sup>n+1</sup>"],
  ["math", "<math><mi>x</mi></math>"],
  ["open math", "<math><mi>"],
  ["math in math", "<math "],
  ["fractions in fractions", "\\frac{"],
  ["fractions", "\\frac{1}{2}"],
  ["roots", "\\sqrt["],
  ["commands", "\\a"],
  ["known commands", "\\alpha"],
  ["begin", "\\begin{"],
  ["begin and end", "\\begin{a}\\end{"],
  ["dollars", "$a"],
  ["dollars of formulas", "$x^{2}$ "],
  ["open parentheses of maths", "\\("],
  ["braces", "{"],
  ["scripts", "x_1^2"],
  ["scripts in scripts", "x^{"],
  ["fonts", "\\mathrm{"],
  ["blanks", "_ "],
  ["blanks in brackets", "( )"],
  ["brackets", "([{"],
  ["closing marks", ".?!"],
  ["closing ideographic marks", "？！"],
  ["scores at the end", "(5分)"],
  ["prefixes", "[单选题]"],
  ["numbers", "1. "],
  ["addresses", "https://a.b/c.png "],
  ["addresses without end", "https://a.b/c.png,"],
  ["addresses with parameters", "https://a/b.png?a=1&b=2&c=3&sign=4 "],
  ["slashes", "//"],
  ["a long address", "https://a/?a=b&"],
  ["digests", "sha256: "],
  ["spaces", " \u3000\t"],
  ["lines", "a\n"],
  ["superscripts", "⁰¹"],
  ["subscripts", "₀₁"],
  ["invisible characters", "a\u200b"],
  ["controls", "a\u0001"],
  ["quotes", "“”"],
  ["letters and spaces", "a b "],
  ["surrogates", "\ud83d"],
  ["emoji", "👩‍👩‍👧"],
  ["###", "###"],
  ["letters of options", " A."],
  ["homophones", "的地得"],
  ["numerals", "一百零一"],
  ["units", "5千克"]
]

export const quizRows: ReadonlyArray<Row> = [
  row("7 MB of image addresses in one text", (number) => question(number, { images: filled(",https:", 7 * megabyte) })),
  row("7 MB of images parted by commas", (number) => question(number, { images: filled("a,", 7 * megabyte) })),
  row("7 MB of images parted by bars", (number) => question(number, { images: filled("|", 7 * megabyte) }), replied),
  row("100,000 images in a list", (number) =>
    question(number, { images: Array.from({ length: 100_000 }, () => "https://a/b.png") })
  ),
  row("100,000 images as objects", (number) =>
    question(number, { images: Array.from({ length: 100_000 }, () => ({ url: "https://a/b.png" })) })
  ),
  row("a list of images as text", (number) => question(number, { images: `[${filled('"a",', megabyte)}"a"]` })),
  row("images nested as text", (number) => question(number, { images: nested(500_000) })),
  row("7 MB of [", () => post(path, "[".repeat(7 * megabyte))),
  row("7 MB of {", () => post(path, filled('{"a":', 7 * megabyte))),
  row("[ closed again", () => post(path, nested(3 * megabyte))),
  row("a title within 100,000 lists", (number) => post(path, `{"title":"${number}","type":${nested(100_000)}}`)),
  row("7 MB of numbers", () => post(path, `[${filled("1,", 7 * megabyte)}1]`)),
  row("7 MB of empty lists", () => post(path, `[${filled("[],", 7 * megabyte)}1]`)),
  row("7 MB of empty texts", () => post(path, `[${filled('"",', 7 * megabyte)}1]`)),
  row("a number of 7 MB", () => post(path, "1".repeat(7 * megabyte))),
  row("a title that is a number of 7 MB", () => post(path, `{"title":${"1".repeat(7 * megabyte)}}`)),
  row("7 MB of escapes in a title", (number) => post(path, `{"title":"${number}${filled("\\u0041", 7 * megabyte)}"}`)),
  row("7 MB of quotes in a title", (number) => post(path, `{"title":"${number}${filled('\\"', 7 * megabyte)}"}`)),
  row("7 MB of ideographs in a title", (number) =>
    post(path, { title: `${number}${filled("题", (7 * megabyte) / 3)}` })
  ),
  row("7 MB of letters in a title", (number) => post(path, { title: `${number}${filled("a", 7 * megabyte)}` })),
  row("7 MB in an unknown field", (number) => question(number, { other: filled("a b ", 7 * megabyte) }), replied),
  row("200,000 keys", (number) =>
    post(path, `{"title":"${number}",${Array.from({ length: 200_000 }, (_, at) => `"k${at}":1`).join(",")}}`)
  ),
  row("200,000 times the same key", (number) => post(path, `{${filled('"title":"a",', 2.4e6)}"title":"${number}"}`)),
  row("200,000 options by letters", (number) =>
    question(number, { options: Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`k${at}`, "a"])) })
  ),
  row(
    "prototype keys",
    (number) =>
      post(
        path,
        `{"title":"${number} 原型？","__proto__":{"options":["a"]},"constructor":{"prototype":{"type":"single"}}}`
      ),
    replied
  ),
  row("400,000 options in a list", (number) =>
    question(number, { options: Array.from({ length: 400_000 }, () => "a") })
  ),
  row("400,000 options on lines", (number) => question(number, { options: "a\n".repeat(400_000) })),
  row("400,000 options parted by ###", (number) => question(number, { options: "a###".repeat(400_000) })),
  row("400,000 options with letters in one line", (number) => question(number, { options: filled("A. a ", 2e6) })),
  row("2 MB of blanks as options", (number) => question(number, { options: ` ${" ".repeat(2e6)}a` })),
  row("400,000 options in a list as text", (number) => question(number, { options: `[${filled('"a",', 1.6e6)}"a"]` })),
  row("an option of 2 MB", (number) => question(number, { options: [filled("题目", 700_000)] })),
  row("99,000 ﷺ in an option", (number) => question(number, { options: ["ﷺ".repeat(99_000), "b"] })),
  row("a title of 7 MB of image content that is none", (number) =>
    question(number, { title: `${number} ${filled("data:image/png;base64,A ", 7 * megabyte)}` })
  ),
  row("a title of base64 and no image", (number) =>
    question(number, { title: `${number} ${filled(";base64,", 7 * megabyte)}` })
  ),
  row("a form of 7 MB", (number) => form(path, `title=${number}&${filled("a=b&", 7 * megabyte)}`)),
  row("a form of empty parts", (number) => form(path, `title=${number}&${"&".repeat(7 * megabyte)}`)),
  row("a form of escapes", (number) => form(path, `title=${number}${filled("%e9%a2%98", 7 * megabyte)}`)),
  row("a form of broken escapes", (number) => form(path, `title=${number}${filled("%e9%", 7 * megabyte)}`)),
  row("a form of one name", (number) => form(path, `${filled("title=a&", 7 * megabyte)}title=${number}`)),
  row("7 MB of no JSON", () => post(path, filled("nonsense ", 7 * megabyte))),
  row("7 MB of spaces", () => post(path, " ".repeat(7 * megabyte))),
  row("7 MB of zero bytes", () => post(path, Buffer.alloc(7 * megabyte))),
  row("7 MB of bytes that are no text", () => post(path, Buffer.alloc(7 * megabyte, 0xe9))),
  row("9 MB", (number) => question(number, { title: filled("a", 9 * megabyte) }), {
    status: 200,
    text: /"code":0,"msg":"请求太大/
  }),
  ...dearTexts.flatMap(([name, piece]) => [ofTitle(name, piece), ofOptions(name, piece), ofOptions(name, piece, 190)]),
  row(
    "a placeholder text of 7 MB",
    (number) =>
      question(number, {
        title: `${number} https://a.b/c.png`,
        images: "data:image/png;base64,iVBORw0KGgo=",
        suggestion_title: filled("[图片1]", 2e6)
      }),
    { status: 200, text: /"code":[01]/ }
  ),
  {
    ...row("adapter: 7 MB of [", () => post("/adapter-service/search", "[".repeat(7 * megabyte))),
    operation: "ocs.adapter"
  }
]

const byGet = (name: string, query: (number: number) => string, wanted: Row["wanted"] = refused): Row => ({
  operation: "ocs.query",
  name,
  request: (number) => get(`${path}?${query(number)}`),
  wanted
})

export const quizQueryRows: ReadonlyArray<Row> = [
  byGet("480 KB of parameters", (number) => `title=${number}&${filled("a=b&", 480_000)}`),
  byGet("480 KB of empty parameters", (number) => `title=${number}${"&".repeat(480_000)}`),
  byGet("480 KB of one parameter", (number) => `title=${number}&${filled("images=a&", 480_000)}`),
  byGet("480 KB of ideographs", (number) => `title=${number}${filled("%E9%A2%98", 480_000)}`),
  byGet("480 KB of plus signs", (number) => `title=${number}${"+".repeat(480_000)}`),
  byGet("480 KB of broken escapes", (number) => `title=${number}${filled("%E9%", 480_000)}`),
  byGet("480 KB of images", (number) => `title=${number}&images=${filled(",https:", 480_000)}`),
  byGet("480 KB of [", (number) => `title=${number}&images=${"[".repeat(480_000)}`),
  byGet("480 KB of options", (number) => `title=${number}&options=${filled("a%0A", 480_000)}`),
  byGet("480 KB of an unknown parameter", (number) => `title=${number}&other=${"a".repeat(480_000)}`, replied),
  byGet("480 KB of ﷺ", (number) => `title=${number}&options=${filled("%EF%B7%BA", 480_000)}`),
  byGet("17,000 ideographs in a title", (number) => `title=${number}${filled("%E9%A2%98", 9 * 17_000)}`, replied)
]

const picture = (number: number, bytes: number): string => {
  const content = Buffer.alloc(bytes, `${number} `)
  content.set(Buffer.from("89504e470d0a1a0a", "hex"))
  return content.toString("base64")
}

/** What people really send, however large. */
export const largeQuizRows: ReadonlyArray<Row> = [
  {
    ...row("an image of 5 MB", (number) => question(number, { images: picture(number, 5e6) }), replied),
    isLarge: true
  },
  {
    ...row(
      "four images of a megabyte",
      (number) => question(number, { images: [1, 2, 3, 4].map((at) => picture(number * 10 + at, megabyte)) }),
      replied
    ),
    isLarge: true
  },
  {
    ...row(
      "four images of a megabyte, parted by commas",
      (number) =>
        question(number, {
          images: [1, 2, 3, 4].map((at) => `data:image/png;base64,${picture(number * 10 + at, megabyte)}`).join(",")
        }),
      replied
    ),
    isLarge: true
  },
  {
    ...row(
      "four options that are images of a megabyte",
      (number) =>
        question(number, {
          type: "single",
          options: [1, 2, 3, 4].map((at) => `<img src="data:image/png;base64,${picture(number * 10 + at, megabyte)}">`)
        }),
      replied
    ),
    isLarge: true
  },
  row(
    "a title of 8,000 ideographs with 4 options of 3,000",
    (number) =>
      post(path, {
        title: `${number}、${filled("阅读下面的材料，回答问题。", 8000)}`,
        type: "single",
        options: ["甲", "乙", "丙", "丁"].map((name) => `${name}${filled("这是一个很长的选项。", 3000)}`)
      }),
    replied
  )
]

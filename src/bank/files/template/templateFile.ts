// Files to start from: one question of each type, as an import reads them.
import { Stream } from "effect"
import { Zip } from "effect/encoding"
import type { ImportFormat } from "../../transfer/FileFormat.ts"
import { guardCell } from "../../transfer/cells.ts"
import { workbookOf } from "../../transfer/writing/workbook.ts"
import type { Language } from "../Words.ts"

export type TemplateFormat = Exclude<ImportFormat, "xls">

interface Example {
  readonly question: string
  readonly type: string
  readonly options: ReadonlyArray<string>
  readonly answer: string
  readonly explanation: string
  readonly tags: string
}

const names: Readonly<Record<Language, ReadonlyArray<string>>> = {
  zh: ["题目", "题型", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "标签"],
  en: ["question", "type", "optionA", "optionB", "optionC", "optionD", "answer", "explanation", "tags"]
}

const examples: Readonly<Record<Language, ReadonlyArray<Example>>> = {
  zh: [
    {
      question: "下列属于行星的是（ ）",
      type: "单选题",
      options: ["月亮", "地球", "太阳", "天狼星"],
      answer: "B",
      explanation: "地球绕太阳运行。",
      tags: "示例"
    },
    {
      question: "下列属于行星的有（ ）",
      type: "多选题",
      options: ["地球", "月亮", "火星", "太阳"],
      answer: "AC",
      explanation: "",
      tags: "示例"
    },
    { question: "地球绕太阳转。", type: "判断题", options: [], answer: "对", explanation: "", tags: "示例" },
    {
      question: "一年有____个月，一天有____小时。",
      type: "填空题",
      options: [],
      answer: "12###24",
      explanation: "",
      tags: "示例"
    },
    {
      question: "简述四季的成因。",
      type: "简答题",
      options: [],
      answer: "地轴倾斜，地球公转时各地受到的太阳照射随之变化。",
      explanation: "",
      tags: "示例"
    }
  ],
  en: [
    {
      question: "Which of these is a planet?",
      type: "single",
      options: ["Moon", "Earth", "Sun", "Sirius"],
      answer: "B",
      explanation: "The Earth goes round the Sun.",
      tags: "example"
    },
    {
      question: "Which of these are planets?",
      type: "multiple",
      options: ["Earth", "Moon", "Mars", "Sun"],
      answer: "AC",
      explanation: "",
      tags: "example"
    },
    {
      question: "The Earth goes round the Sun.",
      type: "judgement",
      options: [],
      answer: "True",
      explanation: "",
      tags: "example"
    },
    {
      question: "A year has ____ months, a day ____ hours.",
      type: "completion",
      options: [],
      answer: "12###24",
      explanation: "",
      tags: "example"
    },
    {
      question: "Why are there seasons?",
      type: "essay",
      options: [],
      answer: "Because the axis of the Earth is tilted.",
      explanation: "",
      tags: "example"
    }
  ]
}

const cellsOf = ({ answer, explanation, options, question, tags, type }: Example): ReadonlyArray<string> => [
  question,
  type,
  ...[0, 1, 2, 3].map((place) => options[place] ?? ""),
  answer,
  explanation,
  tags
]

const objectOf = ({ answer, explanation, options, question, tags, type }: Example) => ({
  question,
  type,
  options,
  answer: options.length > 0 ? [...answer] : answer.split("###"),
  ...(explanation === "" ? {} : { explanation }),
  tags: [tags]
})

const labels: Readonly<Record<Language, { readonly answer: string; readonly explanation: string }>> = {
  zh: { answer: "答案：", explanation: "解析：" },
  en: { answer: "Answer: ", explanation: "Explanation: " }
}

const linesOf = (language: Language): ReadonlyArray<string> =>
  examples[language].flatMap(({ answer, explanation, options, question, type }, at) => [
    `${at + 1}. [${type}] ${question}`,
    ...options.map((option, place) => `${String.fromCharCode(65 + place)}. ${option}`),
    `${labels[language].answer}${answer}`,
    ...(explanation === "" ? [] : [`${labels[language].explanation}${explanation}`]),
    ""
  ])

/** A file with an example of each type, in a language's names of columns. */
export const templateFile = (format: TemplateFormat, language: Language) => {
  const rows = [names[language], ...examples[language].map(cellsOf)]
  switch (format) {
    case "xlsx":
      return workbookOf(Stream.make(rows))
    case "csv":
    case "tsv": {
      const delimiter = format === "csv" ? "," : "\t"
      const quoted = (cell: string) =>
        /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell
      return textFile(
        `\ufeff${rows.map((row) => `${row.map((cell) => quoted(guardCell(cell))).join(delimiter)}\r\n`).join("")}`
      )
    }
    case "json":
      return textFile(`${JSON.stringify(examples[language].map(objectOf), null, 2)}\n`)
    case "jsonl":
      return textFile(examples[language].map((example) => `${JSON.stringify(objectOf(example))}\n`).join(""))
    case "txt":
      return textFile(`${linesOf(language).join("\n")}\n`)
    case "docx":
      return document(linesOf(language))
  }
}

const textFile = (text: string) => Stream.encodeText(Stream.make(text))

const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
const packages = "http://schemas.openxmlformats.org/package/2006"
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

/** A document of these lines, one a paragraph. */
const document = (lines: ReadonlyArray<string>) =>
  Stream.make(
    Zip.file(
      "[Content_Types].xml",
      `${xml}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
    ),
    Zip.file(
      "_rels/.rels",
      `${xml}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`
    ),
    Zip.file(
      "word/document.xml",
      `${xml}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${lines
        .map(
          (line) =>
            `<w:p><w:r><w:t xml:space="preserve">${line.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</w:t></w:r></w:p>`
        )
        .join("")}</w:body></w:document>`
    )
  ).pipe(Stream.pipeThroughChannel(Zip.encode()), Stream.catchIf(Zip.isZipError, Stream.die))

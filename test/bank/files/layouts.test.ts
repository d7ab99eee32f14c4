// Files as people have them: each with the reading that a person would make of it, or why it is refused. Nothing else may come in.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { docxOf, type Sheets, xlsOf, xlsxOf } from "./containers.ts"
import { readFileOf, refusalOf } from "./readFileOf.ts"

interface Layout {
  readonly file: string
  readonly content: string | Uint8Array | Effect.Effect<Uint8Array, unknown>
  readonly questions: ReadonlyArray<string>
  readonly problems?: ReadonlyArray<RegExp>
}

const bytesOf = (content: Layout["content"]): Effect.Effect<string | Uint8Array, unknown> =>
  Effect.isEffect(content) ? content : Effect.succeed(content)

const check = (layouts: Readonly<Record<string, Layout>>) => {
  for (const [name, { content, file, problems = [], questions }] of Object.entries(layouts)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const read = yield* readFileOf(file, yield* bytesOf(content))
        assert.deepStrictEqual(read.questions, questions)
        assert.strictEqual(read.problems.length, problems.length, read.problems.join("\n"))
        for (const [at, problem] of problems.entries()) assert.match(read.problems[at] ?? "", problem)
      })
    )
  }
}

const sheets = (rows: Sheets[string], name = "Sheet1") => xlsxOf({ [name]: rows })
const planet = "下列属于行星的是"

describe("a workbook of questions", () => {
  check({
    "with a column for each option, called 选项A": {
      file: "a.xlsx",
      content: sheets([
        ["题型", "题目", "选项A", "选项B", "选项C", "答案"],
        ["单选题", planet, "月亮", "地球", "太阳", "B"]
      ]),
      questions: [`[single] ${planet} | 月亮 / 地球 / 太阳 => 地球`]
    },
    "with options called A选项 and 1选项": {
      file: "a.xlsx",
      content: xlsxOf({
        甲: [
          ["试题", "A选项", "B选项", "标准答案"],
          ["一是", "子", "丑", "A"]
        ],
        乙: [
          ["试题", "选项1", "选项2", "选项3", "正确答案"],
          ["二是", "子", "丑", "寅", "C"]
        ],
        丙: [
          ["试题", "备选答案A", "备选答案B", "答案"],
          ["三是", "子", "丑", "B"]
        ]
      }),
      questions: [
        "[unknown] 一是 | 子 / 丑 => 子",
        "[unknown] 二是 | 子 / 丑 / 寅 => 寅",
        "[unknown] 三是 | 子 / 丑 => 丑"
      ]
    },
    "with columns that are left out between the options": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "C", "D", "答案"],
        ["一是", "子", "丑", "", "卯", "D"],
        ["二是", "子", "丑", "", "卯", "C"]
      ]),
      questions: ["[unknown] 一是 | 子 / 丑 / 卯 => 卯"],
      problems: [/3: the answer is C, but/]
    },
    "with its options in one cell, in many ways": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "选项", "答案"],
        ["行", "A.子\nB.丑\nC.寅", "B"],
        ["同一行", "A、子 B、丑 C、寅", "B"],
        ["粘连", "A.子B.丑C.寅", "B"],
        ["竖线", "子|丑|寅", "B"],
        ["分号", "子；丑；寅", "B"],
        ["井号", "子###丑###寅", "B"],
        ["无字母的行", "子\n丑\n寅", "B"],
        ["列表", '["子","丑","寅"]', "B"],
        ["括号", "(A)子 (B)丑 (C)寅", "B"],
        ["字母独行", "A.\n子\nB.\n丑\nC.\n寅", "B"],
        ["对象", '{"A":"子","B":"丑","C":"寅"}', "B"]
      ]),
      questions: ["行", "同一行", "粘连", "竖线", "分号", "井号", "无字母的行", "列表", "括号", "字母独行", "对象"].map(
        (title) => `[unknown] ${title} | 子 / 丑 / 寅 => 丑`
      )
    },
    "with an option a row below the question": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "选项", "答案"],
        ["己一", "A.子", "B"],
        ["", "B.丑", ""],
        ["", "C.寅", ""],
        ["己二", "A.甲", "A"],
        ["", "B.乙", ""]
      ]),
      questions: ["[unknown] 己一 | 子 / 丑 / 寅 => 丑", "[unknown] 己二 | 甲 / 乙 => 甲"]
    },
    "with an option a row and the question said again in each": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "选项", "是否正确"],
        ["己一", "子", "0"],
        ["己一", "丑", "1"],
        ["己二", "甲", "是"],
        ["己二", "乙", "否"],
        ["己二", "丙", "是"]
      ]),
      questions: ["[unknown] 己一 | 子 / 丑 => 丑", "[multiple] 己二 | 甲 / 乙 / 丙 => 甲 + 丙"]
    },
    "with the options below the question in its own column": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "答案"],
        ["己一", "B"],
        ["A.子", ""],
        ["B.丑", ""],
        ["己二", "A"],
        ["A.甲", ""],
        ["B.乙", ""]
      ]),
      questions: ["[unknown] 己一 | 子 / 丑 => 丑", "[unknown] 己二 | 甲 / 乙 => 甲"]
    },
    "with names over two rows": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "选项", "", "", "答案"],
        ["", "A", "B", "C", ""],
        ["一是", "子", "丑", "寅", "C"]
      ]),
      questions: ["[unknown] 一是 | 子 / 丑 / 寅 => 寅"]
    },
    "with one name over the columns of all options": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "答案", "选项", "", ""],
        ["一是", "C", "子", "丑", "寅"],
        ["二是", "A", "子", "丑", ""]
      ]),
      questions: ["[unknown] 一是 | 子 / 丑 / 寅 => 寅", "[unknown] 二是 | 子 / 丑 => 子"]
    },
    "with the options behind the question": {
      file: "a.xlsx",
      content: sheets([
        ["题型", "答案", "问题"],
        ["单选题", "B", "癸一是什么？\nA. 子\nB. 丑"],
        ["多选题", "AC", "癸二是什么？ A.子 B.丑 C.寅"]
      ]),
      questions: ["[single] 癸一是什么？ | 子 / 丑 => 丑", "[multiple] 癸二是什么？ | 子 / 丑 / 寅 => 子 + 寅"]
    },
    "with the answer in the brackets of the question": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "C", "答案"],
        ["子一（ B ）是什么？", "子", "丑", "寅", "B"],
        ["子二（C）。", "子", "丑", "寅", ""]
      ]),
      questions: ["[unknown] 子一（ ）是什么？ | 子 / 丑 / 寅 => 丑", "[unknown] 子二（ ）。 | 子 / 丑 / 寅 => 寅"]
    },
    "with another answer in the brackets than in the column": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "答案"],
        ["子一是（ B ）", "子", "丑", "A"]
      ]),
      questions: [],
      problems: [/2: two answers of the row contradict each other: B and A/]
    },
    "with a letter in brackets that is a name": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "答案"],
        ["维生素（A）缺乏引起____", "夜盲", "脚气", "A"],
        ["血型（B）的人", "能", "不能", "A"],
        ["血型（A）的人", "能", "不能", "B"]
      ]),
      questions: [
        "[unknown] 维生素（A）缺乏引起____ | 夜盲 / 脚气 => 夜盲",
        "[unknown] 血型（B）的人 | 能 / 不能 => 能",
        "[unknown] 血型（A）的人 | 能 / 不能 => 不能"
      ]
    },
    "with the type in the names of its sheets": {
      file: "a.xlsx",
      content: xlsxOf({
        单选题: [
          ["题目", "A", "B", "答案"],
          ["一是", "子", "丑", "B"]
        ],
        "多选(20)": [
          ["题目", "A", "B", "答案"],
          ["二是", "子", "丑", "B"]
        ],
        判断: [
          ["题目", "答案"],
          ["三", "√"],
          ["四", "×"],
          ["五", "正确"],
          ["六", "F"],
          ["七", "A"]
        ]
      }),
      questions: [
        "[single] 一是 | 子 / 丑 => 丑",
        "[multiple] 二是 | 子 / 丑 => 丑",
        "[judgement] 三 => 正确",
        "[judgement] 四 => 错误",
        "[judgement] 五 => 正确",
        "[judgement] 六 => 错误"
      ],
      problems: [/6: sheet 判断: the answer is only the letter A/]
    },
    "with headings between parts, and names again below them": {
      file: "a.xlsx",
      content: sheets([
        ["某校题库"],
        ["一、单选题"],
        ["题目", "A", "B", "答案"],
        ["一是", "子", "丑", "B"],
        ["二、判断题"],
        ["题目", "答案"],
        ["二", "对"]
      ]),
      questions: ["[single] 一是 | 子 / 丑 => 丑", "[judgement] 二 => 正确"]
    },
    "whose column 题目 holds numbers and 内容 the words": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "内容", "A", "B", "答案"],
        ["1", "一是哪个", "子", "丑", "A"],
        ["2", "二是哪个", "子", "丑", "B"]
      ]),
      questions: ["[unknown] 一是哪个 | 子 / 丑 => 子", "[unknown] 二是哪个 | 子 / 丑 => 丑"]
    },
    "with what a student answered beside what is right": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "选项", "我的答案", "正确答案", "答案解析"],
        ["一是", "A.子|B.丑", "A", "B", "见答案：A"]
      ]),
      questions: ["[unknown] 一是 | 子 / 丑 => 丑"]
    },
    "with two columns of answers that contradict each other": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "答案", "正确选项"],
        ["一是", "子", "丑", "A", "B"],
        ["二是", "子", "丑", "丑", "B"]
      ]),
      questions: ["[unknown] 二是 | 子 / 丑 => 丑"],
      problems: [/2: two answers of the row contradict each other/]
    },
    "with several letters for a single choice": {
      file: "a.xlsx",
      content: sheets([
        ["题型", "题目", "A", "B", "C", "答案"],
        ["单选题", "一是", "子", "丑", "寅", "AB"]
      ]),
      questions: [],
      problems: [/2: the type says single choice, but the answer names several/]
    },
    "with a letter and no options": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "答案"],
        ["一是（ ）", "B"],
        ["首都是哪里", "北京"]
      ]),
      questions: ["[unknown] 首都是哪里 => 北京"],
      problems: [/2: the answer is only the letter B/]
    },
    "whose answers are numbers that count from 1": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "C", "答案"],
        ["一是", "子", "丑", "寅", 1],
        ["二是", "子", "丑", "寅", 3],
        ["三是", "子", "丑", "寅", "2,3"]
      ]),
      questions: [
        "[unknown] 一是 | 子 / 丑 / 寅 => 子",
        "[unknown] 二是 | 子 / 丑 / 寅 => 寅",
        "[multiple] 三是 | 子 / 丑 / 寅 => 丑 + 寅"
      ]
    },
    "whose answers are numbers that do not say where they begin": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "C", "答案"],
        ["一是", "子", "丑", "寅", 1],
        ["二是", "子", "丑", "寅", 2]
      ]),
      questions: [],
      problems: [/2: the answer is the number 1, and nothing in the file tells/, /3: the answer is the number 2/]
    },
    "whose options are numbers, and answers are places": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "C", "答案"],
        ["一是", "甲", "乙", "丙", 3],
        ["一加一等于", "1", "2", "3", 2],
        ["二加一等于", "2", "3", "1", 2]
      ]),
      questions: ["[unknown] 一是 | 甲 / 乙 / 丙 => 丙", "[unknown] 一加一等于 | 1 / 2 / 3 => 2"],
      problems: [/4: the answer is the number 2: as an option's place and as an option's text/]
    },
    "with cells that Excel made dates, times and percentages of": {
      file: "a.xlsx",
      content: sheets([
        ["题目", "A", "B", "答案"],
        ["一半是", { number: 0.5, style: 3 }, "无", "A"],
        ["建国日", { number: 18_172, style: 1 }, "1950", "A"],
        ["二分之一", { number: 45_293, style: 2 }, "1", "A"],
        ["一比二", { number: 0.043, style: 4 }, "1", "A"]
      ]),
      questions: ["[unknown] 一半是 | 50% / 无 => 50%", "[unknown] 建国日 | 1949-10-01 / 1950 => 1949-10-01"],
      problems: [/4: the cell B4 holds a date without a year/, /5: the cell B5 holds a date without a year or a time/]
    },
    "without names, each row with its options and a letter": {
      file: "a.xlsx",
      content: sheets([
        ["1", "哪个是行星", "月亮", "地球", "太阳", "B"],
        ["2", "哪个是恒星", "月亮", "地球", "太阳", "C"],
        ["3", "哪个是卫星", "月亮", "地球", "太阳", "A"]
      ]),
      questions: [
        "[unknown] 哪个是行星 | 月亮 / 地球 / 太阳 => 地球",
        "[unknown] 哪个是恒星 | 月亮 / 地球 / 太阳 => 太阳",
        "[unknown] 哪个是卫星 | 月亮 / 地球 / 太阳 => 月亮"
      ]
    },
    "whose titles stand under a name that nobody knows": {
      file: "a.xlsx",
      content: sheets([
        ["序", "描述语句", "A", "B", "答案"],
        ["1", "哪个是行星", "月亮", "地球", "B"],
        ["2", "哪个是卫星", "月亮", "地球", "A"]
      ]),
      questions: ["[unknown] 哪个是行星 | 月亮 / 地球 => 地球", "[unknown] 哪个是卫星 | 月亮 / 地球 => 月亮"]
    },
    "of Kahoot": {
      file: "kahoot.xlsx",
      content: sheets([
        ["Quiz template"],
        [
          "Question - max 120 characters",
          "Answer 1 - max 75 characters",
          "Answer 2 - max 75 characters",
          "Answer 3 - max 75 characters",
          "Time limit (sec)",
          "Correct answer(s) - choose at least one"
        ],
        ["Which is a planet?", "Moon", "Earth", "Sun", 20, "2"],
        ["Which are not stars?", "Moon", "Earth", "Mars", 20, "1,2,3"]
      ]),
      questions: [
        "[unknown] Which is a planet? | Moon / Earth / Sun => Earth",
        "[multiple] Which are not stars? | Moon / Earth / Mars => Moon + Earth + Mars"
      ]
    },
    "of Quizizz": {
      file: "quizizz.xlsx",
      content: sheets([
        [
          "Question Text",
          "Question Type",
          "Option 1",
          "Option 2",
          "Option 3",
          "Correct Answer",
          "Time in seconds",
          "Image Link"
        ],
        ["Which is a planet?", "Multiple Choice", "Moon", "Earth", "Sun", 2, 20, ""],
        ["Which are planets?", "Checkbox", "Mars", "Earth", "Sun", "1,2", 20, ""],
        ["Which is a star?", "Multiple Choice", "Moon", "Earth", "Sun", 3, 20, ""],
        ["Two and two", "Fill-in-the-Blank", "", "", "", "four", 20, ""]
      ]),
      questions: [
        "[unknown] Which is a planet? | Moon / Earth / Sun => Earth",
        "[multiple] Which are planets? | Mars / Earth / Sun => Mars + Earth",
        "[unknown] Which is a star? | Moon / Earth / Sun => Sun",
        "[completion] Two and two => four"
      ]
    },
    "with the right answer and wrong ones": {
      file: "gimkit.csv",
      content:
        "Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2 (Optional)\nWhich is a planet?,Earth,Moon,Sun\n",
      questions: ["[unknown] Which is a planet? | Earth / Moon / Sun => Earth"]
    },
    "of before 2007": {
      file: "a.xls",
      content: xlsOf({
        单选题: [
          ["题目", "A", "B", "答案"],
          ["一是", "子", 12, "B"]
        ],
        说明: [["请勿修改"], ["谢谢"]],
        填空: [
          ["题干", "答案"],
          ["一年有____个月", 12]
        ]
      }),
      questions: ["[single] 一是 | 子 / 12 => 12", "[completion] 一年有____个月 => 12"]
    },
    "that is a page of HTML": {
      file: "a.xls",
      content:
        '<html><head><meta charset="utf-8"><style>td{}</style></head><body><table><tr><th>题目</th><th colspan="2">选项</th><th>答案</th></tr><tr><td>x<sup>2</sup>=4，x&gt;0</td><td>1</td><td>2</td><td>B</td></tr></table></body></html>',
      questions: ["[unknown] x^2=4，x>0 | 1 / 2 => 2"]
    },
    "that is Excel's XML of 2003": {
      file: "a.xls",
      content:
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns:ss="s"><Worksheet ss:Name="判断题"><Table><Row><Cell><Data ss:Type="String">题目</Data></Cell><Cell ss:Index="3"><Data>答案</Data></Cell></Row><Row><Cell><Data>地球&amp;月亮</Data></Cell><Cell ss:Index="3"><Data>对</Data></Cell></Row></Table></Worksheet></Workbook>',
      questions: ["[judgement] 地球&月亮 => 正确"]
    }
  })
})

const utf16 = (text: string, isMarked: boolean): Uint8Array =>
  new Uint8Array(Buffer.concat([isMarked ? Uint8Array.of(0xff, 0xfe) : new Uint8Array(), Buffer.from(text, "utf16le")]))

describe("a text of separated values", () => {
  const rows = [
    ["题型", "题目", "选项A", "选项B", "答案"],
    ["单选题", "申一", "子", "丑", "B"],
    ["多选题", "申二", "子", "丑", "AB"]
  ]
  const joined = (by: string) => rows.map((row) => row.join(by)).join("\r\n")
  const questions = ["[single] 申一 | 子 / 丑 => 丑", "[multiple] 申二 | 子 / 丑 => 子 + 丑"]
  check({
    "parted by semicolons": { file: "a.csv", content: joined(";"), questions },
    "parted by tabs and called csv": { file: "a.csv", content: joined("\t"), questions },
    "parted by bars": { file: "a.txt", content: joined("|"), questions },
    "parted by commas of full width": { file: "a.csv", content: joined("，"), questions },
    "that says what parts it": { file: "a.csv", content: `sep=;\r\n${joined(";")}`, questions },
    "in UTF-16 with its mark": { file: "a.csv", content: utf16(joined("\t"), true), questions },
    "in UTF-16 without its mark": { file: "a.csv", content: utf16(joined(","), false), questions },
    "in GB18030": {
      file: "a.csv",
      // 题目,A,B,答案 / 首都,北京,上海,A
      content: Uint8Array.from(Buffer.from("cce2c4bf2c412c422cb4f0b0b80acad7b6bc2cb1b1bea92cc9cfbaa32c410a", "hex")),
      questions: ["[unknown] 首都 | 北京 / 上海 => 北京"]
    },
    "in Big5": {
      file: "a.csv",
      // 題目,選項A,選項B,答案 / 首都是哪裡,北京,台北,B
      content: Uint8Array.from(
        Buffer.from("c344a5d82cbfefb6b5412cbfefb6b5422cb5aaaed70aadbab3a3ac4fadfeb8cc2ca55fa8ca2ca578a55f2c420a", "hex")
      ),
      questions: ["[unknown] 首都是哪裡 | 北京 / 台北 => 台北"]
    },
    "of Anki, with its lines above": {
      file: "anki.txt",
      content: "#separator:tab\n#html:true\n法国的首都是？\t巴黎\n2 + 2 = ?\t4\n",
      questions: ["[unknown] 法国的首都是？ => 巴黎", "[unknown] 2 + 2 = ? => 4"]
    },
    "of C-Eval": {
      file: "val.csv",
      content: "id,question,A,B,C,D,answer,explanation\n0,下列属于行星的是____,月亮,地球,太阳,北斗,B,略\n",
      questions: ["[unknown] 下列属于行星的是____ | 月亮 / 地球 / 太阳 / 北斗 => 地球"]
    },
    "of CMMLU": {
      file: "cmmlu.csv",
      content: ",Question,A,B,C,D,Answer\n0,下列属于行星的是,月亮,地球,太阳,北斗,B\n",
      questions: ["[unknown] 下列属于行星的是 | 月亮 / 地球 / 太阳 / 北斗 => 地球"]
    },
    "of MMLU, without names": {
      file: "mmlu.csv",
      content: "Which is a planet?,Moon,Earth,Sun,Sirius,B\nWhich is a star?,Moon,Earth,Mars,Sirius,D\n",
      questions: [
        "[unknown] Which is a planet? | Moon / Earth / Sun / Sirius => Earth",
        "[unknown] Which is a star? | Moon / Earth / Mars / Sirius => Sirius"
      ]
    },
    "with blanks in several columns": {
      file: "a.csv",
      content: "题目,答案1,答案2\n一年有____个月，一天有____小时,12,24\n",
      questions: ["[unknown] 一年有____个月，一天有____小时 => 12 + 24"]
    }
  })
})

const json = (value: unknown): string => JSON.stringify(value, null, 1)

describe("a file of JSON", () => {
  check({
    "with stems and options of key and text": {
      file: "a.json",
      content: json({
        questions: [
          {
            type: "single",
            stem: "一",
            options: [
              { key: "A", text: "子" },
              { key: "B", text: "丑" }
            ],
            answer: ["B"]
          }
        ]
      }),
      questions: ["[single] 一 | 子 / 丑 => 丑"]
    },
    "whose options stand in another order than their letters": {
      file: "a.json",
      content: json([
        {
          question: "一",
          options: [
            { key: "B", text: "丑" },
            { key: "A", text: "子" }
          ],
          answer: "A"
        },
        { question: "二", options: ["B. 丑", "A. 子"], answer: "A" }
      ]),
      questions: ["[unknown] 一 | 丑 / 子 => 子", "[unknown] 二 | 丑 / 子 => 子"]
    },
    "with pairs of a text and whether it is right": {
      file: "a.json",
      content: json([
        {
          type: "单选题",
          stem: "一",
          options: [
            ["子", false],
            ["丑", true]
          ]
        }
      ]),
      questions: ["[single] 一 | 子 / 丑 => 丑"]
    },
    "with options that say themselves whether they are right": {
      file: "a.json",
      content: json([
        {
          question: "一",
          options: [
            { text: "子", isCorrect: false },
            { text: "丑", isCorrect: true }
          ]
        },
        {
          question: "二",
          answers: [
            { text: "子", correct: true },
            { text: "丑", correct: true },
            { text: "寅", correct: false }
          ]
        },
        {
          question: "三",
          options: [
            { text: "子", isCorrect: true },
            { text: "丑", isCorrect: false }
          ],
          answer: "B"
        }
      ]),
      questions: ["[unknown] 一 | 子 / 丑 => 丑", "[multiple] 二 | 子 / 丑 / 寅 => 子 + 丑"],
      problems: [/3: two answers of the row contradict each other/]
    },
    "whose answers are numbers from 0": {
      file: "mmlu.jsonl",
      content: [0, 1, 2, 1]
        .map((answer, at) => JSON.stringify({ question: `题${at}`, choices: ["子", "丑", "寅"], answer }))
        .join("\n"),
      questions: [
        "[unknown] 题0 | 子 / 丑 / 寅 => 子",
        "[unknown] 题1 | 子 / 丑 / 寅 => 丑",
        "[unknown] 题2 | 子 / 丑 / 寅 => 寅",
        "[unknown] 题3 | 子 / 丑 / 寅 => 丑"
      ]
    },
    "whose answers are numbers, told only far behind": {
      file: "a.jsonl",
      content: Array.from({ length: 700 }, (_, at) =>
        JSON.stringify({ question: `题${at}`, options: ["子", "丑", "寅"], answer: at === 699 ? 0 : 1 })
      ).join("\n"),
      questions: Array.from(
        { length: 700 },
        (_, at) => `[unknown] 题${at} | 子 / 丑 / 寅 => ${at === 699 ? "子" : "丑"}`
      )
    },
    "whose answers are numbers that contradict each other": {
      file: "a.json",
      content: json([0, 3].map((answer, at) => ({ question: `题${at}`, options: ["子", "丑", "寅"], answer }))),
      questions: [],
      problems: [/1: the answer is the number 0: some rows/, /2: the answer is the number 3: some rows/]
    },
    "with an index, which is one from 0": {
      file: "a.json",
      content: json([
        { question: "一", options: ["子", "丑", "寅"], correctIndex: 1 },
        { question: "二", options: ["子", "丑", "寅"], answer: 1 }
      ]),
      questions: ["[unknown] 一 | 子 / 丑 / 寅 => 丑"],
      problems: [/2: the answer is the number 1, and nothing/]
    },
    "with ids of options": {
      file: "a.json",
      content: json([
        {
          title: "一",
          options: [
            { id: 801, content: "子" },
            { id: 802, content: "丑" }
          ],
          answer: "802"
        }
      ]),
      questions: ["[unknown] 一 | 子 / 丑 => 丑"]
    },
    "of chapters in chapters that tell the type": {
      file: "a.json",
      content: json({
        name: "某书",
        chapters: [
          {
            title: "第一章",
            sections: [
              { type: "单选题", list: [{ question: "一", options: ["子", "丑"], answer: "B" }] },
              { type: "判断题", list: [{ question: "二", answer: true }] }
            ]
          },
          { title: "第二章", 多选题: [{ question: "三", options: ["子", "丑"], answer: "AB" }] }
        ]
      }),
      questions: ["[single] 一 | 子 / 丑 => 丑", "[judgement] 二 => 正确", "[multiple] 三 | 子 / 丑 => 子 + 丑"]
    },
    "that is the reply of another bank": {
      file: "a.json",
      content: json({ code: 1, data: { question: "一", answer: "丑", times: 9 }, message: "请求成功" }),
      questions: ["[unknown] 一 => 丑"]
    },
    "that is what tikuAdapter replies": {
      file: "a.json",
      content: json({
        plat: 0,
        question: "一",
        options: ["子", "丑"],
        type: 0,
        answer: { answerKey: ["B"], answerKeyText: "B", answerIndex: [1], bestAnswer: ["丑"], allAnswer: [["丑"]] }
      }),
      questions: ["[single] 一 | 子 / 丑 => 丑"]
    },
    "of a bank whose types are numbers": {
      file: "a.json",
      content: json([
        { question: "一", options: ["子", "丑"], type: 0, answer: ["丑"] },
        { question: "二", options: ["子", "丑", "寅"], type: 1, answer: ["丑", "寅"] },
        { question: "三对吗", options: [], type: 3, answer: ["对"] },
        { question: "四____", options: [], type: 2, answer: ["子"] }
      ]),
      questions: [
        "[single] 一 | 子 / 丑 => 丑",
        "[multiple] 二 | 子 / 丑 / 寅 => 丑 + 寅",
        "[judgement] 三对吗 => 正确",
        "[completion] 四____ => 子"
      ]
    },
    "that is the memory of a quiz client": {
      file: "cache.json",
      content: json({
        "【单选题】一（ ）": "丑",
        "【多选题】二": "子\n丑",
        "【填空题】三": "子#丑",
        "地球是圆的。": "对"
      }),
      questions: [
        "[single] 一（ ） => 丑",
        "[multiple] 二 => 子 + 丑",
        "[completion] 三 => 子 + 丑",
        "[unknown] 地球是圆的。 => 对"
      ]
    },
    "of the questions for drivers": {
      file: "jk.json",
      content: json({
        result: [
          {
            id: "1",
            question: "这个标志是何含义？",
            answer: "4",
            item1: "向左",
            item2: "直行",
            item3: "向右",
            item4: "停车",
            explains: "略",
            url: ""
          },
          { id: "2", question: "应当礼让行人。", answer: "1", item1: "正确", item2: "错误", item3: "", item4: "" }
        ],
        reason: "ok"
      }),
      questions: [
        "[unknown] 这个标志是何含义？ | 向左 / 直行 / 向右 / 停车 => 停车",
        "[judgement] 应当礼让行人。 | 正确 / 错误 => 正确"
      ]
    },
    "with right and wrong answers apart": {
      file: "opentdb.json",
      content: json({
        results: [
          {
            type: "multiple",
            category: "x",
            question: "Which is a planet?",
            correct_answer: "Earth",
            incorrect_answers: ["Moon", "Sun"]
          }
        ]
      }),
      questions: ["[single] Which is a planet? | Earth / Moon / Sun => Earth"]
    },
    "with lists of texts and labels beside each other": {
      file: "arc.jsonl",
      content:
        JSON.stringify({
          id: "a",
          question: {
            stem: "Which is a planet?",
            choices: [
              { label: "A", text: "Moon" },
              { label: "B", text: "Earth" }
            ]
          },
          answerKey: "B"
        }) +
        "\n" +
        JSON.stringify({
          question: "Which is a star?",
          choices: { text: ["Moon", "Sun"], label: ["1", "2"] },
          answerKey: "2"
        }),
      questions: [
        "[unknown] Which is a planet? | Moon / Earth => Earth",
        "[unknown] Which is a star? | Moon / Sun => Sun"
      ]
    },
    "with an answer in letters and in words that differ": {
      file: "medqa.jsonl",
      content: [
        { question: "一", answer: "丑", options: { A: "子", B: "丑" }, answer_idx: "B" },
        { question: "二", answer: "丑", options: { A: "子", B: "丑" }, answer_idx: "A" }
      ]
        .map((row) => JSON.stringify(row))
        .join("\n"),
      questions: ["[unknown] 一 | 子 / 丑 => 丑"],
      problems: [/2: two answers of the row contradict each other/]
    },
    "of lists, the first of them the names": {
      file: "a.json",
      content: json([
        ["题目", "A", "B", "答案"],
        ["一", "子", "丑", "B"]
      ]),
      questions: ["[unknown] 一 | 子 / 丑 => 丑"]
    },
    "as pages keep it": {
      file: "questions.js",
      content: `const questions = ${json([{ q: "一", a: "丑" }])};\n`,
      questions: ["[unknown] 一 => 丑"]
    },
    "one beside another that is no question": {
      file: "a.json",
      content: json([{ question: "一", answer: "丑" }, { foo: 1 }, "text", { question: "没有答案" }]),
      questions: ["[unknown] 一 => 丑"],
      problems: [/2: it is no object/, /3: it is no object/, /4: there is no answer/]
    },
    "with letters that are the texts of other options": {
      file: "a.json",
      content: json([{ question: "可以使用的全部类别有", options: ["A、B、C、D", "A、B", "A", "B、C"], answer: "A" }]),
      questions: ["[unknown] 可以使用的全部类别有 | A、B、C、D / A、B / A / B、C => A、B、C、D"]
    },
    "whose answers are texts, one of them a letter": {
      file: "a.json",
      content: json([
        { question: "一", options: ["子", "丑"], answer: "丑" },
        { question: "维生素", options: ["B", "C", "A"], answer: "A" }
      ]),
      questions: ["[unknown] 一 | 子 / 丑 => 丑", "[unknown] 维生素 | B / C / A => A"]
    },
    "whose answers are letters and texts, one of them both": {
      file: "a.json",
      content: json([
        { question: "一", options: ["子", "丑"], answer: "丑" },
        { question: "二", options: ["子", "丑"], answer: "B" },
        { question: "维生素", options: ["B", "C", "A"], answer: "A" }
      ]),
      questions: ["[unknown] 一 | 子 / 丑 => 丑", "[unknown] 二 | 子 / 丑 => 丑"],
      problems: [/3: the answer A is one option's letter and another option's text/]
    }
  })
})

describe("a text of questions", () => {
  check({
    "numbered, with its answers in many places": {
      file: "a.txt",
      content: `某课程复习题
一、单项选择题
1. 下列属于行星的是（  ）。
A. 月亮  B. 地球
C. 太阳  D. 天狼星
答案：B
解析：地球绕太阳运行。
2、下列属于恒星的是（ C ）。
A、地球
B、火星
C、太阳
二、多项选择题
1. 下列属于行星的有（  ）。
A.地球 B.月亮 C.火星
【正确答案】AC
三、判断题
1. 地球绕太阳转。（√）
2. 月亮会自己发光。 答案：错
四、填空题
1. 一年有____个月，一天有____小时。
答案：12；24
五、简答题
1. 简述四季的成因。
答：地轴倾斜。
参考答案
一、1.B 2.C
`,
      questions: [
        "[single] 下列属于行星的是（ ）。 | 月亮 / 地球 / 太阳 / 天狼星 => 地球",
        "[single] 下列属于恒星的是（ ）。 | 地球 / 火星 / 太阳 => 太阳",
        "[multiple] 下列属于行星的有（ ）。 | 地球 / 月亮 / 火星 => 地球 + 火星",
        "[judgement] 地球绕太阳转。 => 正确",
        "[judgement] 月亮会自己发光。 => 错误",
        "[completion] 一年有____个月，一天有____小时。 => 12 + 24",
        "[essay] 简述四季的成因。 => 地轴倾斜。"
      ]
    },
    "with all answers at its end": {
      file: "a.txt",
      content: `一、单选题
1. 一是
A. 子
B. 丑
2. 二是
A. 子
B. 丑
3. 三是
A. 子
B. 丑
二、判断题
1. 地球是圆的。
2. 月亮发光。
答案
一、单选题
1-3 BAB
二、判断题
1.√ 2.×
`,
      questions: [
        "[single] 一是 | 子 / 丑 => 丑",
        "[single] 二是 | 子 / 丑 => 子",
        "[single] 三是 | 子 / 丑 => 丑",
        "[judgement] 地球是圆的。 => 正确",
        "[judgement] 月亮发光。 => 错误"
      ]
    },
    "whose answers at the end contradict those inside": {
      file: "a.txt",
      content: "一、单选题\n1. 一是（ A ）\nA. 子\nB. 丑\n参考答案\n一、1.B\n",
      questions: [],
      problems: [/2: two answers of the row contradict each other/]
    },
    "whose answers at the end may belong to two parts": {
      file: "a.txt",
      content: "一、单选题\n1. 一是\nA. 子\nB. 丑\n二、多选题\n1. 二是\nA. 子\nB. 丑\n参考答案\n1.B\n",
      questions: [],
      problems: [/2: the answers at the end do not say which part/, /6: the answers at the end/]
    },
    "of 学习通, with what a student answered": {
      file: "a.txt",
      content: `1. (单选题)下列属于行星的是
A. 月亮
B. 地球
我的答案: A
正确答案: B
答案解析：略
得分：0.0分
2. 【判断题】地球是圆的
我的答案：错 正确答案：对
`,
      questions: ["[single] 下列属于行星的是 | 月亮 / 地球 => 地球", "[judgement] 地球是圆的 => 正确"]
    },
    "of 问卷星, which marks the right option": {
      file: "a.txt",
      content:
        "1.下列属于行星的是[单选题]\nA.月亮\nB.地球(正确答案)\nC.太阳\n\n2.行星有 [多选题]\nA.地球(正确答案)\nB.火星（正确答案）\nC.太阳\n",
      questions: [
        "[single] 下列属于行星的是 | 月亮 / 地球 / 太阳 => 地球",
        "[multiple] 行星有 | 地球 / 火星 / 太阳 => 地球 + 火星"
      ]
    },
    "of Markdown": {
      file: "a.md",
      content: "# 单选题\n\n**1.** 一是哪个？\n\n- A: 子\n- B: 丑\n\n**答案**：B\n\n**解析**：略\n",
      questions: ["[single] 一是哪个？ | 子 / 丑 => 丑"]
    },
    "of Aiken": {
      file: "a.txt",
      content: "Which is a planet?\nA. Moon\nB. Earth\nANSWER: B\n\nWhich is a star?\nA) Sun\nB) Moon\nANSWER: A\n",
      questions: [
        "[unknown] Which is a planet? | Moon / Earth => Earth",
        "[unknown] Which is a star? | Sun / Moon => Sun"
      ]
    },
    "of GIFT": {
      file: "a.txt",
      content: `// comment
::一:: 下列属于行星的是 {~月亮 =地球 ~太阳#不对}

行星有 {~%50%地球 ~%50%火星 ~%-100%太阳}

地球是圆的。{TRUE}

首都是 {=北京} 。

一加一 {#2}

连线 {=甲 -> 乙 =丙 -> 丁}
`,
      questions: [
        "[single] 下列属于行星的是 | 月亮 / 地球 / 太阳 => 地球",
        "[multiple] 行星有 | 地球 / 火星 / 太阳 => 地球 + 火星",
        "[judgement] 地球是圆的。 => 正确",
        "[completion] 首都是 ____ 。 => 北京",
        "[completion] 一加一 => 2"
      ],
      problems: [/12: a question of matching pairs/]
    },
    "whose answer is a list of its own": {
      file: "a.txt",
      content: "一、简答题\n1. 简述原则。\n答案：\n1. 公开\n2. 公平\n3. 公正\n2. 简述步骤。\n答案：先甲后乙\n",
      questions: ["[essay] 简述原则。 => 1. 公开 2. 公平 3. 公正", "[essay] 简述步骤。 => 先甲后乙"]
    },
    "without an answer": {
      file: "a.txt",
      content: "1. 一是\nA. 子\nB. 丑\n2. 二是\nA. 子\nB. 丑\n答案：A\n",
      questions: ["[unknown] 二是 | 子 / 丑 => 子"],
      problems: [/1: there is no answer/]
    }
  })
})

describe("a Word document", () => {
  check({
    "whose numbers and letters Word puts there": {
      file: "a.docx",
      content: docxOf([
        "一、单项选择题",
        { list: 1, text: "下列属于行星的是（ ）" },
        { list: 1, level: 1, text: "月亮" },
        { list: 1, level: 1, text: "地球" },
        "答案：B",
        { list: 1, text: "下列属于恒星的是（ ）" },
        { list: 1, level: 1, text: "太阳" },
        { list: 1, level: 1, text: "地球" },
        "答案：A"
      ]),
      questions: [
        "[single] 下列属于行星的是（ ） | 月亮 / 地球 => 地球",
        "[single] 下列属于恒星的是（ ） | 太阳 / 地球 => 太阳"
      ]
    },
    "with a table of questions": {
      file: "a.docx",
      content: docxOf([
        "单选题",
        {
          table: [
            ["序号", "题目", "选项", "答案"],
            ["1", "一是", "A.子\nB.丑", "B"],
            ["2", "二是", "A.子\nB.丑", "A"]
          ]
        }
      ]),
      questions: ["[unknown] 一是 | 子 / 丑 => 丑", "[unknown] 二是 | 子 / 丑 => 子"]
    },
    "with its answers in a table": {
      file: "a.docx",
      content: docxOf([
        "1. 一是",
        "A. 子  B. 丑",
        "2. 二是",
        "A. 子  B. 丑",
        "参考答案",
        {
          table: [
            ["题号", "1", "2"],
            ["答案", "B", "A"]
          ]
        }
      ]),
      questions: ["[unknown] 一是 | 子 / 丑 => 丑", "[unknown] 二是 | 子 / 丑 => 子"]
    },
    "with raised characters, underlined blanks, what was deleted, and a fraction": {
      file: "a.docx",
      content: docxOf([
        {
          xml: `<w:p><w:r><w:t>1. x</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r><w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del><w:r><w:t xml:space="preserve">=</w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f></m:oMath><w:r><w:t>，x=</w:t></w:r><w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">     </w:t></w:r></w:p>`
        },
        "答案：0.5"
      ]),
      questions: ["[unknown] x^2=(1)/(4)，x=____ => 0.5"]
    },
    "with a picture in a question": {
      file: "a.docx",
      content: docxOf([
        {
          xml: `<w:p><w:r><w:t>1. 图中是什么</w:t></w:r><w:r><w:drawing><a:blip xmlns:a="a"/></w:drawing></w:r></w:p>`
        },
        "A. 子",
        "B. 丑",
        "答案：B",
        "2. 二是",
        "A. 子",
        "B. 丑",
        "答案：A"
      ]),
      questions: ["[unknown] 二是 | 子 / 丑 => 子"],
      problems: [/1: the question or an option holds a picture/]
    }
  })
})

describe("a file that holds no questions to read", () => {
  const refused: Readonly<Record<string, readonly [file: string, content: Layout["content"], why: RegExp]>> = {
    "a PDF": ["a.pdf", "%PDF-1.7\n", /this is a PDF: copy the questions/],
    "an old Word file": ["a.doc", Uint8Array.from(Buffer.alloc(4)), /NUL bytes/],
    RTF: ["a.rtf", "{\\rtf1 x}", /this is RTF: save it as .docx/],
    "a sheet without names": [
      "a.xlsx",
      sheets([
        ["一", "二"],
        ["三", "四"]
      ]),
      /no row with the names of the columns.*一, 二/
    ],
    "two columns without names": ["a.csv", "首都,北京\n省会,南京\n", /no row with the names/],
    "settings in JSON": ["a.json", '{"name":"x","version":"1.0","author":"y"}', /no question was found/],
    prose: ["a.txt", "今天天气很好。我们去公园。\n", /no question was found.*今天天气/]
  }
  for (const [name, [file, content, why]] of Object.entries(refused)) {
    it.effect(`is refused with a reason: ${name}`, () =>
      Effect.gen(function* () {
        assert.match(yield* refusalOf(file, yield* bytesOf(content)), why)
      })
    )
  }
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { manage, query, startSiku } from "../support/siku.ts"

// What is in the bank, in plain wording.
const bank = {
  line: {
    title: "我国社会主义初级阶段的基本路线的核心内容是（）",
    options: ["一个中心、两个基本点", "四项基本原则", "改革开放", "自力更生"],
    type: "single",
    answer: ["一个中心、两个基本点"]
  },
  city: {
    title: "1921年7月，中国共产党第一次全国代表大会在哪座城市召开？",
    options: ["北京", "上海", "广州", "武汉"],
    type: "single",
    answer: ["上海"]
  },
  philosophy: {
    title: "马克思主义哲学的基本问题是____和____的关系问题。",
    options: [],
    type: "completion",
    answer: ["思维", "存在"]
  },
  constitution: { title: "我国现行宪法于____年通过。", options: [], type: "completion", answer: ["1982"] },
  function: {
    title: "设函数 f(x)=x²+1，则 f(2) 等于（ ）",
    options: ["3", "4", "5", "6"],
    type: "single",
    answer: ["5"]
  },
  school: {
    title: "Choose the best answer. She ____ to school every day.",
    options: ["go", "goes", "going", "gone"],
    type: "single",
    answer: ["goes"]
  },
  sign: {
    title: "下图所示标志的含义是 https://p.ananas.example.com/star3/origin/aa11.png",
    options: ["禁止通行", "注意行人", "减速慢行", "停车让行"],
    type: "single",
    answer: ["禁止通行"]
  },
  war: {
    title: "抗日战争胜利的时间是（ ）",
    options: ["1943年", "1944年", "1945年", "1946年"],
    type: "single",
    answer: ["1945年"]
  },
  objects: {
    title: "以下选项中，属于面向对象程序设计基本特征的有",
    options: ["封装", "继承", "多态", "递归"],
    type: "multiple",
    answer: ["封装", "继承", "多态"]
  },
  list: {
    title: "若线性表采用顺序存储结构，则在第i个位置插入一个元素的平均时间复杂度为（）",
    options: ["O(1)", "O(n)", "O(logn)", "O(n²)"],
    type: "single",
    answer: ["O(n)"]
  },
  code: {
    title: "下列程序段的输出是",
    options: ['int a=1; printf("%d",a);', "int b=2; puts(b);", "x=1;"],
    type: "single",
    answer: ["x=1;"]
  }
}
const optionsOf = (name: keyof typeof bank) => bank[name].options.join("\n")

type Page = readonly [what: string, of: keyof typeof bank, asked: Readonly<Record<string, string>>]
const pages: ReadonlyArray<Page> = [
  [
    "letter and text on two lines",
    "line",
    {
      title: bank.line.title,
      options: "A.\n一个中心、两个基本点\nB.\n四项基本原则\nC.\n改革开放\nD.\n自力更生",
      type: "single"
    }
  ],
  [
    "letter and text on two lines, without a dot",
    "line",
    {
      title: bank.line.title,
      options: "A\n一个中心、两个基本点\nB\n四项基本原则\nC\n改革开放\nD\n自力更生",
      type: "single"
    }
  ],
  [
    "letters in wide brackets",
    "line",
    {
      title: bank.line.title,
      options: "（A）一个中心、两个基本点\n（B）四项基本原则\n（C）改革开放\n（D）自力更生",
      type: "single"
    }
  ],
  [
    "small letters",
    "line",
    {
      title: bank.line.title,
      options: "a) 一个中心、两个基本点\nb) 四项基本原则\nc) 改革开放\nd) 自力更生",
      type: "single"
    }
  ],
  [
    "circled numbers",
    "line",
    { title: bank.line.title, options: "①一个中心、两个基本点\n②四项基本原则\n③改革开放\n④自力更生", type: "single" }
  ],
  [
    "a title that is cut off",
    "line",
    { title: "我国社会主义初级阶段的基本路线的核心内…", options: optionsOf("line"), type: "single" }
  ],
  [
    "a title that is cut off by dots",
    "city",
    { title: "1921年7月，中国共产党第一次全国代表大会在哪座...", options: optionsOf("city"), type: "single" }
  ],
  [
    "words around the question",
    "city",
    { title: `请问：${bank.city.title}请选择`, options: optionsOf("city"), type: "single" }
  ],
  [
    "a part of the title, searched by hand",
    "city",
    { title: "中国共产党第一次全国代表大会在哪座城市", options: "", type: "" }
  ],
  [
    "the title with its options behind it, searched by hand",
    "city",
    { title: `${bank.city.title} A.北京 B.上海 C.广州 D.武汉`, options: "undefined", type: "undefined" }
  ],
  [
    "named blanks",
    "philosophy",
    {
      title: "马克思主义哲学的基本问题是___（第一空）和___（第二空）的关系问题。",
      options: "第一空：\n第二空：",
      type: "completion"
    }
  ],
  [
    "numbered blanks",
    "philosophy",
    { title: "马克思主义哲学的基本问题是①____和②____的关系问题。", options: "", type: "completion" }
  ],
  [
    "the buttons of an editor for options",
    "philosophy",
    { title: bank.philosophy.title, options: "段落格式\n字体\n字号", type: "completion" }
  ],
  [
    "options for a blank",
    "constitution",
    { title: "我国现行宪法于（ ）年通过", options: "1954\n1975\n1978\n1982", type: "single" }
  ],
  [
    "a formula in lines",
    "function",
    { title: "设函数 f(x)=x\n2\n+1，则 f(2) 等于", options: optionsOf("function"), type: "single" }
  ],
  [
    "English with a number",
    "school",
    { title: "1) She _____ to school every day.", options: "A) go\nB) goes\nC) going\nD) gone", type: "single" }
  ],
  [
    "English without what to do",
    "school",
    { title: "She ____ to school every day.", options: optionsOf("school"), type: "single" }
  ],
  [
    "an image under another query",
    "sign",
    { title: `${bank.sign.title}?x=1`, options: optionsOf("sign"), type: "single" }
  ],
  [
    "an image three times",
    "sign",
    {
      title: `下图所示标志的含义是 ${"https://p.ananas.example.com/star3/origin/aa11.png".repeat(3)}`,
      options: optionsOf("sign"),
      type: "single"
    }
  ],
  [
    "an image three times with commas",
    "sign",
    {
      title: `下图所示标志的含义是,${"https://p.ananas.example.com/star3/origin/aa11.png,".repeat(3)}`,
      options: optionsOf("sign"),
      type: "single"
    }
  ],
  [
    "a kind that is a must, and a score",
    "war",
    { title: "单选题(必考) 抗日战争胜利的时间是（ ）（5.0分）", options: optionsOf("war"), type: "single" }
  ],
  [
    "the kind at the end",
    "objects",
    { title: `${bank.objects.title}（不定项选择）`, options: optionsOf("objects"), type: "multiple" }
  ],
  [
    "number, kind and score",
    "objects",
    { title: `2.多选题 (2分) ${bank.objects.title}`, options: optionsOf("objects"), type: "multiple" }
  ],
  [
    "the kind without brackets",
    "objects",
    { title: `多选题 ${bank.objects.title}`, options: optionsOf("objects"), type: "multiple" }
  ],
  [
    "the kind in the title alone",
    "objects",
    { title: `【多选题】${bank.objects.title}`, options: optionsOf("objects"), type: "" }
  ],
  [
    "who set it",
    "objects",
    { title: `【出题：张老师】1. ${bank.objects.title}（多选）`, options: optionsOf("objects"), type: "multiple" }
  ],
  ["a chapter", "list", { title: `第3章 线性表 ${bank.list.title}`, options: optionsOf("list"), type: "single" }],
  [
    "options of two lines",
    "code",
    {
      title: bank.code.title,
      options: 'A. int a=1;\nprintf("%d",a);\nB. int b=2;\nputs(b);\nC. x=1;',
      type: "single"
    }
  ]
]

describe("what is in the bank", () => {
  it.live("is found however a page words it, by its title or its options", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      for (const question of Object.values(bank)) {
        const made = yield* manage(base, "POST", "/api/v1/questions", question)
        assert.strictEqual(made.status, 201, made.text)
      }
      const missed: Array<string> = []
      for (const [what, of, asked] of pages) {
        const { json } = yield* query(base, asked)
        if (JSON.stringify(json["answers"]) !== JSON.stringify(bank[of].answer))
          missed.push(`${what}: ${JSON.stringify(json)}`)
      }
      assert.deepStrictEqual(missed, [])
    })
  )

  it.live("is not taken for what differs in what counts", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const options = ["5", "6", "4", "7"]
      const pairs = [
        ["若 a=5，则表达式 a++ 的值为", "若 a=5，则表达式 ++a 的值为"],
        ["词头m的含义是", "词头M的含义是"],
        ["基因型为Aa的个体自交，后代有几种基因型", "基因型为AA的个体自交，后代有几种基因型"],
        ["命令ls -r的作用是什么", "命令ls -R的作用是什么"],
        ["英语单词china的中文意思是", "英语单词China的中文意思是"],
        ["Where is China usually made?", "Where is china usually made?"],
        ["Java中boolean类型的默认值是", "Java中Boolean类型的默认值是"],
        ["存储容量单位MB的含义", "传输速率单位Mb的含义"],
        ["设a=1，表达式a++ + b的值", "设a=1，表达式a + ++b的值"],
        ["函数f(x)在x=1处的值", "函数f'(x)在x=1处的值"],
        ["计算5!的值", "计算5的值"],
        ["下列说法①②正确的个数", "下列说法12正确的个数"],
        ["元素Co的原子序数", "化合物CO的分子量"],
        ["计算2½的倒数", "计算21/2的倒数"],
        ["____、____、____是三原色", "____、____是三原色"]
      ] as const
      for (const [title] of pairs) {
        yield* manage(base, "POST", "/api/v1/questions", { title, options, type: "single", answer: ["5"] })
        yield* manage(base, "POST", "/api/v1/questions", { title, options: [], type: "completion", answer: ["5"] })
      }
      const mistaken: Array<string> = []
      for (const [title, asked] of pairs) {
        const found = yield* query(base, { title, options: options.join("\n"), type: "single" })
        assert.strictEqual(found.json["answer"], "5", title)
        for (const [given, type] of [
          [options.toReversed().join("\n"), "single"],
          ["", "completion"],
          ["", ""]
        ] as const) {
          const { json } = yield* query(base, { title: asked, options: given, type })
          if (json["code"] !== 0 && !(asked.startsWith("____") && type === "single"))
            mistaken.push(`${title} | ${asked} | ${type}`)
        }
      }
      assert.deepStrictEqual(mistaken, [])
    })
  )

  it.live("stands for other options where these speak of their places", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const options = ["进程有独立的地址空间", "线程共享地址空间", "A和B都对", "A和B都不对"]
      const title = "关于进程与线程，正确的是"
      yield* manage(base, "POST", "/api/v1/questions", { title, options, type: "single", answer: ["A和B都对"] })
      const same = yield* query(base, { title, options: options.join("\n"), type: "single" })
      assert.strictEqual(same.json["answer"], "A和B都对")
      const shuffled = [options[2], options[0], options[1], options[3]].join("\n")
      assert.strictEqual((yield* query(base, { title, options: shuffled, type: "single" })).json["code"], 0)
    })
  )
})

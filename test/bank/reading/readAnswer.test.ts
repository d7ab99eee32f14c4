import { assert, describe, it } from "@effect/vitest"
import { makeQuestion } from "../../../src/bank/Question.ts"
import type { QuestionType } from "../../../src/bank/QuestionType.ts"
import { type Reading, readAnswer, readReply } from "../../../src/bank/reading/readAnswer.ts"

const asked = (type: QuestionType, options: ReadonlyArray<string> = [], title = "题") =>
  makeQuestion({ title, options, type })
const textsOf = (reading: Reading) => (reading._tag === "Read" ? reading.texts : reading.why)
const reply = (type: QuestionType, options: ReadonlyArray<string>, text: string, title?: string) =>
  textsOf(readReply(asked(type, options, title), text).reading)

const cities = ["北京", "上海", "广州", "深圳"]
const planets = ["地球", "月亮", "火星", "太阳"]

describe("a model's reply to a single choice", () => {
  const dresses = [
    "B",
    "b",
    "Ｂ",
    "(B)",
    "（B）",
    "【B】",
    "[B]",
    "B.",
    "B、",
    "B。",
    "**B**",
    "`B`",
    "$B$",
    "\\boxed{B}",
    "$\\boxed{\\text{B}}$",
    "选B",
    "选 B。",
    "故选：B。",
    "故选B",
    "应选B",
    "选项B",
    "B选项",
    "B项",
    "第二项",
    "第2个",
    "2",
    "答案是B",
    "答案为B。",
    "答案：B",
    "答案: **B**",
    "【答案】B",
    "【答案】：B",
    "正确答案是：B",
    "本题答案选B",
    "正确选项为B",
    "The answer is B.",
    "The correct answer is (B).",
    "Answer: B",
    "**Answer:** B",
    "I would choose B.",
    "Option B",
    "上海",
    "上海。",
    "“上海”",
    "**上海**",
    "B. 上海",
    "B、上海",
    "B 上海",
    "B（上海）",
    "B(上海)",
    "上海（B）",
    "B.上海市",
    "答案是B. 上海",
    "答案是上海。",
    "选上海",
    "答案是B，因为中共一大在上海召开。",
    "B，因为那里开了一大",
    "答案不是A而是B",
    "不是A，而是B",
    "A错误，选B",
    "排除A、C、D，故选B。",
    "不能选A，应选B",
    "A、C、D均错误，故选：B",
    "如果答案是A就矛盾了，所以答案是B",
    "中共一大在上海召开。\n\nB",
    "中共一大在上海召开，因此答案是 B. 上海",
    "B\n\n解析：中共一大于1921年召开。",
    "解析：中共一大于1921年召开。\n答案：B",
    "<think>\n可能是A？\n</think>\nB",
    '<think>\n可能是{"answer":["北京"]}？不对\n</think>\n\n{"answer":["上海"]}',
    "想了很久</think>\n答案：B",
    '{"answer":["上海"]}',
    '{"answer":"B"}',
    '{"answer":["B"],"confidence":0.9}',
    '{"answer":[2]}',
    '{"answer":"B. 上海"}',
    '{"answer":"选B"}',
    '{"答案":"B"}',
    '{"正确答案": ["上海"]}',
    '{"result":"B"}',
    '{"analysis":"略","answer":"B"}',
    '{"data":{"answer":"B"}}',
    '{"answer":{"letter":"B","text":"上海"}}',
    '{"answer":[{"option":"B","text":"上海"}]}',
    "{'answer': ['上海']}",
    "{answer: ['上海'],}",
    '{"answer":["上海",],}',
    "{“answer”：[“上海”]}",
    '["B"]',
    "['上海']",
    '```json\n{"answer":["B"]}\n```',
    "```\nB\n```",
    '先看 {"a": 1}，所以 {"answer": "上海"}',
    "<answer>B</answer>"
  ]
  for (const dress of dresses) {
    it(`is read in ${JSON.stringify(dress)}`, () => assert.deepStrictEqual(reply("single", cities, dress), ["上海"]))
  }

  it("gives nothing where it names no option, or several", () => {
    for (const text of [
      "",
      "天津",
      "E",
      "无法确定",
      "none",
      "不知道",
      "以上都不对",
      '{"answer":[]}',
      '{"answer":null}',
      '{"answer":["天津"]}',
      '{"answer": ["上',
      "首先分析北京。\n然后分析上海。",
      "A. 北京\nB. 上海\nC. 广州",
      "答案不是B",
      "答案是B吗？",
      "AB",
      "A或B",
      "海",
      "上海北京",
      "0",
      "5",
      "{}",
      "[]"
    ]) {
      assert.isString(reply("single", cities, text), text)
    }
  })

  it("reads quotes of any kind, inside and around, escaped or not", () => {
    const options = ["“三个代表”重要思想。", "科学发展观。", "《论持久战》", "《实践论》"]
    for (const text of [
      '{"answer": [""三个代表"重要思想"]}',
      '{"answer":["\\"三个代表\\"重要思想"]}',
      "三个代表重要思想",
      "「三个代表」重要思想",
      "答案：“三个代表”重要思想"
    ]) {
      assert.deepStrictEqual(reply("single", options, text), ["“三个代表”重要思想。"], text)
    }
    assert.deepStrictEqual(reply("single", options, "论持久战"), ["《论持久战》"])
  })

  it("never takes a part of an option for it, nor an option for a part of the answer", () => {
    const languages = ["C", "C++", "C#", "Java"]
    assert.deepStrictEqual(reply("single", languages, '{"answer":["C#"]}'), ["C#"])
    assert.isString(reply("single", languages, '{"answer":["C+"]}'))
    assert.isString(reply("single", languages, "Java虚拟机"))
    assert.isString(reply("single", ["-r", "-R"], "r"))
  })

  it("reads numbers as places only where no option is a number", () => {
    assert.isString(reply("single", ["4", "5", "6"], '{"answer":[2]}'))
    assert.deepStrictEqual(reply("single", ["1954", "1975", "1982"], '{"answer":[1982]}'), ["1982"])
    assert.deepStrictEqual(reply("single", ["①②", "①③", "②③"], "②③"), ["②③"])
  })

  it("reads a letter as the option of that text before the place", () => {
    assert.deepStrictEqual(reply("single", ["D", "C", "B", "A"], "A"), ["A"])
    const files = asked("single", ["A、B、C、D", "A、B", "A", "B、C"])
    assert.deepStrictEqual(textsOf(readAnswer(files, "A")), ["A"])
    assert.deepStrictEqual(textsOf(readAnswer(files, "A", { letters: "places" })), ["A、B、C、D"])
  })

  it("meets an option whatever marks stand between its words, and whatever place it still carries", () => {
    const values = ["富强、民主、文明", "自由、平等、公正", "富强、民主、文明、和谐"]
    assert.deepStrictEqual(reply("single", values, "富强 # 民主 # 文明"), ["富强、民主、文明"])
    assert.isString(reply("single", values, "富强 # 民主"))
    assert.deepStrictEqual(reply("single", ["hello, world!", "hello", "world"], "hello world"), ["hello, world!"])
    assert.deepStrictEqual(reply("single", ["1.矛盾论", "2.实践论"], "矛盾论"), ["1.矛盾论"])
    assert.deepStrictEqual(reply("single", ["1.矛盾论", "2.实践论"], "2"), ["2.实践论"])
    assert.deepStrictEqual(
      reply("multiple", ["夫妻和睦;", "B. 邻里团结 ;", "C男女平等", "D勤俭持家"], "夫妻和睦男女平等"),
      ["夫妻和睦;", "C男女平等"]
    )
  })

  it("takes the one option among alternatives, and the first of several only for who asks twice", () => {
    const writers = ["鲁迅", "老舍", "巴金", "茅盾"]
    assert.deepStrictEqual(reply("single", writers, "孔子;老舍"), ["老舍"])
    const { first, reading } = readReply(asked("single", writers), "鲁迅;巴金")
    assert.strictEqual(textsOf(reading), "Several")
    assert.deepStrictEqual(first === undefined ? undefined : textsOf(first), ["鲁迅"])
    for (const text of ["AB", "A;B", "鲁迅和巴金", '{"answer":["鲁迅","巴金"]}']) {
      assert.isUndefined(readReply(asked("single", writers), text).first, text)
    }
  })

  it("reads formulas out of JSON with single backslashes", () =>
    assert.deepStrictEqual(reply("single", ["$\\frac{1}{2}$", "$\\frac{1}{3}$"], '{"answer":["$\\frac{1}{3}$"]}'), [
      "$\\frac{1}{3}$"
    ]))
})

describe("a model's reply to a multiple choice", () => {
  const dresses = [
    "AC",
    "CA",
    "ac",
    "A,C",
    "A，C",
    "A、C",
    "A C",
    "A;C",
    "A|C",
    "A#C",
    "A###C",
    "A===C",
    "A和C",
    "A and C",
    "A & C",
    "（A）（C）",
    "A.C.",
    "选AC",
    "故选AC。",
    "答案：A、C",
    "答案是A和C。",
    "正确答案是：AC",
    "正确答案分别是A、C",
    "The correct answers are A and C.",
    "The answer is A, C",
    "\\boxed{AC}",
    "地球、火星",
    "地球,火星",
    "地球；火星。",
    "地球|火星",
    "地球#火星",
    "地球###火星",
    "地球===火星",
    "地球和火星",
    "地球以及火星",
    "地球火星",
    "地球 火星",
    "A. 地球 C. 火星",
    "A.地球；C.火星。",
    "A.地球\nC.火星",
    "A、地球 C、火星",
    "A 月亮不算；答案：A 地球；C 火星",
    "A地球C火星",
    "- 地球\n- 火星",
    "1. 地球\n2. 火星",
    "（A）地球，（C）火星",
    "1,3",
    "第一项、第三项",
    '{"answer":"A. 地球\\nC. 火星"}',
    '{"answer":["A","C"]}',
    '{"answer":["地球","火星"]}',
    '{"answer":["A. 地球","C. 火星"]}',
    '{"answer":"AC"}',
    '{"answer":[1,3]}',
    '{"answer":{"A":true,"B":false,"C":true,"D":false}}',
    '{"answers":[{"letter":"A","text":"地球"},{"letter":"C","text":"火星"}]}',
    '["A","C"]',
    "分析：月亮是卫星，太阳是恒星。\n\n答案：AC",
    "AC\n\n月亮是卫星，太阳是恒星。"
  ]
  for (const dress of dresses) {
    it(`is read in ${JSON.stringify(dress)}`, () =>
      assert.deepStrictEqual(reply("multiple", planets, dress), ["地球", "火星"]))
  }

  it("takes an option that holds separators as one, and what is glued of the fewest options", () => {
    const options = ["赤、橙", "黄、绿", "赤", "橙"]
    assert.deepStrictEqual(reply("multiple", options, "赤、橙"), ["赤、橙"])
    assert.deepStrictEqual(reply("multiple", options, "赤、橙、黄、绿"), ["赤、橙", "黄、绿"])
  })

  it("gives nothing where a part of it is no option", () => {
    for (const text of ["地球和木星", "AE", '{"answer":["地球","木星"]}', "地", "BAD ONE", "13"]) {
      assert.isString(reply("multiple", planets, text), text)
    }
  })
})

describe("an answer whose order carries meaning", () => {
  it("keeps order and repeats: a cloze, a list of words, an order, pairs", () => {
    assert.deepStrictEqual(textsOf(readAnswer(asked("completion", planets), "B,A,A")), ["月亮", "地球", "地球"])
    assert.deepStrictEqual(textsOf(readAnswer(asked("unknown", planets), "C→A→B→D")), ["火星", "地球", "月亮", "太阳"])
    assert.deepStrictEqual(textsOf(readAnswer(asked("unknown", planets), ["C", "A"])), ["火星", "地球"])
    assert.deepStrictEqual(textsOf(readAnswer(asked("multiple", planets), "C,A")), ["地球", "火星"])
  })
})

describe("a judgement", () => {
  const right = [
    "正确",
    "对",
    "√",
    "✓",
    "是",
    "T",
    "true",
    "True.",
    "对。",
    "正确，因为…",
    "该说法正确",
    "这个说法是正确的。",
    "答案：对",
    "【答案】√",
    "The statement is true.",
    "Yes",
    "正しい",
    "○",
    "はい",
    "verdadero",
    "vrai",
    "참",
    "верно",
    '{"answer":["正确"]}',
    '{"answer":true}',
    "**正确**",
    "A. 对",
    "说法成立"
  ]
  const wrong = [
    "错误",
    "错",
    "×",
    "不正确",
    "不对",
    "否",
    "F",
    "false",
    "False. The sky is blue.",
    "该命题错误",
    "这种说法是不正确的",
    "答案为：错误。",
    "the statement is incorrect",
    "No",
    "誤り",
    "いいえ",
    "falso",
    "faux",
    "거짓",
    "неверно",
    '{"answer":"错误"}',
    '{"answer":false}',
    "B. 错",
    "此说法不成立"
  ]
  for (const options of [[], ["对", "错"], ["A. 正确", "B. 错误"], ["√", "×"], ["True", "False"]]) {
    it(`is read by its words with the options ${options.join()}`, () => {
      const question = asked("judgement", options)
      const [first = "正确", second = "错误"] = question.options
      for (const text of right) assert.deepStrictEqual(textsOf(readReply(question, text).reading), [first], text)
      for (const text of wrong) assert.deepStrictEqual(textsOf(readReply(question, text).reading), [second], text)
      for (const text of ["也许", "无法确定", "正确或错误", "正确错误", "C"]) {
        assert.isString(textsOf(readReply(question, text).reading), text)
      }
    })
  }

  it("is read by letters where there are options, and never without", () => {
    assert.deepStrictEqual(reply("judgement", ["对", "错"], "B"), ["错"])
    assert.isString(reply("judgement", [], "A"))
    assert.deepStrictEqual(reply("judgement", ["能", "不能"], "不能"), ["不能"])
  })
})

describe("blanks", () => {
  const two = "马克思主义哲学的基本问题是____和____的关系问题"
  const parts = ["思维", "存在"]
  for (const text of [
    '{"answer":["思维","存在"]}',
    '["思维","存在"]',
    '{"answer":"思维###存在"}',
    '{"answer":{"1":"思维","2":"存在"}}',
    "思维###存在",
    "思维#存在",
    "思维、存在",
    "思维；存在",
    "思维,存在",
    "思维 存在",
    "思维\n存在",
    "思维|存在",
    "思维===存在",
    "1. 思维 2. 存在",
    "①思维；②存在",
    "(1)思维；(2)存在",
    "第一空：思维；第二空：存在",
    "答案：思维、存在",
    "答案：1. 思维\n2. 存在",
    "\\boxed{思维}，\\boxed{存在}"
  ]) {
    it(`are read in ${JSON.stringify(text)}`, () => assert.deepStrictEqual(reply("completion", [], text, two), parts))
  }

  it("want one part each from a model", () => {
    assert.strictEqual(reply("completion", [], '{"answer":["思维"]}', two), "OtherBlanks")
    assert.strictEqual(reply("completion", [], '{"answer":["a","b","c"]}', two), "OtherBlanks")
  })

  it("take the whole text where there is one, with all signs in it", () => {
    const one = "循环的条件是____"
    for (const text of ["a|b", "i<10;i++", "x, y", "New York", "1/2", "[0,1]", "C#"]) {
      assert.deepStrictEqual(reply("completion", [], text, one), [text], text)
      assert.deepStrictEqual(reply("completion", [], JSON.stringify({ answer: [text] }), one), [text], text)
    }
    assert.deepStrictEqual(reply("completion", [], "答案：北京", one), ["北京"])
    assert.deepStrictEqual(reply("completion", [], "经过分析。\n答案：北京", one), ["北京"])
    assert.strictEqual(reply("completion", [], "首先分析甲。\n然后分析乙。", one), "Nothing")
  })

  it("are essays where the title shows none", () => {
    const essay = "第一，解放思想。\n第二，实事求是。"
    const line = "第一，解放思想。 第二，实事求是。"
    for (const type of ["essay", "completion", "unknown"] as const) {
      assert.deepStrictEqual(reply(type, [], essay, "简述党的思想路线"), [line], type)
      assert.deepStrictEqual(reply(type, [], JSON.stringify({ answer: [essay] }), "简述党的思想路线"), [line], type)
    }
  })
})

describe("an answer of a file", () => {
  it("is read in lists, numbers and objects", () => {
    const question = asked("multiple", planets)
    for (const said of [
      ["A", "C"],
      ["地球", "火星"],
      "A###C",
      "AC",
      '["A","C"]',
      { A: true, B: false, C: true },
      [1, 3]
    ]) {
      assert.deepStrictEqual(textsOf(readAnswer(question, said)), ["地球", "火星"], JSON.stringify(said))
    }
    assert.deepStrictEqual(textsOf(readAnswer(asked("judgement"), true)), ["正确"])
    assert.deepStrictEqual(textsOf(readAnswer(asked("single", cities), 0, { firstNumber: 0 })), ["北京"])
    assert.deepStrictEqual(
      textsOf(readAnswer(asked("single", ["10", "20"]), 1, { firstNumber: 0, numbers: "places" })),
      ["20"]
    )
  })

  it("says whether letters named the options, or their texts", () => {
    const by = (said: unknown) => {
      const reading = readAnswer(asked("multiple", planets), said)
      return reading._tag === "Read" ? reading.by : reading.why
    }
    assert.deepStrictEqual(["AC", "地球", "A. 地球", [1], "木星"].map(by), [
      "place",
      "text",
      "text",
      "place",
      "NoOption"
    ])
  })

  it("is no letter without options, no text with letters left out", () => {
    assert.strictEqual(textsOf(readAnswer(asked("single"), "B")), "LetterWithoutOptions")
    assert.deepStrictEqual(textsOf(readAnswer(asked("completion", [], "维生素____"), "C")), ["C"])
    const letters = new Map([
      ["A", 0],
      ["D", 1]
    ])
    assert.deepStrictEqual(textsOf(readAnswer(asked("single", ["甲", "乙"]), "D", { placeOfLetter: letters })), ["乙"])
    assert.strictEqual(textsOf(readAnswer(asked("single", ["甲", "乙"]), "B", { placeOfLetter: letters })), "NoOption")
  })

  it("keeps a text for a blank as it is", () => {
    for (const text of ["答案待定的问题", "a;b", "北京。", "{x}"]) {
      assert.deepStrictEqual(textsOf(readAnswer(asked("completion", [], "填____"), text)), [text])
    }
    assert.deepStrictEqual(textsOf(readAnswer(asked("completion", [], "填____"), "答案：北京")), ["北京"])
  })
})

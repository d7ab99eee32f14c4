// What each role says. It sees nothing but its prompt, and works the exercise out for itself.
import { draw } from "../oracle/draw.ts"
import { applied, type Exercise, questionOf, resultOf } from "./Exercise.ts"
import type { SolverModel } from "./SolverModel.ts"
import { answerOf, ending, spokenLine, sumsIn } from "./speak.ts"
import { isTrapped, type Mind, workOut, type Written } from "./workOut.ts"

const between = (text: string, name: string): string =>
  [...text.matchAll(new RegExp(`<${name}>\\n?([\\s\\S]*?)\\n?</${name}>`, "g"))].at(-1)?.[1] ?? ""

/** What is stated confidence worth: next to nothing (AUROC ≈ 0.5). */
const sure = ({ exercise, model, self }: Mind): number =>
  0.7 + 0.28 * draw(model.seed, questionOf(exercise), self, "sure")

export const plan = (text: string): string => {
  const count = Number(
    /exactly (\d+) strateg|恰好 ?(\d+) ?个|(\d+) 个策略|(\d+) 条/
      .exec(text)
      ?.slice(1)
      .find((each) => each !== undefined) ?? 5
  )
  const form = /Somebody says|有人说/.test(text) ? "boolean" : /^[A-F][.、．)] ?\d/m.test(text) ? "option" : "number"
  const names = ["Direct", "Backwards", "Estimate", "Check units", "Draw it", "Restate", "Small case", "Bounds"]
  const strategies = names.slice(0, count).map((name) => ({ name, hint: `${name}: work it out line by line.` }))
  return JSON.stringify({ difficulty: "medium", form, strategies })
}

export const plain = (mind: Mind): string => {
  const { exercise, model, self } = mind
  const written = workOut(mind)
  const answer = answerOf(exercise, written.at(-1)?.value ?? 0)
  const working = written.map((each) => spokenLine(each, exercise.language)).join("\n")
  return `${working}\n${ending(exercise.language, answer, sure(mind), model.seed, questionOf(exercise), self)}`
}

const refusals = { zh: "信息不足，我需要更多信息才能作答。", en: "I need more information to answer this." }

/** The next step of a thread: half of the working, then the rest; or the step anew, where there is an objection to it. */
export const think = (mind: Mind, text: string): string => {
  const { exercise, model, self } = mind
  const { language } = exercise
  const question = questionOf(exercise)
  const key = [model.seed, question, self] as const
  if (draw(...key, "refuse") < model.refuse) {
    return `${refusals[language]}\nSTATUS: done\nANSWER: ${refusals[language]}\nCONFIDENCE: 0.9`
  }
  const mustConclude = /最后一步|last step|finish now|conclude now|must (?:now )?conclude/i.test(text.slice(-600))
  const counterexample = between(text, "counterexample")
  const objected =
    counterexample === "" ? undefined : reconsidered(mind, between(text, "previous_attempt"), counterexample)
  // From what stands in the steps before, whoever wrote it.
  const context = sumsIn(between(text, "context"))
  const rest = objected === undefined ? workOut(mind, context) : objected.slice(context.length)
  const isFirstOfTwo = !mustConclude && context.length === 0 && rest.length > 2
  const half = isFirstOfTwo ? rest.slice(0, Math.ceil(rest.length / 2)) : rest
  const isDone = !isFirstOfTwo
  const lines = half.map((each) => spokenLine(each, language)).join("\n")
  if (!isDone) return `${lines}\nSTATUS: continue\nCONFIDENCE: ${sure(mind).toFixed(2)}`
  const value = half.at(-1)?.value ?? context.at(-1)?.value ?? 0
  return `${lines}\n${ending(language, answerOf(exercise, value), sure(mind), ...key)}`
}

/** The working anew: without the slip if the objection is taken up; out of the trap, if it speaks of it and is believed. */
const reconsidered = (mind: Mind, previous: string, counterexample: string): ReadonlyArray<Written> => {
  const { exercise, model, self } = mind
  const chance = draw(model.seed, questionOf(exercise), self, counterexample, "takes up")
  const speaksOfTrap = /method|approach|方法|思路/.test(counterexample)
  const isBorneOut =
    /✗ →/.test(counterexample) ||
    sumsIn(previous).some(({ left, right, sign, value }) => !comesTo(left, sign, right, value))
  if (speaksOfTrap) {
    const gives = chance < (isTrapped(mind) ? model.takesUp * 0.4 : model.giveWay)
    return gives
      ? workOut({ ...mind, self: `${self} again ${counterexample}` }, [], false)
      : workOut(mind, [], !isBorneOut)
  }
  return chance < (isBorneOut ? model.takesUp : model.giveWay + 0.4) ? workOut(mind, [], false) : workOut(mind)
}

const comesTo = (left: number, sign: string | undefined, right: number, value: number): boolean =>
  (sign === "+" || sign === "-" || sign === "×" || sign === "÷") && Math.abs(applied(sign, left, right) - value) < 1e-3

/** What is wrong with the step under test in the eyes of somebody who works the exercise out alone. */
const flaw = (mind: Mind, text: string): "sum" | "figure" | "method" | undefined => {
  const { exercise, model, self } = mind
  const sums = sumsIn(between(text, "step"))
  const look = (what: string) => draw(model.seed, questionOf(exercise), self, what) >= model.overlook
  if (sums.some(({ left, right, sign, value }) => !comesTo(left, sign, right, value)) && look("sum")) return "sum"
  const before = sumsIn(between(text, "context"))
  const own = workOut(mind, [], false)
  const known = new Set([
    ...exercise.numbers,
    1,
    2,
    100,
    ...before.map(({ value }) => value),
    ...sums.map(({ value }) => value)
  ])
  if (sums.some(({ left, right }) => !known.has(left) || !known.has(right)) && look("figure")) return "figure"
  const signs = [...before, ...sums].map(({ sign }) => sign).join("")
  const mine = own.map(({ line }) => line.sign).join("")
  return !mine.startsWith(signs) && look("method") ? "method" : undefined
}

const objections = {
  zh: {
    sum: "其中一个算式算错了，请重算。",
    figure: "其中一个数抄错了，请对照题目。",
    method: "这种方法不对，少考虑了一个条件。"
  },
  en: {
    sum: "One of the sums does not come out.",
    figure: "One of the figures is not the one in the question.",
    method: "The method is not right: one condition was passed over."
  }
}

/** A challenger sees that something is wrong, not what the figure ought to be. */
export const challenge = (mind: Mind, text: string): string => {
  const { exercise, model, self } = mind
  const alarm = draw(model.seed, questionOf(exercise), self, "alarm") < model.falseAlarm ? "method" : undefined
  const found = flaw(mind, text) ?? alarm
  return JSON.stringify({
    found: found !== undefined,
    counterexample: found === undefined ? "" : objections[exercise.language][found]
  })
}

export const vote = (mind: Mind, text: string): string => {
  const { exercise, model, self } = mind
  const alarm = draw(model.seed, questionOf(exercise), self, "alarm") < model.falseAlarm
  const found = flaw(mind, text)
  const isAgainst = found !== undefined || alarm
  return JSON.stringify({
    vote: isAgainst ? "reject" : "accept",
    reason: isAgainst ? objections[exercise.language][found ?? "method"] : ""
  })
}

/** Works the exercise out and takes the thread that says the same; else the answer that most threads give. */
export const fuse = (mind: Mind, text: string): string => {
  const { exercise } = mind
  const own = answerOf(exercise, workOut(mind).at(-1)?.value ?? 0)
  const said = [...text.matchAll(/(?:Its answer|它的答案)[:：] ?([^\n<]{1,40})/g)].map(
    ([, answer]) => answer?.trim() ?? ""
  )
  const counts = new Map<string, number>()
  for (const answer of said) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  const [most = own] = [...counts].toSorted(([, a], [, b]) => b - a).map(([answer]) => answer)
  const answer = said.includes(own) ? own : most
  return exercise.language === "zh" ? `综合各条思路，结果如下。\n答案：${answer}` : `Taken together:\nANSWER: ${answer}`
}

export const summarise = (text: string): string =>
  sumsIn(text)
    .map(({ left, right, sign, value }) => `${left} ${sign} ${right} = ${value}.`)
    .join(" ") || "Nothing yet."

/** The right answer, for the dataset alone: no role is given it. */
export const rightAnswer = (exercise: Exercise): string =>
  answerOf(exercise, resultOf(exercise.kind.right, exercise.numbers))

export const mindOf = (model: SolverModel, exercise: Exercise, self: string): Mind => ({ model, exercise, self })

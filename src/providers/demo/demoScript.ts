import type { CallRole } from "../CallRole.ts"
import { solveArithmetic } from "./arithmetic.ts"
import { type DemoPrompt, taggedIn } from "./DemoPrompt.ts"

/** One strategy is played so that its first step is wrong, is objected to and revised. */
const strategies = {
  en: [
    { name: "direct", hint: "Answer by the shortest way." },
    { name: "first impression", hint: "Say what comes to mind, and mend it." },
    { name: "word by word", hint: "Read the question slowly before anything else." }
  ],
  zh: [
    { name: "直接求解", hint: "走最短的路。" },
    { name: "第一印象", hint: "先说想到的，再改正。" },
    { name: "逐字审题", hint: "先慢慢读题。" }
  ]
}
const quick = { en: "direct", zh: "直接求解" }
const hasty = { en: "first impression", zh: "第一印象" }
/** By these words of its own the demo model knows the wrong step again. */
const slip = { en: "at a glance", zh: "一眼看去" }

/** What the demo model says in a role. Whatever people may read calls itself scripted. */
export const demoScript = (role: CallRole, prompt: DemoPrompt): string => {
  switch (role) {
    case "planner":
      return plan(prompt)
    case "thinker":
      return step(prompt)
    case "challenger":
      return challenge(prompt)
    case "voter":
      return vote(prompt)
    case "summarizer":
      return summarise(prompt)
    default:
      return prompt.instruction.includes("STATUS: done") ? conclude(prompt) : answer(prompt)
  }
}

interface Outcome {
  readonly text: string
  /** Alone, as it is compared. */
  readonly answer: string
  readonly isSolved: boolean
}

const outcomeOf = ({ language, options, question }: DemoPrompt): Outcome => {
  const solved = solveArithmetic(question)
  const right = options.find(({ text }) => text.trim() === solved?.value) ?? options[0]
  const isSolved = solved !== undefined && (right === undefined || right.text.trim() === solved.value)
  const result = solved === undefined ? undefined : `${solved.sum} = ${solved.value}`
  if (language === "zh")
    return {
      isSolved,
      answer: right?.letter ?? solved?.value ?? "接入真实的模型后才有答案",
      text: result ?? "脚本没有知识，只演示思考的过程；接入真实的模型后才有答案"
    }
  return {
    isSolved,
    answer: right?.letter ?? solved?.value ?? "connect a real model to have this answered",
    text: result ?? "this script knows nothing and only shows how a question is thought through; connect a real model"
  }
}

const plan = ({ language, options, question }: DemoPrompt): string =>
  JSON.stringify({
    difficulty: "medium",
    form: options.length > 0 ? "option" : solveArithmetic(question) === undefined ? "open" : "number",
    strategies: strategies[language]
  })

/** Prompts name the thread's strategy in quotes. */
const follows = ({ instruction, system }: DemoPrompt, strategy: string): boolean =>
  [`"${strategy}"`, `“${strategy}”`].some((name) => system.includes(name) || instruction.includes(name))

const step = (prompt: DemoPrompt): string => {
  const { instruction, language, question, words } = prompt
  const number = Number(/(?:Write step |写第 ?)(\d+)/.exec(instruction)?.[1] ?? "3")
  const isLast = /This is the last step|这是最后一步/.test(instruction)
  const named = words
    .map((word) => (language === "zh" ? `“${word}”` : `"${word}"`))
    .join(language === "zh" ? "、" : ", ")
  const isHasty = follows(prompt, hasty[language])
  const isRevision = taggedIn(prompt, "previous_attempt") !== ""
  const shortest = follows(prompt, quick[language]) ? 2 : 3
  if (isLast || number >= shortest) return conclude(prompt)
  if (language === "zh") {
    if (number > 1)
      return `演示模型：把题目分成几部分来看：${named}。每一部分都与所问有关，逐一处理。\n\nSTATUS: continue`
    if (isHasty && !isRevision)
      return `演示模型：${slip.zh}，“${question}”不必细读就能回答。\n\nSTATUS: continue\nCONFIDENCE: 0.4`
    return isRevision
      ? `演示模型：质疑成立，刚才没有读题。重新逐字读“${question}”：关键是${named}。\n\nSTATUS: continue`
      : `演示模型：先逐字读题“${question}”。关键是${named}。\n\nSTATUS: continue`
  }
  if (number > 1)
    return `Scripted demo: I take the parts of the question in turn: ${named}. Each bears on what is asked.\n\nSTATUS: continue`
  if (isHasty && !isRevision)
    return `Scripted demo: ${slip.en}, "${question}" needs no reading to be answered.\n\nSTATUS: continue\nCONFIDENCE: 0.4`
  return isRevision
    ? `Scripted demo: the objection is right, the question was not read. Word by word, what matters in "${question}" is ${named}.\n\nSTATUS: continue`
    : `Scripted demo: first I read the question word by word: "${question}". What matters in it is ${named}.\n\nSTATUS: continue`
}

const conclude = (prompt: DemoPrompt): string => {
  const { answer, isSolved, text } = outcomeOf(prompt)
  const said = prompt.language === "zh" ? `演示模型：${text}。` : `Scripted demo: ${text}.`
  return `${said}\n\nSTATUS: done\nANSWER: ${answer}\nCONFIDENCE: ${isSolved ? 0.95 : 0.5}`
}

const isSlip = (prompt: DemoPrompt): boolean => taggedIn(prompt, "step").includes(slip[prompt.language])

const challenge = (prompt: DemoPrompt): string => {
  if (!isSlip(prompt)) return JSON.stringify({ found: false, counterexample: "" })
  const word = prompt.words[0] ?? ""
  return JSON.stringify({
    found: true,
    counterexample:
      prompt.language === "zh"
        ? `演示模型：这一步没有读题就作答，题中的“${word}”被忽略了。`
        : `Scripted demo: the step answers without reading the question; "${word}" in it is passed over.`
  })
}

const vote = (prompt: DemoPrompt): string => {
  const isChinese = prompt.language === "zh"
  return JSON.stringify(
    isSlip(prompt)
      ? {
          vote: "reject",
          reason: isChinese
            ? "演示模型：质疑成立，题目没有读。"
            : "Scripted demo: the objection is right, the question was not read."
        }
      : { vote: "accept", reason: isChinese ? "演示模型：这一步站得住。" : "Scripted demo: the step stands." }
  )
}

const summarise = (prompt: DemoPrompt): string => {
  const shown = [...taggedIn(prompt, "text")].slice(0, 200).join("")
  return prompt.language === "zh" ? `演示模型的概要：${shown}` : `Scripted demo, in short: ${shown}`
}

const answer = (prompt: DemoPrompt): string => {
  const { answer, text } = outcomeOf(prompt)
  const wantsLine = /^(?:ANSWER:|答案：)/m.test(prompt.instruction)
  if (prompt.language === "zh")
    return `演示模型：这是照脚本写的回答，没有询问任何真实的模型。\n\n问题：“${prompt.question}”\n\n${text}。${wantsLine ? `\n\n答案：${answer}` : ""}`
  return `Scripted demo: this reply follows a script; no model was asked.\n\nThe question: "${prompt.question}"\n\n${capital(text)}.${wantsLine ? `\n\nANSWER: ${answer}` : ""}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The same as a JSON object, for whoever asks for one. */
export const demoObject = (prompt: DemoPrompt): string => {
  const { answer, text } = outcomeOf(prompt)
  const note = prompt.language === "zh" ? `演示模型：${text}` : `Scripted demo: ${text}`
  return JSON.stringify({ answer, note })
}

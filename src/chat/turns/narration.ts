// The words in which clients that show a model's thoughts are told what happens in a run.
import type { PromptLanguage } from "../../thinking/prompts/language.ts"

type Answers = ReadonlyArray<{ readonly normalised: string; readonly threads: ReadonlyArray<number> }>

interface Narration {
  readonly difficulties: Readonly<Record<"trivial" | "easy" | "medium" | "hard", string>>
  readonly plan: (difficulty: string, strategies: ReadonlyArray<string>) => string
  readonly step: (thread: number, step: number, text: string) => string
  readonly revised: (thread: number, step: number, objection: string) => string
  readonly rejected: (thread: number, step: number, objection: string) => string
  readonly concluded: (thread: number, answer: string) => string
  readonly failed: (thread: number, detail: string) => string
  readonly agreed: (threads: ReadonlyArray<number>) => string
  readonly differ: (answers: Answers) => string
  readonly degraded: (detail: string) => string
}

const en: Narration = {
  difficulties: { trivial: "trivial", easy: "easy", medium: "of medium difficulty", hard: "hard" },
  plan: (difficulty, strategies) => `The question is ${difficulty}. Strategies: ${strategies.join("; ")}.`,
  step: (thread, step, text) => `[Thread ${thread}, step ${step}] ${text}`,
  revised: (thread, step, objection) => `[Thread ${thread}, step ${step}] is thought anew. Objection: ${objection}`,
  rejected: (thread, step, objection) => `[Thread ${thread}, step ${step}] is given up. Objection: ${objection}`,
  concluded: (thread, answer) => `[Thread ${thread}] concludes: ${answer}`,
  failed: (thread, detail) => `[Thread ${thread}] failed: ${detail}`,
  agreed: (threads) => `Threads ${threads.join(", ")} agree.`,
  differ: (answers) =>
    `The threads differ: ${answers.map(({ normalised, threads }) => `${normalised} (thread ${threads.join(", ")})`).join("; ")}.`,
  degraded: (detail) => `Less is done than was asked for: ${detail}.`
}

const zh: Narration = {
  difficulties: { trivial: "很简单", easy: "容易", medium: "中等难度", hard: "很难" },
  plan: (difficulty, strategies) => `这道题${difficulty}。思路：${strategies.join("；")}。`,
  step: (thread, step, text) => `【思路 ${thread}，第 ${step} 步】${text}`,
  revised: (thread, step, objection) => `【思路 ${thread}，第 ${step} 步】重新思考。反例：${objection}`,
  rejected: (thread, step, objection) => `【思路 ${thread}，第 ${step} 步】放弃。反例：${objection}`,
  concluded: (thread, answer) => `【思路 ${thread}】结论：${answer}`,
  failed: (thread, detail) => `【思路 ${thread}】失败：${detail}`,
  agreed: (threads) => `思路 ${threads.join("、")} 结论一致。`,
  differ: (answers) =>
    `各思路有分歧：${answers.map(({ normalised, threads }) => `${normalised}（思路 ${threads.join("、")}）`).join("；")}。`,
  degraded: (detail) => `完成的比要求的少：${detail}。`
}

export const narration: Readonly<Record<PromptLanguage, Narration>> = { en, zh }

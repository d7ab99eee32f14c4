import type { PromptLanguage } from "../../thinking/prompts/language.ts"

const zh = {
  thinking: "思考中",
  waiting: "等待",
  plan: "规划",
  difficulty: { trivial: "简单问答", easy: "容易", medium: "中等", hard: "困难" },
  form: { option: "选择", number: "数值", boolean: "判断", short: "短答", open: "开放" },
  step: (step: number) => `第 ${step} 步`,
  revised: (times: number) => `改 ${times} 次`,
  testing: "质询中",
  stopped: { agreed: "已有一致结论，停止", straggler: "等待已久，停止", budget: "预算将尽，停止" },
  failed: "失败",
  tested: "经检验",
  agreed: "一致",
  disagreed: "分歧",
  fusing: "综合",
  answer: "答案",
  confidence: "把握",
  degraded: "打了折扣",
  cancelled: "已取消",
  bill: (calls: number, tokens: number, cost: string, seconds: string) =>
    `${calls} 次模型调用 · ${tokens} 个 token · ${cost} · ${seconds} 秒`,
  noPrice: "费用未知",
  free: "免费",
  demo: "演示：以下内容由脚本模型生成，不是真实的推理。设置一个服务商的密钥即可使用真实模型。"
}

const en: typeof zh = {
  thinking: "thinking",
  waiting: "waiting",
  plan: "plan",
  difficulty: { trivial: "plain", easy: "easy", medium: "medium", hard: "hard" },
  form: { option: "choice", number: "number", boolean: "true or false", short: "short answer", open: "open" },
  step: (step) => `step ${step}`,
  revised: (times) => (times === 1 ? "revised once" : `revised ${times} times`),
  testing: "being tested",
  stopped: { agreed: "not needed any more", straggler: "took too long", budget: "the budget is running out" },
  failed: "failed",
  tested: "tested",
  agreed: "agreed",
  disagreed: "they differ",
  fusing: "putting together",
  answer: "answer",
  confidence: "confidence",
  degraded: "with less than asked for",
  cancelled: "cancelled",
  bill: (calls, tokens, cost, seconds) =>
    `${calls} ${calls === 1 ? "model call" : "model calls"} · ${tokens} tokens · ${cost} · ${seconds} s`,
  noPrice: "cost unknown",
  free: "free",
  demo: "A demonstration: what follows comes from a scripted model and is no real reasoning. Set the key of a provider to use a real one."
}

export type Words = typeof zh

/** What the terminal says, in the language of the question. */
export const wordsIn = (language: PromptLanguage): Words => (language === "zh" ? zh : en)

import type { Strategy } from "../ThoughtEvent.ts"
import type { PromptLanguage } from "./language.ts"

const strategies: Readonly<Record<PromptLanguage, ReadonlyArray<Strategy>>> = {
  en: [
    {
      name: "direct",
      hint: "Solve it straight on by the most reliable standard method, and check the result against the question."
    },
    {
      name: "decompose",
      hint: "Split the question into small parts that can be settled one after another, solve each, then put them together."
    },
    {
      name: "work backwards",
      hint: "Start from what is asked or from each possible answer, and work back to what is given; keep what fits everything."
    },
    {
      name: "counterexample first",
      hint: "Before you trust a plausible answer, try to refute it: look for counterexamples, traps and boundary cases, and keep what survives."
    },
    {
      name: "estimate and check",
      hint: "First estimate roughly what the answer must be (size, sign, kind), then work it out exactly and compare."
    },
    {
      name: "case by case",
      hint: "List all cases that are possible, go through every one, and leave out only what you have ruled out."
    },
    {
      name: "restate",
      hint: "Restate the question in other terms (a formula, a picture, definitions written out, an equivalent problem), and solve that."
    },
    {
      name: "first principles",
      hint: "Use no remembered result: derive everything needed from definitions and basic facts."
    },
    {
      name: "known results",
      hint: "Look for the law, theorem, source or known fact that the question is built on; check that its conditions hold, and apply it."
    },
    {
      name: "small instances",
      hint: "Try small or special instances, find the pattern, then show why it holds in general."
    }
  ],
  zh: [
    { name: "直接求解", hint: "用最可靠的常规方法直接求解，并对照题目检查结果。" },
    { name: "分解", hint: "把问题拆成可以逐个解决的小问题，分别解决，再合起来。" },
    { name: "逆推", hint: "从所求或每个可能的答案出发，倒推到已知条件，保留与全部条件相符的。" },
    {
      name: "先找反例",
      hint: "在相信一个看似合理的答案之前先设法推翻它：寻找反例、陷阱和边界情形，保留经得起检验的。"
    },
    { name: "估计再核对", hint: "先粗略估计答案应有的大小、正负和类型，再精确求出并比较。" },
    { name: "分类讨论", hint: "列出所有可能的情形，逐一讨论，只舍去已经排除的。" },
    { name: "转化", hint: "用另一种形式重述问题（公式、图形、展开定义、等价问题），再解决它。" },
    { name: "从基本原理出发", hint: "不依赖记忆中的结论，从定义和基本事实推出所需的一切。" },
    { name: "套用已知结论", hint: "找出题目所依据的定律、定理、出处或已知事实，核对其条件成立，再加以运用。" },
    { name: "特例归纳", hint: "先试小的或特殊的例子，发现规律，再说明它为什么普遍成立。" }
  ]
}

/** Ways to go about a question where no model plans, the most useful first; different enough for threads to err differently. */
export const defaultStrategies = (language: PromptLanguage): ReadonlyArray<Strategy> => strategies[language]

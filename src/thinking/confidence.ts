import type { Outcome } from "./Threads.ts"

const mostCertain = 0.99
const leastCertain = 0.05

/**
 * How sure a run is of the answer its leader gives, 0 to 1: what its supporters say of themselves, less for every thread that
 * concludes otherwise or gave no answer, more once it stood a test and for every further supporter.
 */
export const confidenceOf = ({ conclusions, isTested, leader, supporters, unanswered }: Outcome): number => {
  if (leader === undefined) return leastCertain
  const support = conclusions.filter(({ thread }) => supporters.includes(thread))
  const stated = support.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, support.length)
  const comparable = conclusions.filter(({ normalised }) => normalised !== "").length
  const share = support.length / Math.max(1, comparable + unanswered)
  const agreed = 1 - (1 - stated * share) / Math.max(1, support.length)
  const tested = isTested ? 1 - (1 - agreed) / 2 : agreed
  return Math.round(Math.min(mostCertain, Math.max(leastCertain, tested)) * 100) / 100
}

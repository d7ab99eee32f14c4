import type { Outcome } from "../thinking/evaluation/Outcome.ts"

const barWidth = 30
const linesApartMillis = 5000

/** Shows how far an evaluation is on standard error: a bar on a terminal, a line now and then elsewhere. */
export const makeEvaluationProgress = (runs: number) => {
  const isTerminal = process.stderr.isTTY
  const started = performance.now()
  let last = Number.NEGATIVE_INFINITY
  let done = 0
  let right = 0
  let failed = 0
  return {
    add: ({ verdict }: Outcome) => {
      done++
      if (verdict === "right") right++
      if (verdict === "failed") failed++
      const now = performance.now()
      if (done < runs && now - last < (isTerminal ? 100 : linesApartMillis)) return
      last = now
      const left = Math.ceil(((now - started) / done) * (runs - done) * 1e-3)
      const text = `${done} of ${runs} runs, ${right} right, ${failed} failed, ${left} s left`
      const bar = "█".repeat(Math.round((done / runs) * barWidth)).padEnd(barWidth, "░")
      process.stderr.write(isTerminal ? `\r${bar} ${text}\u001b[K` : `${text}\n`)
    },
    end: () => {
      if (isTerminal) process.stderr.write("\r\u001b[K")
    }
  }
}

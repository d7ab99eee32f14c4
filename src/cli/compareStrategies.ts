import { DateTime, Effect, FileSystem, Stream } from "effect"
import { type Evaluation, evaluate } from "../thinking/evaluation/evaluate.ts"
import { type EvaluationReport, reportOf } from "../thinking/evaluation/EvaluationReport.ts"
import type { Outcome } from "../thinking/evaluation/Outcome.ts"
import { reportPage } from "../thinking/evaluation/reportPage.ts"
import { reportTable } from "../thinking/evaluation/reportTable.ts"
import { makeEvaluationProgress } from "./evaluationProgress.ts"

/** An evaluation, and where what comes of it goes besides standard output. */
export interface Comparison extends Evaluation {
  /** For people. */
  readonly dataset: string
  readonly json: string | undefined
  readonly html: string | undefined
}

/** Runs an evaluation with progress on standard error, prints its table, and writes what is asked for. */
export const compareStrategies = Effect.fn("cli.compareStrategies")(function* (comparison: Comparison) {
  const { dataset, html, json, problems, strategies } = comparison
  const files = yield* FileSystem.FileSystem
  const progress = makeEvaluationProgress(problems.length * strategies.length)
  const outcomes: ReadonlyArray<Outcome> = yield* evaluate(comparison).pipe(
    Stream.tap((outcome) => Effect.sync(() => progress.add(outcome))),
    Stream.runCollect,
    Effect.ensuring(Effect.sync(progress.end))
  )
  const report: EvaluationReport = reportOf(dataset, strategies, outcomes)
  yield* Effect.sync(() => process.stdout.write(reportTable(report)))
  if (json !== undefined) {
    yield* files.writeFileString(json, `${JSON.stringify({ ...report, outcomes }, undefined, 2)}\n`)
  }
  if (html !== undefined) {
    const at = DateTime.formatIsoDateUtc(yield* DateTime.now)
    yield* files.writeFileString(html, reportPage(report, at))
  }
  return { report, outcomes }
})

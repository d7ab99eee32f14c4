import { optionKey } from "../normalise.ts"
import type { QuestionStatus } from "../StoredQuestion.ts"
import type { Fit } from "./judgeRow.ts"

/** A row that fits, with what it is worth. */
export interface FittingRow<Row> extends Fit {
  readonly row: Row & { readonly status: QuestionStatus; readonly confidence: number }
}

const worth: Readonly<Record<QuestionStatus, number>> = { trusted: 2, unverified: 1, disputed: 0, needs_review: -1 }

// Two questions whose likeness differs by less than this are equally near.
const asNear = 0.05

/**
 * The row to answer with: a trusted one before an unverified one before a disputed one, then the nearest, then the surest.
 * None where rows of the same worth that are as near say something else; never one that waits for review.
 */
export const chooseFit = <Row>(fits: ReadonlyArray<FittingRow<Row>>): FittingRow<Row> | undefined => {
  const [best, ...others] = fits
    .filter(({ row }) => row.status !== "needs_review")
    .sort(
      (a, b) =>
        worth[b.row.status] - worth[a.row.status] || b.similarity - a.similarity || b.row.confidence - a.row.confidence
    )
  if (best === undefined) return undefined
  const said = sayingOf(best)
  const isContested = others.some(
    (other) =>
      other.row.status === best.row.status && best.similarity - other.similarity < asNear && sayingOf(other) !== said
  )
  return isContested ? undefined : best
}

const sayingOf = ({ texts }: Fit): string => texts.map(optionKey).join("\n")

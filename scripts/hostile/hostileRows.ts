import type { Row } from "./Row.ts"
import { chatRows, embeddingRows, largeChatRows } from "./rows/chatRows.ts"
import { importRows, managementRows } from "./rows/managementRows.ts"
import { largeQuizRows, quizQueryRows, quizRows } from "./rows/quizRows.ts"
import { rowsOfEveryOperation } from "./rows/everyOperation.ts"
import { wireRows } from "./rows/wireRows.ts"

/** All that is sent. */
export const hostileRows = (): ReadonlyArray<Row> => [
  ...quizRows,
  ...quizQueryRows,
  ...largeQuizRows,
  ...chatRows,
  ...largeChatRows,
  ...embeddingRows,
  ...managementRows,
  ...importRows,
  ...wireRows,
  ...rowsOfEveryOperation()
]

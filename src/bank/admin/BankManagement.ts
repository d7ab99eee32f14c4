import { Layer } from "effect"
import * as QuestionWriterLive from "../write/QuestionWriterLive.ts"
import { BankReports } from "./BankReports.ts"
import { BankStatistics } from "./BankStatistics.ts"
import { BulkEdit } from "./BulkEdit.ts"
import { QuestionEditor } from "./QuestionEditor.ts"
import { QuestionSearch } from "./QuestionSearch.ts"

/** Everything that writes to the bank by hand or reports on it, over a database and the memory that has to forget. */
export const layer = Layer.mergeAll(
  BulkEdit.layer,
  BankReports.layer,
  QuestionEditor.layer,
  QuestionWriterLive.layer
).pipe(Layer.provideMerge(Layer.mergeAll(QuestionSearch.layer, BankStatistics.layer)))

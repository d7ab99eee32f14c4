import { noQuestions, textTooLong } from "../problems.ts"
import { type Encoding, type OnRead, textOf } from "../../transfer/reading/text.ts"
import { fileLimits, type SourceRow, UnreadableFile } from "../../transfer/SourceRow.ts"
import type { Reading } from "../../transfer/reading/table.ts"
import { isGift, readGift } from "./gift.ts"
import { readNumbered } from "./numbered.ts"

/** The questions of a text that is no table: numbered ones, or GIFT; its answers may stand at its end, so it is read whole. */
export async function* readLines(
  file: string,
  encoding: Encoding,
  { reporter }: Reading,
  onRead: OnRead
): AsyncGenerator<ReadonlyArray<SourceRow>> {
  let whole = ""
  for await (const text of textOf(file, encoding, onRead)) {
    whole += text
    if (whole.length > fileLimits.rowCharacters) throw new UnreadableFile(textTooLong(fileLimits.rowCharacters))
  }
  yield rowsOfText(whole.replace(/^\ufeff/, ""), reporter)
}

/** The questions of a text; throws where it has none. */
const rowsOfText = (text: string, reporter: Reading["reporter"]): ReadonlyArray<SourceRow> => {
  const rows = isGift(text)
    ? readGift(text)
    : readNumbered(
        text.split(/\r\n|\n|\r/).map((line, at) => ({ row: at + 1, text: line })),
        reporter
      )
  if (rows.length === 0) throw new UnreadableFile(noQuestions(text.trim().slice(0, 60)))
  return rows
}

// Fills a bank with varied questions: `seed.ts <file> <rows>`, a bank without rows that has its tables.
import { DatabaseSync } from "node:sqlite"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { variedQuestion } from "./VariedQuestion.ts"

const [file = "", rows = "0"] = process.argv.slice(2)
const database = new DatabaseSync(file)
database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000")
const insert = database.prepare(`
  INSERT OR IGNORE INTO bank_questions
    (id, title_key, options_key, type_class, type, title, options, answer, source, status, confidence, tags, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'import', 'trusted', 0.99, '[]', ?, ?)`)
database.exec("BEGIN")
for (let index = 0; index < Number(rows); index++) {
  const { answer, options, title } = variedQuestion(index)
  const question = makeQuestion({ title, options, type: "single" })
  insert.run(
    `q_${String(index).padStart(12, "0")}`,
    question.titleKey,
    question.optionsKey,
    question.typeClass,
    question.type,
    question.title,
    JSON.stringify(question.options),
    JSON.stringify([answer]),
    index,
    index
  )
}
database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
database.close()

import { createQuestions } from "./0001_create_questions.ts"

/**
 * Every migration by `<number>_<name>`, in the order they run. Append only: what has run on somebody's database stays as
 * it is. A test holds this list against the folder.
 */
export const migrations = {
  "0001_create_questions": createQuestions
}

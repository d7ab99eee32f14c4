import { sortableUuid } from "../../platform/sortableUuid.ts"
import { QuestionId } from "../StoredQuestion.ts"

/** A new id, later in order than all this process made before. */
export const newId = (): QuestionId => QuestionId.make(`q_${sortableUuid()}`)

import { randomUUID } from "node:crypto"
import { QuestionId } from "../StoredQuestion.ts"

let lastMillis = 0
let count = 0

/**
 * A new id, later in order than all this process made before. `SecureRandom.uuidV7Unsafe` makes the same, but asks for
 * random bytes each time, a tenth of what an imported row costs; `randomUUID` has them in stock.
 */
export const newId = (): QuestionId => {
  const now = Date.now()
  if (now > lastMillis) {
    lastMillis = now
    count = 0
  } else if (++count > 0xfff) {
    lastMillis++
    count = 0
  }
  const time = lastMillis.toString(16).padStart(12, "0")
  const sequence = count.toString(16).padStart(3, "0")
  // Its second half is the variant and 62 random bits in any version.
  return QuestionId.make(`q_${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${randomUUID().slice(19)}`)
}

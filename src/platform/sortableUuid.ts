import { randomUUID } from "node:crypto"

let lastMillis = 0
let count = 0
let time = ""

/**
 * A UUID of version 7, later in order than all this process made before. `SecureRandom.uuidV7Unsafe` makes the same, but asks for
 * random bytes each time, a tenth of what an imported row costs; `randomUUID` has them in stock.
 */
export const sortableUuid = (): string => {
  const now = Date.now()
  if (now > lastMillis) startAt(now)
  else if (++count > 0xfff) startAt(lastMillis + 1)
  const sequence = (0x7000 | count).toString(16)
  // Its second half is the variant and 62 random bits in any version.
  return `${time}-${sequence}-${randomUUID().slice(19)}`
}

const startAt = (millis: number) => {
  lastMillis = millis
  count = 0
  const digits = millis.toString(16).padStart(12, "0")
  time = `${digits.slice(0, 8)}-${digits.slice(8)}`
}

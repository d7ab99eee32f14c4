// Unicode's normal forms in linear time. To put the marks of one letter in their order takes the square of their number, and somebody may
// send a hundred thousand of them: so many are parted first by a joiner that is no mark (UAX #15, Stream-Safe Text Format).

// Not to be looked for anew at each mark of a run.
const longRun = /(?<!\p{M})\p{M}{31,}/gu
const part = /\p{M}{30}/gu
const joiner = "\u034f"

const streamSafe = (text: string): string => text.replace(longRun, (run) => run.replace(part, `$&${joiner}`))

/** The text in NFC. */
export const nfc = (text: string): string => streamSafe(text).normalize("NFC")

/** The text in NFKC. */
export const nfkc = (text: string): string => streamSafe(text).normalize("NFKC")

// Gemini's older models give calls no id, and everybody else's conversations need one.

const prefix = "call_gemini_"

/** An id for the call at `index` of a reply, the same however often the reply is read. */
export const callId = (responseId: string | undefined, index: number): string =>
  `${prefix}${responseId === undefined ? "" : `${responseId}_`}${index}`

/** Whether an id was made here, so that Gemini has never heard of it. */
export const isOurs = (id: string): boolean => id.startsWith(prefix)

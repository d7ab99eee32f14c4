import type { Family } from "../Family.ts"
import { decodeReply } from "./decodeReply.ts"
import { encode } from "./encode.ts"
import { readError } from "./readError.ts"
import { makeStreamReader } from "./StreamReader.ts"

/** Google's Gemini API in its own form, `v1beta`. */
export const geminiFamily: Family = { encode, decodeReply, makeStreamReader, readError }

import type { Family } from "../Family.ts"
import { decodeReply } from "./decodeReply.ts"
import { encode } from "./encode.ts"
import { readError } from "./readError.ts"
import { makeStreamReader } from "./StreamReader.ts"

/** Anthropic's Messages API in its own form, version 2023-06-01. */
export const anthropicFamily: Family = { encode, decodeReply, makeStreamReader, readError }

import { Option, Predicate, Result, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import { costIn, countIn, usageOfCounts } from "../accounting/reportedUsage.ts"
import { noUsage } from "../accounting/usage.ts"
import type { Usage } from "../ChatModel.ts"
import { excerpt } from "../excerpt.ts"
import type { Family } from "../Family.ts"
import { classifyInBand, readError, readErrorBody } from "../openai/classify.ts"
import { openAiFamily } from "../openai/Family.ts"
import { Malformed } from "../ProviderError.ts"
import { type EmbeddingRequest, tokensIn } from "./EmbeddingRequest.ts"

const Envelope = Schema.Struct({
  data: Schema.optionalKey(Schema.NullOr(Schema.NonEmptyArray(Schema.Struct({ embedding: Schema.Literal(0) })))),
  model: Schema.optionalKey(Schema.NullOr(Schema.String)),
  // read apart, so that an odd form of it breaks nothing
  usage: Schema.optionalKey(Schema.Unknown),
  error: Schema.optionalKey(Schema.Unknown)
})
const decodeEnvelope = decodeJson(Envelope)

/**
 * How vectors are asked for at `POST {base}/embeddings`. The text of a reply is its body as it came, for the client to read: the
 * vectors are passed over, as parsing megabytes of numbers would hold everyone else up.
 */
export const embeddingFamily = (request: EmbeddingRequest): Family => ({
  encode: ({ baseUrl, key, model }) =>
    Result.succeed({
      url: `${baseUrl}/embeddings`,
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      outputLimit: 0,
      body: { ...request, model }
    }),
  decodeReply: (body) => {
    const envelope = Option.getOrUndefined(decodeEnvelope(withoutVectors(body)))
    const error = readError(envelope?.error)
    if (error !== undefined) return Result.fail(classifyInBand(error))
    if (envelope?.data === undefined || envelope.data === null) {
      const said = readErrorBody(body)
      return Result.fail(
        said === undefined ? new Malformed({ detail: `no vectors: ${excerpt(body)}` }) : classifyInBand(said)
      )
    }
    const usage = usageIn(envelope.usage)
    return Result.succeed({
      text: body,
      reasoning: "",
      toolCalls: [],
      finish: "stop",
      usage: usage ?? { ...noUsage, promptTokens: tokensIn(request), estimated: true },
      model: envelope.model ?? undefined
    })
  },
  makeStreamReader: openAiFamily.makeStreamReader,
  readError: openAiFamily.readError
})

const usageIn = (usage: unknown): Usage | undefined =>
  Predicate.isObject(usage)
    ? usageOfCounts({ ...noUsage, promptTokens: countIn(usage["prompt_tokens"]) ?? 0, ...costOfUsage(usage) })
    : undefined

const costOfUsage = ({ cost }: { readonly [name: string]: unknown }): Pick<Usage, "toldCost"> => {
  const toldCost = costIn(cost)
  return toldCost === undefined ? {} : { toldCost }
}

/** A body with 0 in the place of each vector, which is a list of numbers, or their bytes in base64. */
const withoutVectors = (body: string): string => {
  const beginning = /"embedding"\s*:\s*(["[])/g
  const kept: Array<string> = []
  let from = 0
  for (let found = beginning.exec(body); found !== null; found = beginning.exec(body)) {
    const end = body.indexOf(found[1] === "[" ? "]" : '"', beginning.lastIndex)
    // It has no end, and the rest is no JSON.
    if (end < 0) break
    kept.push(body.slice(from, found.index), '"embedding":0')
    from = end + 1
    beginning.lastIndex = from
  }
  kept.push(body.slice(from))
  return kept.join("")
}

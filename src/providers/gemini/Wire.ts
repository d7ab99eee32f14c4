// The wire of `generateContent`, as far as we read it. Decoded tolerantly: proto3 JSON leaves out whatever has its
// default value, and fields are added all the time.
import { Schema, SchemaTransformation } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const FunctionCall = Schema.Struct({
  id: optional(Schema.String),
  name: Schema.String,
  args: optional(Schema.Record(Schema.String, Schema.Unknown))
})

const Part = Schema.Struct({
  text: optional(Schema.String),
  /** The text is a summary of what the model thought. */
  thought: optional(Schema.Boolean),
  functionCall: optional(FunctionCall)
})
export type Part = typeof Part.Type

const Candidate = Schema.Struct({
  content: optional(Schema.Struct({ parts: optional(Schema.Array(Part)) })),
  finishReason: optional(Schema.String)
})

/** A whole reply, and likewise each event of a streamed one. */
const GenerateContentResponse = Schema.Struct({
  candidates: optional(Schema.Array(Candidate)),
  promptFeedback: optional(Schema.Struct({ blockReason: optional(Schema.String) })),
  // read apart, so that an odd form of it breaks nothing
  usageMetadata: Schema.optionalKey(Schema.Unknown),
  modelVersion: optional(Schema.String),
  responseId: optional(Schema.String)
})
export type GenerateContentResponse = typeof GenerateContentResponse.Type

const Status = Schema.Struct({
  message: optional(Schema.String),
  status: optional(Schema.String),
  details: optional(Schema.Array(Schema.Unknown))
})
/** A `google.rpc.Status`; its details are decoded one by one, since each has a form of its own. */
export type Status = typeof Status.Type

const ErrorObject = Schema.Struct({ error: Status })

// A stream that is asked for without `alt=sse` is a list, and so are the errors some gateways send.
const ErrorList = Schema.Tuple([ErrorObject]).pipe(
  Schema.decodeTo(
    Schema.toType(ErrorObject),
    SchemaTransformation.transform({ decode: ([only]) => only, encode: (only) => [only] as const })
  )
)
const ErrorBody = Schema.Union([ErrorObject, ErrorList])

/** The details that say something about quotas and keys, all in one: `ErrorInfo`, `RetryInfo`, `QuotaFailure`. */
export const ErrorDetail = Schema.Struct({
  reason: optional(Schema.String),
  retryDelay: optional(Schema.String),
  violations: optional(
    Schema.Array(
      Schema.Struct({
        quotaId: optional(Schema.String),
        quotaValue: optional(Schema.Union([Schema.String, Schema.Finite]))
      })
    )
  )
})
export type ErrorDetail = typeof ErrorDetail.Type

/** Decodes the body of a reply under HTTP 200, or the data of one event: a response, or an error in its place. */
export const decodeBody = decodeJson(Schema.Union([ErrorBody, GenerateContentResponse]))

/** Decodes the body of a reply with another status. */
export const decodeErrorBody = decodeJson(ErrorBody)

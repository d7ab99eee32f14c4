// What stands before the handlers refuses alike at every address: the API's description says so in one place, not at each.
import { errorFormOf } from "./ErrorForm.ts"

interface Described {
  readonly operationId: string
  readonly parameters?: ReadonlyArray<{ readonly in: string }>
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, object>>
}

type Paths = Readonly<Record<string, Readonly<Record<string, Described>>>>

const reply = (description: string, type: string, schema: object) => ({ description, content: { [type]: { schema } } })

const problem = (description: string) =>
  reply(description, "application/problem+json", {
    type: "object",
    properties: {
      type: { type: "string" },
      title: { type: "string" },
      status: { type: "integer" },
      detail: { type: "string" },
      request_id: { type: "string" },
      errors: {
        type: "array",
        items: {
          type: "object",
          properties: { path: { type: "string" }, message: { type: "string" } },
          required: ["path", "message"]
        }
      }
    },
    required: ["type", "title", "status", "detail", "request_id"]
  })

const openAiError = (description: string) =>
  reply(description, "application/json", { $ref: "#/components/schemas/OpenAiError" })

const notAsDescribed = "The request does not have the form that is described here."
const unreadable = "The body cannot be read."
const tooLarge = "The body is larger than allowed."
const tooLong = "The address is longer than allowed."
const otherType = "The body is of a type that this address does not take, or compressed."

const commonOf = (path: string, operation: Described): Readonly<Record<string, object>> => {
  const hasBody = operation.requestBody !== undefined
  const hasQuery = operation.parameters?.some((parameter) => parameter.in === "query") === true
  const isChecked = hasBody || operation.parameters?.some((parameter) => parameter.in !== "path") === true
  // Quiz clients get a 200 whatever happens.
  if (!isChecked || operation.operationId.startsWith("ocs.")) return {}
  switch (errorFormOf(path)) {
    case "openai":
      return {
        400: openAiError(notAsDescribed),
        ...(hasBody && { 413: openAiError(tooLarge), 415: openAiError(otherType) }),
        ...(hasQuery && { 414: openAiError(tooLong) })
      }
    case "anthropic":
      // Its contract has them all.
      return {}
    case "problem":
      return {
        ...(hasBody && { 400: problem(unreadable), 413: problem(tooLarge), 415: problem(otherType) }),
        ...(hasQuery && { 400: problem(notAsDescribed), 414: problem(tooLong) }),
        422: problem(notAsDescribed)
      }
  }
}

/** The paths of a description, with what each operation may reply besides what it declares itself. */
export const withCommonReplies = (paths: Paths): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [
          method,
          { ...operation, responses: { ...commonOf(path, operation), ...operation.responses } }
        ])
      )
    ])
  )

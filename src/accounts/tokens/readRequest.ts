import { Effect, Redacted, Result, Schema } from "effect"
import { Base64 } from "effect/encoding"
import type { HttpServerRequest } from "effect/http"
import { type Form, readForm } from "../../platform/bounds/readForm.ts"
import { GrantRefused } from "./errors.ts"

type Request = HttpServerRequest.HttpServerRequest

const invalid = (detail: string) => new GrantRefused({ error: "invalid_request", detail })

const parseJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Record(Schema.String, Schema.String)))
const mediaType = (request: Request): string =>
  (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? ""

/**
 * The parameters of a body, a form or JSON; empty ones count as not sent (RFC 6749, 3.2). What is sent twice, or is no text, is
 * `invalid_request`.
 */
const parametersIn = (request: Request, text: string): Result.Result<Record<string, string>, GrantRefused> => {
  const type = mediaType(request)
  if (type === "application/json") {
    return Result.mapBoth(parseJson(text), {
      onSuccess: withoutEmpty,
      onFailure: () => invalid("The body has to be a JSON object whose members are texts.")
    })
  }
  if (type !== "application/x-www-form-urlencoded") {
    return Result.fail(invalid("The body has to be application/x-www-form-urlencoded or application/json."))
  }
  const form = readForm(text, mostParameters)
  if (form === undefined) return Result.fail(invalid(`The body has more than ${mostParameters} parameters.`))
  return isEachOnce(form)
    ? Result.succeed(withoutEmpty(form))
    : Result.fail(invalid("A parameter was sent more than once."))
}

const mostParameters = 50

const isEachOnce = (form: Form): form is Readonly<Record<string, string>> =>
  Object.values(form).every((value) => typeof value === "string")

const withoutEmpty = (parameters: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ""))

/** Reads a body by a schema whose members are texts; says which one is missing. */
export const readRequest = <S extends Schema.Struct<Schema.Struct.Fields> & { readonly DecodingServices: never }>(
  schema: S
) => {
  const decode = Schema.decodeUnknownResult(schema)
  const needed = Object.entries(schema.fields).flatMap(([name, field]) =>
    field.ast.context?.isOptional === true ? [] : [name]
  )
  return Effect.fnUntraced(function* (request: Request) {
    const text = yield* Effect.orDie(request.text)
    const parameters = yield* Effect.fromResult(parametersIn(request, text))
    return yield* Effect.fromResult(decode(parameters)).pipe(
      Effect.mapError(() => invalid(`The body has to have: ${needed.join(", ")}.`))
    )
  })
}

/** What a client says of itself by HTTP Basic (RFC 6749, 2.3.1). */
export const basicCredentials = (
  request: Request
): { readonly id: string; readonly secret: Redacted.Redacted } | undefined => {
  const encoded = /^basic +([\w+/=-]+)$/i.exec(request.headers["authorization"] ?? "")?.[1]
  const decoded = encoded === undefined ? undefined : Result.getOrUndefined(Base64.decodeString(encoded))
  const at = decoded?.indexOf(":") ?? -1
  return decoded === undefined || at < 0
    ? undefined
    : { id: formDecoded(decoded.slice(0, at)), secret: Redacted.make(formDecoded(decoded.slice(at + 1))) }
}

const formDecoded = (text: string): string =>
  new URLSearchParams(`text=${text.replaceAll("&", "%26")}`).get("text") ?? ""

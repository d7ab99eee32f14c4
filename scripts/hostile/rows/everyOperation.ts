// The same for each operation that the API describes: bodies that are deep or wide, parameters that are many or long, ids without end.
import { OpenApi } from "effect/http-api"
import { Schema } from "effect"
import { Api } from "../../../src/Api.ts"
import { filled, nested, post, type Row, type SentRequest } from "../Row.ts"

const Operation = Schema.Struct({
  operationId: Schema.String,
  parameters: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.String, in: Schema.String }))),
  requestBody: Schema.optionalKey(Schema.Struct({ content: Schema.Record(Schema.String, Schema.Unknown) }))
})
type Operation = typeof Operation.Type
const Paths = Schema.Record(Schema.String, Schema.Record(Schema.String, Operation))

const megabyte = 1024 * 1024

const bodies: ReadonlyArray<readonly [name: string, make: () => string]> = [
  ["[ without end", () => "[".repeat(2 * megabyte)],
  ["lists in lists", () => nested(100_000)],
  ["objects in objects", () => nested(50_000, '{"a":', "}")],
  ["a million values", () => `[${filled("1,", 2 * megabyte)}1]`],
  ["100,000 keys", () => `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`).join(",")}}`],
  ["a text of 7 MB", () => `{"a":"${filled("\\u0041", 7 * megabyte)}"}`]
]

/** A refusal in whatever form the route has; of quiz routes it is a 200. Where there is nothing of that id, that may be all it says. */
const refused = [400, 401, 404, 413, 414, 415, 422, 431]

const ofOperation = (
  path: string,
  method: string,
  { operationId, parameters = [], requestBody }: Operation
): ReadonlyArray<Row> => {
  const isQuiz = operationId.startsWith("ocs.")
  const at = path.replaceAll(/\{[^}]+\}/g, "none")
  const row = (name: string, request: () => SentRequest, isServed = false): Row => ({
    operation: operationId,
    name,
    request,
    wanted: { status: isQuiz ? [200, 400, 414, 431] : isServed ? [...refused, 200, 204, 409, 503] : refused }
  })
  const plain = (path: string): SentRequest => ({ method, path })
  const takesJson = requestBody?.content["application/json"] !== undefined && !operationId.startsWith("transfer.")
  const lists = parameters.filter((parameter) => parameter.in === "query")
  return [
    ...(takesJson ? bodies.map(([name, make]) => row(name, () => post(at, make(), method))) : []),
    row("480 KB of parameters", () => plain(`${at}?${filled("a=b&", 480_000)}`), true),
    ...lists.map(({ name }) =>
      row(`480 KB of ${name}`, () => plain(`${at}?${name}=${filled("%C3%A9", 480_000)}`), true)
    ),
    ...lists
      .slice(0, 1)
      .map(({ name }) => row(`${name} 60,000 times`, () => plain(`${at}?${filled(`${name}=1&`, 480_000)}`), true)),
    ...(path.includes("{")
      ? [row("an id of 480 KB", () => plain(path.replaceAll(/\{[^}]+\}/g, "a".repeat(480_000))))]
      : [])
  ]
}

export const rowsOfEveryOperation = (): ReadonlyArray<Row> =>
  Object.entries(Schema.decodeUnknownSync(Paths)(OpenApi.fromApi(Api).paths)).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => ofOperation(path, method.toUpperCase(), operation))
  )

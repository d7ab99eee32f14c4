// What is wrong with what came of a request, if anything.
import { Result, Schema, SchemaIssue, SchemaParser } from "effect"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import type { Outcome } from "./Connection.ts"
import { wrongInError } from "./errorForm.ts"
import { type FuzzRequest, headerOf, isBrokenOff, neverEnds, pathOf } from "./FuzzRequest.ts"
import { isJson, type Operation, operationAt } from "./Operation.ts"
import type { Reply } from "./Reply.ts"

/** What a judge knows of the service. */
export interface Law {
  readonly operations: ReadonlyArray<Operation>
  /** What no reply may hold. */
  readonly secrets: ReadonlyArray<string>
}

/** A sentence that is the same for all requests that show the same fault, and what is particular to this one. */
export interface Wrong {
  readonly what: string
  readonly detail: string
}

const wrong = (what: string, detail = ""): Wrong => ({ what, detail })

/** Everything that is wrong; nothing where all is right. */
export const wrongsOf = (law: Law, request: FuzzRequest, outcome: Outcome): ReadonlyArray<Wrong> => {
  switch (outcome.kind) {
    case "closed":
      return request.soundness === "nothing" || isBrokenOff(request)
        ? []
        : [wrong("the connection was closed without a reply")]
    case "malformed":
      return [wrong("the reply was no HTTP", outcome.bytes.toString("latin1", 0, 200))]
    case "silence":
      return isBrokenOff(request) || neverEnds(request) ? [] : [wrong("there was no reply in time")]
    case "unfinished":
      return [wrong("the reply did not come to its end in time", excerpt(textOf(outcome.reply)))]
    case "cut":
      return wrongsOfCut(request, outcome.reply)
    case "refused":
      return [wrong("the connection was refused")]
    case "reply":
      return wrongsOfReply(law, request, outcome.reply)
  }
}

// A failure after the headers, of a reply that took long or of a stream, is told in the body, which is then cut short.
const wrongsOfCut = (request: FuzzRequest, reply: Reply): ReadonlyArray<Wrong> => {
  const text = textOf(reply)
  const isTold =
    reply.headers.get("content-type")?.startsWith("application/json") === true
      ? wrongInError(pathOf(request), false, reply, parsed(text)) === undefined
      : /^data: \{.*"error"/m.test(text)
  return isTold || request.soundness === "nothing" ? [] : [wrong("the reply was cut short", excerpt(text))]
}

const wrongsOfReply = (law: Law, request: FuzzRequest, reply: Reply): ReadonlyArray<Wrong> => {
  const text = textOf(reply)
  // The pages are code, and the description of the API tells of the parts of a failed stream.
  const isPage =
    /^text\/(?:html|javascript)/.test(reply.headers.get("content-type") ?? "") || text.startsWith('{"openapi":')
  const always = [
    ...(isPage ? [] : wrongsOfText(law, request, text)),
    ...(reply.status === 500 ? [wrong("status 500", excerpt(text))] : [])
  ]
  if (request.soundness === "nothing" || always.length > 0) return always
  const wrongs = [...wrongsOfHeaders(reply), ...wrongsOfErrorForm(request, reply, text)]
  return request.soundness === "address" ? wrongs : [...wrongs, ...wrongsOfOperation(law, request, reply, text)]
}

const inside = /\n\s+at .+:\d+:\d+|node_modules|siku\.mjs|SQLITE_|SqlError|\bfiberId\b/

const wrongsOfText = ({ secrets }: Law, request: FuzzRequest, text: string): ReadonlyArray<Wrong> => {
  // Whoever asks for the configuration with a key gets it back in there.
  const leaked = routeOf(request).startsWith("/api/v1/ocs/config")
    ? []
    : secrets.filter((secret) => text.includes(secret))
  const shown = inside.exec(text)
  return [
    ...leaked.map((secret) => wrong("a secret in the reply", secret.slice(0, 12))),
    ...(shown === null || isEcho(request, shown[0])
      ? []
      : [wrong("the inside of the service in the reply", excerpt(shown[0]))])
  ]
}

/** The path as the router takes it. */
const routeOf = (request: FuzzRequest): string =>
  pathOf(request)
    .replaceAll(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "")
    .toLowerCase()

const isEcho = ({ body, target }: FuzzRequest, text: string): boolean =>
  target.includes(text) || body?.includes(text) === true

const wrongsOfHeaders = ({ headers, status }: Reply): ReadonlyArray<Wrong> =>
  ["x-request-id", "x-process-time", "x-content-type-options"]
    .filter((name) => (headers.get(name) ?? "") === "")
    .map((name) => wrong(`no ${name} in a ${status}`))

const wrongsOfErrorForm = (request: FuzzRequest, reply: Reply, text: string): ReadonlyArray<Wrong> => {
  if (reply.status < 400 || request.method === "HEAD" || isHealth(request)) return []
  const said = wrongInError(pathOf(request), request.soundness === "address", reply, parsed(text))
  return said === undefined ? [] : [wrong(said, excerpt(text))]
}

// What is not ready says which part is not.
const isHealth = (request: FuzzRequest): boolean => /^\/(?:api\/v1\/)?health(?:\/|$)/.test(pathOf(request))

const wrongsOfOperation = (law: Law, request: FuzzRequest, reply: Reply, text: string): ReadonlyArray<Wrong> => {
  const path = pathOf(request)
  const operation = operationAt(law.operations, request.method === "HEAD" ? "GET" : request.method, path)
  const { status } = reply
  if (operation === undefined) return wrongsOfMethod(law, request, reply)
  const contents = operation.replies.get(status)
  if (contents === undefined) return [wrong(`status ${status} is not declared`, excerpt(text))]
  if (status >= 400 || request.method === "HEAD") return []
  const type = reply.headers.get("content-type")
  if (contents.length === 0) {
    return text === "" ? [] : [wrong(`a body in a ${status} that is declared without`, excerpt(text))]
  }
  const essence = type?.split(";", 1)[0]?.trim()
  const content = contents.find((one) => one.type.split(";", 1)[0] === essence)
  if (content === undefined) return [wrong(`content type ${type ?? "none"} is not declared of status ${status}`)]
  return content.schema === undefined || !isJson(content.type) ? [] : wrongsOfSchema(content.schema, status, text)
}

const wrongsOfMethod = (
  { operations }: Law,
  request: FuzzRequest,
  { headers, status }: Reply
): ReadonlyArray<Wrong> => {
  if (request.method === "OPTIONS" && headerOf(request, "access-control-request-method") !== undefined) {
    return status === 204 ? [] : [wrong(`status ${status} for a preflight`)]
  }
  const path = pathOf(request)
  const isKnown = operations.some(({ method }) => operationAt(operations, method, path) !== undefined)
  // OPTIONS may be answered or refused.
  if (!isKnown) return status === 404 ? [] : [wrong(`status ${status} where there is nothing`)]
  if (status === 204 && request.method === "OPTIONS") return []
  if (status !== 405) return [wrong(`status ${status} for a method that is not declared`)]
  return headers.has("allow") ? [] : [wrong("a 405 that does not say what is allowed")]
}

type Check = (input: unknown) => Result.Result<unknown, SchemaIssue.Issue>

const checks = new WeakMap<Schema.Top, Check>()

const checkOf = (schema: Schema.Top): Check => {
  const known = checks.get(schema)
  if (known !== undefined) return known
  const check = SchemaParser.decodeUnknownResult(Schema.toType(schema), { onExcessProperty: "error" })
  checks.set(schema, check)
  return check
}

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

const wrongsOfSchema = (schema: Schema.Top, status: number, text: string): ReadonlyArray<Wrong> => {
  const json = parsed(text)
  if (json === undefined) return [wrong(`a ${status} that is not JSON`, excerpt(text))]
  const read = checkOf(schema)(json)
  if (Result.isSuccess(read)) return []
  const [issue] = issuesOf(read.failure).issues
  const path = (issue?.path ?? []).map((segment) =>
    typeof segment === "string" && !/^\d+$/.test(segment) ? segment : "[]"
  )
  return [
    wrong(
      `a ${status} that is not as its schema says: ${path.join(".")}: ${issue?.message ?? ""}`.slice(0, 200),
      excerpt(text)
    )
  ]
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const textOf = ({ body, headers, isWhole }: Reply): string => {
  const coding = headers.get("content-encoding")
  if (coding === undefined || !isWhole || body.length === 0) return body.toString("utf8")
  return (coding === "gzip" ? gunzipSync(body) : brotliDecompressSync(body)).toString("utf8")
}

const excerpt = (text: string): string => text.slice(0, 300)

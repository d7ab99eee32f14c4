// Faults of everything but the body: of headers, query, path, method and of the way all of it is sent.
import type { Fault } from "./Fault.ts"
import { type Delivery, type FuzzRequest, type Soundness } from "./FuzzRequest.ts"
import { hostileName, hostileText } from "./Hostile.ts"

/** The request with a fault in it; the request itself where the fault is of its body. */
export const withHeadFault = (request: FuzzRequest, fault: Fault): FuzzRequest => {
  const { at, value } = fault
  switch (fault.kind) {
    case "content type":
      return { ...withHeader(request, "content-type", pick(contentTypes, value)) }
    case "content coding":
      return { ...withHeader(request, "content-encoding", pick(codings, value)) }
    case "header":
      return withHeader(request, pick(headerNames, at), headerText(value))
    case "many headers":
      return { ...request, headers: [...request.headers, ...manyHeaders] }
    case "query value":
    case "query twice":
    case "query unknown":
    case "query escape":
      return withQueryFault(request, fault)
    case "path":
      return weaker({ ...request, target: pick(paths, value)(request.target) }, "address")
    case "method":
      return { ...request, method: pick(methods, value) }
    case "delivery":
      return request.body === undefined ? request : delivered(request, pick(deliveries, value))
    case "wire":
      return weaker(pick(wires, value)(request), "nothing")
    default:
      return request
  }
}

const pick = <A>(choices: readonly [A, ...ReadonlyArray<A>], number: number): A =>
  choices[number % choices.length] ?? choices[0]

const weaker = (request: FuzzRequest, soundness: Soundness): FuzzRequest => ({
  ...request,
  soundness: request.soundness === "nothing" ? "nothing" : soundness
})

const withHeader = (request: FuzzRequest, name: string, value: string): FuzzRequest => ({
  ...request,
  headers: [...request.headers.filter(([given]) => given !== name), [name, value]]
})

const contentTypes = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "application/json; charset=utf-16",
  "application/json; charset=nonsense",
  "application/xml",
  "application/octet-stream",
  "image/png",
  "application/problem+json",
  "*/*",
  ";;;",
  "",
  "application/json, text/html",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "text/csv; charset=gb18030"
] as const

const codings = ["gzip", "br", "deflate", "zstd", "identity", "gzip, gzip", "nonsense", ""] as const

const headerNames = [
  "last-event-id",
  "range",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "traceparent",
  "tracestate",
  "x-request-id",
  "accept-encoding",
  "accept",
  "accept-language",
  "origin",
  "access-control-request-method",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "forwarded",
  "cookie",
  "authorization",
  "x-api-key",
  "anthropic-version",
  "x-http-method-override",
  "upgrade",
  "te",
  "host",
  "user-agent"
] as const

const headerTexts = [
  "0",
  "-1",
  "99999999999999999999",
  "NaN",
  "bytes=0-",
  "bytes=5-1,-9999999999",
  "*",
  "gzip;q=0, *;q=0",
  "gzip;q=nonsense",
  "identity;q=0",
  'W/"x", "y"',
  "00-00000000000000000000000000000000-0000000000000000-00",
  "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "ff-x",
  "null",
  "http://evil.example",
  "Bearer ",
  "Basic Og==",
  "::1, 10.0.0.1, unknown",
  'for="[::1]:x";proto=https;;',
  "for=;host=a:b:c",
  "text/event-stream",
  "text/html;q=x",
  "__proto__=1; a=%zz",
  "127.0.0.1:99999",
  "a.example\u00ff",
  "[::1",
  "DELETE",
  "x".repeat(9000)
] as const

// No bytes that would end the header: those are faults of the wire.
const headerText = (number: number): string =>
  number % 2 === 0
    ? pick(headerTexts, number >> 1)
    : hostileText(number >> 1).replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, "?")

const manyHeaders = Array.from({ length: 150 }, (_, at) => [`x-many-${at}`, "v"] as const)

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY"] as const

const deliveries: readonly [Delivery, ...ReadonlyArray<Delivery>] = [
  "chunked",
  "continued",
  "pipelined",
  "chunks that stop",
  "a body that stops",
  "a body too long"
]

const unsound = new Set<Delivery>(["chunks that stop", "a body that stops", "a body too long"])

const delivered = (request: FuzzRequest, delivery: Delivery): FuzzRequest =>
  unsound.has(delivery) ? weaker({ ...request, delivery }, "nothing") : { ...request, delivery }

const withQueryFault = (request: FuzzRequest, { at, kind, value }: Fault): FuzzRequest => {
  const [path = "", query = ""] = request.target.split("?", 2)
  const pairs = query === "" ? [] : query.split("&")
  const text = encoded(hostileText(value))
  const [name = "unknown"] = (pairs[at % Math.max(1, pairs.length)] ?? "").split("=", 1)
  const added =
    kind === "query value" || kind === "query twice"
      ? `${name}=${text}`
      : kind === "query unknown"
        ? `${encoded(hostileName(at))}=${text}`
        : pick(["%", "%zz=1", "a=%ff%fe", "=", "&&&", "a[b][]=1", "a=%00", "+=+", "?", "%ED%A0%80"], value)
  const kept = kind === "query value" ? pairs.filter((pair) => !pair.startsWith(`${name}=`)) : pairs
  return { ...request, target: `${path}?${[...kept, added].join("&")}` }
}

/** As in a query, with lone surrogates as the bytes that nobody should send. */
export const encoded = (text: string): string => encodeURIComponent(text.toWellFormed())

const splice = (target: string, change: (path: string) => string): string => {
  const end = target.indexOf("?")
  return end < 0 ? change(target) : `${change(target.slice(0, end))}${target.slice(end)}`
}

const paths: readonly [(target: string) => string, ...ReadonlyArray<(target: string) => string>] = [
  (target) => splice(target, (path) => `${path}/`),
  (target) => splice(target, (path) => `/${path}`),
  (target) => splice(target, (path) => `${path}/..`),
  (target) => splice(target, (path) => `${path}/%2e%2e/%2e%2e/etc/passwd`),
  (target) => splice(target, (path) => path.toUpperCase()),
  (target) => splice(target, (path) => path.replace(/(?<=.).$/, "%")),
  (target) => splice(target, (path) => `${path}%00`),
  (target) => splice(target, (path) => `${path}%zz`),
  (target) => splice(target, (path) => `${path}%ff%fe`),
  (target) => splice(target, (path) => `${path}%2F${"a".repeat(3000)}`),
  (target) => splice(target, (path) => `${path};jsessionid=1`),
  (target) => splice(target, (path) => path.replace(/\//g, "//")),
  (target) => splice(target, (path) => path.replace(/\//g, "/./")),
  (target) => splice(target, (path) => path.replace(/[^/]+$/, "__proto__")),
  (target) => splice(target, (path) => path.replace(/[^/]+$/, "*")),
  (target) => splice(target, (path) => path.replace(/[^/]+$/, "")),
  (target) => `${target}#fragment`,
  () => "/",
  () => "/docs",
  () => "/redoc",
  () => "/openapi.json",
  () => "/nothing/here",
  () => "/v1/models/a/b/c%2Fd",
  () => "/redoc/../../package.json"
]

const wires: readonly [(request: FuzzRequest) => FuzzRequest, ...ReadonlyArray<(request: FuzzRequest) => FuzzRequest>] =
  [
    (request) => ({ ...request, headers: request.headers.filter(([name]) => name !== "host") }),
    (request) => ({ ...request, headers: [...request.headers, ["host", "twice"]] }),
    (request) => ({ ...request, headers: [...request.headers, ["content-length", "5"], ["content-length", "6"]] }),
    (request) => ({ ...request, headers: [...request.headers, ["transfer-encoding", "chunked"]] }),
    (request) => ({ ...request, headers: [...request.headers, ["transfer-encoding", "gzip, nonsense"]] }),
    (request) => ({ ...request, headers: [...request.headers, ["content-length", "-1"]] }),
    (request) => ({ ...request, headers: [...request.headers, ["bad name", "v"]] }),
    (request) => ({ ...request, headers: [...request.headers, ["x-nul", "a\u0000b"]] }),
    (request) => ({ ...request, headers: [...request.headers, ["x-split", "a\r\n b\rc\nd: e"]] }),
    (request) => ({ ...request, headers: [...request.headers, ["expect", "nonsense"]] }),
    (request) => ({
      ...request,
      headers: [...request.headers, ["connection", "close, upgrade"], ["upgrade", "websocket"]]
    }),
    (request) => ({ ...request, headers: [...request.headers, ["x-large", "x".repeat(600 * 1024)]] }),
    (request) => ({
      ...request,
      headers: [...request.headers, ...Array.from({ length: 3000 }, (_, at) => [`x-${at}`, ""] as const)]
    }),
    (request) => ({ ...request, method: "NONSENSE" }),
    (request) => ({ ...request, method: "CONNECT", target: "evil.example:443" }),
    (request) => ({ ...request, target: `http://evil.example${request.target}` }),
    (request) => ({ ...request, target: "*", method: "OPTIONS" }),
    (request) => ({ ...request, target: `${request.target} HTTP/1.1\r\nx: y` }),
    (request) => ({ ...request, target: "" }),
    (request) => ({ ...request, target: "\u00ff\u00fe" }),
    (request) => ({ ...request, target: "\u0016\u0003\u0001" })
  ]

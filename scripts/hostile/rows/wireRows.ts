import { filled, get, post, type Row, type SentRequest } from "../Row.ts"

const wire = (name: string, request: (number: number) => SentRequest, status: number | ReadonlyArray<number>): Row => ({
  operation: "wire",
  name,
  request,
  wanted: { status }
})

const withHeaders = (headers: Readonly<Record<string, string>>, path = "/api/v1/query?title=a"): SentRequest => ({
  ...get(path),
  headers
})

/** Any of what a server may say to a head that it does not want. */
const anything = [200, 204, 400, 401, 404, 413, 414, 431]

export const wireRows: ReadonlyArray<Row> = [
  wire("a path of 480 KB", () => get(`/${"a".repeat(480_000)}`), [404, 414, 431]),
  wire("a path of 240,000 slashes", () => get("/".repeat(240_000)), [200, 404, 414, 431]),
  wire("a path of 160,000 parts", () => get(filled("/ab", 480_000)), [404, 414, 431]),
  wire("a path of escapes", () => get(`/v1/models/${filled("%2f", 480_000)}`), [400, 401, 404, 414, 431]),
  wire("a path of broken escapes", () => get(`/v1/models/${filled("%e9%", 480_000)}`), [400, 401, 404, 414, 431]),
  wire("an id of 480 KB", () => get(`/v1/runs/${"a".repeat(480_000)}`), [400, 401, 404, 414, 431]),
  wire("parameters of /health/live", () => get(`/health/live?${filled("a=b&", 480_000)}`), [200, 400, 414, 431]),
  wire("parameters of /", () => get(`/?${filled("a=b&", 480_000)}`), [200, 400, 414, 431]),
  wire("parameters of an unknown address", () => get(`/none?${filled("a=b&", 480_000)}`), [400, 404, 414, 431]),
  wire("parameters of the pages of the API", () => get(`/docs?${filled("a=b&", 480_000)}`), [200, 400, 414, 431]),
  wire("a fragment", () => get(`/#${"#".repeat(480_000)}`), [200, 400, 404, 414, 431]),
  wire("a token of 400 KB in the address", () => get(`/api/v1/query?title=a&token=${"a".repeat(400_000)}`), anything),
  wire("a key of 400 KB of escapes", () => get(`/api/v1/query?title=a&key=${filled("%41", 400_000)}`), anything),
  wire("Authorization of spaces", () => withHeaders({ authorization: `Bearer${" ".repeat(400_000)}` }), anything),
  wire("Authorization of dots", () => withHeaders({ authorization: `Bearer eyJ${".".repeat(400_000)}` }), anything),
  wire(
    "a token of 400 KB",
    () => withHeaders({ authorization: `Bearer eyJ${"a".repeat(200_000)}.${"b".repeat(200_000)}.c` }),
    anything
  ),
  wire("a key of 400 KB", () => withHeaders({ "x-api-key": `siku-${"a".repeat(400_000)}` }), anything),
  wire(
    "X-Forwarded-For of 100,000 addresses",
    () => withHeaders({ "x-forwarded-for": filled("1.2.3.4,", 400_000) }),
    anything
  ),
  wire("Forwarded of 400 KB", () => withHeaders({ forwarded: filled("for=1.2.3.4;", 400_000) }), anything),
  wire(
    "Accept-Encoding of 400 KB",
    () => withHeaders({ "accept-encoding": filled("gzip;q=0,", 400_000) }, "/docs"),
    anything
  ),
  wire(
    "Accept-Encoding of spaces",
    () => withHeaders({ "accept-encoding": `gzip${" ".repeat(400_000)};` }, "/docs"),
    anything
  ),
  wire("Accept of 400 KB", () => withHeaders({ accept: filled("a/b;q=0,", 400_000) }), anything),
  wire("Origin of 400 KB", () => withHeaders({ origin: `https://${"a.".repeat(200_000)}` }), anything),
  wire(
    "a preflight of 400 KB",
    () => ({
      method: "OPTIONS",
      path: "/api/v1/query",
      headers: {
        origin: "https://example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": filled("x-a,", 400_000)
      }
    }),
    anything
  ),
  wire("Cookie of 400 KB", () => withHeaders({ cookie: filled("a=b; ", 400_000) }), anything),
  wire(
    "traceparent of 400 KB",
    () => withHeaders({ traceparent: filled("00-", 400_000), b3: filled("0-", 20_000) }),
    anything
  ),
  wire("X-Request-Id of 400 KB", () => withHeaders({ "x-request-id": "a".repeat(400_000) }), anything),
  wire(
    "a content type of 400 KB",
    () => ({ ...post("/api/v1/query", { title: "a" }), headers: { "content-type": filled("a/b;", 400_000) } }),
    anything.concat(415)
  ),
  wire(
    "a boundary of 400 KB",
    () => ({
      ...post("/api/v1/questions/import", "a"),
      headers: { "content-type": `multipart/form-data; boundary=${"a".repeat(400_000)}` }
    }),
    anything.concat(415, 422)
  ),
  wire(
    "Idempotency-Key of 400 KB",
    () => ({
      ...post("/v1/chat/completions", { model: "demo", messages: [{ role: "user", content: "1+1=?" }] }),
      headers: { "content-type": "application/json", "idempotency-key": "a".repeat(400_000) }
    }),
    anything
  ),
  wire(
    "Last-Event-ID of 400 KB",
    () => withHeaders({ "last-event-id": "9".repeat(400_000) }, "/v1/runs/run_a/events"),
    anything.concat(422)
  ),
  wire(
    "20,000 headers",
    () => withHeaders(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`x-${at}`, "a"]))),
    anything
  ),
  wire("Host of 400 KB", () => withHeaders({ host: "a.".repeat(200_000) }), anything),
  wire(
    "a body for a GET",
    (number) => ({ ...post("/health/live", "[".repeat(7_000_000)), method: "GET", path: `/health/live?${number}` }),
    [200, 400, 413]
  ),
  wire("a body for an address that is none", () => post("/none", "[".repeat(7_000_000)), [404, 413]),
  wire(
    "a body for a route that takes none",
    () => post("/v1/responses/resp_a/cancel", "[".repeat(7_000_000)),
    [400, 404, 413]
  )
]

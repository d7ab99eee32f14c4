// From questions to the bytes that ask them. The same bytes go to Siku and to the raw server.

/** A question as a quiz client sends it. */
export interface AskedQuestion {
  readonly title: string
  readonly options: ReadonlyArray<string>
  readonly type: string
}

/** How questions are sent: as the query of a GET, or as the JSON body of a POST. */
export type Method = "get" | "post"

/** The whole request, headers and body. */
export const requestBytes = (question: AskedQuestion, method: Method): Buffer => {
  const asked = { title: question.title, options: question.options.join("\n"), type: question.type }
  if (method === "get") {
    return Buffer.from(`GET ${path}?${new URLSearchParams(asked).toString()} HTTP/1.1\r\n${headers}\r\n`)
  }
  const body = JSON.stringify(asked)
  const bodyHeaders = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${headers}${bodyHeaders}\r\n${body}`)
}

const path = "/api/v1/query"
// The port stays away from `host`, so that a request is the same to the byte whichever server it goes to.
const headers = "host: 127.0.0.1\r\nuser-agent: siku-bench\r\naccept: application/json\r\nconnection: keep-alive\r\n"

/** Gives the requests one after the other, over and over. */
export const cycle = (requests: ReadonlyArray<Buffer>): (() => Buffer) => {
  let at = 0
  return () => {
    const request = requests[at % requests.length]
    at++
    if (request === undefined) throw new RangeError("there is no request to cycle through")
    return request
  }
}

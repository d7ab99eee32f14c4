import { plainModel } from "../names.ts"
import { filled, nested, post, type Row, type SentRequest } from "../Row.ts"

const megabyte = 1024 * 1024
const unusable = { status: [400, 413, 422], text: /"(?:error|detail)"/ } as const
const answered = { status: [200, 202] } as const

interface Protocol {
  readonly operation: string
  /** A conversation of these messages, with what else the body says, as JSON text. */
  readonly body: (messages: string, rest?: string) => SentRequest
  readonly tool: (schema: string) => string
}

const inMessages =
  (path: string, model: string, always = "") =>
  (messages: string, rest = ""): SentRequest =>
    post(path, `{"model":"${model}",${always}"messages":${messages}${rest}}`)

const openAiTool = (schema: string) => `{"type":"function","function":{"name":"f","parameters":${schema}}}`

const protocols: ReadonlyArray<Protocol> = [
  {
    operation: "chat.createChatCompletion",
    body: inMessages("/v1/chat/completions", plainModel),
    tool: openAiTool
  },
  {
    operation: "messages.createMessage",
    body: inMessages("/v1/messages", plainModel, '"max_tokens":10,'),
    tool: (schema) => `{"name":"f","input_schema":${schema}}`
  },
  {
    operation: "messages.countMessageTokens",
    body: inMessages("/v1/messages/count_tokens", plainModel),
    tool: (schema) => `{"name":"f","input_schema":${schema}}`
  },
  {
    operation: "responses.createResponse",
    body: (messages, rest = "") => post("/v1/responses", `{"model":"${plainModel}","input":${messages}${rest}}`),
    tool: (schema) => `{"type":"function","name":"f","parameters":${schema}}`
  },
  { operation: "runs.submitRun", body: inMessages("/v1/runs", "demo"), tool: openAiTool }
]

const said = (text: string) => `{"role":"user","content":${text}}`
const list = (length: number, of: (at: number) => string) => `[${Array.from({ length }, (_, at) => of(at)).join(",")}]`

const imageAt = (operation: string, url: string): string =>
  operation.startsWith("messages")
    ? `{"type":"image","source":{"type":"url","url":"${url}"}}`
    : operation.startsWith("responses")
      ? `{"type":"input_image","image_url":"${url}"}`
      : `{"type":"image_url","image_url":{"url":"${url}"}}`

export const chatRows: ReadonlyArray<Row> = protocols.flatMap(({ body, operation, tool }) => {
  const row = (name: string, request: (number: number) => SentRequest, wanted: Row["wanted"] = unusable): Row => ({
    operation,
    name,
    request,
    wanted
  })
  const hi = (number: number) => `[${said(`"${number}+1=?"`)}]`
  return [
    row("7 MB of [ for messages", () => body("[".repeat(7 * megabyte))),
    row("7 MB of { for messages", () => body(filled('{"a":', 7 * megabyte))),
    row("messages nested 100,000 deep", () => body(nested(100_000))),
    row("a million numbers for messages", () => body(list(1_000_000, () => "1"))),
    row("100,000 messages", () => body(list(100_000, () => said('"a"')))),
    row("100,000 parts of a message", () => body(`[${said(list(100_000, () => '{"type":"text","text":"a"}'))}]`)),
    row("2,000 messages of 200 parts", () =>
      body(list(2000, () => said(list(200, () => '{"type":"text","text":"a"}'))))
    ),
    row("100,000 calls of tools", () =>
      body(
        `[${said('"a"')},{"role":"assistant","content":null,"tool_calls":${list(
          100_000,
          (at) => `{"id":"c${at}","type":"function","function":{"name":"f","arguments":"{}"}}`
        )}}]`
      )
    ),
    row("a result for the last of 10,000 calls, 1,000 times", () =>
      body(
        `[{"role":"assistant","content":null,"tool_calls":${list(
          10_000,
          (at) => `{"id":"c${at}","type":"function","function":{"name":"f","arguments":"{}"}}`
        )}},${Array.from({ length: 1000 }, () => '{"role":"tool","tool_call_id":"c9999","content":"a"}').join(",")}]`
      )
    ),
    row("100,000 tools", (number) => body(hi(number), `,"tools":${list(100_000, () => tool('{"type":"object"}'))}`)),
    row("a schema nested 5,000 deep", (number) =>
      body(hi(number), `,"tools":[${tool(nested(5000, '{"items":', "}", "{}"))}]`)
    ),
    row("a reply format nested 5,000 deep", (number) =>
      body(
        hi(number),
        `,"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":${nested(5000, '{"items":', "}", "{}")}}},"output_config":{"format":{"type":"json_schema","schema":${nested(5000, '{"items":', "}", "{}")}}},"text":{"format":{"type":"json_schema","name":"a","schema":${nested(5000, '{"items":', "}", "{}")}}}`
      )
    ),
    row("a schema of 200,000 keys", (number) =>
      body(hi(number), `,"tools":[${tool(`{${Array.from({ length: 200_000 }, (_, at) => `"k${at}":1`).join(",")}}`)}]`)
    ),
    row("metadata of 200,000 keys", (number) =>
      body(hi(number), `,"metadata":{${Array.from({ length: 200_000 }, (_, at) => `"k${at}":"1"`).join(",")}}`)
    ),
    row("500,000 unknown fields", (number) =>
      body(hi(number), Array.from({ length: 500_000 }, (_, at) => `,"k${at}":1`).join(""))
    ),
    row("100,000 stop sequences", (number) =>
      body(
        hi(number),
        `,"stop":${list(100_000, () => '"a"')},"stop_sequences":${list(100_000, () => '"a"')},"include":${list(100_000, () => '"a"')}`
      )
    ),
    // Those are only counted.
    ...(operation === "messages.countMessageTokens"
      ? []
      : [
          row("1,000 images at addresses", () =>
            body(`[${said(list(1000, (at) => imageAt(operation, `https://h${at}.example/a.png`)))}]`)
          )
        ]),
    ...(operation === "runs.submitRun" || operation === "messages.countMessageTokens"
      ? []
      : ["https://10.0.0.5/a.png", "https://localhost/a.png", "https://redis/a.png"].map((url) =>
          row(`an image at ${url}`, () => body(`[${said(`[${imageAt(operation, url)}]`)}]`), {
            status: 400,
            text: /image_url/
          })
        )),
    row("a model's name of 7 MB", () => body(`[]`, `,"model":"${"a".repeat(7 * megabyte)}"`)),
    row("7 MB of escapes", (number) => body(`[${said(`"${number}${filled("\\u0041", 7 * megabyte)}"`)}]`), {
      status: [200, 202, 400, 413, 422]
    }),
    row("7 MB of quotes", (number) => body(`[${said(`"${number}${filled('\\"', 7 * megabyte)}"`)}]`), {
      status: [200, 202, 400, 413, 422]
    }),
    row("duplicate keys", (number) => body(hi(number), filled(',"user":"a"', 2 * megabyte))),
    row("prototype keys", (number) => body(hi(number), ',"__proto__":{"stream":true},"constructor":{"a":1}'), {
      status: [200, 202]
    }),
    row("9 MB", (number) => body(`[${said(`"${number}${"a".repeat(9 * megabyte)}"`)}]`))
  ]
})

const large = (operation: string, name: string, request: (number: number) => SentRequest): Row => ({
  operation,
  name,
  request,
  wanted: answered,
  isLarge: true
})

const words = "It is a truth universally acknowledged, that a single man in possession of a good fortune. "
const ideographs = "有一种普遍公认的真理：凡是有财产的单身汉，必定需要娶位太太。\\n"

/** What people really send, however large. */
export const largeChatRows: ReadonlyArray<Row> = protocols.flatMap(({ body, operation }) => [
  large(operation, "4 MB of English, a million tokens", (number) =>
    body(`[${said(`"${number} ${filled(words, 4 * megabyte)}"`)}]`)
  ),
  large(operation, "a document of 2 million ideographs", (number) =>
    body(`[${said(`"${number} ${filled(ideographs, 2_000_000)}"`)}]`)
  ),
  large(operation, "1,900 messages of 2,000 characters", (number) =>
    body(
      list(
        1900,
        (at) => `{"role":"${at % 2 === 0 ? "user" : "assistant"}","content":"${number} ${filled(words, 2000)}"}`
      ).replace(/,\{"role":"assistant"[^}]*\}\]$/, "]")
    )
  ),
  ...(operation === "messages.createMessage" || operation === "chat.createChatCompletion"
    ? [
        large(operation, "an image of 5 MB as base64", (number) => {
          const content = Buffer.alloc(5e6, `${number} `)
          content.set(Buffer.from("89504e470d0a1a0a", "hex"))
          const base64 = content.toString("base64")
          return body(
            `[${said(
              operation === "messages.createMessage"
                ? `[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"${base64}"}},{"type":"text","text":"?"}]`
                : `[{"type":"image_url","image_url":{"url":"data:image/png;base64,${base64}"}},{"type":"text","text":"?"}]`
            )}]`
          )
        })
      ]
    : [])
])

const embeddings = (name: string, input: string | (() => string), wanted: Row["wanted"] = unusable): Row => ({
  operation: "embeddings.createEmbeddings",
  name,
  request: () =>
    post("/v1/embeddings", `{"model":"${plainModel}","input":${typeof input === "string" ? input : input()}}`),
  wanted
})

export const embeddingRows: ReadonlyArray<Row> = [
  embeddings("1,000,000 inputs", () => list(1_000_000, () => '"a"')),
  embeddings("3,000,000 tokens", () => list(3_000_000, () => "1")),
  embeddings("2,048 inputs of 2,000 tokens", () => list(2048, () => list(2000, () => "1"))),
  embeddings("100,000 empty inputs", () => list(100_000, () => "[]")),
  embeddings("nested inputs", nested(100_000)),
  embeddings("7 MB of [", () => "[".repeat(7 * megabyte)),
  {
    ...embeddings("2,048 inputs of 100 tokens", () => list(2048, () => list(100, () => "1234")), {
      status: [200, 400, 404, 502]
    }),
    isLarge: true
  },
  {
    ...embeddings("2,048 inputs of 1,000 characters", () => list(2048, () => `"${filled(words, 1000)}"`), {
      status: [200, 400, 404, 502]
    }),
    isLarge: true
  }
]

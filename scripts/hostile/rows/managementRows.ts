import { filled, form, get, nested, post, type Row, type SentRequest } from "../Row.ts"

const megabyte = 1024 * 1024
const unusable = { status: [400, 413, 422] } as const

const row = (
  operation: string,
  name: string,
  request: (number: number) => SentRequest,
  wanted: Row["wanted"] = unusable
): Row => ({
  operation,
  name,
  request,
  wanted
})

const create = (name: string, fields: (number: number) => object, wanted: Row["wanted"] = unusable): Row =>
  row(
    "questions.createQuestion",
    name,
    (number) => post("/api/v1/questions", { title: `第 ${number} 题`, answer: ["a"], ...fields(number) }),
    wanted
  )

export const managementRows: ReadonlyArray<Row> = [
  create("a title of 7 MB", () => ({ title: filled("题目", megabyte) })),
  create("a title of ﷺ", (number) => ({ title: `${number}${"ﷺ".repeat(300_000)}` })),
  create("100,000 options", () => ({ options: Array.from({ length: 100_000 }, () => "a") })),
  create("an option of 2 MB", () => ({ options: [filled("选项", 700_000), "b"] })),
  create("100,000 answers", () => ({ answer: Array.from({ length: 100_000 }, () => "a") })),
  create("100,000 tags", () => ({ tags: Array.from({ length: 100_000 }, () => "a") })),
  create("an explanation of 2 MB", () => ({ explanation: filled("解析", 700_000) })),
  create("an answer of 2 MB", () => ({ answer: [filled("\\frac{", 2e6)] })),
  create(
    "190 answers of 190 options",
    (number) => {
      const options = Array.from({ length: 190 }, (_, at) => `${number} $\\frac{${at}}{2}$ ${filled("a b ", 300)}`)
      return { type: "multiple", options, answer: options.map((option) => option.toUpperCase()) }
    },
    { status: [201, 409, 422] }
  ),
  row(
    "questions.patchQuestion",
    "a title of 2 MB",
    () => post("/api/v1/questions/q_none", { title: filled("题目", 700_000) }, "PATCH"),
    { status: [404, 413, 422] }
  ),
  row("questions.changeManyQuestions", "400,000 ids", () =>
    post("/api/v1/questions/bulk", { action: "delete", ids: Array.from({ length: 400_000 }, () => "q_a") })
  ),
  row(
    "questions.changeManyQuestions",
    "10,000 ids",
    () =>
      post("/api/v1/questions/bulk", {
        action: "delete",
        dry_run: true,
        ids: Array.from({ length: 10_000 }, (_, at) => `q_${at}`)
      }),
    { status: 200 }
  ),
  row("questions.changeManyQuestions", "100,000 tags", () =>
    post("/api/v1/questions/bulk", {
      action: "add_tags",
      ids: ["q_a"],
      tags: Array.from({ length: 100_000 }, () => "a")
    })
  ),
  row(
    "questions.judgeQuestion",
    "a correction of 100,000 answers",
    () =>
      post("/api/v1/questions/q_none/feedback", {
        verdict: "correction",
        answer: Array.from({ length: 100_000 }, () => "a")
      }),
    { status: [404, 413, 422] }
  ),
  row(
    "questions.listQuestions",
    "a keyword of wildcards",
    () => get(`/api/v1/questions?keyword=${filled("%25a_", 200)}`),
    { status: 200 }
  ),
  row("settings.changeSettings", "60,000 keys", () =>
    post("/api/v1/settings", `{${Array.from({ length: 60_000 }, (_, at) => `"k${at}":1`).join(",")}}`, "PATCH")
  ),
  row("settings.changeSettings", "499 long keys", () =>
    post(
      "/api/v1/settings",
      Object.fromEntries(Array.from({ length: 499 }, (_, at) => [`answering.${"mode".repeat(28)}${at}`, 1])),
      "PATCH"
    )
  ),
  row("settings.changeSettings", "60 keys of a kilobyte", () =>
    post(
      "/api/v1/settings",
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${"answering.mode".repeat(70)}${at}`, 1])),
      "PATCH"
    )
  ),
  row("settings.changeSettings", "a value nested 10,000 deep", () =>
    post("/api/v1/settings", `{"answering.mode":${nested(10_000)}}`, "PATCH")
  ),
  row(
    "settings.changeSettings",
    "a list of origins of 60 KB",
    () =>
      post(
        "/api/v1/settings",
        { "server.cors_origins": Array.from({ length: 2500 }, (_, at) => `https://a${at}.example`) },
        "PATCH"
      ),
    { status: [200, 413, 422] }
  ),
  row("providers.addProvider", "a list of 5,000 models", () =>
    post("/api/v1/providers", {
      id: "many",
      preset: "openai",
      api_key: "sk-0",
      models: Array.from({ length: 5000 }, () => "m")
    })
  ),
  row(
    "providers.addProvider",
    "5,000 keys",
    () =>
      post("/api/v1/providers", {
        id: "many",
        preset: "openai",
        api_key: filled("sk-a,", 50_000)
      }),
    { status: [201, 400, 409, 413, 422] }
  ),
  row("auth.token", "a form of 60 KB", () => form("/api/v1/auth/token", filled("a=b&", 60_000)), {
    status: [400, 413]
  }),
  row("auth.token", "a form of 7 MB", () => form("/api/v1/auth/token", filled("a=b&", 7 * megabyte)), { status: 413 }),
  row(
    "auth.token",
    "a password of 60 KB",
    (number) =>
      form("/api/v1/auth/token", `grant_type=password&username=a${number}@b.c&password=${"a".repeat(60_000)}`),
    { status: [400, 401, 413, 429] }
  ),
  row(
    "auth.token",
    "JSON of 6,000 keys",
    () => post("/api/v1/auth/token", `{${Array.from({ length: 6000 }, (_, at) => `"k${at}":"1"`).join(",")}}`),
    { status: [400, 413] }
  ),
  row(
    "auth.token",
    "Basic of 400 KB",
    () => ({
      ...form("/api/v1/auth/token", "grant_type=client_credentials"),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `Basic ${Buffer.from(`a:${"%41".repeat(100_000)}`).toString("base64")}`
      }
    }),
    { status: [400, 401, 431] }
  ),
  row("auth.revoke", "a token of 60 KB", () => form("/api/v1/auth/revoke", `token=${"a.".repeat(30_000)}`), {
    status: [200, 400, 413]
  }),
  row("users.createUser", "an e-mail of 60 KB", () =>
    post("/api/v1/users", {
      email: `${"a.".repeat(15_000)}@${"b.".repeat(15_000)}`,
      name: "n",
      password: "p".repeat(20)
    })
  ),
  row("users.createUser", "a password of 60 KB", (number) =>
    post("/api/v1/users", { email: `a${number}@example.org`, name: "n", password: "p".repeat(60_000) })
  ),
  row("keys.createKey", "60,000 scopes", () =>
    post("/api/v1/keys", { name: "a", scopes: Array.from({ length: 8000 }, () => "ask") })
  ),
  row("keys.createKey", "models of 60 KB", () =>
    post("/api/v1/keys", { name: "a", scopes: ["ask"], models: Array.from({ length: 9000 }, () => "a") })
  ),
  row("predict.predict", "a text of 7 MB", () => post("/api/v1/predict", { text: filled("a b ", 7 * megabyte) })),
  row("predict.predict", "7 MB of escapes", () =>
    post("/api/v1/predict", `{"text":"${filled("\\u0041", 7 * megabyte)}"}`)
  )
]

const boundary = "----b"
const multipart = (body: string): SentRequest => ({
  method: "POST",
  path: "/api/v1/questions/import?dry_run=true",
  headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
  body
})
const file = (name: string, type: string, body: string | Buffer): SentRequest => ({
  method: "POST",
  path: `/api/v1/questions/import?dry_run=true&name=${name}`,
  headers: { "content-type": type },
  body
})
const read = { status: [200, 400, 413, 422] } as const
const imported = (name: string, request: (number: number) => SentRequest): Row => ({
  ...row("transfer.importQuestions", name, request, read),
  isLarge: true
})

export const importRows: ReadonlyArray<Row> = [
  imported("100,000 parts", () =>
    multipart(
      `${filled(`--${boundary}\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n`, 6 * megabyte)}--${boundary}--\r\n`
    )
  ),
  imported("a part with 7 MB of headers", () =>
    multipart(`--${boundary}\r\n${filled("a: b\r\n", 7 * megabyte)}\r\nc\r\n--${boundary}--\r\n`)
  ),
  imported("a part with a header of 7 MB", () =>
    multipart(
      `--${boundary}\r\ncontent-disposition: form-data; name="${"a".repeat(7 * megabyte)}"\r\n\r\nc\r\n--${boundary}--\r\n`
    )
  ),
  imported("a field of 7 MB", () =>
    multipart(
      `--${boundary}\r\ncontent-disposition: form-data; name="a"\r\n\r\n${"b".repeat(7 * megabyte)}\r\n--${boundary}--\r\n`
    )
  ),
  imported("7 MB of beginnings of boundaries", () => multipart(filled(`\r\n--${boundary.slice(0, -1)}`, 7 * megabyte))),
  imported("JSON of 7 MB of [", () => file("a.json", "application/json", "[".repeat(7 * megabyte))),
  imported("JSON of 300,000 rows", () =>
    file("a.json", "application/json", `[${filled('{"title":"a","answer":"b"},', 7 * megabyte)}{}]`)
  ),
  imported("CSV of 7 MB of commas", () => file("a.csv", "text/csv", `question,answer\n${",".repeat(7 * megabyte)}`)),
  imported("CSV of 7 MB of quotes", () => file("a.csv", "text/csv", `question,answer\n${'"'.repeat(7 * megabyte)}`)),
  imported("CSV of 500,000 rows", () =>
    file("a.csv", "text/csv", `question,answer\n${filled("a 题目,b\n", 7 * megabyte)}`)
  ),
  imported("JSON lines of dear titles", () =>
    file(
      "a.jsonl",
      "application/x-ndjson",
      filled(`${JSON.stringify({ question: "ﷺ".repeat(19_000), answer: "a" })}\n`, 3 * megabyte)
    )
  )
]

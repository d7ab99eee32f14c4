// Values that mean something to the service: what a schema leaves open is rarely hit upon by chance.

/** What the provider under the fuzzer is called, and its model. */
export const provider = "custom"
export const providerModel = "fuzz-model"

const plainModel = `${provider}/${providerModel}`
const chat = [{ role: "user", content: "1+1=?" }]
const question = "中国的首都是哪里？"

const byName: Readonly<Record<string, ReadonlyArray<unknown>>> = {
  model: [plainModel, plainModel, plainModel, "siku", "siku-lite", "demo", "siku-max", provider, "none/none"],
  model_name: ["default", plainModel, provider, "none"],
  messages: [
    chat,
    chat,
    [{ role: "system", content: "短" }, ...chat],
    [...chat, { role: "assistant", content: "2" }, { role: "user", content: [{ type: "text", text: "为什么？" }] }]
  ],
  input: ["1+1=?", ["a", "b"], [{ role: "user", content: "1+1=?" }]],
  text: ["1+1=?", "你好"],
  title: [question, "1+1=?", "下列不属于水果的是？", "《红楼梦》的作者是______。"],
  question: [question, "地球是平的。"],
  options: [["北京", "上海"], "A. 北京\nB. 上海", ["对", "错"]],
  answer: ["北京", ["北京"], "对"],
  type: ["single", "multiple", "judgement", "completion", "essay"],
  stream: [true, false],
  store: [true, false],
  background: [true, false],
  stream_options: [{ include_usage: true }],
  max_tokens: [1, 16, 100],
  max_output_tokens: [16],
  temperature: [0, 1],
  limit: ["1", "20", "100", 20],
  days: ["1", "7"],
  order: ["asc", "newest"],
  format: ["csv", "jsonl", "json", "xlsx"],
  dry_run: ["true", "false", true],
  id: ["fuzzed", "other"],
  email: ["li@example.org", "han@example.org"],
  password: ["correct horse battery"],
  token: ["eyJhbGciOiJub25lIn0.e30."],
  scopes: [["ask", "chat"], ["bank:read"]],
  role: ["owner", "member"],
  grant_type: ["password", "refresh_token", "client_credentials"],
  username: ["fuzz@example.org"],
  kind: ["grant", "purchase"],
  amount: [1, 1_000_000],
  group_by: ["day", "model", "key", "route"],
  preset: ["custom", "openai", "anthropic", "google"],
  base_url: ["http://127.0.0.1:9/v1"],
  api_key: ["sk-fuzzed-provider-key"],
  // A proxy that refuses everything, as all of them do here.
  proxy: ["http://127.0.0.1:9"],
  action: ["add_tags", "remove_tags", "delete"],
  tags: [["fuzzed"], []],
  verdict: ["right", "wrong"],
  decision: ["accept", "reject"],
  images: ["data:image/png;base64,AAAA"],
  after: ["0", "1"],
  starting_after: ["0", "1"]
}

/** Whether there are values for a field or a parameter of this name. */
export const isKnown = (name: string): boolean => Object.hasOwn(byName, name)

/** A value for a field or a parameter of this name; undefined where nothing is known of it. */
export const realisticValue = (name: string, number: number): unknown => {
  const known = isKnown(name) ? byName[name] : undefined
  return known?.[number % known.length]
}

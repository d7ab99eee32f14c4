// What is there before the first request: somebody with a login, an account with credit and keys, a run, a response.
import { Effect } from "effect"
import type { KnownIds } from "./KnownIds.ts"
import { providerModel } from "./Realistic.ts"

const email = "fuzz@example.org"
const password = "correct horse battery"

/** Makes it all with the admin key, and answers with the keys to ask by. */
export const furnish = (port: number, adminKey: string, ids: KnownIds) =>
  Effect.promise(async (signal) => {
    const send = async (path: string, body?: unknown, method = body === undefined ? "GET" : "POST") => {
      const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal
      })
      const text = await reply.text()
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`)
      const json: Record<string, unknown> = JSON.parse(text)
      ids.learn(path, json)
      return json
    }
    const textOf = async (reply: Promise<Record<string, unknown>>, field: string) => String((await reply)[field])
    const user = await textOf(send("/api/v1/users", { email, name: "Fuzz", password }), "id")
    const account = await textOf(send("/api/v1/accounts", { name: "fuzzed", owner: user }), "id")
    await send(`/api/v1/accounts/${account}/orders`, { kind: "grant", amount: 1_000_000_000 })
    const scopes = ["ask", "chat"]
    const model = `custom/${providerModel}`
    await send("/v1/runs", { model: "siku", messages: [{ role: "user", content: "1+1=?" }] })
    await send("/v1/responses", { model, input: "1+1=?" })
    return {
      "key to ask and chat": await textOf(send("/api/v1/keys", { name: "a", scopes }), "key"),
      "key of the bank": await textOf(send("/api/v1/keys", { name: "b", scopes: ["bank:read", "bank:write"] }), "key"),
      "key of an account": await textOf(send(`/api/v1/accounts/${account}/keys`, { name: "c", scopes }), "key"),
      login: await textOf(
        send("/api/v1/auth/token", { grant_type: "password", username: email, password }),
        "access_token"
      )
    }
  })

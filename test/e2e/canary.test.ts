import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { send } from "../support/siku.ts"
import { sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

// One for every place that a secret can come from, so that a leak tells where it began.
const canaries = {
  environmentKey: "sk-canary-of-the-environment-1a2b3c",
  flagKey: "sk-canary-of-a-flag-4d5e6f",
  secondKey: "sk-canary-of-a-list-7a8b9c",
  storedKey: "sk-canary-of-the-api-0d1e2f",
  refusedKey: "sk-canary of a refused change 3a4b5c",
  proxyPassword: "canary-of-a-proxy-6d7e8f",
  storedProxyPassword: "canary-of-a-stored-proxy-9a0b1c",
  adminKey: "canary-of-the-administrator-2d3e4f",
  encryptionKey: "canary-of-the-encryption-5a6b7c8d9e0f"
}

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe("a secret", () => {
  it.live("is in no log, error, reply or file, whatever goes wrong", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      // A platform that throws the key back, in each kind of error.
      const model = yield* upstream({
        faultFor: ({ headers }, call) => ({
          kind: "status",
          status: [401, 400, 500][call % 3] ?? 401,
          body: {
            error: { message: `bad key ${headers["authorization"]}`, type: "x", param: null, code: null }
          }
        })
      })
      const siku = yield* sikuProcess(
        [
          "--home",
          home,
          "--port",
          "0",
          "--log-level",
          "debug",
          "--set",
          `ai.providers.second.api_key=${canaries.flagKey}`,
          "--set",
          `ai.providers.second.base_url=${model.url}`,
          "--set",
          "ai.providers.second.preset=custom",
          "--set",
          "ai.providers.second.model=m",
          "--set",
          "ai.max_retries=0",
          "--set",
          "security.allow_private_urls=true"
        ],
        {
          CUSTOM_API_KEY: canaries.environmentKey,
          SIKU_AI_PROVIDERS_CUSTOM_API_KEYS: canaries.secondKey,
          SIKU_AI_PROVIDERS_CUSTOM_PROXY: `http://user:${canaries.proxyPassword}@127.0.0.1:9`,
          CUSTOM_BASE_URL: model.url,
          CUSTOM_MODEL: "m",
          SIKU_SECURITY_ADMIN_KEY: canaries.adminKey,
          SIKU_SECURITY_ENCRYPTION_KEY: canaries.encryptionKey
        }
      )
      const base = yield* Effect.promise(() => siku.base)
      const replies: Array<string> = []
      const ask = (method: string, path: string, body?: unknown, key = canaries.adminKey) =>
        Effect.map(
          send(`${base}${path}`, {
            method,
            headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) })
          }),
          (seen) => {
            replies.push(seen.text, JSON.stringify([...seen.headers]))
            return seen
          }
        )
      const providers = "/api/v1/providers"
      const entry = { preset: "custom", base_url: model.url, model: "m", api_key: canaries.storedKey }
      assert.strictEqual((yield* ask("POST", providers, { id: "third", ...entry })).status, 201)
      yield* ask("PATCH", `${providers}/third`, { proxy: `socks5://user:${canaries.storedProxyPassword}@127.0.0.1:9` })
      yield* ask("POST", `${providers}/third/test`)
      yield* ask("PATCH", `${providers}/third`, { proxy: null, api_keys: [canaries.secondKey] })
      assert.strictEqual((yield* ask("PATCH", `${providers}/third`, { api_key: canaries.refusedKey })).status, 422)
      for (let n = 0; n < 6; n++) {
        yield* ask("GET", `/api/v1/query?title=${n}`)
        for (const model_name of ["default", "second", "third"])
          yield* ask("POST", "/api/v1/predict", { text: "x", model_name })
        yield* ask("POST", `${providers}/third/test`)
      }
      assert.strictEqual((yield* ask("GET", providers, undefined, `${canaries.adminKey}x`)).status, 401)
      for (const path of [providers, "/api/v1/calls", "/", "/openapi.json", "/health"]) yield* ask("GET", path)
      assert.isAbove(model.calls, 10)

      siku.child.kill("SIGTERM")
      yield* Effect.promise(() => siku.ended)
      const places = new Map([
        ["a reply", replies.join("\n")],
        ["the log", siku.output()],
        ["the error output", siku.errors()],
        ...filesIn(home).map((file): [string, string] => [file, readFileSync(file, "latin1")])
      ])
      assert.isTrue([...places.keys()].some((place) => place.endsWith("siku.db")))
      for (const [place, text] of places) {
        for (const [name, canary] of Object.entries(canaries)) {
          assert.isFalse(text.includes(canary), `${name} is in ${place}`)
        }
      }
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { CONFIG_FILE, load, valuesOf } from "./support.ts"

describe("the configuration of the predecessor", () => {
  const predecessor = {
    server: { host: "0.0.0.0", port: "8000", debug: false },
    database: { url: "sqlite:///./question_bank.db" },
    cache: { type: "memory", ttl: "86400", redis_url: "" },
    ai: {
      default_provider: "deepseek",
      timeout: "30",
      max_retries: "3",
      providers: {
        deepseek: {
          enabled: "true",
          name: "DeepSeek",
          api_key: "sk-0123456789",
          base_url: "https://api.deepseek.com/v1",
          model: "deepseek-chat",
          max_tokens: "500",
          temperature: "0.1"
        },
        zhipu: {
          enabled: true,
          name: "智谱AI",
          api_key: "",
          api_url: "https://open.bigmodel.cn/api/paas/v4/chat/completions",
          model: "glm-4",
          max_tokens: 500,
          temperature: 0.1
        },
        siliconflow: { enabled: true, name: "硅基流动", api_key: "", base_url: "", model: "" },
        google: { enabled: false, name: "Google AI", api_key: "", api_url: null, model: "gemini-pro" },
        another_platform: { enabled: true, api_key: "", base_url: "https://example.org/v1", model: "m" }
      }
    },
    rate_limit: { enabled: false, per_minute: "60" },
    logging: { level: "WARNING", file: "logs/app.log" },
    security: { secret_key: "" }
  }

  it.effect("is accepted as it is", () =>
    Effect.gen(function* () {
      const settings = yield* load({ config: predecessor })
      assert.strictEqual(settings.server.host, "0.0.0.0")
      assert.strictEqual(settings.server.port, 8000)
      assert.strictEqual(settings.database.filename, "/srv/data/question_bank.db")
      assert.strictEqual(Duration.toSeconds(settings.cache.ttl), 86_400)
      assert.isUndefined(settings.cache.redisUrl)
      assert.strictEqual(settings.logging.level, "Warn")
      assert.strictEqual(settings.rateLimit.enabled, false)
      const [provider, ...others] = settings.ai.providers
      assert.deepStrictEqual(others, [])
      assert.strictEqual(provider?.id, "deepseek")
      assert.strictEqual(provider?.name, "DeepSeek")
      assert.strictEqual(provider?.baseUrl, "https://api.deepseek.com/v1")
      assert.strictEqual(provider?.model, "deepseek-chat")
      assert.strictEqual(provider?.maxTokens, 500)
      assert.strictEqual(provider?.temperature, 0.1)
      assert.deepStrictEqual(provider?.timeout, Duration.seconds(30))
      assert.strictEqual(provider?.maxRetries, 3)
      assert.deepStrictEqual(valuesOf(provider?.apiKeys ?? []), ["sk-0123456789"])
    })
  )

  it.effect("is answered with warnings about what has no effect", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({ config: predecessor })
      assert.deepStrictEqual(warnings, [
        `${CONFIG_FILE}: unknown setting server.debug is ignored`,
        `${CONFIG_FILE}: unknown setting logging.file is ignored`,
        "ai.providers: left out, as there is no api_key for them: zhipu, siliconflow, another_platform"
      ])
    })
  )

  it.effect("warns about what is not in use yet, where it is switched on", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({
        config: {
          cache: { type: "redis", redis_url: "redis://127.0.0.1:6379/0" },
          rate_limit: { enabled: true },
          security: { secret_key: "abc" }
        }
      })
      assert.deepStrictEqual(warnings, [
        "cache.type redis is not in use yet, memory is used",
        "security.secret_key is not used: tokens are signed with keys that Siku makes"
      ])
    })
  )
})

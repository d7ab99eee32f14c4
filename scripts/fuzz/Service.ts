// The built service under the fuzzer: a process of its own with a home of its own, a model that answers at once, small
// limits, and no way out of the machine.
import { Effect, FileSystem, Schema } from "effect"
import { readFileSync } from "node:fs"
import { projectFile } from "../../src/platform/projectFile.ts"
import { usageOf } from "../bench/ProcessUsage.ts"
import { startServer } from "../bench/ServerProcess.ts"
import { upstream } from "../upstream/UpstreamLayer.ts"
import { bodyLimitBytes } from "./Hostile.ts"
import { openInspector } from "./Inspector.ts"
import { providerModel } from "./Realistic.ts"

/** What must never be seen in a reply. */
export const adminKey = "siku-admin-of-the-fuzzer-0123456789"
export const providerKey = "sk-of-the-fuzzers-provider-0123456789"

/** Starts it; it ends with the scope. */
export const startService = (seed: number) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped({ prefix: "siku-fuzz-" })
    const model = yield* upstream({
      answer: () => "二",
      model: providerModel,
      seed,
      keepRequests: 0,
      faultRates: { "429": 0.02, "500": 0.02, badJson: 0.01, emptyCompletion: 0.01, cutStream: 0.01 }
    })
    const logFile = `${folder}/siku.log`
    const server = yield* startServer({
      name: "Siku",
      command: [
        process.execPath,
        "--inspect=127.0.0.1:0",
        projectFile("dist", "siku.mjs"),
        "--home",
        folder,
        "--port",
        "0"
      ],
      cwd: folder,
      environment: {
        // Whatever address a provider is given through the API: nothing listens at this proxy.
        ALL_PROXY: "http://127.0.0.1:9",
        NO_PROXY: `127.0.0.1:${model.port}`,
        CUSTOM_BASE_URL: model.url,
        CUSTOM_MODEL: providerModel,
        CUSTOM_API_KEY: providerKey,
        SIKU_AI_MAX_RETRIES: "0",
        SIKU_AI_TIMEOUT: "3",
        SIKU_AI_STALL_TIMEOUT: "3",
        // What fails by chance must not keep the rest from being tried.
        SIKU_AI_BREAKER_FAILURE_RATIO: "1",
        SIKU_ANSWERING_DEADLINE: "5",
        SIKU_CACHE_CAPACITY: "200",
        SIKU_LOGGING_FORMAT: "json",
        SIKU_RATE_LIMIT_ENABLED: "false",
        SIKU_SECURITY_ADMIN_KEY: adminKey,
        // Its providers are on this machine.
        SIKU_SECURITY_ALLOW_PRIVATE_URLS: "true",
        SIKU_SERVER_BODY_LIMIT: String(bodyLimitBytes),
        SIKU_SERVER_DRAIN: "1",
        SIKU_THINKING_BUDGET_CALLS: "6"
      },
      logFile,
      ready: /Siku is ready at http:\/\/127\.0\.0\.1:(\d+)/
    })
    const log = () => readFileSync(logFile, "utf8")
    const inspector = yield* openInspector(/Debugger listening on (ws:\S+)/.exec(log())?.[1] ?? "")
    const memory = (requests: number) =>
      Effect.map(Effect.all([inspector.heapBytes, rowsOf(server.port)]), ([heapBytes, rows]) => ({
        requests,
        heapBytes,
        rows,
        rssBytes: usageOf(server.pid)?.rssBytes ?? 0
      }))
    return { ...server, log, memory }
  })

const Statistics = Schema.Struct({ total: Schema.Int })

const rowsOf = (port: number) =>
  Effect.promise(async (signal) => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/v1/questions/stats`, {
      headers: { authorization: `Bearer ${adminKey}` },
      signal
    })
    return reply.json()
  }).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Statistics)),
    Effect.map(({ total }) => total),
    Effect.orDie
  )

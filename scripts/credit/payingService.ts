// The built service with a model that costs money, over a home that outlives it.
import { Effect, Schema } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"
import { type ServerProcess, startServer } from "../bench/ServerProcess.ts"
import { price } from "./price.ts"

const adminKey = "siku-admin-of-the-kills-0123456789"

/** The model as clients name it. */
export const model = "custom/m"

/** Starts it; it ends with the scope at the latest. */
export const startPaying = (options: { readonly home: string; readonly upstream: string; readonly logFile: string }) =>
  startServer({
    name: "Siku",
    command: [
      process.execPath,
      projectFile("dist", "siku.mjs"),
      "--home",
      options.home,
      "--port",
      "0",
      "--set",
      `ai.providers.custom.prices=${JSON.stringify({ m: price })}`,
      "--set",
      "ai.providers.custom.max_tokens=50"
    ],
    cwd: options.home,
    environment: {
      CUSTOM_BASE_URL: options.upstream,
      CUSTOM_MODEL: "m",
      // Keys that fail by chance are not left alone: the load goes on.
      SIKU_AI_BREAKER_FAILURE_RATIO: "1",
      SIKU_LOGGING_FORMAT: "json",
      SIKU_RATE_LIMIT_ENABLED: "false",
      SIKU_SECURITY_ADMIN_KEY: adminKey,
      SIKU_SERVER_DRAIN: "1"
    },
    logFile: options.logFile,
    ready: /Siku is ready at http:\/\/127\.0\.0\.1:(\d+)/
  })

/** A request to a management route. */
const manage = <A, I>(
  { port }: ServerProcess,
  path: string,
  Reply: Schema.Codec<A, I>,
  body?: unknown
): Effect.Effect<A> =>
  Effect.promise(async (signal) => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/v1/accounts${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal
    })
    return reply.json()
  }).pipe(Effect.flatMap(Schema.decodeUnknownEffect(Reply)), Effect.orDie)

const Made = Schema.Struct({ id: Schema.String })
const MadeKey = Schema.Struct({ key: Schema.String })
const Standing = Schema.Struct({ balance: Schema.Finite, held: Schema.Finite })

/** An account that pays in advance. */
export interface Payer {
  readonly account: string
  /** Of the account, to ask with. */
  readonly key: string
}

/** Opens an account with so much credit. */
export const openAccount = Effect.fnUntraced(function* (server: ServerProcess, credit: number) {
  const { id } = yield* manage(server, "", Made, { name: "kills", prepaid: true })
  yield* manage(server, `/${id}/orders`, Made, { kind: "purchase", amount: credit })
  const { key } = yield* manage(server, `/${id}/keys`, MadeKey, { name: "kills", scopes: ["chat"] })
  return { account: id, key } satisfies Payer
})

/** What an account has left, and what of it is held, as the service says. */
export const standingOf = (server: ServerProcess, { account }: Payer) => manage(server, `/${account}`, Standing)

// Who gets in without a key, through what, by which name, however the service is set up.
import { Effect, FileSystem } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"
import { startServer } from "../bench/ServerProcess.ts"
import { type Attempt, attempts, exchange, isRefusal, type Manner, requestOf } from "./Attempt.ts"
import { direct, proxies, type Proxy } from "./Proxy.ts"

const publicName = "siku.example.org"
const adminKey = "siku-admin-of-the-exposure-0123456789"

/** A way to set the service up. */
interface SetUp {
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  /** Whether somebody said that others come: then nobody gets in. Else it is a laptop, and its own programs do. */
  readonly saysSo: boolean
}

const setUps: ReadonlyArray<SetUp> = [
  { name: "public_url", environment: { SIKU_SERVER_PUBLIC_URL: `https://${publicName}` }, saysSo: true },
  { name: "trusted_proxies", environment: { SIKU_SERVER_TRUSTED_PROXIES: "127.0.0.1" }, saysSo: true },
  { name: "host 0.0.0.0", environment: { SIKU_SERVER_HOST: "0.0.0.0" }, saysSo: true },
  { name: "nothing (laptop)", environment: {}, saysSo: false }
]

/** What the client sends as Host. */
const hosts: ReadonlyArray<readonly [name: string, (port: number) => Pick<Manner, "host" | "version">]> = [
  ["none", () => ({ version: "1.0", host: undefined })],
  ["localhost", () => ({ version: "1.1", host: "localhost" })],
  ["localhost:port", (port) => ({ version: "1.1", host: `localhost:${port}` })],
  ["127.0.0.1:port", (port) => ({ version: "1.1", host: `127.0.0.1:${port}` })],
  ["public name", () => ({ version: "1.1", host: publicName })]
]

export const hostNames: ReadonlyArray<string> = hosts.map(([name]) => name)

/** What came of all attempts in one manner. */
export interface Row {
  readonly setUp: string
  readonly proxy: string
  readonly isDirect: boolean
  readonly host: string
  readonly tried: number
  /** Routes that were reached without a key. */
  readonly reached: ReadonlyArray<string>
  /** Whether the service was told that others come, so that none may be reached. */
  readonly mustRefuse: boolean
  /** Why it was not tried. */
  readonly skipped?: string
  /** Whether the admin key opens the same way, without which a refusal would say nothing; always so where a Host is sent. */
  readonly opensWithKey: boolean
}

/** Runs everything with the programs that are there; `missing` are those that are not. */
export const runMatrix = (missing: ReadonlySet<string>) =>
  Effect.forEach(setUps, (setUp) => Effect.scoped(rowsOf(setUp, missing))).pipe(Effect.map((rows) => rows.flat()))

const rowsOf = Effect.fnUntraced(function* (setUp: SetUp, missing: ReadonlySet<string>) {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped({ prefix: "siku-exposure-" })
  const { port } = yield* startServer({
    name: "Siku",
    command: [process.execPath, projectFile("dist", "siku.mjs"), "--home", `${folder}/home`, "--port", "0"],
    cwd: folder,
    environment: {
      SIKU_LOGGING_FORMAT: "json",
      SIKU_RATE_LIMIT_ENABLED: "false",
      SIKU_SECURITY_ADMIN_KEY: adminKey,
      SIKU_SERVER_DRAIN: "0.1",
      ...setUp.environment
    },
    logFile: `${folder}/log`,
    ready: /Siku is ready at http:\/\/[\d.]+:(\d+)/
  })
  return yield* Effect.forEach(proxies, (proxy) =>
    Effect.scoped(
      Effect.gen(function* () {
        const at = {
          setUp: setUp.name,
          proxy: proxy.name,
          isDirect: proxy === direct,
          mustRefuse: setUp.saysSo
        }
        if (proxy.program !== undefined && missing.has(proxy.program)) return [skippedRow(at, proxy.program)]
        const before = yield* proxy.start(port)
        return yield* Effect.forEach(hosts, ([host, mannerOf]) =>
          Effect.map(throughAll(before, mannerOf(port)), (found) => ({ ...at, host, ...found }))
        )
      })
    )
  ).pipe(Effect.map((rows): ReadonlyArray<Row> => rows.flat()))
})

const skippedRow = (
  at: Pick<Row, "isDirect" | "mustRefuse" | "proxy" | "setUp">,
  program: NonNullable<Proxy["program"]>
): Row => ({
  ...at,
  host: "-",
  tried: 0,
  reached: [],
  opensWithKey: true,
  skipped: `${program} is not here`
})

/** Tries every route through a port, and one with the key, to see that the way is open at all. */
const throughAll = Effect.fnUntraced(function* (port: number, manner: Pick<Manner, "host" | "version">) {
  const seen = yield* Effect.forEach(
    attempts,
    (attempt) => Effect.map(exchange(port, requestOf(attempt, manner)), (reply) => ({ attempt, reply })),
    { concurrency: 8 }
  )
  const keyed = yield* exchange(
    port,
    requestOf({ method: "GET", path: "/v1/models" }, { ...manner, headers: [`Authorization: Bearer ${adminKey}`] })
  )
  return {
    tried: seen.length,
    reached: seen.filter(({ attempt, reply }) => !isRefusal(attempt, reply)).map(({ attempt }) => nameOf(attempt)),
    opensWithKey: keyed?.status === 200 || manner.host === undefined
  }
})

const nameOf = ({ method, path }: Attempt): string => `${method} ${path}`

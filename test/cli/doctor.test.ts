import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Predicate, Schema } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { lockHolders, schemaFinding } from "../../src/cli/doctor/database.ts"
import { examine } from "../../src/cli/doctor/examine.ts"
import { Finding, type Findings } from "../../src/cli/doctor/Finding.ts"
import { clock, nodeVersion, room } from "../../src/cli/doctor/machine.ts"
import { examineExposure } from "../../src/cli/doctor/network.ts"
import { report } from "../../src/cli/doctor.ts"
import { migrations } from "../../src/platform/migrations/index.ts"
import { load } from "../platform/config/support.ts"
import { manage, startSiku } from "../support/siku.ts"
import { runSiku, temporaryHome } from "../support/sikuProcess.ts"

const secret = "sk-canary-of-the-doctor"

const look = (
  home: string,
  {
    environment = {},
    online = false,
    set = []
  }: {
    readonly environment?: Readonly<Record<string, string>>
    readonly online?: boolean
    readonly set?: ReadonlyArray<string>
  } = {}
) =>
  examine({ environment, flags: { home, port: 0, set }, cwd: "/" }, online).pipe(
    Effect.provide(NodeServices.layer),
    Effect.orDie
  )

const found = (findings: Findings, check: Finding["check"], level: Finding["level"]) =>
  findings.filter((each) => each.check === check && each.level === level).map(({ text }) => text)

/** What lies in a folder, to the byte and the moment. */
const contents = (folder: string) =>
  Effect.promise(async () => {
    const names = (await readdir(folder)).sort()
    return Promise.all(
      names.map(async (name) => {
        const { mode, mtimeMs, size } = await stat(join(folder, name))
        return { name, mode, mtimeMs, size }
      })
    )
  })

const day = 86_400_000
const now = Date.UTC(2026, 5, 1)

const seen = Object.keys(migrations).map((key, at) => ({ id: at + 1, name: key.slice(5) }))

/** What was found, how bad it is, and what it is called. */
const table: ReadonlyArray<readonly [Finding, Finding["level"], RegExp]> = [
  [nodeVersion("24.1.0"), "ok", /24\.1\.0/],
  [nodeVersion("22.19.0"), "ok", /22\.19\.0/],
  [nodeVersion("22.18.9"), "problem", /too old/],
  [nodeVersion("18.20.0"), "problem", /too old/],
  [clock(now, undefined), "ok", /2026-06-01/],
  [clock(now, now + day), "ok", /2026-06-01/],
  [clock(now, now + day + 1), "warning", /written later/],
  [clock(0, undefined), "problem", /before Siku was made/],
  [room("/srv", 5 * 1024 ** 3), "ok", /5\.0 GB free/],
  [room("/srv", 1024 ** 3 - 1), "warning", /free/],
  [room("/srv", 100 * 1024 ** 2 - 1), "problem", /free/],
  [schemaFinding(seen), "ok", /up to date/],
  [schemaFinding(seen.slice(0, 9)), "warning", /older version/],
  [schemaFinding([...seen, { id: seen.length + 1, name: "of_the_future" }]), "problem", /newer version/],
  [schemaFinding([{ id: 1, name: "of_a_branch" }]), "problem", /another version/]
]

/** Settings that say who can reach the service, and what is wrong with them. */
const exposed: ReadonlyArray<readonly [ReadonlyArray<string>, ReadonlyArray<RegExp>]> = [
  [[], []],
  [["server.host=0.0.0.0"], []],
  [["server.host=0.0.0.0", "security.authentication=required"], []],
  [["server.public_url=https://siku.example"], [/no proxy is trusted/]],
  [["server.trusted_proxies=127.0.0.1"], [/no server\.public_url/]],
  [["server.public_url=https://siku.example", "server.trusted_proxies=127.0.0.1"], []],
  [["server.host=0.0.0.0", "security.authentication=local"], [/programs of this machine need no key/]],
  [
    ["server.public_url=https://siku.example", "server.trusted_proxies=127.0.0.1", "security.authentication=local"],
    [/programs of this machine need no key/]
  ],
  [["server.public_url=http://siku.example", "server.trusted_proxies=10.0.0.0/8"], [/unencrypted/]],
  [["server.public_url=https://a.example", "server.trusted_proxies=0.0.0.0/0"], [/names every address/]]
]

describe("siku doctor", { timeout: 60_000 }, () => {
  it("judges what it finds", () => {
    for (const [finding, level, text] of table) {
      assert.strictEqual(finding.level, level, finding.text)
      assert.match(finding.text, text)
      assert.strictEqual(finding.remedy === undefined, level === "ok")
    }
  })

  it.effect("judges who can reach the service", () =>
    Effect.gen(function* () {
      for (const [set, expected] of exposed) {
        const wrong = examineExposure(yield* load({ flags: { set } })).filter(({ level }) => level !== "ok")
        assert.strictEqual(wrong.length, expected.length, set.join(" "))
        expected.forEach((text, at) => assert.match(wrong[at]?.text ?? "", text))
      }
      const { security, server } = yield* load({})
      const [here, ...others] = examineExposure({ security, server })
      assert.deepStrictEqual(others, [])
      assert.match(here?.text ?? "", /only this machine .*need no key.*proxy or a tunnel .*server\.public_url/)
      const [everybody] = examineExposure(yield* load({ flags: { set: ["server.host=0.0.0.0"] } }))
      assert.match(everybody?.text ?? "", /other machines reach Siku at 0\.0\.0\.0 .*everybody needs a key/)
      const open = examineExposure({
        security: { ...security, authentication: "off" },
        server: { ...server, host: "0.0.0.0" }
      })
      assert.deepStrictEqual(
        open.map(({ level }) => level),
        ["problem"]
      )
    })
  )

  it("reads who holds a lock", () => {
    const locks = `1: POSIX  ADVISORY  READ 24618 fe:00:2156669 128 128
2: POSIX  ADVISORY  READ 24618 fe:00:2156667 1073741826 1073742335
3: FLOCK  ADVISORY  WRITE 3783 fe:00:1474578 0 EOF
4: POSIX  ADVISORY  WRITE 99 fe:00:2156669 0 EOF
`
    assert.deepStrictEqual(lockHolders(locks, new Set(["2156669"])), [24618, 99])
    assert.deepStrictEqual(lockHolders(locks, new Set(["1"])), [])
  })

  it.live("finds nothing wrong before the first start, and makes nothing", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const findings = yield* look(home, { environment: { DEEPSEEK_API_KEY: secret } })
      assert.deepStrictEqual(
        findings.filter(({ level }) => level !== "ok"),
        []
      )
      assert.match(found(findings, "providers", "ok").join(), /deepseek has a key; it was not asked/)
      assert.deepStrictEqual(yield* contents(home), [])
      const gone = yield* look(join(home, "not", "there"))
      assert.match(found(gone, "home", "warning").join(), /is not there/)
    }).pipe(Effect.scoped)
  )

  it.live("tells of everything that is wrong with the configuration at once, without its secrets", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const config = { server: { port: "x" }, security: { encryption_key: "short" }, answering: { mode: "never" } }
      yield* Effect.promise(() => writeFile(join(home, "config.json"), JSON.stringify(config)))
      const findings = yield* look(home, { environment: { SIKU_NETWORK_PROXY: `ftp://${secret}@x` } })
      assert.strictEqual(found(findings, "configuration", "problem").length, 3)
      assert.notInclude(report(findings), secret)
      assert.notInclude(report(findings), 'short"')
    }).pipe(Effect.scoped)
  )

  it.live("sees what was stored while the service ran, and changes nothing beside or after it", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const database = `database.url=sqlite:${join(home, "siku.db")}`
      yield* Effect.scoped(
        Effect.gen(function* () {
          const base = yield* startSiku({ home, set: [database] })
          yield* manage(base, "PATCH", "/api/v1/settings", { "answering.mode": "think", "cache.ttl": 5 })
          const mine = { id: "zhipu", api_key: secret }
          yield* manage(base, "POST", "/api/v1/providers", mine)
          const running = yield* look(home, { environment: { SIKU_ANSWERING_MODE: "auto" } })
          assert.match(found(running, "database", "ok").join(), /is sound/)
          if (process.platform === "linux")
            assert.match(found(running, "database", "ok").join(), new RegExp(`process(es)? .*${process.pid}`))
          assert.match(
            found(running, "settings", "warning").join(),
            /answering\.mode .*"think", which hides environment variable SIKU_ANSWERING_MODE/
          )
          const port = new URL(base).port
          const beside = yield* examine({ environment: {}, flags: { home, port }, cwd: "/" }, false).pipe(
            Effect.provide(NodeServices.layer)
          )
          assert.match(found(beside, "port", "ok").join(), /a Siku runs at/)
        })
      )
      const before = yield* contents(home)
      const findings = yield* look(home)
      assert.match(found(findings, "settings", "ok").join(), /cache\.ttl was changed while running, to 5/)
      assert.match(found(findings, "providers", "ok").join(), /zhipu has a key/)
      assert.notInclude(JSON.stringify(findings), secret)
      assert.deepStrictEqual(yield* contents(home), before)

      yield* Effect.promise(() => chmod(join(home, "encryption.key"), 0o644))
      assert.match(found(yield* look(home), "home", "problem").join(), /other users \(mode 0644\)/)
    }).pipe(Effect.scoped)
  )

  it.live("tells of a database that is none, or a folder", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      yield* Effect.promise(() => writeFile(join(home, "siku.db"), "no database at all".repeat(100)))
      assert.match(found(yield* look(home), "database", "problem").join(), /cannot be read/)
      yield* Effect.promise(() => mkdir(join(home, "folder")))
      const set = [`database.url=sqlite:${join(home, "folder")}`]
      assert.match(found(yield* look(home, { set }), "database", "problem").join(), /is not a file/)
    }).pipe(Effect.scoped)
  )

  it.live("tells of a port that another program has, and of a Redis server that does not answer", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const port = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const server = createServer((socket) => socket.resume().end("HTTP/1.1 204 No Content\r\n\r\n"))
          server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
        }),
        (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
      ).pipe(Effect.map((server) => server.address()))
      const number = Predicate.hasProperty(port, "port") ? Number(port.port) : 0
      const set = [`cache.redis_url=redis://:${secret}@127.0.0.1:1`]
      const findings = yield* examine({ environment: {}, flags: { home, port: number, set }, cwd: "/" }, false).pipe(
        Effect.provide(NodeServices.layer)
      )
      assert.match(found(findings, "port", "problem").join(), /taken by another program/)
      assert.match(found(findings, "redis", "warning").join(), /does not answer/)
      assert.notInclude(JSON.stringify(findings), secret)
    }).pipe(Effect.scoped)
  )

  it.live("asks providers only when it is told to", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const model = yield* upstream()
      const set = [
        "ai.providers.mine.preset=custom",
        `ai.providers.mine.base_url=${model.url}`,
        "ai.providers.mine.model=m",
        "ai.providers.dead.preset=custom",
        "ai.providers.dead.base_url=http://127.0.0.1:1/v1",
        "ai.providers.dead.model=m",
        "ai.max_retries=0"
      ]
      yield* look(home, { set })
      assert.strictEqual(model.stats().calls, 0)
      const findings = yield* look(home, { set, online: true })
      assert.strictEqual(model.stats().calls, 1)
      assert.match(found(findings, "providers", "ok").join(), /mine answers \(m, \d+ ms\)/)
      assert.match(found(findings, "providers", "problem").join(), /dead does not answer: Network/)
      assert.deepStrictEqual(yield* contents(home), [])
    }).pipe(Effect.scoped)
  )

  it.live("prints lines or JSON, and ends with 1 where there is a problem", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const siku = (...args: ReadonlyArray<string>) => runSiku(["doctor", "--home", home, "--port", "0", ...args])
      const well = yield* siku()
      assert.strictEqual(well.code, 0, well.errors)
      assert.match(well.output, /^✓ machine: Node\.js [\d.]+\n/)
      assert.match(well.output, /^! providers: there is no AI provider\n {4}→ set the key of one/m)
      const ill = yield* siku("--json", "--set", "answering.mode=x")
      assert.strictEqual(ill.code, 1)
      const Printed = Schema.fromJsonString(Schema.Struct({ ok: Schema.Boolean, findings: Schema.Array(Finding) }))
      const { findings, ok } = yield* Effect.orDie(Schema.decodeEffect(Printed)(ill.output))
      assert.isFalse(ok)
      assert.strictEqual(found(findings, "configuration", "problem").length, 1)
      assert.include(ill.errors, "there is one problem to put right")
    }).pipe(Effect.scoped)
  )
})

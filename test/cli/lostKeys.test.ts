import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { send } from "../support/siku.ts"
import { runSiku, sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

const adminKeyIn = (text: string): string => /^siku-admin-[\w-]{43}$/m.exec(text)?.[0] ?? ""
const keyFile = (home: string) => join(home, "encryption.key")
const command = (home: string, ...args: ReadonlyArray<string>) => runSiku([...args, "--home", home])

const execute = (home: string, sql: string) => {
  const file = new DatabaseSync(join(home, "siku.db"))
  file.exec(sql)
  file.close()
}

const started = (home: string, environment: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const siku = yield* sikuProcess(["--home", home, "--port", "0"], environment)
    const base = yield* Effect.promise(() => siku.base)
    // The routes are there, and with them the admin key.
    yield* send(`${base}/health/ready`)
    return { siku, base, adminKey: adminKeyIn(siku.errors()) }
  })

const ask = (base: string, key: string, path: string, init: RequestInit = {}) =>
  send(`${base}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" }
  })

const provider = { id: "kept", preset: "deepseek", api_key: "sk-0123456789" }

/** A home folder in which something has been encrypted, and the admin key of it. */
const used = Effect.gen(function* () {
  const home = yield* temporaryHome
  const adminKey = yield* Effect.scoped(
    Effect.gen(function* () {
      const { adminKey, base } = yield* started(home)
      const added = yield* ask(base, adminKey, "/api/v1/providers", { method: "POST", body: JSON.stringify(provider) })
      assert.strictEqual(added.status, 201, added.text)
      return adminKey
    })
  )
  const made = yield* command(home, "key", "create", "--name", "n")
  const key = /^sk-siku-[\w-]+$/m.exec(made.output)?.[0] ?? ""
  return { home, adminKey, key }
})

const refuses = Effect.fnUntraced(function* (home: string, why: RegExp, environment: Record<string, string> = {}) {
  for (const args of [
    ["--port", "0"],
    ["key", "list"],
    ["key", "encryption"]
  ]) {
    const siku = yield* sikuProcess([...args, "--home", home], environment)
    assert.strictEqual((yield* Effect.promise(() => siku.ended)).code, 1, siku.output())
    assert.match(siku.errors(), why)
    assert.match(siku.errors(), /Bring it back: .*key encryption --new\n$/)
  }
})

describe("an encryption key", { timeout: 240_000 }, () => {
  it.live("that is gone is not replaced by another, and all is well when it is back", () =>
    Effect.gen(function* () {
      const { adminKey, home, key } = yield* used
      renameSync(keyFile(home), `${keyFile(home)}.aside`)
      yield* refuses(
        home,
        /encryption\.key cannot be used: it is gone, and the database holds what was encrypted with it/
      )
      const doctor = yield* command(home, "doctor")
      assert.match(doctor.output, /✗ home: encryption\.key is gone/)
      renameSync(`${keyFile(home)}.aside`, keyFile(home))
      const { base } = yield* started(home)
      assert.strictEqual((yield* ask(base, key, "/api/v1/query?title=1")).status, 200)
      assert.strictEqual((yield* ask(base, adminKey, "/api/v1/providers/kept")).json["state"], "ready")
    })
  )

  it.live("that is another one is refused, as a file and as a setting", () =>
    Effect.gen(function* () {
      const { home } = yield* used
      yield* refuses(home, /of the setting security\.encryption_key cannot be used: it is not the one/, {
        SIKU_SECURITY_ENCRYPTION_KEY: "another key, long enough to be one for sure"
      })
      // The text of the file is the same key as a setting.
      const text = readFileSync(keyFile(home), "utf8").trim()
      rmSync(keyFile(home))
      yield* Effect.scoped(started(home, { SIKU_SECURITY_ENCRYPTION_KEY: text }))
      writeFileSync(keyFile(home), "x".repeat(43), { mode: 0o600 })
      yield* refuses(home, /encryption\.key cannot be used: it is not the one/)
      assert.match((yield* command(home, "doctor")).output, /✗ home: the encryption key is not the one/)
    })
  )

  it.live("is known of a database of an older version, by what was encrypted there", () =>
    Effect.gen(function* () {
      const { home } = yield* used
      const asBefore = () => execute(home, "DELETE FROM bank_meta WHERE name = 'siku/encryption key'")
      const text = readFileSync(keyFile(home), "utf8")
      asBefore()
      writeFileSync(keyFile(home), "x".repeat(43), { mode: 0o600 })
      yield* refuses(home, /it is not the one/)
      rmSync(keyFile(home))
      yield* refuses(home, /it is gone/)
      // Also where nothing is left but keys that are hashed under it.
      execute(home, "DELETE FROM provider_entries; DELETE FROM signing_keys")
      yield* refuses(home, /it is gone/)
      writeFileSync(keyFile(home), text, { mode: 0o600 })
      yield* Effect.scoped(started(home))
      writeFileSync(keyFile(home), "x".repeat(43), { mode: 0o600 })
      yield* refuses(home, /it is not the one/)
    })
  )

  it.live("that is lost for good can be given up with what it sealed, and only then", () =>
    Effect.gen(function* () {
      const { adminKey, home, key } = yield* used
      assert.match((yield* command(home, "key", "encryption")).output, /is the one that the database goes with/)
      assert.match(
        (yield* command(home, "key", "encryption", "--new")).errors,
        /nothing is lost, and nothing was changed/
      )
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* started(home)
          rmSync(keyFile(home))
          const inUse = yield* command(home, "key", "encryption", "--new")
          assert.match(inUse.errors, /in use: stop the server first/)
        })
      )
      const given = yield* command(home, "key", "encryption", "--new")
      assert.strictEqual(given.code, 0, given.errors)
      assert.match(given.output, /stored keys of providers: 1.*\n.*sk-siku- keys: 1/)
      const { base } = yield* started(home)
      assert.strictEqual((yield* ask(base, adminKey, "/api/v1/providers/kept")).json["state"], "without_key")
      assert.strictEqual((yield* ask(base, key, "/api/v1/keys")).status, 401)
      const audit = yield* ask(base, adminKey, "/api/v1/audit?action=encryption_key.renew")
      assert.strictEqual(JSON.parse(audit.text).entries.length, 1)
      assert.strictEqual((yield* send(`${base}/health/ready`)).json["status"], "ok")
    })
  )

  it.live("that is deleted while it is used is missed before the next start needs it", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const { base } = yield* started(home)
      rmSync(keyFile(home))
      yield* Effect.sleep("1100 millis")
      const ready = yield* send(`${base}/health/ready`)
      assert.strictEqual(ready.status, 200)
      assert.match(ready.text, /encryption\.key is gone: put it back/)
    })
  )
})

describe("an admin key", { timeout: 120_000 }, () => {
  it.live("that was not shown, for the first start was killed before, is shown by the next", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const first = yield* Effect.scoped(started(home))
      // As it stands between being stored and being shown.
      execute(home, "DELETE FROM admin_keys")
      const stopped = yield* Effect.scoped(
        Effect.gen(function* () {
          execute(home, "CREATE TRIGGER held BEFORE UPDATE ON admin_keys BEGIN SELECT RAISE(ABORT, 'killed'); END")
          const siku = yield* sikuProcess(["--home", home, "--port", "0"])
          yield* Effect.promise(() => siku.ended)
          return adminKeyIn(siku.errors())
        })
      )
      execute(home, "DROP TRIGGER held")
      assert.match((yield* command(home, "key", "admin")).output, /has not been shown yet: the next start shows it/)
      assert.match((yield* command(home, "doctor")).output, /! settings: the admin key has not been shown/)
      const { adminKey, base } = yield* started(home)
      assert.strictEqual(adminKey, stopped)
      assert.notStrictEqual(adminKey, first.adminKey)
      assert.strictEqual((yield* ask(base, adminKey, "/api/v1/settings")).status, 200)
      assert.strictEqual((yield* ask(base, first.adminKey, "/api/v1/settings")).status, 401)
      assert.match((yield* command(home, "key", "admin")).output, /has been shown/)
    })
  )

  it.live("that is lost can be had anew beside a server that runs", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const { adminKey, base } = yield* started(home)
      const made = yield* command(home, "key", "admin", "--new")
      const other = adminKeyIn(made.output)
      assert.notStrictEqual(other, adminKey)
      yield* Effect.sleep("5500 millis")
      assert.strictEqual((yield* ask(base, adminKey, "/api/v1/settings")).status, 401)
      assert.strictEqual((yield* ask(base, other, "/api/v1/settings")).status, 200)
      const audit = yield* ask(base, other, "/api/v1/audit?action=admin_key.renew")
      assert.strictEqual(JSON.parse(audit.text).entries.length, 1)
      assert.notInclude(audit.text, other)
    })
  )
})

import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { rightsText } from "../../../src/platform/database/privateFiles.ts"
import { send } from "../../support/siku.ts"
import { sikuProcess, temporaryHome } from "../../support/sikuProcess.ts"

/** Every file and folder below one, with its rights. */
const rightsBelow = (folder: string): ReadonlyArray<readonly [name: string, rights: string]> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => [name, rightsText(lstatSync(join(folder, name)).mode)])

const isFolder = (folder: string, name: string): boolean => lstatSync(join(folder, name)).isDirectory()

/** With the widest umask there is, which says nothing of who may read what. */
const withUmask = <A, E, R>(mask: number, effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => process.umask(mask)),
    () => effect,
    (before) => Effect.sync(() => process.umask(before))
  )

const admin = "an-admin-key-of-the-tests"
const environment = { SIKU_SECURITY_ADMIN_KEY: admin }

const started = (home: string, args: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const siku = yield* sikuProcess(["--home", home, "--port", "0", ...args], environment)
    return { siku, base: yield* Effect.promise(() => siku.base) }
  })

const command = (home: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const siku = yield* sikuProcess([...args, "--home", home])
    const { code } = yield* Effect.promise(() => siku.ended)
    assert.strictEqual(code, 0, siku.errors())
  })

const provider = { id: "p", preset: "custom", base_url: "https://example.org/v1", model: "m", api_key: "sk-0123456789" }

// Windows has rights of another kind.
describe.skipIf(process.platform === "win32")("what the service keeps", { timeout: 120_000 }, () => {
  it.live("is for the user it runs as, whatever the umask", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const home = join(folder, "made", "by itself")
      yield* withUmask(
        0,
        Effect.gen(function* () {
          const { base } = yield* started(home)
          yield* send(`${base}/api/v1/providers`, {
            method: "POST",
            headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
            body: JSON.stringify(provider)
          })
          const file = new FormData()
          file.set("file", new File(['{"问":"答"}'], "q.json"))
          yield* send(`${base}/api/v1/questions/import`, {
            method: "POST",
            headers: { authorization: `Bearer ${admin}` },
            body: file
          })
          yield* command(home, "backup", join(folder, "backup.db"))
          yield* command(home, "export", "-o", join(folder, "bank.csv"))
          const names = rightsBelow(home).map(([name]) => name)
          assert.includeMembers(names, ["siku.db", "siku.db-wal", "siku.db-shm", "search.db", "encryption.key"])
        })
      )
      for (const [name, rights] of rightsBelow(folder)) {
        assert.strictEqual(rights, isFolder(folder, name) ? "0700" : "0600", name)
      }
    })
  )

  it.live("is closed to others at the start where an older version left it open", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const [home, place] = [join(folder, "home"), join(folder, "elsewhere")]
      const address = ["--database-url", `sqlite:///${join(place, "bank.sqlite")}`]
      yield* Effect.scoped(started(home, address))
      mkdirSync(join(home, "imports"), { recursive: true })
      for (const name of ["imports/j_1", "siku.db.before-restore-2026", "old.db"]) writeFileSync(join(home, name), "")
      writeFileSync(join(place, "bank.sqlite.before-restore-2026"), "")
      for (const [name] of rightsBelow(home)) {
        if (name !== "encryption.key") chmodSync(join(home, name), isFolder(home, name) ? 0o755 : 0o644)
      }
      for (const [name] of rightsBelow(place)) chmodSync(join(place, name), 0o666)
      chmodSync(home, 0o755)
      const { siku } = yield* started(home, address)
      assert.include(siku.output(), `${home} was open to other users of this machine (mode 0755); it is closed now`)
      assert.strictEqual(rightsText(lstatSync(home).mode), "0700")
      for (const [name, rights] of rightsBelow(home)) {
        if (name !== "imports/j_1") assert.strictEqual(rights, isFolder(home, name) ? "0700" : "0600", name)
      }
      for (const [name, rights] of rightsBelow(place)) assert.strictEqual(rights, "0600", name)
    })
  )

  it.live(
    "is named where closing it would close more than its own, and where a key stands open it does not start",
    () =>
      Effect.gen(function* () {
        const home = yield* temporaryHome
        yield* Effect.scoped(started(home))
        chmodSync(home, 0o755)
        writeFileSync(join(home, "somebody-else.txt"), "")
        const { siku } = yield* started(home)
        assert.include(
          siku.output(),
          `${home} is open to other users of this machine (mode 0755), and holds more than Siku's files`
        )
        assert.strictEqual(rightsText(lstatSync(home).mode), "0755")
        assert.strictEqual(rightsText(lstatSync(join(home, "siku.db")).mode), "0600")
        const doctor = yield* sikuProcess(["doctor", "--home", home])
        yield* Effect.promise(() => doctor.ended)
        assert.match(doctor.output(), /! home: .*mode 0755.*\n +→ run as its owner: chmod 700/)

        chmodSync(join(home, "encryption.key"), 0o640)
        const refused = yield* sikuProcess(["--home", home, "--port", "0"])
        assert.strictEqual((yield* Effect.promise(() => refused.ended)).code, 1)
        assert.match(refused.errors(), /^siku: the encryption key .* other users .*chmod 600/)
        assert.isTrue(existsSync(join(home, "siku.db")))
      })
  )
})

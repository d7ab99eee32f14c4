import { spawnSync } from "node:child_process"
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runSiku, sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

const execute = (home: string, sql: string) => {
  const file = new DatabaseSync(join(home, "siku.db"))
  file.exec(sql)
  file.close()
}

/** A home folder with a database of this version. */
const madeHome = Effect.gen(function* () {
  const home = yield* temporaryHome
  yield* Effect.scoped(
    Effect.flatMap(sikuProcess(["--home", home, "--port", "0"]), ({ base }) => Effect.promise(() => base))
  )
  // Killed, it leaves a log behind, which the next who opens the database moves into it.
  execute(home, "PRAGMA wal_checkpoint(TRUNCATE)")
  return home
})

const database = (home: string) => join(home, "siku.db")

/** Commands that open the database, each as somebody would type it. */
const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ["--port", "0"],
  ["import", "questions.json"],
  ["export"],
  ["key", "list"],
  ["key", "admin"],
  ["key", "encryption"],
  ["user", "list"],
  ["pack", "list"],
  ["think", "1+1=?"]
]

/** All of them open it in the same way. */
const few = [["--port", "0"], ["key", "list"], ["export"]]

/** Says in one sentence why it does not start, and ends with 1. */
const refuses = Effect.fnUntraced(function* (home: string, args: ReadonlyArray<string>, why: RegExp) {
  const { code, errors, output } = yield* runSiku([...args, "--home", home]).pipe(
    Effect.timeout("30 seconds"),
    Effect.orDie
  )
  const name = `siku ${args.join(" ")}: ${errors}`
  assert.strictEqual(code, 1, name)
  assert.match(errors, why, name)
  assert.match(errors, /^siku: [^\n]+\n$/, name)
  assert.notMatch(errors + output, /\n +at |node:|file:\/\//, name)
})

/** What may be wrong with a database that is there. */
const broken: Readonly<Record<string, readonly [spoil: (home: string) => void, why: RegExp]>> = {
  "was written by a newer version": [
    (home) => execute(home, "INSERT INTO siku_migrations (migration_id, name) VALUES (99, 'of_the_future')"),
    /newer version of Siku \(schema 99.*update Siku/
  ],
  "was written by a version of another branch": [
    (home) => execute(home, "UPDATE siku_migrations SET name = 'of_a_branch' WHERE migration_id = 3"),
    /another version of Siku.*of_a_branch/
  ],
  "lacks a column": [
    (home) => execute(home, "ALTER TABLE bank_questions DROP COLUMN explanation"),
    /bank_questions\.explanation is missing/
  ],
  "lacks a table": [(home) => execute(home, "DROP TABLE settings"), /settings\.\w+ is missing/],
  "cannot be migrated": [
    (home) => execute(home, "DELETE FROM siku_migrations WHERE migration_id > 1"),
    /Migration "2_\w+" failed: /
  ],
  "is none": [(home) => writeFileSync(database(home), "something else\n".repeat(1000)), /file is not a database/],
  "is damaged": [
    (home) => {
      const file = openSync(database(home), "r+")
      writeSync(file, Buffer.alloc(8 * 4096, 0xff), 0, 8 * 4096, 4096)
      closeSync(file)
    },
    /malformed/
  ]
}

describe("siku does not start, and says why in one sentence,", { timeout: 240_000 }, () => {
  for (const [name, [spoil, why]] of Object.entries(broken)) {
    it.live(`where the database ${name}`, () =>
      Effect.gen(function* () {
        const home = yield* madeHome
        spoil(home)
        const tried = name.includes("newer") ? [...commands, ["backup", join(home, "copy.bak")]] : few
        yield* Effect.forEach(tried, (args) => refuses(home, args, why), { concurrency: 2 })
        const doctor = yield* runSiku(["doctor", "--home", home])
        const finding = name === "cannot be migrated" ? /! database: .*older version/ : /✗ database/
        assert.match(doctor.output, finding, doctor.errors)
      })
    )
  }

  it.live("and a newer database stays as it was, to the byte", () =>
    Effect.gen(function* () {
      const home = yield* madeHome
      execute(
        home,
        `INSERT INTO siku_migrations (migration_id, name) VALUES (99, 'of_the_future');
         INSERT INTO credit_holds SELECT * FROM credit_holds; PRAGMA wal_checkpoint(TRUNCATE)`
      )
      const digest = () => spawnSync("sha256sum", [database(home)], { encoding: "utf8" }).stdout
      const before = digest()
      yield* refuses(home, ["--port", "0"], /newer/)
      yield* refuses(home, ["backup", join(home, "copy.db")], /newer/)
      assert.strictEqual(digest(), before)
    })
  )

  it.live("where the home folder or the database cannot be made or opened", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      // A folder in which nothing can be made, whoever asks.
      for (const args of [["--port", "0"], ["key", "list"], ["export"]]) {
        yield* refuses("/proc/siku", args, /the database \/proc\/siku\/siku\.db cannot be used: .*mkdir/)
      }
      mkdirSync(join(folder, "siku.db"))
      yield* refuses(folder, ["--port", "0"], /siku\.db cannot be used: /)
      writeFileSync(join(folder, "file"), "")
      yield* refuses(
        folder,
        ["--port", "0", "--database-url", `sqlite:///${join(folder, "file", "siku.db")}`],
        /cannot be used: /
      )
    })
  )

  it.live("where its port is taken", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const server = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const listening = createServer()
          listening.listen(0, "127.0.0.1", () => resume(Effect.succeed(listening)))
        }),
        (listening) => Effect.sync(() => listening.close())
      )
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      yield* refuses(home, ["--port", String(port)], /the port is taken .*another port/)
    })
  )

  it.live("where the disk is full", (test) =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      for (const size of ["64k", "700k"]) {
        const mounted = yield* smallDisk(join(folder, size), size)
        if (!mounted) return test.skip("a disk that is full needs the right to mount one: run the tests as root")
        yield* refuses(join(folder, size, "home"), ["--port", "0"], /full|no room/)
      }
    })
  )
})

/** A file system of so many bytes, if this user may make one. */
const smallDisk = (folder: string, size: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      mkdirSync(folder)
      return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]).status === 0
    }),
    (mounted) => Effect.sync(() => mounted && spawnSync("umount", ["-l", folder]))
  )

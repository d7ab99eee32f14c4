import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { manage, type Seen, send, startSiku } from "../../support/siku.ts"
import { sikuProcess, temporaryHome } from "../../support/sikuProcess.ts"

const database = (home: string) => join(home, "siku.db")

const start = (home: string) => startSiku({ home, set: [`database.url=sqlite:///${database(home)}`] })

let count = 0
const add = (base: string): Effect.Effect<Seen> =>
  manage(base, "POST", "/api/v1/questions", {
    title: `${++count * 7919} 的平方根约等于多少`,
    options: [],
    answer: ["答案"],
    type: "completion"
  })

/** Another database of Siku, of the same version and the same questions. */
const another = Effect.fnUntraced(function* (home: string) {
  yield* Effect.scoped(start(home))
  const file = new DatabaseSync(database(home))
  file.exec("PRAGMA wal_checkpoint(TRUNCATE)")
  file.close()
})

/** What somebody does to the files of a service that runs, with another home folder at hand; and what readiness says of it. */
const touches: Readonly<Record<string, readonly [touch: (home: string, other: string) => void, says: RegExp]>> = {
  "the home folder is deleted": [(home) => rmSync(home, { recursive: true }), /no longer in its place/],
  "the home folder is moved away": [(home) => renameSync(home, `${home}-away`), /no longer in its place/],
  "the home folder is another one": [
    (home, other) => {
      renameSync(home, `${home}-away`)
      renameSync(other, home)
    },
    /another file/
  ],
  "the home folder is a copy of itself": [
    (home) => {
      cpSync(home, `${home}-copy`, { recursive: true, preserveTimestamps: true })
      rmSync(home, { recursive: true })
      renameSync(`${home}-copy`, home)
    },
    /another file/
  ],
  "the database is deleted": [(home) => rmSync(database(home)), /no longer in its place/],
  "another database is moved over it": [(home, other) => renameSync(database(other), database(home)), /another file/],
  "another database is copied over it": [
    (home, other) => writeFileSync(database(home), readFileSync(database(other))),
    /overwritten/
  ],
  "an empty file is written over it": [(home) => truncateSync(database(home), 0), /overwritten/],
  "it is cut to half": [(home) => truncateSync(database(home), 40_960), /overwritten/],
  "something else is written over it": [(home) => writeFileSync(database(home), "x".repeat(1e6)), /overwritten/],
  "its log is deleted": [(home) => rmSync(`${database(home)}-wal`), /no longer in its place/],
  "its log is another one": [
    (home) => {
      renameSync(`${database(home)}-wal`, `${database(home)}-old`)
      writeFileSync(`${database(home)}-wal`, "")
    },
    /another file/
  ]
}

describe("a database that is touched while it is in use", { timeout: 240_000 }, () => {
  for (const [name, [touch, says]] of Object.entries(touches)) {
    it.live(`takes no more writes, and readiness says so, when ${name}`, () =>
      Effect.gen(function* () {
        const folder = yield* temporaryHome
        const [home, other] = [join(folder, "home"), join(folder, "other")]
        mkdirSync(home)
        if (touch.length > 1) yield* another(other)
        const base = yield* start(home)
        assert.strictEqual((yield* add(base)).status, 201)
        // The log has been moved into the file at least once by then.
        yield* Effect.sleep("1500 millis")
        yield* Effect.sync(() => touch(home, other))
        for (let times = 0; times < 3; times++) {
          const refused = yield* add(base)
          assert.strictEqual(refused.status, 503, refused.text)
          assert.strictEqual(refused.headers.get("retry-after"), "5")
        }
        const ready = yield* send(`${base}/health/ready`).pipe(
          Effect.filterOrFail(({ status }) => status === 503),
          Effect.retry({ schedule: Schedule.spaced("200 millis"), times: 15 }),
          Effect.orDie
        )
        assert.match(ready.text, says)
        assert.strictEqual((yield* send(`${base}/health/live`)).status, 200)
      })
    )
  }

  it.live("is not made anew beside the one that is gone, and the process ends in order", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryHome, "home")
      const siku = yield* sikuProcess(["--home", home, "--port", "0"])
      const base = yield* Effect.promise(() => siku.base)
      assert.strictEqual((yield* send(`${base}/health/ready`)).status, 200)
      rmSync(home, { recursive: true })
      const refused = yield* send(`${base}/api/v1/auth/token`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "grant_type=password&username=a&password=b"
      })
      assert.notStrictEqual(refused.status, 200)
      yield* Effect.sync(() => siku.child.kill("SIGTERM"))
      assert.strictEqual((yield* Effect.promise(() => siku.ended)).code, 0, siku.errors())
      assert.isFalse(existsSync(database(home)))
    })
  )

  it.live("goes on when the very file is back", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const base = yield* start(home)
      for (const file of [home, database(home)]) {
        renameSync(file, `${file}-away`)
        assert.strictEqual((yield* add(base)).status, 503)
        renameSync(`${file}-away`, file)
        assert.strictEqual((yield* add(base)).status, 201)
      }
      yield* Effect.sleep("1100 millis")
      assert.strictEqual((yield* send(`${base}/health/ready`)).json["status"], "ok")
    })
  )

  it.live("takes writes while other programs read it, write to it, vacuum it and move its log", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const base = yield* start(home)
      const file = new DatabaseSync(database(home))
      file.exec("CREATE TABLE ballast (text TEXT)")
      const insert = file.prepare("INSERT INTO ballast VALUES (?)")
      for (let at = 0; at < 50; at++) insert.run("x".repeat(50_000))
      assert.strictEqual((yield* add(base)).status, 201)
      yield* Effect.sleep("1500 millis")
      file.exec("PRAGMA busy_timeout = 5000; DROP TABLE ballast; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
      assert.strictEqual((yield* add(base)).status, 201)
      file.close()
      yield* Effect.sleep("1500 millis")
      assert.strictEqual((yield* add(base)).status, 201)
      assert.strictEqual((yield* send(`${base}/health/ready`)).json["status"], "ok")
    })
  )
})

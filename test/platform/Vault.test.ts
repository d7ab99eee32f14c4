import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, FileSystem, Latch, Layer, PlatformError, Schema } from "effect"
import { readKeyFile, VaultUnavailable } from "../../src/platform/KeyFile.ts"
import { Vault } from "../../src/platform/Vault.ts"
import { testConfig } from "../support/config.ts"
import { temporaryHome } from "../support/sikuProcess.ts"

const aKey = "a key of your own, long enough to be one"

/** A start of the vault in a home folder, with the key file there or the key given. */
const start = (
  home: string,
  options: { readonly key?: string; readonly files?: Partial<FileSystem.FileSystem> } = {}
) =>
  Vault.layer.pipe(
    Layer.provide(
      testConfig({
        home,
        set: ["database.url=sqlite:/somewhere/siku.db"],
        environment: options.key === undefined ? {} : { SIKU_SECURITY_ENCRYPTION_KEY: options.key }
      })
    ),
    Layer.provide(
      Layer.effect(
        FileSystem.FileSystem,
        Effect.map(FileSystem.FileSystem, (files) => ({ ...files, ...options.files }))
      )
    ),
    Layer.provide(NodeServices.layer),
    Layer.build,
    Effect.map((context) => Context.get(context, Vault))
  )

const withKey = start("/nowhere", { key: aKey })
const inMemory = (home: string) =>
  Vault.layer.pipe(
    Layer.provide(testConfig({ home })),
    Layer.provide(NodeServices.layer),
    Layer.build,
    Effect.map((context) => Context.get(context, Vault))
  )

const refusal = (home: string, files?: Partial<FileSystem.FileSystem>) =>
  start(home, files === undefined ? {} : { files }).pipe(
    Effect.flip,
    Effect.filterOrFail((error) => error instanceof VaultUnavailable)
  )

const keyFile = (home: string) => `${home}/encryption.key`

/** A folder with a key file in it. */
const homeWith = (text: string, mode: number) =>
  Effect.gen(function* () {
    const home = yield* temporaryHome
    const files = yield* FileSystem.FileSystem
    yield* files.writeFileString(keyFile(home), text)
    yield* files.chmod(keyFile(home), mode)
    return home
  })

const diskFull = PlatformError.systemError({
  _tag: "Unknown",
  module: "FileSystem",
  method: "test",
  description: "full"
})

const altered = (text: string, at: number): string => {
  const other = text[at] === "A" ? "B" : "A"
  return text.slice(0, at) + other + text.slice(at + 1)
}

describe("the vault", () => {
  it.effect.prop("gives back what it was given", [Schema.String, Schema.String], ([text, context]) =>
    Effect.gen(function* () {
      const vault = yield* withKey
      for (const plain of [text.toWellFormed(), "", `\ufeff${context.toWellFormed()}`, "密钥 🔑\u0000\n".repeat(500)]) {
        const sealed = yield* vault.seal(plain, context)
        assert.match(sealed, /^v1\.[\w-]+$/)
        assert.strictEqual(yield* vault.open(sealed, context), plain)
      }
    })
  )

  it.effect("never writes the same text twice the same, nor any of it in the clear", () =>
    Effect.gen(function* () {
      const vault = yield* withKey
      const sealed = yield* Effect.replicateEffect(vault.seal("sk-0123456789abcdef", "provider:deepseek"), 100)
      assert.strictEqual(new Set(sealed).size, 100)
      for (const text of sealed)
        assert.notInclude(Buffer.from(text.slice(3), "base64url").toString("latin1"), "0123456789")
    })
  )

  it.effect("opens nothing in another place, or with another key", () =>
    Effect.gen(function* () {
      const vault = yield* withKey
      const sealed = yield* vault.seal("sk-secret", "provider:deepseek")
      for (const place of ["provider:openai", "provider:deepsee", "provider:deepseek ", ""])
        assert.strictEqual((yield* Effect.flip(vault.open(sealed, place)))._tag, "CannotOpen", place)
      const other = yield* start("/nowhere", { key: `${aKey}.` })
      const error = yield* Effect.flip(other.open(sealed, "provider:deepseek"))
      assert.strictEqual(error._tag, "CannotOpen")
      assert.match(error.message, /provider:deepseek.*SIKU_SECURITY_ENCRYPTION_KEY/)
      assert.notMatch(error.message, /sk-secret|v1\./)
    })
  )

  it.effect("opens nothing that was cut, altered or written otherwise", () =>
    Effect.gen(function* () {
      const vault = yield* withKey
      for (const plain of ["", "sk", "sk-secret", "sk-0123456789"]) {
        const sealed = yield* vault.seal(plain, "place")
        const wrong = [
          ...Array.from(sealed, (_, at) => altered(sealed, at)),
          ...Array.from(sealed, (_, at) => sealed.slice(0, at)),
          ...Array.from(sealed, (_, at) => sealed.slice(0, at) + sealed.slice(at + 1)),
          ...["=", "==", "\n", " ", "A", "AAAA"].map((more) => sealed + more),
          sealed.replace("v1.", "v2."),
          plain
        ]
        for (const text of wrong)
          assert.strictEqual((yield* Effect.flip(vault.open(text, "place")))._tag, "CannotOpen", text)
        const bytes = Buffer.from(sealed.slice(3), "base64url")
        for (let at = 0; at < bytes.length; at++) {
          const changed = Buffer.from(bytes)
          changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
          const error = yield* Effect.flip(vault.open(`v1.${changed.toString("base64url")}`, "place"))
          assert.strictEqual(error._tag, "CannotOpen", `byte ${at}`)
        }
        assert.strictEqual(yield* vault.open(sealed, "place"), plain)
      }
    })
  )

  it.effect("takes the key of the setting before any file, and makes none", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const sealed = yield* (yield* start(home, { key: aKey })).seal("x", "place")
      assert.strictEqual(yield* (yield* withKey).open(sealed, "place"), "x")
      const files = yield* FileSystem.FileSystem
      assert.deepStrictEqual(yield* files.readDirectory(home), [])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("keeps no key of a database in memory", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const [one, two] = [yield* inMemory(home), yield* inMemory(home)]
      const sealed = yield* one.seal("x", "place")
      assert.strictEqual(yield* one.open(sealed, "place"), "x")
      assert.strictEqual((yield* Effect.flip(two.open(sealed, "place")))._tag, "CannotOpen")
      const files = yield* FileSystem.FileSystem
      assert.deepStrictEqual(yield* files.readDirectory(home), [])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("derives the same bytes for one use each time, others for another use and from another key", () =>
    Effect.gen(function* () {
      const hex = (vault: Vault["Service"], use: string) =>
        Effect.map(vault.derive(use), (bytes) => Buffer.from(bytes).toString("hex"))
      const vault = yield* withKey
      const bytes = yield* hex(vault, "api keys")
      assert.match(bytes, /^[0-9a-f]{64}$/)
      assert.strictEqual(yield* hex(yield* withKey, "api keys"), bytes)
      const others = [
        yield* hex(vault, "api key"),
        yield* hex(vault, ""),
        yield* hex(yield* start("/nowhere", { key: `${aKey}!` }), "api keys")
      ]
      assert.strictEqual(new Set([bytes, ...others]).size, 4)
    })
  )
})

describe("the key file", () => {
  it.effect("is made at the first start, for this user only, and read at the next", () =>
    Effect.gen(function* () {
      const home = `${yield* temporaryHome}/not/there yet`
      const sealed = yield* (yield* start(home)).seal("x", "place")
      const files = yield* FileSystem.FileSystem
      assert.deepStrictEqual(yield* files.readDirectory(home), ["encryption.key"])
      assert.strictEqual((yield* files.stat(keyFile(home))).mode & 0o777, 0o600)
      const text = yield* files.readFileString(keyFile(home))
      assert.match(text, /^[\w-]{43}\n$/)
      assert.strictEqual(yield* (yield* start(home)).open(sealed, "place"), "x")
      assert.strictEqual(yield* files.readFileString(keyFile(home)), text)
      // the same text as the setting is the same key
      assert.strictEqual(yield* (yield* start("/nowhere", { key: text })).open(sealed, "place"), "x")
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("is another in every home", () =>
    Effect.gen(function* () {
      const sealed = yield* (yield* start(yield* temporaryHome)).seal("x", "place")
      const other = yield* start(yield* temporaryHome)
      assert.strictEqual((yield* Effect.flip(other.open(sealed, "place")))._tag, "CannotOpen")
    })
  )

  it.effect("is one for all who start at once", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const files = yield* FileSystem.FileSystem
      const starts = 20
      const all = yield* Latch.make()
      let waiting = 0
      // nobody puts a key in place before everybody has found none there
      const link: FileSystem.FileSystem["link"] = (from, to) =>
        Effect.suspend(() => (++waiting === starts ? Effect.asVoid(all.open) : all.await)).pipe(
          Effect.andThen(files.link(from, to))
        )
      const vaults = yield* Effect.all(
        Array.from({ length: starts }, () => start(home, { files: { link } })),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(waiting, starts)
      const again = yield* start(home)
      for (const vault of vaults) assert.strictEqual(yield* again.open(yield* vault.seal("x", "place"), "place"), "x")
      assert.deepStrictEqual(yield* files.readDirectory(home), ["encryption.key"])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("is made where the file system has no links, too", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const sealed = yield* (yield* start(home, { files: { link: () => Effect.fail(diskFull) } })).seal("x", "place")
      const files = yield* FileSystem.FileSystem
      assert.deepStrictEqual(yield* files.readDirectory(home), ["encryption.key"])
      assert.strictEqual((yield* files.stat(keyFile(home))).mode & 0o777, 0o600)
      assert.strictEqual(yield* (yield* start(home)).open(sealed, "place"), "x")
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("leaves nothing behind when it cannot be written", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const files = yield* FileSystem.FileSystem
      // without links, the second write is the one in place
      for (const full of [1, 2]) {
        let writes = 0
        const open: FileSystem.FileSystem["open"] = (path, options) =>
          Effect.map(
            files.open(path, options),
            (file) =>
              new Proxy(file, {
                get: (target, key) =>
                  key === "writeAll" && ++writes === full
                    ? () => Effect.fail(diskFull)
                    : Reflect.get(target, key, target)
              })
          )
        const error = yield* refusal(home, { open, link: () => Effect.fail(diskFull) })
        assert.strictEqual(writes, full)
        assert.match(error.message, /cannot be made .*full.*Let the user that runs Siku write to the folder/)
        assert.deepStrictEqual(yield* files.readDirectory(home), [])
      }
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("is refused when other users can read or change it", () =>
    Effect.gen(function* () {
      const text = "0123456789".repeat(5)
      for (const mode of [0o644, 0o640, 0o604, 0o620, 0o601, 0o666]) {
        const home = yield* homeWith(text, mode)
        const error = yield* refusal(home)
        assert.include(error.message, `(mode 0${mode.toString(8)}). Run: chmod 600 "${keyFile(home)}"`)
        assert.notInclude(`${error.message}${JSON.stringify(error)}`, text)
      }
      for (const mode of [0o600, 0o400, 0o700]) yield* start(yield* homeWith(text, mode))
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("is refused when it is too short", () =>
    Effect.gen(function* () {
      for (const text of ["", "\n", "0123456789", `${"0123456789".repeat(3)}1\n \n`]) {
        const error = yield* refusal(yield* homeWith(text, 0o600))
        assert.match(error.message, new RegExp(`too short \\(${text.trim().length} characters, at least 32`))
        if (text.trim() !== "") assert.notInclude(`${error.message}${JSON.stringify(error)}`, text.trim())
      }
      yield* start(yield* homeWith(`${"0123456789".repeat(3)}12\n`, 0o600))
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("is refused when it cannot be read or made", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const home = yield* temporaryHome
      yield* files.makeDirectory(keyFile(home))
      assert.match((yield* refusal(home)).message, /it is not a file\. Move it away/)
      const unreadable = yield* refusal(yield* homeWith("0123456789".repeat(5), 0o600), {
        readFileString: () => Effect.fail(diskFull)
      })
      assert.match(unreadable.message, /cannot be read \(.*full.*\)\. Let the user that runs Siku read it/)
      // a file stands where the folder should be
      const notAFolder = `${home}/file`
      yield* files.writeFileString(notAFolder, "")
      assert.match((yield* Effect.flip(readKeyFile(`${notAFolder}/home`))).message, /cannot be read/)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

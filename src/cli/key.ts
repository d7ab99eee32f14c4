import { Clock, Duration, Effect, Option, Redacted, Schema } from "effect"
import { Argument, Command } from "effect/cli"
import type { ApiKeyId } from "../accounts/ApiKeyId.ts"
import type { ApiKey } from "../accounts/keys/ApiKey.ts"
import { KeyAdmin } from "../accounts/keys/KeyAdmin.ts"
import { keyPrefix, shownPart } from "../accounts/keys/keyText.ts"
import { viewOf } from "../accounts/keys/view.ts"
import { account, expires, limit, models, name, scopes } from "./identity/flags.ts"
import { all, json, say, sayJson, table, timeText } from "./identity/show.ts"
import { store } from "./identity/store.ts"
import { adminKey } from "./key/admin.ts"
import { encryptionKey } from "./key/encryption.ts"

/** There is no key of this id or beginning, or more than one. */
class NoSuchKey extends Schema.TaggedError<NoSuchKey>()("NoSuchKey", { text: Schema.String, found: Schema.Int }) {
  override get message(): string {
    return this.found === 0
      ? `there is no key ${this.text}; npm start -- key list shows those there are`
      : `several keys begin with ${this.text}; name one by its id: npm start -- key list`
  }
}

/** There is no such account. */
class NoSuchAccount extends Schema.TaggedError<NoSuchAccount>()("NoSuchAccount", { id: Schema.String }) {
  override get message(): string {
    return `there is no account ${this.id}`
  }
}

const create = Command.make(
  "create",
  {
    name,
    account,
    scopes,
    expires,
    models,
    perMinute: limit("per-minute", "in any minute"),
    perHour: limit("per-hour", "in any hour"),
    concurrency: limit("concurrency", "at once"),
    json
  },
  Effect.fn("cli.key.create")(function* (given) {
    const admin = yield* KeyAdmin
    const now = yield* Clock.currentTimeMillis
    const { key, secret } = yield* admin
      .create(Option.getOrNull(given.account), {
        name: given.name,
        scopes: given.scopes,
        models: Option.getOrNull(given.models),
        perMinute: Option.getOrNull(given.perMinute),
        perHour: Option.getOrNull(given.perHour),
        concurrency: Option.getOrNull(given.concurrency),
        expiresAt: Option.getOrNull(Option.map(given.expires, (time) => now + Duration.toMillis(time)))
      })
      .pipe(Effect.catchTag("NotFound", ({ id }) => Effect.fail(new NoSuchAccount({ id }))))
    if (given.json) return yield* sayJson({ ...viewOf(key), key: Redacted.value(secret) })
    yield* say(
      [
        `${key.id}, ${key.scopes.join(" ")}, ends ${timeText(key.expiresAt, "never")}. The key is shown only this once:`,
        Redacted.value(secret)
      ].join("\n")
    )
  }, Effect.provide(store))
).pipe(Command.withDescription("Makes a key by which programs ask, and shows it once."))

const stateOf = (key: ApiKey, now: number): string =>
  key.revokedAt !== null ? "revoked" : key.expiresAt !== null && now >= key.expiresAt ? "expired" : "active"

// One statement's worth.
const keysPerPage = 200

const list = Command.make(
  "list",
  { json },
  Effect.fn("cli.key.list")(function* (given) {
    const admin = yield* KeyAdmin
    const now = yield* Clock.currentTimeMillis
    const keys = yield* all((before: ApiKeyId | undefined) =>
      admin.list({ accountId: undefined }, { before, limit: keysPerPage })
    )
    if (given.json) return yield* sayJson(keys.map(viewOf))
    if (keys.length === 0) return yield* say("There is no key yet. Make one: npm start -- key create --name …")
    yield* say(
      table(
        ["id", "key", "name", "account", "scopes", "state", "ends", "used"],
        keys.map((key) => [
          key.id,
          `${key.prefix}…`,
          key.name,
          key.accountId ?? "the house",
          key.scopes.join(" "),
          stateOf(key, now),
          timeText(key.expiresAt, "never"),
          timeText(key.lastUsedAt, "never")
        ])
      )
    )
  }, Effect.provide(store))
).pipe(Command.withDescription("Shows the keys, the newest first."))

const revoke = Command.make(
  "revoke",
  {
    key: Argument.String("key").pipe(
      Argument.withDescription("Its id, or its beginning as the list shows it, or the key itself.")
    )
  },
  Effect.fn("cli.key.revoke")(function* (given) {
    const admin = yield* KeyAdmin
    const text = given.key.startsWith(keyPrefix) ? shownPart(given.key) : given.key
    const [key, other] = yield* admin.named(text)
    if (key === undefined || other !== undefined) {
      return yield* new NoSuchKey({ text, found: other === undefined ? 0 : 2 })
    }
    yield* Effect.orDie(admin.revoke(key.id, { accountId: undefined }))
    yield* say(`${key.id} (${key.prefix}…, ${key.name}) is revoked. A running server refuses it within five seconds.`)
  }, Effect.provide(store))
).pipe(Command.withDescription("Ends a key for good."))

export const key = Command.make("key").pipe(
  Command.withDescription(
    "Keys by which programs ask: made, listed and revoked, also beside a running server; the admin key and the encryption key, where one is lost."
  ),
  Command.withSubcommands([create, list, revoke, adminKey, encryptionKey])
)

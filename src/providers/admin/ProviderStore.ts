import { Clock, Context, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { Durability } from "../../platform/Durability.ts"
import { type CannotOpen, Vault } from "../../platform/Vault.ts"

/** Fields of a provider's entry as they were sent, by their names in the configuration file. */
export type Fields = Readonly<Record<string, unknown>>

/** What is stored of a provider: secrets apart, for they are encrypted. */
export interface StoredEntry {
  readonly settings: Fields
  readonly secrets: Fields
}

const FieldsText = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))

const EntryRow = Schema.Struct({
  id: Schema.String,
  settings: FieldsText,
  secrets: Schema.NullOr(Schema.String)
})

const ChoiceRow = Schema.Struct({ value: Schema.String })

const defaultChoice = "default_provider"

/** What was set of providers while running. Keys and proxies are encrypted on their way in. */
export class ProviderStore extends Context.Service<
  ProviderStore,
  {
    /** Every entry; one whose secrets do not open comes with the reason. */
    readonly entries: Effect.Effect<ReadonlyMap<string, StoredEntry | CannotOpen>>
    /** The id that was chosen as the default provider. */
    readonly defaultProvider: Effect.Effect<string | undefined>
    /** Each is safe on the disk when it succeeds. */
    readonly put: (id: string, entry: StoredEntry) => Effect.Effect<void>
    readonly remove: (id: string) => Effect.Effect<void>
    readonly setDefault: (id: string | undefined) => Effect.Effect<void>
  }
>()("siku/providers/admin/ProviderStore") {
  static readonly layer: Layer.Layer<ProviderStore, never, Durability | SqlClient.SqlClient | Vault> = Layer.effect(
    ProviderStore,
    Effect.suspend(() => make)
  )
}

const contextOf = (id: string): string => `provider:${id}`

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const vault = yield* Vault
  const encodeFields = Schema.encodeEffect(FieldsText)
  const decodeFields = Schema.decodeEffect(FieldsText)

  const rows = SqlSchema.findAll({
    Request: Schema.Void,
    Result: EntryRow,
    execute: () => sql`SELECT id, settings, secrets FROM provider_entries ORDER BY created_at, id`
  })
  const choices = SqlSchema.findAll({
    Request: Schema.String,
    Result: ChoiceRow,
    execute: (name) => sql`SELECT value FROM provider_choices WHERE name = ${name}`
  })

  const read = Effect.fnUntraced(function* ({ id, secrets, settings }: typeof EntryRow.Type) {
    const opened = secrets === null ? {} : yield* decodeFields(yield* vault.open(secrets, contextOf(id)))
    return { settings, secrets: opened } satisfies StoredEntry
  })

  const entries = Effect.gen(function* () {
    const found = new Map<string, StoredEntry | CannotOpen>()
    for (const row of yield* rows(undefined)) {
      found.set(row.id, yield* read(row).pipe(Effect.catchTag("CannotOpen", (error) => Effect.succeed(error))))
    }
    return found
  }).pipe(Effect.orDie)

  const safely = <E>(write: Effect.Effect<unknown, E>) =>
    sql.withTransaction(write).pipe(Effect.andThen(durability.flush), Effect.orDie)

  const put = Effect.fn("ProviderStore.put")(function* (id: string, entry: StoredEntry) {
    const now = yield* Clock.currentTimeMillis
    const settings = yield* Effect.orDie(encodeFields(entry.settings))
    const secrets =
      Object.keys(entry.secrets).length === 0
        ? null
        : yield* vault.seal(yield* Effect.orDie(encodeFields(entry.secrets)), contextOf(id))
    yield* safely(
      Effect.gen(function* () {
        const [known] = yield* sql`SELECT id FROM provider_entries WHERE id = ${id}`
        yield* known === undefined
          ? sql`INSERT INTO provider_entries ${sql.insert({ id, settings, secrets, created_at: now, updated_at: now })}`
          : sql`UPDATE provider_entries SET ${sql.update({ settings, secrets, updated_at: now })} WHERE id = ${id}`
      })
    )
  })

  return ProviderStore.of({
    entries,
    defaultProvider: choices(defaultChoice).pipe(
      Effect.map((found) => found[0]?.value),
      Effect.orDie
    ),
    put,
    remove: (id) => safely(sql`DELETE FROM provider_entries WHERE id = ${id}`),
    setDefault: (id) =>
      safely(
        Effect.gen(function* () {
          yield* sql`DELETE FROM provider_choices WHERE name = ${defaultChoice}`
          if (id !== undefined)
            yield* sql`INSERT INTO provider_choices ${sql.insert({ name: defaultChoice, value: id })}`
        })
      )
  })
})

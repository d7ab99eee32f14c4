import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import type { AccountId } from "../../src/accounts/AccountId.ts"
import * as Identity from "../../src/accounts/Identity.ts"
import { KeyAdmin, type KeyGrant } from "../../src/accounts/keys/KeyAdmin.ts"
import { PasswordCost } from "../../src/accounts/users/Passwords.ts"
import { type NewUser, UserAdmin } from "../../src/accounts/users/UserAdmin.ts"
import type { User } from "../../src/accounts/Users.ts"
import { type Caller, CurrentUser, Scope } from "../../src/platform/Caller.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { Vault } from "../../src/platform/Vault.ts"
import { testConfig } from "../support/config.ts"

/** Hashing that costs next to nothing. */
export const cheap = { ln: 4, r: 8, p: 1 }

/** Users, accounts and keys over an embedded database of its own, or one in a folder. */
export const identity = (options: Parameters<typeof testConfig>[0] = {}) =>
  Identity.layer.pipe(
    Layer.provideMerge(Vault.layer),
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(testConfig(options)),
    Layer.provide(NodeServices.layer),
    Layer.provide(Layer.succeed(PasswordCost, cheap))
  )

export const password = Redacted.make("correct horse battery")

/** A user with an account of its own. */
export const makeUser = (email: string, more: Partial<NewUser> = {}) =>
  Effect.flatMap(UserAdmin, (admin) =>
    admin.create({ email, name: email.split("@")[0] ?? "", age: null, password, admin: false, ...more })
  )

export const grant: KeyGrant = {
  name: "a key",
  scopes: ["ask", "chat"],
  models: null,
  perMinute: null,
  perHour: null,
  concurrency: null,
  expiresAt: null
}

/** A key, and its text. */
export const makeKey = (accountId: AccountId | null = null, more: Partial<KeyGrant> = {}) =>
  Effect.map(
    Effect.flatMap(KeyAdmin, (admin) => admin.create(accountId, { ...grant, ...more })),
    ({ key, secret }) => ({ key, text: Redacted.value(secret) })
  )

/** Nobody in particular, who may what is given. */
export const caller = (more: Partial<Caller>): Caller => ({
  kind: "user",
  accountId: null,
  userId: null,
  keyId: null,
  scopes: new Set(Scope.literals.filter((scope) => scope !== "admin")),
  models: null,
  limits: {},
  ...more
})

/** Does something as a user who has logged in. */
export const as = (user: User, more: Partial<Caller> = {}) =>
  Effect.provideService(CurrentUser, caller({ userId: user.id, ...more }))

/** The database does not answer about these any more, until it is mended. */
export const breakTable = (table: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`ALTER TABLE ${sql(table)} RENAME TO ${sql(`${table}_gone`)}`)
export const mendTable = (table: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`ALTER TABLE ${sql(`${table}_gone`)} RENAME TO ${sql(table)}`)

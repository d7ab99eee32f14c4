import { Effect, Layer, Redacted } from "effect"
import { AccountId } from "../../../../src/accounts/AccountId.ts"
import { ApiKeyId } from "../../../../src/accounts/ApiKeyId.ts"
import { ApiKeys, BadCredential } from "../../../../src/accounts/ApiKeys.ts"
import { UserId } from "../../../../src/accounts/UserId.ts"
import { IdentityUnavailable, User, Users, WrongLogin } from "../../../../src/accounts/Users.ts"
import type { Caller, Scope } from "../../../../src/platform/Caller.ts"

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
export const userId = (n: number): UserId => UserId.make(`usr_${uuid(n)}`)
export const accountId = (n: number): AccountId => AccountId.make(`acc_${uuid(n)}`)
export const keyId = (n: number): ApiKeyId => ApiKeyId.make(`key_${uuid(n)}`)

/** A user of the tests; everything of it can be changed while a test runs. */
export interface Person {
  readonly id: UserId
  readonly email: string
  readonly password: string
  admin: boolean
  active: boolean
  accounts: ReadonlyArray<AccountId>
  tokensAfter: number
}

/** Users and keys in memory, who can be changed, and made not to answer. */
export const makePeople = () => {
  const ann: Person = {
    id: userId(1),
    email: "ann@example.com",
    password: "correct horse",
    admin: false,
    active: true,
    accounts: [accountId(1), accountId(2)],
    tokensAfter: 0
  }
  const root: Person = {
    ...ann,
    id: userId(2),
    email: "root@example.com",
    password: "root password",
    admin: true,
    accounts: []
  }
  const state = { isDown: false, logins: 0, finds: 0, people: [ann, root] }
  const answering = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | IdentityUnavailable> =>
    Effect.suspend((): Effect.Effect<A, E | IdentityUnavailable> =>
      state.isDown ? Effect.fail(new IdentityUnavailable()) : effect
    )
  const viewOf = ({ active, admin, email, id }: Person) =>
    new User({ id, email, name: "A person", age: null, admin, active, createdAt: 0, updatedAt: 0 })

  const users = Layer.succeed(
    Users,
    Users.of({
      login: (email, password) =>
        answering(
          Effect.suspend(() => {
            state.logins++
            const found = state.people.find((person) => person.email === email.toLowerCase() && person.active)
            return found === undefined || found.password !== Redacted.value(password)
              ? Effect.fail(new WrongLogin())
              : Effect.succeed(viewOf(found))
          })
        ),
      find: (id) =>
        answering(
          Effect.sync(() => {
            state.finds++
            const found = state.people.find((person) => person.id === id)
            return found && { user: viewOf(found), accounts: found.accounts, tokensAfter: found.tokensAfter }
          })
        )
    })
  )

  const apiKey = "sk-siku-0123456789"
  const scopes: ReadonlySet<Scope> = new Set<Scope>(["ask", "chat", "bank:write"])
  const caller: Caller = {
    kind: "key",
    accountId: accountId(3),
    userId: null,
    keyId: keyId(1),
    scopes,
    models: null,
    limits: {}
  }
  const keys = Layer.succeed(
    ApiKeys,
    ApiKeys.of({
      identify: (key) =>
        answering(key === apiKey ? Effect.succeed(caller) : Effect.fail(new BadCredential({ why: "unknown" })))
    })
  )
  return { ann, root, state, apiKey, layer: Layer.merge(users, keys) }
}
export type People = ReturnType<typeof makePeople>

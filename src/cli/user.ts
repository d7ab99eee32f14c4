import { Effect, Option, Redacted, Schema, Stdio, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { Age, Email, Password } from "../accounts/fields.ts"
import type { UserId } from "../accounts/UserId.ts"
import { UserAdmin } from "../accounts/users/UserAdmin.ts"
import { viewOf } from "../accounts/users/view.ts"
import { name } from "./identity/flags.ts"
import { all, json, say, sayJson, table, timeText } from "./identity/show.ts"
import { store } from "./identity/store.ts"

/** A user could not be made or changed. */
class UserRefused extends Schema.TaggedError<UserRefused>()("UserRefused", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

const refuse = (detail: string) => Effect.fail(new UserRefused({ detail }))

const passwordStdin = Flag.Boolean("password-stdin").pipe(
  Flag.withDescription("Read the password from standard input, one line; without it one is made and shown once."),
  Flag.withDefault(false)
)

const randomBytes = 16

/** The password to set, and the text to show where it was made here. */
const readPassword = Effect.fnUntraced(function* (isGiven: boolean) {
  if (!isGiven) {
    const made = Base64Url.encode(SecureRandom.randomBytesUnsafe(randomBytes))
    return { password: Redacted.make(made), made }
  }
  const { stdin } = yield* Stdio.Stdio
  const line = yield* stdin.pipe(Stream.decodeText, Stream.splitLines, Stream.runHead, Effect.orDie)
  const password = Schema.decodeOption(Password)(Option.getOrElse(line, () => ""))
  if (Option.isNone(password)) return yield* refuse("a password has 8 to 1000 characters")
  return { password: password.value, made: undefined }
})

const shownOnce = (made: string | undefined): ReadonlyArray<string> =>
  made === undefined ? [] : ["The password is shown only this once:", made]

const emailArgument = Argument.String("email").pipe(Argument.withDescription("The user's e-mail address."))

const noSuchUser = ({ id }: { readonly id: string }) =>
  refuse(`there is no user ${id}; siku user list shows those there are`)
const busy = () => refuse("too many passwords are being hashed; try again")

const create = Command.make(
  "create",
  {
    email: Flag.String("email").pipe(
      Flag.filterMap(Schema.decodeUnknownOption(Email), () => "an e-mail address"),
      Flag.withDescription("The e-mail address, which is the name to log in with.")
    ),
    name: Flag.optional(name),
    age: Flag.Int("age").pipe(
      Flag.filterMap(Schema.decodeUnknownOption(Age), () => "0 to 150"),
      Flag.withDescription("In years."),
      Flag.optional
    ),
    admin: Flag.Boolean("admin").pipe(Flag.withDescription("Let the user manage everything."), Flag.withDefault(false)),
    passwordStdin,
    json
  },
  Effect.fn("cli.user.create")(function* (given) {
    const users = yield* UserAdmin
    const { made, password } = yield* readPassword(given.passwordStdin)
    const { accountId, user } = yield* users
      .create({
        email: given.email,
        name: Option.getOrElse(given.name, () => given.email.slice(0, given.email.indexOf("@")).slice(0, 100)),
        age: Option.getOrNull(given.age),
        admin: given.admin,
        password
      })
      .pipe(
        Effect.catchTags({
          EmailTaken: ({ email }) => refuse(`there is a user with the e-mail address ${email} already`),
          PasswordsBusy: busy
        })
      )
    if (given.json)
      return yield* sayJson({
        ...viewOf(user),
        account_id: accountId,
        ...(made === undefined ? {} : { password: made })
      })
    yield* say([`${user.id} (${user.email}), with the account ${accountId}.`, ...shownOnce(made)].join("\n"))
  }, Effect.provide(store))
).pipe(Command.withDescription("Makes a user with an account of its own."))

// One statement's worth.
const usersPerPage = 200

const list = Command.make(
  "list",
  { json },
  Effect.fn("cli.user.list")(function* (given) {
    const admin = yield* UserAdmin
    const users = yield* all((before: UserId | undefined) => admin.list({ before, limit: usersPerPage }))
    if (given.json) return yield* sayJson(users.map(viewOf))
    if (users.length === 0) return yield* say("There is no user yet. Make one: siku user create --email …")
    yield* say(
      table(
        ["id", "e-mail", "name", "role", "state", "since"],
        users.map((user) => [
          user.id,
          user.email,
          user.name,
          user.admin ? "admin" : "user",
          user.active ? "active" : "inactive",
          timeText(user.createdAt, "")
        ])
      )
    )
  }, Effect.provide(store))
).pipe(Command.withDescription("Shows the users, the newest first."))

const deactivate = Command.make(
  "deactivate",
  { email: emailArgument },
  Effect.fn("cli.user.deactivate")(
    function* ({ email }) {
      const users = yield* UserAdmin
      const { id } = yield* users.withEmail(email)
      const user = yield* users.change(id, { active: false })
      yield* say(`${user.id} (${user.email}) is deactivated: every login has ended, and the user's keys are refused.`)
    },
    Effect.catchTags({ NotFound: noSuchUser, EmailTaken: Effect.die, PasswordsBusy: busy }),
    Effect.provide(store)
  )
).pipe(Command.withDescription("Ends a user's logins and refuses its keys; nothing is deleted."))

const password = Command.make(
  "password",
  { email: emailArgument, passwordStdin },
  Effect.fn("cli.user.password")(
    function* (given) {
      const users = yield* UserAdmin
      const { id } = yield* users.withEmail(given.email)
      const { made, password } = yield* readPassword(given.passwordStdin)
      const user = yield* users.change(id, { password })
      yield* say(
        [`${user.id} (${user.email}) has another password; every login has ended.`, ...shownOnce(made)].join("\n")
      )
    },
    Effect.catchTags({ NotFound: noSuchUser, EmailTaken: Effect.die, PasswordsBusy: busy }),
    Effect.provide(store)
  )
).pipe(Command.withDescription("Gives a user another password."))

export const user = Command.make("user").pipe(
  Command.withDescription("People with a login: made, listed, deactivated, given another password."),
  Command.withSubcommands([create, list, deactivate, password])
)

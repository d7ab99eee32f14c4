import { Schema } from "effect"

/** There is no such thing, or not for whoever asks. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  what: Schema.Literals(["user", "account", "member", "key"]),
  id: Schema.String
}) {}

/** Whoever asks may not do this; `needs` says who may. */
export class NotAllowed extends Schema.TaggedError<NotAllowed>()("NotAllowed", { needs: Schema.String }) {}

/** A user has this e-mail address already, letter case aside. */
export class EmailTaken extends Schema.TaggedError<EmailTaken>()("EmailTaken", { email: Schema.String }) {}

/** The account would be left without an owner. */
export class LastOwner extends Schema.TaggedError<LastOwner>()("LastOwner", { accountId: Schema.String }) {}

/** The old password is not the user's. */
export class WrongPassword extends Schema.TaggedError<WrongPassword>()("WrongPassword", {}) {}

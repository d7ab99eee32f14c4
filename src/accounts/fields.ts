// Fields that the contracts of this room share.
import { Schema } from "effect"

/** What people call something: 1 to 100 characters on one line. */
export const Name = Schema.String.check(
  Schema.isTrimmed(),
  Schema.isMinLength(1),
  Schema.isMaxLength(100),
  Schema.isPattern(/^\P{Cc}*$/u)
)

/** An e-mail address, as far as its form tells. */
export const Email = Schema.String.check(Schema.isMaxLength(254), Schema.isPattern(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u))

export const Age = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 150 }))

/** 8 to 1000 characters. */
export const Password = Schema.RedactedFromValue(Schema.String.check(Schema.isMinLength(8), Schema.isMaxLength(1000)), {
  label: "password"
})

export const Time = Schema.Finite.annotate({ description: "Milliseconds since 1970." })

/** How a list is asked for: at most so many, those behind the last one of the page before. */
export const pageOf = <Id extends Schema.Constraint>(id: Id) => ({
  limit: Schema.optionalKey(
    Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 200 }))
  ),
  last_id: Schema.optionalKey(id)
})

export const next = Schema.NullOr(Schema.String).annotate({
  description: "`last_id` of the next page; null on the last one."
})

// What the errors of this room are over HTTP.
import { Effect } from "effect"
import {
  ConflictProblem,
  ForbiddenProblem,
  InvalidProblem,
  NotFoundProblem,
  TooManyRequestsProblem,
  UnavailableProblem
} from "../platform/Problems.ts"
import { RequestId } from "../platform/RequestContext.ts"
import type { SlowDown } from "./users/LoginAttempts.ts"
import type { EmailTaken, LastOwner, NotAllowed, NotFound } from "./errors.ts"

export const notFound = ({ id, what }: Pick<NotFound, "id" | "what">) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(new NotFoundProblem({ detail: `There is no ${what} ${id}, or not for you.`, request_id }))
  )

export const notAllowed = ({ needs }: Pick<NotAllowed, "needs">) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(new ForbiddenProblem({ detail: `This takes ${needs}.`, request_id }))
  )

const conflict = (detail: string) =>
  Effect.flatMap(RequestId, (request_id) => Effect.fail(new ConflictProblem({ detail, request_id })))

export const emailTaken = ({ email }: EmailTaken) =>
  conflict(`There is a user with the e-mail address ${email} already. See GET /api/v1/users.`)

export const lastOwner = ({ accountId }: LastOwner) =>
  conflict(`The account ${accountId} would be left without an owner. Make somebody else an owner first.`)

export const invalid = (path: string, message: string) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new InvalidProblem({
        detail: "This cannot be stored; nothing was changed.",
        request_id,
        errors: [{ path, message }]
      })
    )
  )

export const slowDown = ({ retryAfter }: SlowDown) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new TooManyRequestsProblem({
        detail: `Too many wrong passwords. Try again in ${retryAfter} seconds.`,
        request_id
      })
    )
  )

export const passwordsBusy = () =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new UnavailableProblem({ detail: "Too many passwords are being checked. Try again in some seconds.", request_id })
    )
  )

import { Effect, Schema } from "effect"
import { Scope } from "../../platform/Caller.ts"
import { GrantRefused } from "./errors.ts"

const isScope = Schema.is(Scope)

/**
 * The scopes that are given: of those asked for, what may be had; without any asked for, all. `invalid_scope` for a word that is no scope, and
 * where nothing is left.
 */
export const grantedScopes = Effect.fnUntraced(function* (asked: string | undefined, may: ReadonlySet<Scope>) {
  const words = asked === undefined ? [...may] : asked.split(" ").filter((word) => word !== "")
  if (!words.every(isScope)) {
    return yield* new GrantRefused({
      error: "invalid_scope",
      detail: `A scope is one of: ${Scope.literals.join(", ")}.`
    })
  }
  const given = [...new Set(words)].filter((word) => may.has(word))
  if (given.length === 0) {
    return yield* new GrantRefused({ error: "invalid_scope", detail: "None of these scopes can be had here." })
  }
  return given
})

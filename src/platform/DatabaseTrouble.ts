import { Cause, Effect, Schema } from "effect"
import { SqlError } from "effect/sql"

/**
 * The database does not do its work at the moment, and it is no fault of ours: another program holds it (`locked`), it takes no
 * writes (`read_only`), there is no room left (`full`), or it cannot be read or written at all (`failed`). The last three are of a file that
 * somebody has touched while it was in use.
 */
export class DatabaseTrouble extends Schema.TaggedError<DatabaseTrouble>()("DatabaseTrouble", {
  kind: Schema.Literals(["locked", "read_only", "full", "failed", "gone", "replaced", "damaged"])
}) {
  override get message(): string {
    return words[this.kind]
  }
}
export type TroubleKind = DatabaseTrouble["kind"]

const words: Record<TroubleKind, string> = {
  locked: "the database is held by another program",
  read_only: "the database takes no writes",
  full: "there is no room left for the database",
  failed: "the database cannot be read or written",
  gone: "the database file, or its log, is no longer in its place: stop Siku, bring it back or restore a backup, and start again",
  replaced:
    "another file lies in the place of the database, or of its log; nothing is stored until Siku is started again",
  damaged:
    "the database file was cut short or overwritten by something else: stop Siku, restore a backup, and start again"
}

// SQLite's primary result codes: the low byte of what node reports.
const kinds: ReadonlyMap<number, TroubleKind> = new Map([
  [5, "locked"],
  [6, "locked"],
  [8, "read_only"],
  [10, "failed"],
  [11, "failed"],
  [13, "full"],
  [14, "failed"],
  [26, "failed"]
])

/** What the database says is wrong with it; `undefined` where the statement is to blame. */
export const troubleOf = (error: unknown): DatabaseTrouble | undefined => {
  if (error instanceof DatabaseTrouble) return error
  if (!SqlError.isSqlError(error)) return undefined
  const { cause } = error.reason
  if (cause instanceof DatabaseTrouble) return cause
  const code = typeof cause === "object" && cause !== null && "errcode" in cause ? cause.errcode : undefined
  const kind = typeof code === "number" ? kinds.get(code & 0xff) : undefined
  return kind === undefined ? undefined : new DatabaseTrouble({ kind })
}

/** Fails where the database is in trouble; any other failure of a statement is a defect. */
export const orTrouble = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, DatabaseTrouble, R> =>
  Effect.catch(effect, (error) => {
    const trouble = troubleOf(error)
    return trouble === undefined ? Effect.die(error) : Effect.fail(trouble)
  })

/** The trouble that something failed or died of. */
export const troubleIn = (cause: Cause.Cause<unknown>): DatabaseTrouble | undefined => {
  for (const reason of cause.reasons) {
    const error = Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : undefined
    const trouble = troubleOf(error)
    if (trouble !== undefined) return trouble
  }
  return undefined
}

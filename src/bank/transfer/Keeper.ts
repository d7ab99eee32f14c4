import { Schema } from "effect"

/** The process, other than the service, that carries out a job, and when it last said that it does (milliseconds since 1970). */
export const Keeper = Schema.fromJsonString(Schema.Struct({ keeper: Schema.Literal("command"), seen: Schema.Finite }))

/** As it is stored, the same each time. */
export const encodeKeeper = Schema.encodeSync(Keeper)

export const keptAt = (now: number): string => encodeKeeper({ keeper: "command", seen: now })

/** What is stored in its place for the service's own jobs. */
export const ofTheService = "{}"

export const sayEvery = "2 seconds"

/** A process that has said nothing for so long passes for dead. */
export const patienceMillis = 30_000
export const wasAbandoned =
  "the command that imported it has stopped; import the file again, what is in the bank is left alone"

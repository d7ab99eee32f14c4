// What is wrong with a request: each kind does one thing to a request that was right, where and how its two numbers say.
import { Arbitrary, Schema } from "effect"

const bodyFaults = ["value", "value", "field", "name", "missing", "root"] as const
const textFaults = ["cut text", "literal", "twice", "bytes", "byte order mark", "empty", "tail", "huge"] as const
const headFaults = ["content type", "content coding", "header", "header", "many headers"] as const
const queryFaults = ["query value", "query twice", "query unknown", "query escape"] as const
const pathFaults = ["id", "id", "path"] as const
const wireFaults = ["method", "delivery", "wire"] as const

const kinds = [...bodyFaults, ...textFaults, ...headFaults, ...queryFaults, ...pathFaults, ...wireFaults] as const

export type FaultKind = (typeof kinds)[number]

/** A fault. Its numbers are taken modulo whatever there is to choose from. */
export interface Fault {
  readonly kind: FaultKind
  readonly at: number
  readonly value: number
}

const Place = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9999 }))

/** None as often as not, three at most. */
export const faults: Arbitrary.Arbitrary<ReadonlyArray<Fault>> = Arbitrary.array(
  Arbitrary.schema(
    Schema.Struct({
      kind: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: kinds.length - 1 })),
      at: Place,
      value: Place
    })
  ),
  { maxLength: 3 }
).pipe(Arbitrary.map((drawn) => drawn.map((fault) => ({ ...fault, kind: kinds[fault.kind] ?? "value" }))))

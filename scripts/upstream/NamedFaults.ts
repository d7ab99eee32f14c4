// Faults by name, for rates and the command line, where a fault cannot be written out as an object.
import type { Fault, FaultKind } from "./Faults.ts"
import {
  authFailed,
  contentFiltered,
  contextTooLong,
  forbidden,
  modelNotFound,
  noBalance,
  quotaExhausted,
  rateLimited,
  serverError
} from "./StatusFaults.ts"

const faultOfKind: { readonly [Kind in FaultKind]: Fault } = {
  status: serverError(),
  stallBeforeHeaders: { kind: "stallBeforeHeaders" },
  stallAfterHeaders: { kind: "stallAfterHeaders" },
  stallMidBody: { kind: "stallMidBody" },
  cutBody: { kind: "cutBody" },
  cutStream: { kind: "cutStream" },
  endStreamEarly: { kind: "endStreamEarly" },
  errorIn200: { kind: "errorIn200" },
  errorMidStream: { kind: "errorMidStream" },
  emptyCompletion: { kind: "emptyCompletion" },
  noChoices: { kind: "noChoices" },
  badJson: { kind: "badJson" },
  html: { kind: "html" },
  resetOnConnect: { kind: "resetOnConnect" },
  slowHeaders: { kind: "slowHeaders", ms: 1000 },
  reasoningOnly: { kind: "reasoningOnly" },
  thinkTags: { kind: "thinkTags" },
  codeFence: { kind: "codeFence" }
}

const faultOfName = {
  ...faultOfKind,
  rateLimited: rateLimited(),
  serverError: serverError(),
  authFailed,
  noBalance,
  quotaExhausted,
  forbidden,
  modelNotFound,
  contextTooLong,
  contentFiltered
}

/** A kind of fault, the name of a constructor of error statuses, or an error status itself ("429"). */
export type FaultName = keyof typeof faultOfName | `${number}`

const byName: ReadonlyMap<string, Fault> = new Map(Object.entries(faultOfName))

/** Every name `faultNamed` knows besides the error statuses. */
export const faultNames: ReadonlyArray<string> = [...byName.keys()]

/** The fault of a `FaultName`; undefined for any other name. */
export const faultNamed = (name: string): Fault | undefined =>
  /^[45]\d\d$/.test(name) ? { kind: "status", status: Number(name) } : byName.get(name)

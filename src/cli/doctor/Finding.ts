import { Schema } from "effect"

/** What was looked at, what was found in words, and what to do about it. Never holds a secret. */
export const Finding = Schema.Struct({
  check: Schema.Literals([
    "machine",
    "home",
    "configuration",
    "settings",
    "database",
    "providers",
    "redis",
    "port",
    "network"
  ]),
  level: Schema.Literals(["ok", "warning", "problem"]),
  text: Schema.String,
  remedy: Schema.optionalKey(Schema.String)
})
export type Finding = typeof Finding.Type
export type Findings = ReadonlyArray<Finding>

type Make = (text: string, remedy?: string) => Finding

/** Makers of the findings of one check. */
export const findingsOf = (check: Finding["check"]): Readonly<Record<Finding["level"], Make>> => {
  const at =
    (level: Finding["level"]): Make =>
    (text, remedy) => ({ check, level, text, ...(remedy === undefined ? {} : { remedy }) })
  return { ok: at("ok"), warning: at("warning"), problem: at("problem") }
}

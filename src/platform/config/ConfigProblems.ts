import { Schema } from "effect"

/** One setting that cannot be used: where it came from, what was found (never a secret's value) and what would do. */
export const ConfigProblem = Schema.Struct({
  path: Schema.String,
  source: Schema.String,
  found: Schema.String,
  allowed: Schema.String,
  remedy: Schema.optionalKey(Schema.String)
})
export type ConfigProblem = typeof ConfigProblem.Type

const render = (problem: ConfigProblem): string =>
  [
    `  ${problem.path}`,
    `    from     ${problem.source}`,
    `    found    ${problem.found}`,
    `    allowed  ${problem.allowed}`,
    ...(problem.remedy === undefined ? [] : [`    remedy   ${problem.remedy}`])
  ].join("\n")

/** What is wrong with a setting, for people who know which: not its path. */
export const faultOf = ({ allowed, found, remedy }: ConfigProblem): string =>
  `found ${found}; allowed: ${allowed}${remedy === undefined ? "" : `; ${remedy}`}`

/** The same in one line with its path. */
export const describeProblem = (problem: ConfigProblem): string => `${problem.path}: ${faultOf(problem)}`

/** Everything that is wrong with the configuration, reported together. Its message is plain text for a terminal. */
export class ConfigProblems extends Schema.TaggedError<ConfigProblems>()("ConfigProblems", {
  problems: Schema.Array(ConfigProblem)
}) {
  override get message(): string {
    const count = this.problems.length === 1 ? "one setting" : `${this.problems.length} settings`
    return `The configuration cannot be used: ${count} to correct.\n\n${this.problems.map(render).join("\n\n")}\n`
  }
}

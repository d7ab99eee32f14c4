import { chainOf, findCycles } from "./Chains.ts"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { settingAt } from "./KnownKeys.ts"
import { whyNotReady } from "./NotReady.ts"
import { type AiGiven, type ResolvedProviders, resolveProviders } from "./Providers.ts"
import { followsThinker, type Role, roles } from "./Roles.ts"
import { cellKey } from "./SettingCells.ts"
import type { AiResolution, ModelRef, RoleSettings } from "./Settings.ts"

interface Findings {
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
}

/** A setting that names models, and whether what it names is asked at all. */
interface Naming {
  readonly path: ReadonlyArray<string>
  readonly models: ReadonlyArray<ModelRef>
  readonly isUsed: boolean
}

const problemAt = (
  given: AiGiven,
  path: ReadonlyArray<string>,
  problem: Pick<ConfigProblem, "found" | "remedy"> & Partial<ConfigProblem>
): ConfigProblem => ({
  path: path.join("."),
  source: given.cells.get(cellKey(path))?.source ?? "default",
  allowed: settingAt(path.join("."))?.setting.allowed ?? "",
  ...problem
})

/** An unknown provider is a slip of the pen; one that is switched off or has no key may come back. */
const examineNames = (given: AiGiven, entries: ResolvedProviders["entries"], naming: Naming): Findings => {
  const names = [...new Set(naming.models.map(({ provider }) => provider))]
  const reasons = names.map((id) => whyNotReady(id, entries)).filter((reason) => reason !== undefined)
  const path = naming.path.join(".")
  return {
    problems: reasons
      .filter(({ state }) => state === "unknown")
      .map(({ found, remedy }) => problemAt(given, naming.path, { found, remedy })),
    warnings: naming.isUsed
      ? reasons
          .filter(({ state }) => state !== "unknown")
          .map(({ id, reason }) => `${path}: ${id}, ${reason}, is left out`)
      : []
  }
}

const fallbackOf =
  (entries: ResolvedProviders["entries"]) =>
  (id: string): ReadonlyArray<ModelRef> =>
    entries.get(id)?.entry.fallback ?? []

const cyclesOf = (given: AiGiven, entries: ResolvedProviders["entries"]): ReadonlyArray<ConfigProblem> => {
  const ways = new Map<string, Array<string>>()
  for (const { id, way } of findCycles(entries.keys(), fallbackOf(entries)))
    ways.set(id, [...(ways.get(id) ?? []), way.join(" → ")])
  return [...ways].map(([id, found]) =>
    problemAt(given, ["ai", "providers", id, "fallback"], {
      found: `a way back: ${found.join("; ")}`,
      allowed: "models of providers that do not lead back here",
      remedy:
        "take one of these providers out of the fallback of the one before it; ai.roles.<role>.models names several models of one provider"
    })
  )
}

/** Fewer calls than are looked at must be able to open a breaker, or none ever does. */
const breakerProblems = (given: AiGiven): ReadonlyArray<ConfigProblem> => {
  const { breakerMinimumCalls: minimum, breakerWindow: window } = given.ai
  const [minimumPath, windowPath] = [
    ["ai", "breaker_minimum_calls"],
    ["ai", "breaker_window"]
  ]
  const cells = [minimumPath, windowPath].map((path) => given.cells.get(cellKey(path)))
  if (minimum <= window || cells.some((cell) => cell !== undefined && given.failed.has(cell))) return []
  const remedy = `set ai.breaker_minimum_calls to ${window} or less, or ai.breaker_window to ${minimum} or more`
  return cells[0]?.layer === "default"
    ? [
        problemAt(given, windowPath, {
          found: `${window}, fewer calls than ai.breaker_minimum_calls (${minimum})`,
          allowed: "no fewer calls than ai.breaker_minimum_calls",
          remedy
        })
      ]
    : [
        problemAt(given, minimumPath, {
          found: `${minimum}, more calls than ai.breaker_window (${window})`,
          allowed: "no more calls than ai.breaker_window",
          remedy
        })
      ]
}

/** Stands for the default provider among the models of a role, unless there is an entry of that name. */
const DEFAULT = "default"

/** The models that the settings of a role name, or those of the thinker where it follows it. */
const namedFor = ({ roles }: AiGiven["ai"], role: Role): ReadonlyArray<ModelRef> => {
  const own = roles[role].models ?? []
  return own.length === 0 && followsThinker.has(role) ? (roles.thinker.models ?? []) : own
}

/** Where no models are named for it, a role asks the default provider, which falls back on all others unless it names some. */
const resolveRole = ({ ai }: AiGiven, { entries, providers }: ResolvedProviders, role: Role): RoleSettings => {
  const settings = ai.roles[role]
  const [first, ...others] = providers
  const own = fallbackOf(entries)
  const models = new Map(providers.map(({ id, model }) => [id, model]))
  const modelOf = (id: string): string | undefined => models.get(id)
  const named = namedFor(ai, role).map((ref): ModelRef =>
    ref.provider === DEFAULT && !entries.has(DEFAULT) ? { ...ref, provider: first?.id ?? DEFAULT } : ref
  )
  const isImplied = ai.fallback && first !== undefined && entries.get(first.id)?.entry.fallback === undefined
  const implied = others.map(({ id }) => ({ provider: id, model: undefined }))
  return {
    chain:
      named.length > 0
        ? chainOf({ first: named, fallbackOf: () => [], modelOf })
        : chainOf({
            first: first === undefined ? [] : [{ provider: first.id, model: undefined }],
            fallbackOf: (id) => (isImplied && id === first.id ? implied : own(id)),
            modelOf
          }),
    timeout: settings.timeout,
    maxRetries: settings.maxRetries,
    hedge: settings.hedge ?? ai.hedge,
    temperature: settings.temperature,
    maxTokens: settings.maxTokens
  }
}

const namingsOf = (given: AiGiven, entries: ResolvedProviders["entries"]): ReadonlyArray<Naming> => [
  ...roles.map((role) => ({
    path: ["ai", "roles", role, "models"],
    models: (given.ai.roles[role].models ?? []).filter(({ provider }) => provider !== DEFAULT || entries.has(DEFAULT)),
    isUsed: true
  })),
  ...[...entries.values()].map(({ entry, id, state }) => ({
    path: ["ai", "providers", id, "fallback"],
    models: entry.fallback ?? [],
    isUsed: state === "ready"
  }))
]

/** Puts the providers and the chains of all roles together, and finds what is wrong about them. */
export const resolveAi = (given: AiGiven): AiResolution => {
  const resolved = resolveProviders(given)
  const { entries, providers } = resolved
  const findings = namingsOf(given, entries).map((naming) => examineNames(given, entries, naming))
  return {
    ai: {
      providers,
      roles: {
        answer: resolveRole(given, resolved, "answer"),
        predict: resolveRole(given, resolved, "predict"),
        planner: resolveRole(given, resolved, "planner"),
        thinker: resolveRole(given, resolved, "thinker"),
        summarizer: resolveRole(given, resolved, "summarizer"),
        challenger: resolveRole(given, resolved, "challenger"),
        voter: resolveRole(given, resolved, "voter"),
        fusion: resolveRole(given, resolved, "fusion")
      },
      breaker: {
        failureRatio: given.ai.breakerFailureRatio,
        window: given.ai.breakerWindow,
        minimumCalls: given.ai.breakerMinimumCalls,
        open: given.ai.breakerOpen
      },
      queue: given.ai.queue
    },
    entries: [...entries.values()],
    problems: [
      ...resolved.problems,
      ...findings.flatMap(({ problems }) => problems),
      ...cyclesOf(given, entries),
      ...breakerProblems(given)
    ],
    warnings: [...resolved.warnings, ...findings.flatMap(({ warnings }) => warnings)]
  }
}

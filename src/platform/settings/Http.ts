import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { faultOf } from "../config/ConfigProblems.ts"
import { isLive } from "../config/isLive.ts"
import type { EffectiveSetting } from "../config/SettingCells.ts"
import { ConflictProblem, InvalidProblem } from "../Problems.ts"
import { RequestId } from "../RequestContext.ts"
import type { SettingsView } from "./Api.ts"
import type { BadSettings } from "./LiveSettings.ts"
import { type AllSettings, SettingsAdmin, type StaleRevision } from "./SettingsAdmin.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "settings",
  Effect.fnUntraced(function* (handlers) {
    const admin = yield* SettingsAdmin
    return handlers
      .handle("readSettings", () => Effect.map(admin.all, viewOf))
      .handle("changeSettings", ({ payload: { if_revision: ifRevision, ...change } }) =>
        admin
          .change(change, ifRevision)
          .pipe(Effect.map(viewOf), Effect.catchTags({ BadSettings: invalid, StaleRevision: stale }))
      )
  })
)

const viewOf = ({ configured, revision, settings, unused, warnings }: AllSettings): typeof SettingsView.Type => ({
  revision,
  settings: settings.map((holds) => {
    const { setting } = holds
    const before = configured.get(setting.path)
    return {
      path: setting.path,
      ...valueOf(holds),
      live: isLive(setting.path),
      configured: holds.layer === "stored" && before !== undefined ? valueOf(before) : null,
      problem: unused.get(setting.path) ?? null,
      default: setting.default ?? null,
      allowed: setting.allowed,
      description: setting.description,
      secret: setting.secret,
      variables: setting.variables,
      flag: setting.flag ?? null
    }
  }),
  warnings
})

const valueOf = ({ layer, source, value }: EffectiveSetting) => ({
  value,
  source: layer === "stored" ? ("changed" as const) : layer,
  from: source
})

const invalid = ({ problems }: BadSettings) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new InvalidProblem({
        detail: "The settings cannot be used; nothing was changed.",
        request_id,
        errors: problems.map((problem) => ({ path: problem.path, message: faultOf(problem) }))
      })
    )
  )

const stale = ({ current }: StaleRevision) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new ConflictProblem({
        detail: `The settings were changed by somebody else: they are at revision ${current}. Read them and decide again.`,
        request_id
      })
    )
  )

import { Effect, Redacted } from "effect"
import type { AddressGuard } from "../../platform/AddressGuard.ts"
import type { ConfigProblem } from "../../platform/config/ConfigProblems.ts"
import { describeFound } from "../../platform/config/FoundValue.ts"
import type { ProviderSettings } from "../../platform/config/Settings.ts"
import { parseProxy } from "../../platform/outbound/ProxyAddress.ts"
import { authorityOf } from "../../platform/outbound/Target.ts"

const allowed = "an address in the public internet"
const remedy = "put it in the configuration file, or let such addresses be set here by security.allow_private_urls"

/** What is wrong with the addresses of a provider that were set through the API: those of networks that are not for everyone. */
export const examineAddresses = Effect.fnUntraced(function* (
  guard: AddressGuard["Service"],
  { baseUrl, guarded, id, proxy }: ProviderSettings,
  source: string
) {
  const problems: Array<ConfigProblem> = []
  const examine = (key: string, address: string, found: string) =>
    Effect.catchTag(guard.examine(address), "AddressRefused", () =>
      Effect.sync(() => problems.push({ path: `ai.providers.${id}.${key}`, source, found, allowed, remedy }))
    )
  if (guarded?.target === true) yield* examine("base_url", baseUrl, describeFound(baseUrl, false))
  if (guarded?.proxy === true && proxy !== undefined && proxy !== "direct") {
    const parsed = parseProxy(Redacted.value(proxy))
    if (parsed._tag === "Success")
      yield* examine("proxy", `http://${authorityOf(parsed.success)}`, `the proxy ${parsed.success.label}`)
  }
  return problems
})

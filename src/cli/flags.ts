import { Option } from "effect"
import { Flag } from "effect/cli"
import type { Flags } from "../platform/config/FlagCells.ts"
import { settingsTable } from "../platform/config/SettingsTable.ts"

const describe = (flag: string): string => settingsTable.find((setting) => setting.flag === flag)?.description ?? ""

const text = (name: string) => Flag.String(name).pipe(Flag.withDescription(describe(`--${name}`)), Flag.optional)

/** The flags that every command takes, one for each setting that has one, and `--set` for the rest. */
export const settingFlags = {
  home: text("home"),
  config: text("config"),
  host: text("host"),
  port: text("port"),
  databaseUrl: text("database-url"),
  logLevel: text("log-level"),
  starter: Flag.Boolean("starter").pipe(Flag.withDescription(describe("--starter")), Flag.optional),
  set: Flag.String("set").pipe(
    Flag.withDescription("Any other setting, as path=value; may be given more than once."),
    Flag.between(0, 100)
  )
}

/** What the flags say, in the form that the configuration reads. */
export const flagsOf = (given: {
  readonly home: Option.Option<string>
  readonly config: Option.Option<string>
  readonly host: Option.Option<string>
  readonly port: Option.Option<string>
  readonly databaseUrl: Option.Option<string>
  readonly logLevel: Option.Option<string>
  readonly starter: Option.Option<boolean>
  readonly set: ReadonlyArray<string>
}): Flags => ({
  home: Option.getOrUndefined(given.home),
  config: Option.getOrUndefined(given.config),
  host: Option.getOrUndefined(given.host),
  port: Option.getOrUndefined(given.port),
  databaseUrl: Option.getOrUndefined(given.databaseUrl),
  logLevel: Option.getOrUndefined(given.logLevel),
  starter: Option.getOrUndefined(given.starter),
  set: given.set
})

/** Stands for the id of a provider in a path, and in the name of an environment variable. */
export const PROVIDER_ID = "<id>"

/** One setting, for people and for the loader. */
export interface Setting {
  /** As in the file, with dots; `home` and `config` say where the file is, and so are not part of it. */
  readonly path: string
  /** Other names of the last key, accepted in the file. */
  readonly aliases: ReadonlyArray<string>
  /** Other paths, accepted in the file and on the command line; where several are given, `path` wins, then the first. */
  readonly elsewhere: ReadonlyArray<string>
  readonly inFile: boolean
  /** Environment variables, the first that is set wins. */
  readonly variables: ReadonlyArray<string>
  readonly flag: string | undefined
  /** What applies when nobody sets it, as it would be written; undefined when it is simply not set. */
  readonly default: string | undefined
  readonly allowed: string
  /** What to do about a value that cannot be read, where `allowed` alone does not help. */
  readonly remedy: string | undefined
  /** One sentence. */
  readonly description: string
  readonly secret: boolean
}

type Row = Pick<Setting, "path" | "allowed" | "description"> &
  Partial<Pick<Setting, "aliases" | "elsewhere" | "inFile" | "flag" | "default" | "remedy" | "secret" | "variables">>

/** The environment variable every setting has, derived from its path. */
export const genericVariable = (path: string): string =>
  `SIKU_${path
    .split(".")
    .map((key) => (key === PROVIDER_ID ? "<ID>" : variablePart(key)))
    .join("_")}`

/** A key or an id as part of the name of an environment variable. */
export const variablePart = (key: string): string => key.toUpperCase().replace(/[^A-Z0-9]/g, "_")

/** A row of the table of settings, with what most of them have in common filled in. */
export const setting = (row: Row): Setting => ({
  aliases: [],
  elsewhere: [],
  inFile: true,
  flag: undefined,
  default: undefined,
  remedy: undefined,
  secret: false,
  ...row,
  variables: [...new Set([genericVariable(row.path), ...(row.variables ?? [])])]
})

export const YES_OR_NO = "true or false"

/** Longer timers than a day are mistakes. */
export const SECONDS_OF_A_DAY = "a number of seconds from 1 to 86400"

export const PROXY_ADDRESS = "host:port, or an http://, https://, socks5:// (socks://) or socks5h:// address"
export const PROXY_REMEDY =
  "write it such as http://user:password@127.0.0.1:3128, special characters of the password percent-encoded"

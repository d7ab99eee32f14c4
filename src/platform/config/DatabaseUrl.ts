import { type Path, Result } from "effect"
import { describeLength } from "./FoundValue.ts"

/** Where SQLite keeps the database. */
export interface DatabaseFile {
  /** Absolute, or `:memory:`. */
  readonly filename: string
  /** Whether the address had a part after `?`, which means nothing here. */
  readonly hasQuery: boolean
}

/** Why an address cannot be used. Holds nothing of it but the kind of database, as it may contain a password. */
export interface DatabaseUrlError {
  readonly found: string
  readonly remedy?: string
}

const OTHER_DATABASES = /^(postgres|postgresql|mysql|mariadb|mssql|oracle|mongodb)(?:\+[a-z0-9_]+)?:/i

const MEMORY = ":memory:"

const SQLITE_ONLY =
  "only SQLite is supported for now: leave database.url (DATABASE_URL) unset to keep the database in the home folder"

const decodePercent = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** `sqlite:///x` is relative and `sqlite:////x` absolute, as in SQLAlchemy; `sqlite:x` and `sqlite:/x` are as they look. */
const sqlitePath = (rest: string): string | undefined => {
  if (rest === "" || rest === "//" || rest === "///") return MEMORY
  if (rest.startsWith("///")) return rest.slice(3)
  return rest.startsWith("//") ? undefined : rest
}

const fileUrlPath = (rest: string): string | undefined => {
  if (!rest.startsWith("//")) return decodePercent(rest)
  const slash = rest.indexOf("/", 2)
  const host = rest.slice(2, slash === -1 ? undefined : slash)
  if (slash === -1 || (host !== "" && host.toLowerCase() !== "localhost")) return undefined
  const path = decodePercent(rest.slice(slash))
  return path?.replace(/^\/(?=[A-Za-z]:[/\\])/, "")
}

/** Reads the address of a SQLite database; a relative one counts from `folder`. */
export const parseDatabaseUrl = (
  url: string,
  folder: string,
  path: Path.Path
): Result.Result<DatabaseFile, DatabaseUrlError> => {
  const other = OTHER_DATABASES.exec(url)
  if (other !== null)
    return Result.fail({ found: `a ${(other[1] ?? "").toLowerCase()}:// address`, remedy: SQLITE_ONLY })
  if (url === MEMORY) return Result.succeed({ filename: MEMORY, hasQuery: false })
  const scheme = /^(?:sqlite(?:\+[a-z0-9_]+)?|file):/i.exec(url)?.[0]
  if (scheme === undefined) return Result.fail({ found: describeLength(url) })
  const isFileUrl = scheme.toLowerCase() === "file:"
  const rest = url.slice(scheme.length).split(isFileUrl ? /[?#]/ : "?", 1)[0] ?? ""
  const target = isFileUrl ? fileUrlPath(rest) : sqlitePath(rest)
  const hasQuery = scheme.length + rest.length < url.length
  if (target === MEMORY) return Result.succeed({ filename: MEMORY, hasQuery })
  if (target === undefined && rest.startsWith("//"))
    return Result.fail({
      found: "an address with a host name",
      remedy: "write three slashes before a relative path and four before an absolute one, such as sqlite:///siku.db"
    })
  if (target === undefined || target === "" || /[/\\]$|\p{Cc}/u.test(target) || /^file:/i.test(target))
    return Result.fail({ found: "an address that names no file" })
  return Result.succeed({ filename: path.resolve(folder, target), hasQuery })
}

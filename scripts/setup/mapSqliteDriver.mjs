// `@effect/sql-sqlite-node` has no 4.x release yet. Its last beta imports five modules from `effect/unstable/…`, which
// effect 4.1 serves from `effect/…`; nothing else differs. This step rewrites those paths in node_modules, and is the
// only place that knows. It says so and does nothing once the package no longer needs it: then delete this file.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { root } from "./project.mjs"

export const renamed = {
  "effect/unstable/reactivity/Reactivity": "effect/reactivity/Reactivity",
  "effect/unstable/sql/Migrator": "effect/sql/Migrator",
  "effect/unstable/sql/SqlClient": "effect/sql/SqlClient",
  "effect/unstable/sql/SqlConnection": "effect/sql/SqlConnection",
  "effect/unstable/sql/SqlError": "effect/sql/SqlError",
  "effect/unstable/sql/Statement": "effect/sql/Statement"
}

/** The same module text with its imports mapped; the identity on text that is mapped already. */
export const mapImports = (text) =>
  text.replace(/(["'])(effect\/unstable\/[\w/]+)\1/g, (whole, quote, path) =>
    path in renamed ? quote + renamed[path] + quote : whole
  )

/** Maps the installed driver in place, and answers how many files changed. */
export const mapSqliteDriver = (packageFolder = join(root, "node_modules/@effect/sql-sqlite-node")) => {
  let changed = 0
  for (const folder of ["dist", "src"]) {
    if (!existsSync(join(packageFolder, folder))) continue
    for (const name of readdirSync(join(packageFolder, folder))) {
      if (!/\.(js|ts)$/.test(name)) continue
      const file = join(packageFolder, folder, name)
      const text = readFileSync(file, "utf8")
      const mapped = mapImports(text)
      if (mapped !== text) {
        writeFileSync(file, mapped)
        changed++
      }
    }
  }
  return changed
}

// npm runs it by itself after `npm install` or `npm ci` ("postinstall" in package.json).
if (process.argv[1] === fileURLToPath(import.meta.url)) mapSqliteDriver()

// What the set-up scripts share: where the project lies, and stamps that tell when a step is stale.
// Plain JavaScript for any Node ≥ 16: it runs before anything is installed.
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** One line for the person waiting, on standard error so that it never mixes with a command's output. */
export const say = (text) => process.stderr.write(`siku: ${text}\n`)

/** Ends with a plain sentence: a failed set-up is a message, not a stack. */
export const fail = (text) => {
  say(text)
  process.exit(1)
}

const filesBelow = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name !== "node_modules")
        .sort()
        .flatMap((name) => filesBelow(join(path, name)))
    : [path]

/** A digest of the content of the files (or whole folders) named, relative to the root. */
export const digest = (...paths) => {
  const hash = createHash("sha256")
  for (const file of paths.flatMap((path) => filesBelow(join(root, path)))) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0")
  }
  return hash.digest("hex")
}

/** Runs `step` unless the stamp file already holds `value`; the stamp is written only after the step succeeded. */
export const unlessFresh = (stampFile, value, step) => {
  const path = join(root, stampFile)
  if (existsSync(path) && readFileSync(path, "utf8") === value) return
  step()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, value)
}

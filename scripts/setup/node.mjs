// Which Node runs Siku: the machine's own when it is new enough, else Node 24 from the npm registry.
//
// The npm package `node` would do the same, but through a `preinstall` script that calls npm a second time, and npm 11
// asks before it runs such scripts. It only forwards to one package per platform; scripts/runtime names those
// directly, locked by version and integrity, and npm installs the one that fits.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { npm } from "./npm.mjs"
import { digest, fail, root, say, unlessFresh } from "./project.mjs"

const oldest = [22, 19]

const isNewEnough = (version) => {
  const [major, minor] = version.split(".").map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

const runtimePackage = () => {
  const platform = process.platform === "win32" ? "win" : process.platform
  const prefix = platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"
  return `${prefix}-${platform}-${process.arch}`
}

/** The path of a Node executable ≥ 22.19. */
export const nodeExecutable = () => {
  if (isNewEnough(process.versions.node)) return process.execPath
  const executable = join(
    root,
    "scripts/runtime/node_modules",
    runtimePackage(),
    process.platform === "win32" ? "bin/node.exe" : "bin/node"
  )
  unlessFresh(
    "scripts/runtime/node_modules/.siku-stamp",
    digest("scripts/runtime/package-lock.json") + runtimePackage(),
    () => {
      say(`this machine has Node ${process.versions.node}; fetching Node 24 (about 50 MB, once) …`)
      npm(["install", "--no-save", "--prefix", "scripts/runtime"], "Node 24 could not be installed")
      if (!existsSync(executable)) {
        fail(`no Node 24 package for ${process.platform}/${process.arch}. Install Node ≥ 22.19 yourself and try again.`)
      }
    }
  )
  return executable
}

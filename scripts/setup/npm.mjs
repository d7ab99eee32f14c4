import { spawnSync } from "node:child_process"
import { fail, root } from "./project.mjs"

/** Runs npm in the project, quietly; what it has to say is shown only when it fails. */
export const npm = (args, failure) => {
  // npm tells its scripts where it lives; without that (someone ran the script by hand) the PATH decides.
  const viaScript = process.env.npm_execpath
  const [command, prefix] = viaScript
    ? [process.execPath, [viaScript]]
    : [process.platform === "win32" ? "npm.cmd" : "npm", []]
  const result = spawnSync(command, [...prefix, ...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    encoding: "utf8",
    shell: !viaScript && process.platform === "win32",
    maxBuffer: 64 * 1024 * 1024
  })
  if (result.status !== 0) {
    process.stderr.write(result.stdout ?? "")
    process.stderr.write(result.stderr ?? "")
    fail(`${failure}. Check the network to the npm registry and the free disk space, then run the same command again.`)
  }
}

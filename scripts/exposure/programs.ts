// Whether the proxies are on this machine, and getting them where they are not.
import { spawnSync } from "node:child_process"

const wanted = ["nginx", "haproxy"] as const

const isThere = (program: string): boolean =>
  spawnSync("/bin/sh", ["-c", `PATH="$PATH:/usr/sbin:/usr/local/sbin"; command -v ${program}`]).status === 0

/** The programs that are missing. As root, with apt-get, they are installed first, unless that is not wanted; `say` tells of it. */
export const missingPrograms = (mayInstall: boolean, say: (line: string) => void): ReadonlySet<string> => {
  const missing = wanted.filter((program) => !isThere(program))
  if (missing.length === 0) return new Set()
  if (mayInstall && process.getuid?.() === 0 && isThere("apt-get")) {
    say(`installing ${missing.join(" and ")} with apt-get …`)
    spawnSync("apt-get", ["update"], { stdio: "ignore" })
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", ...missing], {
      stdio: "ignore",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive" }
    })
  }
  return new Set(missing.filter((program) => !isThere(program)))
}

import { mapSqliteDriver } from "./mapSqliteDriver.mjs"
import { npm } from "./npm.mjs"
import { digest, say, unlessFresh } from "./project.mjs"

/** Installs the locked packages when they are missing or the lock has changed since. */
export const installPackages = () =>
  unlessFresh("node_modules/.siku-stamp", digest("package-lock.json", "scripts/setup/mapSqliteDriver.mjs"), () => {
    say("installing packages (once; again only when they change) …")
    // Not `npm ci`: it refuses a lock that misses any platform's optional binaries, and a lock made on one platform may.
    // This installs the locked versions all the same, and leaves package.json and the lock as they are.
    npm(["install", "--no-save"], "the packages could not be installed")
    // npm runs it too ("postinstall"), unless it is set to ignore scripts.
    mapSqliteDriver()
  })

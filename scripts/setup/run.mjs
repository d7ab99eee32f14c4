// The one way in: `npm start`, `npm test` and the others call this. It brings what is missing (packages, Node 24, the
// bundle), then hands over to the task in a Node that is new enough, passing signals on and the exit code back.
import { spawn, spawnSync } from "node:child_process"
import { join } from "node:path"
import { installPackages } from "./install.mjs"
import { nodeExecutable } from "./node.mjs"
import { digest, fail, root, say, unlessFresh } from "./project.mjs"

const bin = (path) => join(root, "node_modules", path)

const ensureBuilt = (node) =>
  unlessFresh(
    "dist/.siku-stamp",
    digest("src", "package-lock.json", "scripts/setup/build.mjs", "scripts/setup/writeApiPages.ts"),
    () => {
      say("building …")
      const { status } = spawnSync(node, [join(root, "scripts/setup/build.mjs")], { cwd: root, stdio: "inherit" })
      if (status !== 0) fail("the build failed; the messages above say where.")
    }
  )

// Half of what Node takes for young objects: a hundred megabytes less for who imports much, at the same speed. The service has many requests'
// objects at once and would pay for it with a sixth of its throughput.
const heap = "--max-semi-space-size=8"
const servesWith = (args) => args.length === 0 || args[0] === "serve" || args[0].startsWith("-")

/** A task is the steps it runs, each the arguments for Node; the first step that fails ends it. */
const tasks = {
  start: (args) => [[...(servesWith(args) ? [] : [heap]), "dist/siku.mjs", ...args]],
  // the command of the package, in the folder where it is called
  siku: (args) => [[...(servesWith(args) ? [] : [heap]), join(root, "dist/siku.mjs"), ...args]],
  dev: (args) => [["src/main.ts", ...args]],
  test: (args) => [[bin("vitest/vitest.mjs"), "run", "--config", "test/vitest.config.ts", ...args]],
  // the properties on other inputs each time, and on more of them
  soak: (args) => {
    process.env.SIKU_PROPERTY_SEED ??= "random"
    process.env.SIKU_PROPERTY_RUNS ??= "2000"
    return tasks.test(["--exclude", "test/e2e/**", "--testTimeout", "600000", ...args])
  },
  build: () => [],
  bench: (args) => [["scripts/bench/main.ts", ...args]],
  "bench:similar": (args) => [["scripts/bench/similar/main.ts", ...args]],
  ticks: (args) => [["scripts/ticks/main.ts", ...args]],
  similarity: (args) => [["scripts/similarity/main.ts", ...args]],
  faults: (args) => [["scripts/faults/main.ts", ...args]],
  fuzz: (args) => [["scripts/fuzz/main.ts", ...args]],
  oracle: (args) => [["scripts/oracle/main.ts", ...args]],
  "eval:oracle": (args) => [["scripts/oracle/evaluate.ts", ...args]],
  "eval:solver": (args) => [["scripts/solver/evaluate.ts", ...args]],
  "bench:thinking": (args) => [[heap, "scripts/thinking/bench.ts", ...args]],
  "bench:chat": (args) => [["scripts/bench/chat/main.ts", ...args]],
  kills: (args) => [["scripts/credit/main.ts", ...args]],
  exposure: (args) => [["scripts/exposure/main.ts", ...args]],
  protection: (args) => [["scripts/protection/main.ts", ...args]],
  upstream: (args) => [["scripts/upstream/main.ts", ...args]],
  format: () => [
    [bin("oxfmt/bin/oxfmt"), "--write", "."],
    [bin("oxlint/bin/oxlint"), "--fix", "."]
  ],
  // everything of the check but the tests
  lint: () => [
    [bin("typescript/bin/tsc"), "--project", "tsconfig.json"],
    [bin("@effect/tsgo/dist/effect-tsgo.cjs"), "diagnostics", "--project", "tsconfig.json", "--severity", "error"],
    [bin("oxlint/bin/oxlint"), "--deny-warnings", "."],
    [bin("oxfmt/bin/oxfmt"), "--check", "."]
  ],
  check: () => [...tasks.lint([]), ...tasks.test([])]
}

const needsBundle = new Set([
  "start",
  "siku",
  "build",
  "bench",
  "bench:chat",
  "exposure",
  "fuzz",
  "hostile",
  "kills",
  "protection",
  "test",
  "check"
])

/** Runs one step to its end. Signals meant for us go to the step, so that a drain is its own to make. */
const runStep = (node, args) =>
  new Promise((resolve) => {
    const child = spawn(node, args, { cwd: task === "siku" ? process.cwd() : root, stdio: "inherit" })
    // A terminal's Ctrl-C reaches the child by itself: only stay alive for its end.
    const stay = () => {}
    let isTold = false
    const pass = () => {
      isTold = true
      child.kill("SIGTERM")
    }
    // A terminal's reaches the child by itself, too, and ends it; another is for its log.
    const hangUp = () => {
      isTold ||= process.stdout.isTTY === true
      child.kill("SIGHUP")
    }
    process.on("SIGINT", stay)
    process.on("SIGTERM", pass)
    process.on("SIGHUP", hangUp)
    // npm passes a SIGTERM to the shell between us, which dies of it without a word: to lose that parent is to be told. Once, for a second
    // SIGTERM ends a service at once.
    const parent = process.ppid
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent && !isTold) pass()
    }, 500)
    child.on("error", (error) => fail(`${node} could not be started: ${error.message}`))
    child.on("exit", (code, signal) => {
      process.off("SIGINT", stay)
      process.off("SIGTERM", pass)
      process.off("SIGHUP", hangUp)
      clearInterval(watch)
      resolve(code ?? (signal === "SIGINT" ? 130 : 143))
    })
  })

const [task, ...args] = process.argv.slice(2)
if (!(task in tasks)) fail(`unknown task "${task}"; there are: ${Object.keys(tasks).join(", ")}`)
installPackages()
const node = nodeExecutable()
if (needsBundle.has(task)) ensureBuilt(node)
for (const step of tasks[task](args)) {
  const code = await runStep(node, step)
  if (code !== 0) process.exit(code)
}

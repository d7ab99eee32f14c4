import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const inProject = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export default defineConfig({
  test: {
    root: inProject("."),
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/setup.ts"],
    // Effect and the service take longer to load than most files to run: a worker loads them once. No test may leave anything behind in
    // its process.
    isolate: false,
    // On two cores the default is one worker, which waits for processes and sockets for half of its time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Those at once that are marked so: they wait for a second that is as long for all of them.
    maxConcurrency: 16,
    // The service and its commands are started some hundred times.
    env: { NODE_COMPILE_CACHE: inProject("node_modules/.cache/compiled") },
    // More room for young objects, which are most of what properties make: a twentieth less work.
    execArgv: ["--max-semi-space-size=32"],
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})

import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"

/** Whether this machine has a Redis to test with. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0

/** A port that nothing listens to. */
export const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** A Redis of its own at a port of 127.0.0.1, ready when this is done, killed with the scope. */
export const redisAt = (port: number) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly stop: Effect.Effect<void> }>((resume) => {
      const folder = mkdtempSync(join(tmpdir(), "siku-redis-"))
      const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
      const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "ignore"] })
      const ended = new Promise<void>((resolve) =>
        child.once("exit", () => {
          rmSync(folder, { recursive: true, force: true })
          resolve()
        })
      )
      const stop = Effect.promise(() => {
        child.kill("SIGKILL")
        return ended
      })
      let said = ""
      child.stdout.on("data", (text: Buffer) => {
        said += text.toString()
        if (said.includes("Ready to accept connections"))
          resume(Effect.succeed({ url: `redis://127.0.0.1:${port}`, stop }))
      })
      child.once("error", (error) => resume(Effect.die(error)))
      child.once("exit", () => resume(Effect.die(new Error(`redis-server ended:\n${said}`))))
      return stop
    }),
    ({ stop }) => stop
  )

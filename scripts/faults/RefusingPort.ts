import { Effect, type Scope } from "effect"
import { once } from "node:events"
import { connect, createServer } from "node:net"

/**
 * A port of 127.0.0.1 where connections are refused for as long as the scope is open. It is the near end of a connection,
 * and not a port that was given back: nobody else can come to listen there.
 */
export const refusingPort: Effect.Effect<number, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createServer((far) => far.resume())
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      const near = connect({ host: "127.0.0.1", port: typeof address === "object" ? (address?.port ?? 0) : 0 })
      await once(near, "connect")
      return { server, near }
    }),
    ({ near, server }) =>
      Effect.promise(async () => {
        near.destroy()
        server.close()
        await once(server, "close")
      })
  ),
  ({ near }) => near.localPort ?? 0
)

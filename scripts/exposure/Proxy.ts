// What may stand before the service on the same machine and adds no word of its clients: real programs, each as it passes requests on when
// nobody tells it otherwise.
import { Effect, FileSystem, Schedule, type Scope } from "effect"
import { once } from "node:events"
import { connect, createServer } from "node:net"
import { startServer } from "../bench/ServerProcess.ts"

/** Something that passes requests on to a port of this machine. */
export interface Proxy {
  readonly name: string
  /** The program that it takes; `undefined` where it is made here. */
  readonly program?: "nginx" | "haproxy"
  /** Starts it before this port; answers with its own, for as long as the scope lasts. */
  readonly start: (port: number) => Effect.Effect<number, unknown, FileSystem.FileSystem | Scope.Scope>
}

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** A program with a configuration, in a folder that goes with the scope. It is ready when something listens at its port. */
const program = Effect.fnUntraced(function* (
  name: "nginx" | "haproxy",
  argsOf: (file: string, folder: string) => ReadonlyArray<string>,
  configurationOf: (port: number, folder: string) => string
) {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped({ prefix: `siku-exposure-${name}-` })
  const port = yield* freePort
  const file = `${folder}/${name}.conf`
  yield* files.writeFileString(file, configurationOf(port, folder))
  // Neither says by itself that it listens: the shell says so, and is the program from then on.
  const started = yield* startServer({
    name,
    command: ["/bin/sh", "-c", `echo "port ${port}"; exec "$@"`, "sh", name, ...argsOf(file, folder)],
    cwd: folder,
    environment: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    logFile: `${folder}/log`,
    ready: /^port (\d+)$/m
  })
  yield* Effect.tryPromise(() => reach(port)).pipe(
    Effect.retry(Schedule.spaced("50 millis")),
    Effect.timeout("20 seconds"),
    Effect.raceFirst(started.ended)
  )
  return port
})

const reach = async (port: number): Promise<void> => {
  const socket = connect({ port, host: "127.0.0.1" })
  try {
    await once(socket, "connect")
  } finally {
    socket.destroy()
  }
}

const nginx = (name: string, target: (port: number) => string, directives: ReadonlyArray<string>): Proxy => ({
  name,
  program: "nginx",
  start: (siku) =>
    program(
      "nginx",
      (file, folder) => ["-c", file, "-p", folder, "-e", "stderr"],
      (port, folder) => `
daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ")}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${target(siku)}; ${directives.join(" ")} }
  }
}`
    )
})

const haproxy = (name: string, mode: "http" | "tcp"): Proxy => ({
  name,
  program: "haproxy",
  start: (siku) =>
    program(
      "haproxy",
      (file) => ["-db", "-f", file],
      (port) => `
defaults
  mode ${mode}
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend outside
  bind 127.0.0.1:${port}
  default_backend inside
backend inside
  server siku 127.0.0.1:${siku}
`
    )
})

const address = (port: number) => `http://127.0.0.1:${port}`
// As nginx has it of itself since 1.29.7, whichever version this is.
const newDefaults = ["proxy_http_version 1.1;", 'proxy_set_header Connection "";']

/** None at all. */
export const direct: Proxy = { name: "nothing, direct", start: (siku) => Effect.succeed(siku) }

export const proxies: ReadonlyArray<Proxy> = [
  nginx("nginx, old defaults", address, ["proxy_http_version 1.0;", "proxy_set_header Connection close;"]),
  nginx("nginx, HTTP/1.1, else old", address, ["proxy_http_version 1.1;"]),
  nginx("nginx, defaults since 1.29.7", address, newDefaults),
  nginx("nginx, the same to localhost", (port) => `http://localhost:${port}`, newDefaults),
  nginx("nginx, the same with Host passed on", address, [...newDefaults, "proxy_set_header Host $http_host;"]),
  haproxy("haproxy, no forwardfor", "http"),
  haproxy("haproxy, TCP", "tcp"),
  {
    name: "a TCP forwarder",
    start: (siku) =>
      Effect.acquireRelease(
        Effect.promise(async () => {
          const server = createServer((outside) => {
            const inside = connect({ port: siku, host: "127.0.0.1" })
            const close = () => {
              outside.destroy()
              inside.destroy()
            }
            outside.on("error", close).on("close", close).pipe(inside)
            inside.on("error", close).on("close", close).pipe(outside)
          }).listen(0, "127.0.0.1")
          await once(server, "listening")
          return server
        }),
        (server) => Effect.sync(() => server.close())
      ).pipe(
        Effect.map((server) => {
          const at = server.address()
          return typeof at === "object" && at !== null ? at.port : 0
        })
      )
  },
  direct
]

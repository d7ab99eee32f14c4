// Tries every protected route without a key through real proxies: `npm run exposure`.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { parseArgs } from "node:util"
import { runMatrix } from "./matrix.ts"
import { missingPrograms } from "./programs.ts"
import { tableOf, wrongIn } from "./Table.ts"

const usage = `Tries every protected route without a key: directly, through nginx and haproxy as they pass requests on when nobody tells them otherwise,
and through a TCP forwarder, by several names and with several set-ups.

  npm run exposure -- [options]

  --no-install   do not install nginx and haproxy where they are missing (as root, with apt-get); what needs them is skipped
  --help         this text

The process ends with code 1 where a route was reached that must not be.
`

const say = (text: string): void => void process.stdout.write(text)

const { values } = parseArgs({ options: { "no-install": { type: "boolean" }, help: { type: "boolean" } } })
if (values.help === true) say(usage)
else
  Effect.suspend(() => runMatrix(missingPrograms(values["no-install"] !== true, (line) => say(`${line}\n`)))).pipe(
    Effect.map((rows) => {
      say(tableOf(rows))
      if (wrongIn(rows).length > 0) process.exitCode = 1
    }),
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain
  )

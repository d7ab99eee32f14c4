#!/usr/bin/env node
// The command `siku`, for who has linked the package (`npm link`): what `npm start --` does, with files named from the folder that
// it is called in and the same home.
import { join } from "node:path"
import { root } from "./project.mjs"

process.env.SIKU_HOME ??= join(root, "data")
process.argv.splice(2, 0, "siku")
await import("./run.mjs")

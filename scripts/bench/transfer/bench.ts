// Imports and exports of many questions through a running server: rows a second, memory, the event loop's lag, and how long
// other requests take meanwhile. `node scripts/bench/transfer/bench.ts [rows] [what]`; `what` is part of the names of the runs
// wanted: `export`, `import csv`.
import { fork } from "node:child_process"
import { once } from "node:events"
import { createWriteStream, openAsBlob } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import { Schema } from "effect"
import { FileFormat } from "../../../src/bank/transfer/FileFormat.ts"
import { TransferJob } from "../../../src/bank/transfer/TransferJob.ts"
import { adminKey } from "../../../test/support/config.ts"

const rows = Number(process.argv[2] ?? 100_000)
const wanted = process.argv[3] ?? ""
const headers = { authorization: `Bearer ${adminKey}` }

const Ready = Schema.Struct({ base: Schema.String })
const Figures = Schema.Struct({
  lagP99: Schema.Finite,
  lagMax: Schema.Finite,
  peak: Schema.Finite,
  cpu: Schema.Finite,
  main: Schema.Finite
})

const cities = ["北京", "上海", "广州", "深圳", "成都", "武汉", "西安", "南京"]

const writeQuestions = async (file: string) => {
  const lines: Array<string> = []
  for (let at = 0; at < rows; at++) {
    const options = [0, 1, 2, 3].map((place) => `${cities[(at + place) % 8]}市第${(at * 7 + place * 13) % 9973}号`)
    lines.push(
      JSON.stringify({
        question: `第${at}套试卷中，下列关于编号 ${at} 的城市描述，哪一项是正确的？（  ）`,
        options,
        answer: "ABCD"[at % 4],
        type: "single",
        explanation: `教材第${at % 300}页`,
        tags: ["地理"]
      })
    )
  }
  await writeFile(file, `${lines.join("\n")}\n`)
}

/** Bundles the server as the service is shipped. */
const build = async (folder: string) => {
  const bundle = await rolldown({
    input: {
      server: fileURLToPath(new URL("./server.ts", import.meta.url)),
      readerThread: fileURLToPath(new URL("../../../src/bank/transfer/readerThread.ts", import.meta.url))
    },
    platform: "node",
    external: ["bufferutil", "utf-8-validate"],
    logLevel: "silent"
  })
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" })
  await bundle.close()
  return join(folder, "server.mjs")
}

const serve = async (home: string) => {
  const child = fork(program, [home], {
    // As `npm start` does it.
    execArgv: [...process.execArgv, "--max-semi-space-size=8"],
    stdio: ["ignore", "ignore", "inherit", "ipc"]
  })
  const next = () => new Promise<unknown>((resolve) => child.once("message", resolve))
  const { base } = Schema.decodeUnknownSync(Ready)(await next())
  const ask = async (what: string) => {
    const reply = next()
    child.send(what)
    return Schema.decodeUnknownSync(Figures)(await reply)
  }
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once("exit", () => resolve())
      child.kill()
    })
  return { base, ask, stop }
}

/** Asks for something small over and over until told to stop; gives the longest waits. */
const probe = (base: string) => {
  const waits: Array<number> = []
  const over = new AbortController()
  const loop = (async () => {
    while (!over.signal.aborted) {
      const start = performance.now()
      const reply = await fetch(`${base}/api/v1/jobs/none`, { headers })
      await reply.text()
      waits.push(performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return async () => {
    over.abort()
    await loop
    waits.sort((a, b) => a - b)
    return { p99: waits[Math.floor(waits.length * 0.99)] ?? 0, max: waits.at(-1) ?? 0 }
  }
}

const measured = async (name: string, server: Awaited<ReturnType<typeof serve>>, run: () => Promise<number>) => {
  const before = await server.ask("reset")
  const stopProbe = probe(server.base)
  const millis = await run()
  const waits = await stopProbe()
  const { cpu, lagMax, lagP99, main, peak } = await server.ask("figures")
  const perRow = (micros: number) => (micros / rows).toFixed(1)
  process.stdout.write(
    `${name.padEnd(14)} ${String(Math.round((rows / millis) * 1000)).padStart(7)} rows/s  ${(millis / 1000).toFixed(1)} s  ` +
      `CPU ${perRow(cpu - before.cpu)} µs/row, main thread ${perRow(main - before.main)}  ` +
      `peak RSS ${Math.round(peak / 1e6)} MB  lag p99 ${lagP99.toFixed(1)} ms, max ${lagMax.toFixed(1)} ms  ` +
      `other requests p99 ${waits.p99.toFixed(1)} ms, max ${waits.max.toFixed(1)} ms\n`
  )
}

const importOf = async (base: string, file: string, format: FileFormat): Promise<number> => {
  const reply = await fetch(`${base}/api/v1/questions/import?format=${format}`, {
    method: "POST",
    headers,
    body: await openAsBlob(file)
  })
  const job = Schema.decodeUnknownSync(TransferJob)(await reply.json())
  // ends with the job
  await (await fetch(`${base}/api/v1/jobs/${job.id}/events`, { headers })).text()
  const done = await fetch(`${base}/api/v1/jobs/${job.id}`, { headers })
  const { added, error, finished_at, started_at } = Schema.decodeUnknownSync(TransferJob)(await done.json())
  if (added !== rows) throw new Error(`${added} of ${rows} rows were added: ${error}`)
  return (finished_at ?? 0) - (started_at ?? 0)
}

const exportOf = async (base: string, file: string, format: FileFormat): Promise<number> => {
  const start = performance.now()
  const reply = await fetch(`${base}/api/v1/questions/export?format=${format}`, { headers })
  const out = createWriteStream(file)
  for await (const chunk of reply.body ?? []) if (!out.write(chunk)) await once(out, "drain")
  await new Promise((resolve) => out.end(resolve))
  return performance.now() - start
}

const folder = await mkdtemp(join(tmpdir(), "siku-transfer-"))
const program = await build(join(folder, "bundle"))
try {
  const fileOf = (format: FileFormat) => join(folder, `questions.${format}`)
  await writeQuestions(fileOf("jsonl"))
  const first = await serve(join(folder, "first"))
  await measured("import jsonl", first, () => importOf(first.base, fileOf("jsonl"), "jsonl"))
  const isWanted = (name: string) => name.includes(wanted)
  for (const format of FileFormat.literals) {
    if (!isWanted(`export ${format}`) && !isWanted(`import ${format}`)) continue
    await measured(`export ${format}`, first, () => exportOf(first.base, fileOf(format), format))
  }
  await first.stop()
  for (const format of FileFormat.literals) {
    if (!isWanted(`import ${format}`)) continue
    const server = await serve(join(folder, `to-${format}`))
    await measured(`import ${format}`, server, () => importOf(server.base, fileOf(format), format))
    await server.stop()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

// The entry of the thread that owns the search index: it reads the bank's file, never writes to it, indexes in short steps and
// answers searches between them.
import { DatabaseSync } from "node:sqlite"
import { parentPort, workerData } from "node:worker_threads"
import { type BankRows, type Follower, makeFollower } from "./Follower.ts"
import { type IndexedRow, isBusy, isDamage, openSearchIndex, removeIndex, type SearchIndex } from "./SearchIndex.ts"
import { type FromSearch, isSearchFiles, isToSearch, type SearchFiles } from "./SearchMessages.ts"

const idleMillis = 250
const busyMillis = 1000

const serve = ({ bankFile, indexFile }: SearchFiles) => {
  const bank = openBank(bankFile)
  let index: SearchIndex = openSearchIndex(indexFile)
  let follower: Follower = makeFollower(index, bank)
  const waiting: Array<number> = []
  let timer: NodeJS.Timeout | undefined
  let isSoon = false
  const say = (message: FromSearch) => parentPort?.postMessage(message)

  // A damaged index is made anew; while it grows again, less is found.
  const healing = <A>(otherwise: A, work: () => A): A => {
    try {
      return work()
    } catch (error) {
      if (!isDamage(error)) throw error
      try {
        index.close()
      } catch {
        // a damaged file may not close in order
      }
      removeIndex(indexFile)
      index = openSearchIndex(indexFile)
      follower = makeFollower(index, bank)
      soon()
      return otherwise
    }
  }

  const soon = () => {
    if (isSoon) return
    isSoon = true
    clearTimeout(timer)
    setImmediate(turn)
  }
  const later = (millis: number) => {
    timer = setTimeout(turn, millis)
  }
  const turn = () => {
    isSoon = false
    try {
      if (healing(true, () => follower.step(performance.now()))) return soon()
      if (follower.isUpToDate()) for (const id of waiting.splice(0)) say({ _tag: "UpToDate", id })
      later(idleMillis)
    } catch (error) {
      // Another process builds the same index, or the bank is being put in place.
      if (!isBusy(error)) throw error
      later(busyMillis)
    }
  }

  parentPort?.on("message", (message: unknown) => {
    if (!isToSearch(message)) return
    switch (message._tag) {
      case "Find":
        return say({ _tag: "Found", id: message.id, ids: healing([], () => index.find(message.probe)) })
      case "CatchUp":
        waiting.push(message.id)
        follower.sweepSoon()
        return soon()
      case "Stop":
        parentPort?.close()
        index.close()
        bank.close()
        return process.exit(0)
    }
  })
  soon()
}

const openBank = (filename: string): BankRows & { readonly close: () => void } => {
  const database = new DatabaseSync(filename, { readOnly: true })
  database.exec("PRAGMA cache_size = -1024")
  const after = database.prepare(
    "SELECT rowid, id, title, options FROM bank_questions WHERE rowid > ? ORDER BY rowid LIMIT ?"
  )
  const version = database.prepare("PRAGMA data_version")
  return {
    after: (rowid, limit) =>
      after.all(rowid, limit).map((row): IndexedRow => ({
        rowid: Number(row["rowid"]),
        id: String(row["id"]),
        title: String(row["title"]),
        options: optionsOf(String(row["options"]))
      })),
    version: () => Number(version.get()?.["data_version"]),
    close: () => database.close()
  }
}

const optionsOf = (json: string): ReadonlyArray<string> => {
  const value: unknown = JSON.parse(json)
  return Array.isArray(value) ? value.map(String) : []
}

if (isSearchFiles(workerData)) serve(workerData)

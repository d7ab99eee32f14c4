import { Array as Arr, Clock, Effect, Result, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { Durability } from "../../platform/Durability.ts"
import type { QuestionId, StoredQuestion } from "../StoredQuestion.ts"
import { makeFeedbackRows } from "../write/feedbackRows.ts"
import { type QuestionDraft, QuestionWriter, type WriteOutcome } from "../write/QuestionWriter.ts"
import { type Identity, identityOf, makeQuestionRows } from "../write/questionRows.ts"
import { isSameAnswer } from "../write/sameAnswer.ts"
import { PackBusy, PackInstalled, PackInvalid, PublisherUnknown } from "./errors.ts"
import { immediately } from "./immediately.ts"
import type { InstallOptions, OnProgress } from "./InstallOptions.ts"
import { readLine } from "./PackLine.ts"
import { changedBetween, type InstalledPack, makePackRows, type PackRow } from "./packRows.ts"
import { isFingerprintOf } from "./signing.ts"
import { type PackReport, packParts } from "./verifyPack.ts"

type Outcome = WriteOutcome["outcome"]
type Counts = Readonly<Record<Outcome, number>>

/** A question that the bank answers otherwise than the pack. */
export interface Contradiction {
  readonly title: string
  readonly bank: ReadonlyArray<string>
  readonly pack: ReadonlyArray<string>
}

/** What an install would do. */
export interface PackPreview {
  readonly counts: Counts
  /** The first of the questions whose answers differ: those disputed, and those whose answer would be replaced. */
  readonly contradictions: ReadonlyArray<Contradiction>
  /** Questions that an install that was cut off has dealt with. */
  readonly done: number
}

const mostContradictions = 10
const identitiesPerStatement = 50

const nothing: Counts = { added: 0, updated: 0, merged: 0, unchanged: 0, skipped: 0, disputed: 0 }

const counted = (before: Counts, outcomes: ReadonlyArray<Outcome>): Counts => {
  const { added, disputed, merged, skipped, unchanged, updated } = before
  const counts = { added, disputed, merged, skipped, unchanged, updated }
  for (const outcome of outcomes) counts[outcome]++
  return counts
}

export const makeInstaller = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const writer = yield* QuestionWriter
  const rows = yield* makeQuestionRows
  const feedback = yield* makeFeedbackRows
  const packRows = yield* makePackRows

  /** The pack itself, where an install of it was cut off; nothing where it may begin. */
  const admit = Effect.fnUntraced(function* (report: PackReport, options: InstallOptions) {
    const { header } = report
    const known = yield* packRows.packs(header.name)
    const standing = known.find(({ state }) => state !== "removed")
    if (standing !== undefined && standing.state !== "removed") {
      const { policy, state, version } = standing
      const isSame = standing.digest === report.digest
      if (state !== "installing" || !isSame || policy !== options.policy) {
        return yield* new PackInstalled({ name: header.name, version, state, isSame, policy })
      }
    }
    const { publisher } = options
    const isKnown = known.some((pack) => pack.publisher === header.publisher)
    const isNamed = publisher !== undefined && isFingerprintOf(publisher, header.publisher)
    if (publisher === undefined ? !isKnown : !isNamed) {
      return yield* new PublisherUnknown({
        name: header.name,
        fingerprint: report.fingerprint,
        ...(publisher === undefined ? {} : { expected: publisher })
      })
    }
    return standing
  })

  /** The questions of the pack behind the first so many, as they were when it was verified. */
  const draftsBehind = (report: PackReport, done: number) => {
    const changed = new PackInvalid({ file: report.file, detail: "it was changed since it was verified a moment ago" })
    let part = 0
    return packParts(report.file).pipe(
      Stream.mapEffect((read) => {
        if (read._tag === "Header") return Effect.succeed([])
        const isSame =
          read._tag === "Lines" ? report.partDigests[part++] === read.digest : part === report.partDigests.length
        if (!isSame) return Effect.fail(changed)
        if (read._tag === "Signature" || read.from + read.lines.length <= done) return Effect.succeed([])
        const from = Math.max(done, read.from)
        const drafts = read.lines.slice(from - read.from).map(readLine)
        const sound = drafts.flatMap((draft) => (Result.isSuccess(draft) ? [draft.success] : []))
        return sound.length === drafts.length ? Effect.succeed([{ from, drafts: sound }]) : Effect.fail(changed)
      }),
      Stream.flatMap(Stream.fromIterable)
    )
  }

  const standingFor = Effect.fnUntraced(function* (drafts: ReadonlyArray<QuestionDraft>) {
    const found: Array<StoredQuestion> = []
    for (const some of Arr.chunksOf(drafts, identitiesPerStatement)) {
      found.push(...(yield* rows.withIdentities(some.map(toIdentity))))
    }
    return new Map(found.map((row) => [identityOf(row), row]))
  })

  const preview = Effect.fn("Packs.preview")(function* (
    report: PackReport,
    options: InstallOptions,
    onProgress?: OnProgress
  ) {
    const done = (yield* admit(report, options))?.rows_done ?? 0
    let counts = nothing
    const contradictions: Array<Contradiction> = []
    yield* Stream.runForEach(
      draftsBehind(report, done),
      Effect.fnUntraced(function* ({ drafts, from }) {
        const outcomes = yield* writer.preview(drafts, options.policy)
        counts = counted(counts, outcomes)
        if (contradictions.length < mostContradictions) {
          const suspects = drafts.filter((_, at) => outcomes[at] === "disputed" || outcomes[at] === "updated")
          const standing = yield* standingFor(suspects)
          for (const draft of suspects) {
            const row = standing.get(identityOf(toIdentity(draft)))
            if (row === undefined || contradictions.length === mostContradictions) continue
            const [bank, pack] = [row.answer, draft.answer]
            if (!isSameAnswer(draft.question, bank, pack)) contradictions.push({ title: row.title, bank, pack })
          }
        }
        if (onProgress !== undefined) yield* onProgress(from + drafts.length)
      })
    )
    return { counts, contradictions, done } satisfies PackPreview
  })

  const begin = (report: PackReport, options: InstallOptions, now: number) =>
    Effect.gen(function* () {
      const standing = yield* admit(report, options)
      if (standing !== undefined) return standing
      const { description, name, publisher, questions, version } = report.header
      const pack: InstalledPack = {
        id: `p_${sortableUuid()}`,
        name,
        version,
        publisher,
        description,
        digest: report.digest,
        questions,
        policy: options.policy,
        state: "installing",
        rows_done: 0,
        ...nothing,
        taken_out: 0,
        put_back: 0,
        kept: 0,
        gone: 0,
        untouched: 0,
        withdrawn: 0,
        began_at: now,
        installed_at: null,
        removed_at: null
      }
      yield* packRows.insert(pack)
      return pack
    }).pipe(immediately(sql))

  /** What is open on the questions that have a row. */
  const openOn = (ids: ReadonlyArray<string>) =>
    Effect.map(feedback.open(ids), (open) => Map.groupBy(open, ({ question_id }) => question_id))

  /** Writes some questions and what became of each, in one transaction. */
  const writeSome = (pack: InstalledPack, from: number, drafts: ReadonlyArray<QuestionDraft>) =>
    Effect.gen(function* () {
      const standing = (yield* packRows.packs(pack.name)).find(({ id }) => id === pack.id)
      if (standing?.state !== "installing" || standing.rows_done !== from)
        return yield* new PackBusy({ name: pack.name })
      const before = new Map([...(yield* standingFor(drafts)).values()].map((row) => [row.id, row]))
      const openBefore = yield* openOn([...before.keys()])

      const record = Effect.fnUntraced(function* (outcomes: ReadonlyArray<WriteOutcome>) {
        const first = new Map(outcomes.toReversed().map(({ id, outcome }) => [id, outcome]))
        const ids = [...first.keys()]
        const changedAt = yield* packRows.changedAt(ids)
        const openAfter = yield* openOn([...before.keys()])
        const known = new Map((yield* packRows.rowsOf(pack.id, ids)).map((row) => [row.question_id, row]))
        const idsOf = (open: typeof openBefore, id: QuestionId) => (open.get(id) ?? []).map((said) => said.id)
        const entries = [...first].map(([id, outcome]): PackRow => {
          const [was, is] = [idsOf(openBefore, id), idsOf(openAfter, id)]
          const now = {
            outcome,
            at: changedAt.get(id) ?? null,
            wasAt: before.get(id)?.updated_at,
            made: is.filter((said) => !was.includes(said)),
            settled: was.filter((said) => !is.includes(said))
          }
          return entryOf(id, known.get(id), now)
        })
        yield* packRows.deleteRows(pack.id, [...known.keys()])
        yield* packRows.insertRows(pack.id, entries)
        yield* packRows.update(pack.id, {
          rows_done: from + drafts.length,
          ...counted(
            standing,
            outcomes.map(({ outcome }) => outcome)
          )
        })
      })
      yield* writer.write(drafts, {
        policy: pack.policy,
        provenance: { origin: "pack", who: "admin", why: `pack ${pack.name} ${pack.version}`, reference: pack.id },
        alongside: record
      })
    }).pipe(immediately(sql))

  const install = Effect.fnUntraced(function* (
    report: PackReport,
    options: InstallOptions,
    now: number,
    onProgress: OnProgress = () => Effect.void
  ) {
    const pack = yield* begin(report, options, now)
    yield* Stream.runForEach(draftsBehind(report, pack.rows_done), ({ drafts, from }) =>
      Effect.andThen(writeSome(pack, from, drafts), onProgress(from + drafts.length))
    )
    const installed = yield* Effect.gen(function* () {
      const done = (yield* packRows.packs(pack.name)).find(({ id }) => id === pack.id)
      if (done?.state !== "installing" || done.rows_done !== pack.questions) {
        return yield* new PackBusy({ name: pack.name })
      }
      const ended = { state: "installed" as const, installed_at: yield* Clock.currentTimeMillis }
      yield* packRows.update(pack.id, ended)
      return { ...done, ...ended }
    }).pipe(immediately(sql))
    yield* durability.flush
    return installed
  })

  return { admit, preview, install }
})

const toIdentity = ({ question: { optionsKey, titleKey, typeClass } }: QuestionDraft): Identity => ({
  title_key: titleKey,
  options_key: optionsKey,
  type_class: typeClass
})

interface Done {
  readonly outcome: Outcome
  /** `updated_at` after and before; none before a row that is new. */
  readonly at: number | null
  readonly wasAt: number | undefined
  readonly made: ReadonlyArray<string>
  readonly settled: ReadonlyArray<string>
}

/** What the pack did to a question, with what a line of it did before where the file says the same question twice. */
const entryOf = (question_id: PackRow["question_id"], known: PackRow | undefined, done: Done): PackRow => {
  const wroteNow = done.at !== done.wasAt
  const made = [...(known?.feedback?.made ?? []), ...done.made]
  const settled = [...(known?.feedback?.settled ?? []), ...done.settled].filter((id) => !made.includes(id))
  // Somebody came between two lines of the file: what they did would be undone with it.
  const isBroken =
    known !== undefined &&
    known.written_at !== null &&
    (known.written_at === changedBetween || known.written_at !== done.wasAt)
  return {
    question_id,
    outcome: known?.outcome ?? done.outcome,
    written_at: isBroken ? changedBetween : wroteNow ? done.at : (known?.written_at ?? null),
    feedback: made.length + settled.length === 0 ? null : { made, settled }
  }
}

import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Option, References, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { AnswerCache } from "../bank/AnswerCache.ts"
import { createPack } from "../bank/packs/createPack.ts"
import type { PackPreview } from "../bank/packs/installPack.ts"
import type { InstalledPack } from "../bank/packs/packRows.ts"
import { Packs } from "../bank/packs/Packs.ts"
import { fingerprintOf } from "../bank/packs/signing.ts"
import { inspectPack, type PackReport, verifyPack, wrongSignature } from "../bank/packs/verifyPack.ts"
import { QuestionStatus } from "../bank/StoredQuestion.ts"
import * as QuestionWriterLive from "../bank/write/QuestionWriterLive.ts"
import * as Sql from "../platform/Sql.ts"
import { makeProgress } from "./progress.ts"
import { configuration } from "./root.ts"

/** A pack that was looked at is not sound. */
class PackUnsound extends Schema.TaggedError<PackUnsound>()("PackUnsound", { file: Schema.String }) {
  override get message(): string {
    return `${this.file} must not be installed`
  }
}

// Only what goes wrong: the progress is on the screen.
const quiet = Layer.succeed(References.MinimumLogLevel, "Warn" as const)

const bank = Packs.layer.pipe(
  Layer.provideMerge(QuestionWriterLive.layer),
  Layer.provideMerge(AnswerCache.layer),
  Layer.provideMerge(Sql.layer),
  Layer.provideMerge(configuration),
  Layer.provideMerge(NodeServices.layer),
  Layer.provideMerge(quiet)
)

const fileArgument = Argument.String("file").pipe(Argument.withDescription("A pack, a .jsonl file."))
const nameArgument = Argument.String("name").pipe(Argument.withDescription("The name of a pack that is installed."))

const say = (text: string) => Effect.sync(() => process.stdout.write(`${text}\n`))

// What comes from a pack or a bank must not steer the terminal it is shown on.
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu
const shown = (text: string, most = 200): string => {
  const line = text.replace(hidden, " ")
  return line.length > most ? `${line.slice(0, most)}…` : line
}

const table = (rows: ReadonlyArray<readonly [name: string, value: string | number]>): string =>
  rows.map(([name, value]) => `${name.padEnd(16)}${String(value).padStart(10)}`).join("\n")

/** Shows how many questions are dealt with, for as long as the work lasts. */
const withProgress = <A, E, R>(
  questions: number,
  work: (show: (done: number) => Effect.Effect<void>) => Effect.Effect<A, E, R>
) =>
  Effect.suspend(() => {
    const progress = makeProgress(questions)
    return work((done) => Effect.sync(() => progress.show(done, done))).pipe(Effect.ensuring(Effect.sync(progress.end)))
  })

const create = Command.make(
  "create",
  {
    name: Flag.String("name").pipe(Flag.withDescription("What the pack is called.")),
    version: Flag.String("version").pipe(Flag.withDescription("Its version, such as 1.0.0.")),
    description: Flag.String("description").pipe(
      Flag.withDescription("One line about what is in it."),
      Flag.withDefault("")
    ),
    tag: Flag.String("tag").pipe(
      Flag.withDescription("Only questions with this tag; may be given more than once, for any of them."),
      Flag.between(0, 100)
    ),
    status: Flag.Literals("status", QuestionStatus.literals).pipe(
      Flag.withDescription("Only questions of this status."),
      Flag.withDefault("trusted")
    ),
    output: Flag.String("output").pipe(Flag.withAlias("o"), Flag.withDescription("The file to write."))
  },
  Effect.fn("cli.pack.create")(function* ({ tag, ...given }) {
    const made = yield* createPack({ ...given, tags: tag })
    yield* say(
      [
        table([["questions", made.questions], ...(made.leftOut === 0 ? [] : [["left out", made.leftOut] as const])]),
        `${given.output} is the pack ${given.name} ${given.version}, signed by`,
        made.fingerprint,
        "Tell this to whoever installs it, by another way than the file."
      ].join("\n")
    )
  }, Effect.provide(bank))
).pipe(Command.withDescription("Writes questions of the bank to a signed file for others."))

const headOf = ({ fingerprint, header }: PackReport): string =>
  [
    `${header.name} ${header.version}, ${header.questions} questions, made ${header.created_at}`,
    ...(header.description === "" ? [] : [header.description]),
    `publisher ${fingerprint}`
  ].join("\n")

const verify = Command.make(
  "verify",
  { file: fileArgument },
  Effect.fn("cli.pack.verify")(function* ({ file }) {
    const report = yield* inspectPack(file)
    yield* say(headOf(report))
    for (const { line, message } of report.problems) yield* say(`  line ${line}: ${shown(message)}`)
    const more = report.problemCount - report.problems.length
    if (more > 0) yield* say(`  and ${more} more`)
    if (!report.isSigned) yield* say(wrongSignature)
    if (!report.isSigned || report.problemCount > 0) return yield* new PackUnsound({ file })
    yield* say("The signature fits, and every question has an answer that fits it.")
  })
).pipe(Command.withDescription("Looks a pack through, without a bank: its signature and every question."))

const contradictionsOf = ({ contradictions }: PackPreview): ReadonlyArray<string> =>
  contradictions.flatMap(({ bank, pack, title }) => [
    `  ${shown(title)}`,
    `    bank: ${shown(bank.join(" · "))}`,
    `    pack: ${shown(pack.join(" · "))}`
  ])

const previewOf = (preview: PackPreview): string => {
  const { added, disputed, merged, skipped, unchanged, updated } = preview.counts
  return [
    ...(preview.done === 0 ? [] : [`${preview.done} questions are in the bank from an install that was cut off.`]),
    table([
      ["to add", added],
      ["to overwrite", updated],
      ["to merge", merged],
      ["to leave", unchanged + skipped],
      ["to contradict", disputed]
    ]),
    ...(preview.contradictions.length === 0 ? [] : ["Answers that differ:", ...contradictionsOf(preview)])
  ].join("\n")
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

/** This command again, with the publisher named. */
const commandAccepting = (fingerprint: string): string => {
  const words = process.argv.slice(2)
  const at = words.indexOf("--publisher")
  const others = at < 0 ? words : words.toSpliced(at, 2)
  return ["siku", ...others, "--publisher", fingerprint].map(quoted).join(" ")
}

const install = Command.make(
  "install",
  {
    file: fileArgument,
    policy: Flag.Literals("policy", ["skip", "overwrite", "merge"]).pipe(
      Flag.withDescription("What becomes of questions that are there: skip, overwrite or merge."),
      Flag.withDefault("merge")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(Flag.withDescription("Only say what would happen."), Flag.withDefault(false)),
    publisher: Flag.String("publisher").pipe(
      Flag.withDescription("The fingerprint of the publisher that you trust."),
      Flag.optional
    )
  },
  Effect.fn("cli.pack.install")(function* (given) {
    const packs = yield* Packs
    const report = yield* verifyPack(given.file)
    yield* say(headOf(report))
    const options = { policy: given.policy, publisher: Option.getOrUndefined(given.publisher) }
    yield* packs
      .admit(report, options)
      .pipe(
        Effect.tapError((error) =>
          error._tag === "PublisherUnknown" && error.expected === undefined
            ? say(`If this is who you think it is, run:\n${commandAccepting(error.fingerprint)}`)
            : Effect.void
        )
      )
    const { questions } = report.header
    const preview = yield* withProgress(questions, (show) => packs.preview(report, options, show))
    yield* say(previewOf(preview))
    if (given.dryRun) return yield* say("This is what an install would do; nothing was written.")
    const pack = yield* withProgress(questions, (show) => packs.install(report, options, show))
    yield* say(
      [
        `${pack.name} ${pack.version} is installed.`,
        table([
          ["added", pack.added],
          ["overwritten", pack.updated],
          ["merged", pack.merged],
          ["left", pack.unchanged + pack.skipped],
          ["contradicted", pack.disputed]
        ])
      ].join("\n")
    )
  }, Effect.provide(bank))
).pipe(
  Command.withDescription(
    "Verifies a pack, says what it would add, overwrite or contradict, and puts it into the bank."
  )
)

const stateOf = ({ questions, rows_done, state }: InstalledPack): string =>
  state === "installing" ? `installing, ${rows_done} of ${questions}` : state

const list = Command.make(
  "list",
  {},
  Effect.fn("cli.pack.list")(function* () {
    const packs = yield* (yield* Packs).list
    if (packs.length === 0) return yield* say("No pack is installed.")
    for (const pack of packs) {
      yield* say(
        [
          `${pack.name} ${pack.version}: ${pack.questions} questions, --policy ${pack.policy}, ${stateOf(pack)}`,
          ...(pack.description === "" ? [] : [`  ${shown(pack.description)}`]),
          `  publisher ${fingerprintOf(pack.publisher)}`
        ].join("\n")
      )
    }
  }, Effect.provide(bank))
).pipe(Command.withDescription("Shows the packs that are installed."))

const remove = Command.make(
  "remove",
  { name: nameArgument },
  Effect.fn("cli.pack.remove")(function* ({ name }) {
    const packs = yield* Packs
    const known = (yield* packs.list).find((pack) => pack.name === name)
    const pack = yield* withProgress(known?.rows_done ?? 0, (show) => packs.remove(name, show))
    yield* say(
      [
        `${pack.name} ${pack.version} is taken out.`,
        table([
          ["taken out", pack.taken_out],
          ["put back", pack.put_back],
          ["kept", pack.kept],
          ["gone before", pack.gone],
          ["untouched", pack.untouched],
          ["disputes closed", pack.withdrawn]
        ]),
        ...(pack.kept === 0 ? [] : ["Kept is what somebody has changed or confirmed since the pack came."])
      ].join("\n")
    )
  }, Effect.provide(bank))
).pipe(Command.withDescription("Takes out exactly what a pack brought."))

export const pack = Command.make("pack").pipe(
  Command.withDescription("Shares questions: signed packs of them, made, verified, installed and removed."),
  Command.withSubcommands([create, verify, install, list, remove])
)

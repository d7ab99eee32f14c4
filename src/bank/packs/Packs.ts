import { Clock, Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { Durability } from "../../platform/Durability.ts"
import type { AnswerCache } from "../AnswerCache.ts"
import type { QuestionWriter } from "../write/QuestionWriter.ts"
import type { PackBusy, PackInstalled, PackInvalid, PackNotFound, PublisherUnknown } from "./errors.ts"
import type { InstallOptions, OnProgress } from "./InstallOptions.ts"
import { makeInstaller, type PackPreview } from "./installPack.ts"
import { makePackRows, type InstalledPack } from "./packRows.ts"
import { makeRemover } from "./removePack.ts"
import type { PackReport } from "./verifyPack.ts"

/**
 * Packs in the bank. A pack to install is one that `verifyPack` let pass; it is read a second time while it is written, and
 * must be the same then. Whatever is cut off is finished by doing it again.
 */
export class Packs extends Context.Service<
  Packs,
  {
    /** Those that are in the bank, whole or in part, the oldest first. */
    readonly list: Effect.Effect<ReadonlyArray<InstalledPack>>
    /** Fails as `install` would, before anything is read or written. */
    readonly admit: (
      report: PackReport,
      options: InstallOptions
    ) => Effect.Effect<void, PackInstalled | PublisherUnknown>
    /** What `install` would do, or would still do. */
    readonly preview: (
      report: PackReport,
      options: InstallOptions,
      onProgress?: OnProgress
    ) => Effect.Effect<PackPreview, PackInstalled | PublisherUnknown | PackInvalid>
    readonly install: (
      report: PackReport,
      options: InstallOptions,
      onProgress?: OnProgress
    ) => Effect.Effect<InstalledPack, PackInstalled | PublisherUnknown | PackInvalid | PackBusy>
    /** Takes out what the pack brought, but for what somebody has changed or confirmed since. */
    readonly remove: (name: string, onProgress?: OnProgress) => Effect.Effect<InstalledPack, PackNotFound | PackBusy>
  }
>()("siku/bank/packs/Packs") {
  static readonly layer: Layer.Layer<Packs, never, SqlClient.SqlClient | Durability | AnswerCache | QuestionWriter> =
    Layer.effect(
      Packs,
      Effect.gen(function* () {
        const packRows = yield* makePackRows
        const installer = yield* makeInstaller
        const remove = yield* makeRemover
        return Packs.of({
          list: Effect.map(packRows.packs(), (packs) => packs.filter(({ state }) => state !== "removed")),
          admit: (report, options) => Effect.asVoid(installer.admit(report, options)),
          preview: installer.preview,
          install: Effect.fn("Packs.install")(function* (report, options, onProgress) {
            return yield* installer.install(report, options, yield* Clock.currentTimeMillis, onProgress)
          }),
          remove
        })
      })
    )
}

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { Api } from "../../src/Api.ts"
import { makePages, pageFiles } from "../../src/platform/ApiPages.ts"

/** Makes what the API says of itself a part of a build: the service has only to send it. */
export const writeApiPages = (assets: string): Promise<void> =>
  Effect.runPromise(
    Effect.map(makePages(Api), ({ description, swagger }) => {
      writeFileSync(join(assets, pageFiles.description), description)
      writeFileSync(join(assets, pageFiles.swagger), swagger)
    })
  )

import type { HttpServerRequest } from "effect/http"

type Headers = HttpServerRequest.HttpServerRequest["headers"]

/**
 * Origins that no page of the web can have: of browser extensions, through which userscripts ask, and of desktop programs that are built on
 * a browser. Browsers let no page choose its own.
 */
const ofProgram = /^(?:[a-z][a-z-]*extension|app|capacitor|ionic|tauri|vscode-webview|vscode-file|file):\/\/[^\s,]*$/

/**
 * Whether a web page asks that is neither this service's own nor one of those whose origins are named; `*` names none. Every browser puts
 * `Origin` on what a page sends by POST or reads by `fetch`, and since 2023 `Sec-Fetch-Site` on everything, also on what it loads as an
 * image or a script and on a link that is followed. An extension may have `Origin` taken off, and is `none` or, in Firefox, `same-origin`.
 */
export const isForeignPage = (headers: Headers, named: ReadonlyArray<string>): boolean => {
  const origin = headers["origin"]
  if (origin !== undefined) {
    const isOwn = origin === `http://${headers["host"]?.toLowerCase()}`
    return !isOwn && !ofProgram.test(origin) && (origin === "*" || !named.includes(origin))
  }
  const site = headers["sec-fetch-site"]
  return site !== undefined && site !== "none" && site !== "same-origin"
}

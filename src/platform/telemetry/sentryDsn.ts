/** Where reports go: `https://<key>@<host>/<project>`, with a path before the project where the server has one. */
export interface Dsn {
  readonly key: string
  /** Of the route that takes envelopes. */
  readonly url: string
}

/** `undefined` where it is none. */
export const parseDsn = (text: string): Dsn | undefined => {
  if (!URL.canParse(text)) return undefined
  const { host, pathname, protocol, search, username } = new URL(text)
  const segments = pathname.split("/").filter((segment) => segment !== "")
  const project = segments.pop()
  if (project === undefined || username === "" || search !== "" || !/^https?:$/.test(protocol)) return undefined
  return { key: username, url: `${protocol}//${[host, ...segments].join("/")}/api/${project}/envelope/` }
}

export const isDsn = (text: string): boolean => parseDsn(text) !== undefined

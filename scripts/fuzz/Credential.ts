// Who asks.

/** A key, a login or none; `header` where it stands in another header than Authorization. */
export interface Credential {
  readonly name: string
  readonly value: string | undefined
  readonly header?: string
}

/** The right key several times, so that management routes are not only knocked at; `keys` are API keys by their names. */
export const credentialsOf = (
  adminKey: string,
  keys: Readonly<Record<string, string>> = {}
): ReadonlyArray<Credential> => [
  ...Array.from({ length: 24 }, () => ({ name: "admin key", value: `Bearer ${adminKey}` })),
  ...Object.entries(keys).map(([name, key]) => ({ name, value: `Bearer ${key}` })),
  { name: "none", value: undefined },
  { name: "wrong key", value: "Bearer siku-admin-wrong" },
  { name: "wrong kind", value: "Basic YWRtaW46YWRtaW4=" },
  { name: "rubbish", value: "Bearer \u00ff\u00fe,,;" },
  { name: "token", value: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9." },
  { name: "wrong key, in Anthropic's header", value: "wrong", header: "x-api-key" }
]

/** The headers of a credential. */
export const headersOf = ({ header = "authorization", value }: Credential): ReadonlyArray<readonly [string, string]> =>
  value === undefined ? [] : [[header, value]]

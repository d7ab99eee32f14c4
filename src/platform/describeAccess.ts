import type { OpenApi } from "effect/http-api"
import { type AccessRule, accessRuleOf, type Route } from "./Access.ts"

const bearer: OpenApi.OpenAPISecurityScheme = {
  type: "http",
  scheme: "bearer",
  description:
    "The admin key (the setting security.admin_key, else the one printed at the first start), an API key (sk-siku-…) or an access token."
}
const apiKey: OpenApi.OpenAPISecurityScheme = {
  type: "apiKey",
  name: "x-api-key",
  in: "header",
  description: "The same, as Anthropic's clients send it. The header Authorization goes before it."
}
const token: OpenApi.OpenAPISecurityScheme = {
  type: "apiKey",
  name: "token",
  in: "query",
  description: "The same, for quiz clients that can set no header; `key` does as well. Headers go before it."
}

/** The groups of an API, as much as is read of them here. */
interface Groups {
  readonly groups: Readonly<
    Record<string, Route["group"] & { readonly endpoints: Readonly<Record<string, Route["endpoint"]>> }>
  >
}

/** The rules of all routes of an API. */
export const accessRulesOf = ({ groups }: Groups): ReadonlyArray<AccessRule & { readonly method: string }> =>
  Object.values(groups).flatMap((group) =>
    Object.values(group.endpoints).map((endpoint) => ({
      ...accessRuleOf({ endpoint, group }),
      method: endpoint.method
    }))
  )

/** Writes into the description of an API what each of its routes asks of callers. */
export const describeAccess =
  (api: Groups) =>
  (spec: Record<string, unknown> & { paths?: OpenApi.OpenAPISpecPaths; components?: OpenApi.OpenAPIComponents }) => {
    const { components, paths = {} } = spec
    if (components !== undefined) components.securitySchemes = { ...components.securitySchemes, bearer, apiKey, token }
    for (const { isLimited, isOpenToLocal, method, needs, path } of accessRulesOf(api)) {
      const operation = operationAt(paths[path.replace(/:(\w+)/g, "{$1}")], method)
      if (operation === undefined) continue
      if (needs === "public") {
        if (!isLimited) delete operation.responses[429]
        continue
      }
      const scopes = needs === "any" ? [] : [needs]
      operation.security = [
        { bearer: scopes },
        { apiKey: scopes },
        ...(needs === "ask" ? [{ token: scopes }] : []),
        ...(isOpenToLocal ? [{}] : [])
      ]
      operation.description = [operation.description, inWords({ isOpenToLocal, needs })].filter(Boolean).join("\n\n")
    }
    return spec
  }

const operationAt = (item: OpenApi.OpenAPISpecPathItem | undefined, method: string) => {
  switch (method) {
    case "GET":
      return item?.get
    case "POST":
      return item?.post
    case "PUT":
      return item?.put
    case "PATCH":
      return item?.patch
    case "DELETE":
      return item?.delete
    default:
      return undefined
  }
}

const inWords = ({ isOpenToLocal, needs }: Pick<AccessRule, "isOpenToLocal" | "needs">): string =>
  `${needs === "any" ? "Takes any good credential." : `Takes the scope \`${needs}\`.`}${
    isOpenToLocal ? " From this machine no credential is needed, unless security.authentication says otherwise." : ""
  }`

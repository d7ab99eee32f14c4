import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { RequiredScope, TakesAnyBody } from "../platform/Access.ts"
import { AddressBound } from "../platform/bounds/addressBounds.ts"
import { BodyBound } from "../platform/bounds/BodyBounds.ts"
import { AdapterReply } from "./ocs/AdapterReply.ts"
import { OcsReply } from "./ocs/OcsReply.ts"
import { meanings, OcsQuestion } from "./ocs/OcsRequest.ts"
import { OcsWrapper } from "./ocs/wrapper.ts"

// Repeated parameters come as lists; they are told apart in the handler, which answers in the client's own form.
const parameter = (name: keyof typeof meanings) =>
  Schema.optionalKey(Schema.Union([Schema.String, Schema.Array(Schema.String)])).annotate({
    description: meanings[name]
  })
const query = {
  title: parameter("title"),
  question: parameter("question"),
  options: parameter("options"),
  type: parameter("type"),
  images: parameter("images")
}

const ask = <const Name extends string>(name: Name, path: `/${string}`) =>
  HttpApiEndpoint.get(name, path, { query, success: OcsReply }).annotate(OpenApi.Summary, "Ask a question")
const askByPost = <const Name extends string>(name: Name, path: `/${string}`) =>
  HttpApiEndpoint.post(name, path, { payload: OcsQuestion, success: OcsReply }).annotate(
    OpenApi.Summary,
    "Ask a question; the body is read as JSON whatever its content type, or as a form"
  )
const adapter = <const Name extends string>(name: Name, path: `/${string}`) =>
  HttpApiEndpoint.post(name, path, { payload: OcsQuestion, success: AdapterReply }).annotate(
    OpenApi.Summary,
    "Ask a question, in the form of adapter-service/search"
  )

export const OcsApi = HttpApiGroup.make("ocs")
  .add(ask("query", "/api/v1/query"))
  .add(askByPost("queryByPost", "/api/v1/query"))
  .add(ask("queryAlias", "/api/query"))
  .add(askByPost("queryAliasByPost", "/api/query"))
  .add(adapter("adapter", "/adapter-service/search"))
  .add(adapter("adapterAlias", "/api/v1/adapter-service/search"))
  .add(
    HttpApiEndpoint.get("ocsConfig", "/api/v1/ocs/config", { success: Schema.Array(OcsWrapper) })
      .annotate(RequiredScope, "public")
      .annotate(OpenApi.Summary, "The wrapper (题库配置) to import into OCS")
      .annotate(OpenApi.Description, "Asked for with `?token=<key>`, the wrapper asks with that key.")
  )
  .annotate(RequiredScope, "ask")
  .annotate(TakesAnyBody, true)
  // Images come as base64. What else clients add is not looked at; how many options and images there may be, `questionBounds` says.
  .annotate(BodyBound, { bytes: undefined, depth: 16, values: 20_000, keys: 2000 })
  // A question of several thousand Chinese characters in a query takes nine bytes a character.
  .annotate(AddressBound, { length: 512 * 1024, parameters: 256 })
  .annotateMerge(
    OpenApi.annotations({
      title: "OCS",
      description: "Quiz clients ask here. Every business failure is HTTP 200 with code 0 and a readable msg."
    })
  )

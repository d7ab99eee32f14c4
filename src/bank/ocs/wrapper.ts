import { Schema } from "effect"

/** An answerer wrapper (题库配置) as OCS imports it. */
export const OcsWrapper = Schema.Struct({
  name: Schema.String,
  homepage: Schema.String,
  url: Schema.String,
  method: Schema.Literals(["get", "post"]),
  type: Schema.Literals(["GM_xmlhttpRequest", "fetch"]),
  contentType: Schema.Literals(["json", "text"]),
  headers: Schema.Record(Schema.String, Schema.String),
  data: Schema.Record(Schema.String, Schema.String),
  handler: Schema.String
}).annotate({ identifier: "OcsWrapper" })

/**
 * The wrapper for a server at `base` (no slash at the end), with the key that it is to ask with. OCS takes a list; its newer clients refuse all but trivial handlers.
 * They fill `images` where their option 图片题优化 is on, and only in a body; older ones send "undefined" for what they do not know.
 */
export const ocsWrappers = (base: string, key?: string): ReadonlyArray<typeof OcsWrapper.Type> => [
  {
    name: "Siku 思库",
    homepage: base,
    url: `${base}/api/v1/query`,
    method: "post",
    type: "GM_xmlhttpRequest",
    contentType: "json",
    headers: key === undefined ? {} : { Authorization: `Bearer ${key}` },
    data: {
      title: "${title}",
      options: "${options}",
      type: "${type}",
      images: "${images}",
      suggestion_title: "${suggestion_title}",
      suggestion_options: "${suggestion_options}"
    },
    handler: "return (res)=>res.code===1?[res.question,res.answer]:[res.msg,undefined]"
  }
]

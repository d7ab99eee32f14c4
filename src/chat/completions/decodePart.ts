import { Result, Schema, SchemaIssue } from "effect"
import { BadBody } from "../BadBody.ts"
import { type BodyPath, bodyPath } from "../bodyPath.ts"

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** Decodes a part of a body, given with where it stands; fails with the first thing that is wrong in it. To be made once. */
export const decodePart = <A>(schema: Schema.Decoder<A>) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (input: unknown, at: BodyPath = []): Result.Result<A, BadBody> =>
    Result.mapError(decode(input), ({ issue }) => {
      const [first] = formatIssue(issue).issues
      const inside = (first?.path ?? []).map((segment) => {
        const key = typeof segment === "object" ? segment.key : segment
        return typeof key === "symbol" ? String(key) : key
      })
      const path = bodyPath([...at, ...inside])
      return new BadBody({ param: path === "" ? null : path, detail: first?.message ?? "not of the form it must have" })
    })
}

// What the service says of itself: the operations of its OpenAPI document, with schemas that make values and check them.
import { Arbitrary, Effect, Exit, JsonSchema, Schema, SchemaRepresentation } from "effect"

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string
  readonly in: "query" | "path" | "header"
  readonly schema: Schema.Top
}

/** A form that a body may have. */
export interface Content {
  readonly type: string
  /** Undefined where the document says nothing of it, or no more than that it is text or bytes. */
  readonly schema: Schema.Top | undefined
}

/** One method at one path. */
export interface Operation {
  readonly id: string
  /** In capitals. */
  readonly method: string
  /** With `{name}` for its parameters. */
  readonly path: string
  readonly parameters: ReadonlyArray<Parameter>
  readonly body: ReadonlyArray<Content>
  /** What is declared of each status. */
  readonly replies: ReadonlyMap<number, ReadonlyArray<Content>>
}

const MediaTypes = Schema.Record(Schema.String, Schema.Struct({ schema: Schema.optionalKey(Schema.Json) }))

const Method = Schema.Struct({
  operationId: Schema.String,
  parameters: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        in: Schema.Literals(["query", "path", "header"]),
        schema: Schema.Json
      })
    )
  ),
  requestBody: Schema.optionalKey(Schema.Struct({ content: MediaTypes })),
  responses: Schema.Record(Schema.String, Schema.Struct({ content: Schema.optionalKey(MediaTypes) }))
})

const Document = Schema.Struct({
  paths: Schema.Record(Schema.String, Schema.Record(Schema.String, Method)),
  components: Schema.Struct({ schemas: Schema.Record(Schema.String, Schema.Json) })
})

/** Reads the operations out of a document; dies where it is none of OpenAPI 3.1. */
export const operationsOf = (document: unknown): Effect.Effect<ReadonlyArray<Operation>> =>
  Effect.gen(function* () {
    const { components, paths } = yield* Schema.decodeUnknownEffect(Document)(document)
    const definitions = Object.fromEntries(
      Object.entries(components.schemas).map(([name, schema]) => [name, draftOf(schema)])
    )
    // ours, from our own document
    const importSchema = (schema: Schema.Json, patterns: "apply" | "ignore" = "apply"): Schema.Top =>
      SchemaRepresentation.fromJsonSchemaDocument(
        { dialect: "draft-2020-12", schema: draftOf(schema), definitions },
        { patterns }
      )
    // What hardly anything fits by chance is filled in by what is known of it.
    const importBody = (schema: Schema.Json): Schema.Top => {
      const strict = importSchema(schema)
      const drawn = Effect.runSyncExit(Arbitrary.sampleEffect(Arbitrary.schema(strict), { count: 5, seed: "a body" }))
      return Exit.isSuccess(drawn) ? strict : importSchema(schema, "ignore")
    }
    const contentsOf = (content: typeof MediaTypes.Type = {}, read = importSchema): ReadonlyArray<Content> =>
      Object.entries(content).map(([type, { schema }]) => ({
        type,
        schema: schema === undefined || !isJson(type) || isBinary(schema) ? undefined : read(schema)
      }))
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId, parameters = [], requestBody, responses }]) => ({
        id: operationId,
        method: method.toUpperCase(),
        path,
        parameters: parameters.map(({ in: place, name, schema }) => ({
          name,
          in: place,
          schema: importSchema(schema)
        })),
        body: contentsOf(requestBody?.content, importBody),
        replies: new Map(
          Object.entries(responses).map(([status, { content }]) => [Number(status), contentsOf(content)])
        )
      }))
    )
  }).pipe(Effect.orDie)

const isBinary = (schema: Schema.Json): boolean =>
  typeof schema === "object" && schema !== null && "format" in schema && schema.format === "binary"

/** Whether a media type is JSON, or a kind of it. */
export const isJson = (type: string): boolean => /^application\/(?:[\w.-]+\+)?json\b/i.test(type)

const draftOf = (schema: Schema.Json): JsonSchema.JsonSchema =>
  JsonSchema.fromSchemaOpenApi3_1(typeof schema === "object" && schema !== null ? { ...schema } : {}).schema

/** The operation that a method and a path without its query lead to; of several, the one with the most fixed parts. */
export const operationAt = (
  operations: ReadonlyArray<Operation>,
  method: string,
  path: string
): Operation | undefined =>
  operations
    .filter((operation) => operation.method === method && patternOf(operation.path).test(path))
    .sort((one, other) => countOfParameters(one.path) - countOfParameters(other.path))[0]

const patterns = new Map<string, RegExp>()

const patternOf = (path: string): RegExp => {
  const known = patterns.get(path)
  if (known !== undefined) return known
  const pattern = new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+")}$`)
  patterns.set(path, pattern)
  return pattern
}

const countOfParameters = (path: string): number => path.split("{").length - 1

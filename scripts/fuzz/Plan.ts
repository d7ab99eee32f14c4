// A request to an operation, first as a plan: a value that its schemas allow, and the faults to put into it. Plans are
// arbitrary values, so what one finds is made small by leaving out and shortening.
import { Arbitrary, Schema } from "effect"
import { uniform } from "../upstream/Random.ts"
import { withTextFault, withValueFault } from "./bodyFaults.ts"
import { type Credential, headersOf } from "./Credential.ts"
import { type Fault, faults } from "./Fault.ts"
import type { FuzzRequest } from "./FuzzRequest.ts"
import { encoded, withHeadFault } from "./headFaults.ts"
import { hostileText } from "./Hostile.ts"
import type { KnownIds } from "./KnownIds.ts"
import { isJson, type Operation, type Parameter } from "./Operation.ts"
import { isKnown, realisticValue } from "./Realistic.ts"

/** What a request is made of. */
export interface Plan {
  readonly body: unknown
  /** In the order of the parameters of the operation. */
  readonly parameters: ReadonlyArray<unknown>
  readonly faults: ReadonlyArray<Fault>
}

/** The plans of an operation. */
export const plansOf = ({ body, parameters }: Operation): Arbitrary.Arbitrary<Plan> => {
  const schema = body[0]?.schema
  return Arbitrary.all({
    body: Arbitrary.schema(schema ?? Schema.String),
    parameters: Arbitrary.all(parameters.map((parameter) => Arbitrary.schema(parameter.schema))),
    faults
  })
}

/** What a plan is carried out with; all that it leaves open is decided by `seed` and `number`. */
export interface Circumstances {
  readonly seed: number
  readonly number: number
  readonly port: number
  readonly ids: KnownIds
  readonly credentials: ReadonlyArray<Credential>
}

/** The request of a plan. */
export const requestOf = (operation: Operation, plan: Plan, circumstances: Circumstances): FuzzRequest => {
  const { credentials, number, port, seed } = circumstances
  const draw = (purpose: number) => Math.floor(uniform(seed, number, purpose) * 1e6)
  const credential = credentials[draw(1) % credentials.length]
  const content = operation.body[draw(2) % Math.max(1, operation.body.length)]
  const headers: ReadonlyArray<readonly [string, string]> = [
    ["host", `127.0.0.1:${port}`],
    ["x-request-id", `fuzz-${number}`],
    ...(credential === undefined ? [] : headersOf(credential)),
    ...(content === undefined ? [] : [["content-type", content.type] as const]),
    ...headerParameters(operation, plan)
  ]
  const whole: FuzzRequest = {
    method: operation.method,
    target: targetOf(operation, plan, circumstances, draw),
    headers,
    body: content === undefined ? undefined : bodyOf(operation, content.type, plan, draw),
    delivery: "whole",
    soundness: "request"
  }
  return plan.faults.reduce(withHeadFault, whole)
}

type Draw = (purpose: number) => number

// Of what could be known of a field, a part is left to the schema.
const isRealistic = (draw: Draw, purpose: number): boolean => draw(purpose) % 4 !== 0

const realistic = (name: string, value: unknown, draw: Draw, purpose: number): unknown => {
  if (!isRealistic(draw, purpose)) return value
  return realisticValue(name, draw(purpose + 1)) ?? value
}

const targetOf = (operation: Operation, plan: Plan, { ids }: Circumstances, draw: Draw): string => {
  const fault = plan.faults.find(({ kind }) => kind === "id")
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const known = draw(3) % 8 === 0 ? undefined : ids.pick(operation.path, name, draw(4))
    // An empty one would be the address of the collection, and dots those of others.
    const odd = fault === undefined ? undefined : hostileText(fault.value)
    const id = odd === undefined || odd === "" || odd === "." || odd === ".." ? (known ?? "unknown") : odd
    return encoded(id)
  })
  const pairs = ofKind(operation, plan, "query").flatMap(([{ name }, value], at) => {
    if (draw(10 + at) % 3 === 0) return []
    const chosen = realistic(name, value, draw, 40 + 2 * at)
    return (Array.isArray(chosen) ? chosen : [chosen]).map((one) => `${encoded(name)}=${encoded(String(one))}`)
  })
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`
}

const headerParameters = (operation: Operation, plan: Plan): ReadonlyArray<readonly [string, string]> =>
  ofKind(operation, plan, "header").flatMap(([{ name }, value]) =>
    typeof value === "string" && /^[\x21-\x7e]+$/.test(value) ? [[name, value] as const] : []
  )

const ofKind = (
  { parameters }: Operation,
  plan: Plan,
  kind: Parameter["in"]
): ReadonlyArray<readonly [Parameter, unknown]> =>
  parameters
    .map((parameter, at) => [parameter, plan.parameters[at]] as const)
    .filter(([parameter]) => parameter.in === kind)

const bodyOf = (operation: Operation, type: string, plan: Plan, draw: Draw): Buffer => {
  const isOfSchema = operation.body[0]?.schema !== undefined && isJson(type)
  const value = isOfSchema ? realisticBody(plan.body, draw) : fileOf(plan.body, type, draw)
  const faulty = plan.faults.reduce(withValueFault, value)
  const text = typeof faulty === "string" && !isOfSchema ? faulty : JSON.stringify(faulty)
  return plan.faults.reduce(withTextFault, Buffer.from(text))
}

const realisticBody = (body: unknown, draw: Draw): unknown => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body
  // Of many fields that may be left out, one that is refused spoils all: half of the bodies have only those that are known.
  const isPlain = draw(7) % 2 === 0
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !isPlain || isKnown(name))
      .map(([name, value], at) => [name, realistic(name, value, draw, 100 + 2 * at)])
  )
}

/** A small file of questions, or what the plan has in its place. */
const fileOf = (body: unknown, type: string, draw: Draw): unknown => {
  if (!isRealistic(draw, 5)) return body
  const questions = [
    { title: `1+${draw(6) % 50}=?`, type: "completion", answer: ["2"] },
    { title: "题", options: ["甲", "乙"], type: "single", answer: ["甲"] }
  ]
  if (type === "application/x-ndjson") return questions.map((question) => JSON.stringify(question)).join("\n")
  if (type === "text/csv") return '题目,答案\n1+1=?,2\n"a""b",c\n'
  return questions
}

/** The OpenAPI 3.1 document, made from the same schemas that check requests. */
import { z } from 'zod'
import { permissions } from './principal.ts'
import type { Operation } from './operation.ts'
import { problem } from './schemas/words.ts'

export type Document = {
  readonly openapi: '3.1.0'
  readonly info: Json
  readonly servers: readonly Json[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>
  readonly components: Json
}
type Json = Readonly<Record<string, unknown>>

export type DocumentedOperation = {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security: readonly Json[]
  readonly 'x-permission'?: string
  readonly parameters: readonly {
    name: string
    in: string
    required: boolean
    description?: string
    schema: Json
  }[]
  readonly requestBody?: Json
  readonly responses: Json
}

const tags = {
  Orders: 'One order, whole, out of many systems.',
  In: 'What goes in: records in the format of their source, and CloudEvents.',
  Sources: 'The systems that feed the hub: versions of their mappings, contracts, words.',
  Quarantine: 'What could not be taken, and the ledger that counts everything.',
  Identity: 'Which identifiers are one order, and what people ruled about it.',
  Access: 'Who is calling.',
  Health: 'For machines that watch the hub.',
} as const

/** The document of these operations. */
export function describeApi(operations: readonly Operation[], version: string): Document {
  const schemas: Record<string, unknown> = {}
  const toJson = schemaWriter(schemas)
  const paths: Record<string, Record<string, DocumentedOperation>> = {}
  for (const each of operations) {
    const path = (paths[each.path] ??= {})
    path[each.method.toLowerCase()] = documented(each, toJson)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Order Information Hub',
      version,
      description:
        'Errors are problem details (RFC 9457). POSTs take an Idempotency-Key. Lists are paged by opaque cursors. Rows outside of a key’s scopes do not exist for it.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'ohk_<id>_<secret>',
          description: `An API key with permissions out of: ${permissions.join(', ')}.`,
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'orderhub_session',
          description:
            'A browser session; what changes state also needs the header X-Requested-With.',
        },
      },
    },
  }
}

type ToJson = (schema: z.ZodType, io: 'input' | 'output') => Json

/** Schemas with an id are written once, under `components`, and referred to. */
function schemaWriter(schemas: Record<string, unknown>): ToJson {
  return (schema, io) => {
    const {
      $schema: _draft,
      $defs = {},
      ...made
    } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as Json & { $defs?: Json }
    for (const [name, definition] of Object.entries($defs)) schemas[name] ??= moved(definition)
    const { id, ...rest } = made as Json & { id?: string }
    if (typeof id !== 'string') return moved(rest) as Json
    schemas[id] ??= moved(rest)
    return { $ref: `#/components/schemas/${id}` }
  }
}

function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key]) => key !== 'id' || typeof (value as Json)['id'] !== 'string',
  )
  return Object.fromEntries(
    entries.map(([key, each]) => [
      key,
      key === '$ref' && typeof each === 'string'
        ? each.replace('#/$defs/', '#/components/schemas/')
        : moved(each),
    ]),
  )
}

function documented(each: Operation, toJson: ToJson): DocumentedOperation {
  const { id, summary, description, tag, allow, body } = each
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: allow === 'everyone' ? [] : [{ key: [] }, { session: [] }],
    ...(allow === 'everyone' || allow === 'signed-in' ? {} : { 'x-permission': allow }),
    parameters: [
      ...parametersOf(each.params, 'path', toJson),
      ...parametersOf(each.query, 'query', toJson),
      ...(each.method === 'POST' ? [idempotencyKey] : []),
    ],
    ...(body === undefined ? {} : { requestBody: requestBody(each, toJson) }),
    responses: responsesOf(each, toJson),
  }
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 255 },
  description: 'The same key and request within 24 hours has one effect and one answer.',
}

function parametersOf(
  schema: z.ZodObject | undefined,
  place: 'path' | 'query',
  toJson: ToJson,
): DocumentedOperation['parameters'] {
  return Object.entries(schema?.shape ?? {}).map(([name, each]) => {
    // Texts of the address are turned into numbers: the document shows what they must be, not that they are texts.
    const json = toJson(each as z.ZodType, 'output')
    const { description, ...rest } = json as Json & { description?: string }
    const required = place === 'path' || !(each as z.ZodType).safeParse(undefined).success
    return {
      name,
      in: place,
      required,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

function requestBody({ body, bodyTypes }: Operation, toJson: ToJson): Json {
  if (body === 'bytes') {
    const types = bodyTypes ?? ['application/octet-stream']
    return { required: true, content: Object.fromEntries(types.map((type) => [type, {}])) }
  }
  return { required: true, content: { 'application/json': { schema: toJson(body!, 'input') } } }
}

function responsesOf({ answers }: Operation, toJson: ToJson): Json {
  const responses: Record<string, Json> = {}
  for (const [status, { description, schema, type = 'application/json' }] of Object.entries(
    answers,
  )) {
    const isProblem = Number(status) >= 400
    const shown = isProblem ? problem : schema
    const media = isProblem ? 'application/problem+json' : type
    const content =
      shown === undefined
        ? type === 'application/json'
          ? undefined
          : { [type]: {} }
        : { [media]: { schema: toJson(shown, 'output') } }
    responses[status] = { description, ...(content === undefined ? {} : { content }) }
  }
  responses['default'] = {
    description: 'A problem, as its `code` says.',
    content: { 'application/problem+json': { schema: toJson(problem, 'output') } },
  }
  return responses
}

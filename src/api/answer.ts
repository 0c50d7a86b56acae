/** From an operation and a request to an answer: validation, idempotency, the handler. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { fingerprintOf, idempotencyKeyOf, type Once } from './idempotency.ts'
import type { Answer, Call, Operation } from './operation.ts'
import type { Principal } from './principal.ts'
import { Problem, type ProblemCode } from './problem.ts'

const nothing = z.strictObject({})

/** Checks the request against the operation's schemas and runs it, once where a key asks for that. */
export async function answerTo(
  operation: Operation,
  principal: Principal,
  request: FastifyRequest,
  reply: FastifyReply,
  once: Once,
): Promise<Answer | null> {
  const call: Call = {
    principal,
    request,
    reply,
    params: checked(operation.params ?? nothing, request.params, 'bad-parameter', ''),
    query: checked(operation.query ?? nothing, request.query, 'bad-parameter', '?'),
    body: bodyOf(operation, request),
  }
  const key =
    operation.method === 'POST' && operation.keyless !== true
      ? idempotencyKeyOf(request.headers['idempotency-key'])
      : null
  if (key === null) return operation.handle(call)
  const fingerprint = fingerprintOf(
    request.method,
    request.url,
    request.headers['content-type'] ?? '',
    rawBody(request),
  )
  return once.run(principal, key, fingerprint, async () => (await operation.handle(call))!)
}

export function sendAnswer(
  reply: FastifyReply,
  { status = 200, body, type, headers = {} }: Answer,
): FastifyReply {
  reply.status(status).headers(headers)
  if (body === undefined) return reply.send()
  if (type !== undefined) return reply.type(type).send(body)
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
}

/** Every body arrives as bytes; none is an empty one. */
function rawBody({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

function bodyOf({ body }: Operation, request: FastifyRequest): unknown {
  const raw = rawBody(request)
  if (body === 'bytes') return raw
  if (body === undefined) {
    if (raw.length === 0 || raw.toString('latin1').trim() === '{}') return undefined
    throw new Problem('bad-body', 'This operation takes no body.')
  }
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new Problem('wrong-media-type', `The body must be application/json, not "${type}".`)
  }
  return checked(body, parsed(raw), 'bad-body', '')
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown
  } catch {
    throw new Problem('bad-body', 'The body is no JSON.')
  }
}

function checked(schema: z.ZodType, value: unknown, code: ProblemCode, prefix: string): unknown {
  const result = schema.safeParse(value ?? {})
  if (result.success) return result.data
  const errors = result.error.issues.slice(0, 20).flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code !== 'unrecognized_keys')
      return [{ at: prefix + path.join('.'), detail: issue.message }]
    return issue.keys.map((key) => ({
      at: prefix + [...path, key].join('.').slice(0, 100),
      detail: 'This is unknown here.',
    }))
  })
  const [first] = errors
  throw new Problem(code, `${first?.at ?? ''}: ${first?.detail ?? 'wrong'}`, {
    hint: 'GET /docs shows what each operation takes.',
    errors,
  })
}

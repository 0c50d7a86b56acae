/** Errors as RFC 9457 problem details: a stable code, what happened, what to do next. */
import { HubError } from '#model/error.ts'

/** Every code the API answers with; `/docs` lists them, `type` points there. */
export const problems = {
  'bad-request': { status: 400, title: 'The request cannot be understood' },
  'bad-parameter': { status: 400, title: 'A parameter is unknown or has a wrong value' },
  'bad-body': { status: 400, title: 'The body is not what this operation takes' },
  'bad-cursor': { status: 400, title: 'The cursor is none of this list' },
  'bad-event': { status: 400, title: 'An event breaks the rules of CloudEvents 1.0' },
  'bad-idempotency-key': { status: 400, title: 'The Idempotency-Key cannot be used' },
  'no-source-named': { status: 400, title: 'It is not clear which source the events are of' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'bad-signature': { status: 401, title: 'The signature is missing, wrong or too old' },
  'not-allowed': { status: 403, title: 'The key does not allow this' },
  'header-missing': { status: 403, title: 'A header that proves the request is meant is missing' },
  'not-found': { status: 404, title: 'There is no such resource' },
  'unknown-order': { status: 404, title: 'No order has this identifier' },
  'unknown-event': { status: 404, title: 'The order has no such event' },
  'unknown-source': { status: 404, title: 'There is no such source' },
  'unknown-version': { status: 404, title: 'There is no such version' },
  'no-contract': { status: 404, title: 'There is no such contract' },
  'unknown-record': { status: 404, title: 'There is no such quarantined record' },
  'unknown-link': { status: 404, title: 'There is no such link' },
  'unknown-review': { status: 404, title: 'There is no such review' },
  'method-not-allowed': { status: 405, title: 'The resource does not take this method' },
  'in-flight': { status: 409, title: 'A request with this Idempotency-Key is being worked on' },
  replayed: { status: 409, title: 'A copy of a sending that was taken' },
  'already-settled': { status: 409, title: 'The record was settled before' },
  'too-large': { status: 413, title: 'The body is too large' },
  'wrong-media-type': { status: 415, title: 'The operation does not take this content type' },
  'idempotency-mismatch': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
  },
  'all-rejected': { status: 422, title: 'Nothing of the body was taken' },
  'still-quarantined': { status: 422, title: 'The mapping still cannot read the record' },
  'mapping-invalid': { status: 422, title: 'The definition of the source does not compile' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'queue-full': { status: 429, title: 'The hub is busy' },
  internal: { status: 500, title: 'The hub failed' },
  'not-ready': { status: 503, title: 'The hub is not ready' },
  'too-many-clients': { status: 503, title: 'Too many live connections' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems

export type ProblemBody = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: string
  readonly hint?: string
  readonly errors?: readonly ProblemPart[]
}

/** One of several things that are wrong, and where. */
export type ProblemPart = { readonly at: string; readonly detail: string }

type ProblemOptions = {
  readonly hint?: string
  readonly errors?: readonly ProblemPart[]
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that is an error; thrown by operations and hooks, sent as `application/problem+json`. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly options: ProblemOptions

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail)
    this.code = code
    this.options = options
  }

  get status(): number {
    return problems[this.code].status
  }
}

/** The body of a problem; `requestId` is what a person quotes to whoever runs the hub. */
export function problemBody(problem: Problem, requestId: string): ProblemBody {
  const { hint, errors } = problem.options
  return {
    type: `/docs#${problem.code}`,
    title: problems[problem.code].title,
    status: problem.status,
    detail: problem.message,
    instance: `urn:uuid:${requestId}`,
    code: problem.code,
    ...(hint === undefined ? {} : { hint }),
    ...(errors === undefined ? {} : { errors }),
  }
}

const codesOfHub: Readonly<Record<string, ProblemCode>> = {
  UNKNOWN_SOURCE: 'unknown-source',
  UNKNOWN_VERSION: 'unknown-version',
  MAPPING_INVALID: 'mapping-invalid',
  NO_CONTRACT: 'no-contract',
  RECEIPT_TOO_LARGE: 'too-large',
}

/** Whatever was thrown, as a problem; what is unexpected tells nothing of its inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof HubError) {
    const code = codesOfHub[error.code]
    const options = error.hint === undefined ? {} : { hint: error.hint }
    if (code !== undefined) return new Problem(code, error.message, options)
  }
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new Problem('too-large', 'The body is larger than this operation takes.', {
      hint: 'Send it in parts, or drop it as a file.',
    })
  }
  if (isOutage(code)) {
    return new Problem('not-ready', 'The database cannot be reached.', {
      hint: 'Try again in a moment.',
      headers: { 'retry-after': '2' },
    })
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new Problem('bad-request', (error as Error).message)
  }
  return new Problem('internal', 'Something in the hub failed; nothing of this request was kept.', {
    hint: 'Quote the instance to whoever runs the hub.',
  })
}

/** Connection failures of the network, and SQLSTATE classes 08 (connection) and 57 (operator intervention). */
function isOutage(code: unknown): boolean {
  if (typeof code !== 'string') return false
  return /^(?:ECONN|EPIPE|ENOENT$|ETIMEDOUT)/.test(code) || /^(?:08|57)[0-9A-Z]{3}$/.test(code)
}

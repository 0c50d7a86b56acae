/** The API over HTTP: who may call, how often, what is answered, and the pages beside it. */
import { randomUUID } from 'node:crypto'
import type { PoolConfig } from 'pg'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { limits } from '#model/limits.ts'
import type { Instant } from '#model/time.ts'
import type { Flow } from '#flow/hub.ts'
import { createKeys } from '#store/keys.ts'
import { type Board, createBoard } from '#transports/board.ts'
import type { ViewContext } from '#views/context.ts'
import { answerTo, sendAnswer } from './answer.ts'
import { createAuthenticator, refuseForged } from './authentication.ts'
import type { ApiContext } from './context.ts'
import { createEntries, type Entry, type EntryRequest } from './entries.ts'
import { createOnce, type Once } from './idempotency.ts'
import { createIntake } from './intake.ts'
import { startLive } from './live.ts'
import { createMeters } from './meters.ts'
import type { Operation } from './operation.ts'
import { servePages, type Pages } from './pages.ts'
import { may, nobody, type Principal } from './principal.ts'
import { Problem, problemBody, problemOf } from './problem.ts'
import { createRates, defaultQuotas, type Quotas, type Rates } from './rates.ts'
import { apiOperations } from './routes.ts'
import { securityHeaders } from './security-headers.ts'

export type ApiOptions = {
  readonly flow: Flow
  readonly views: ViewContext
  /** 0 for any free one. */
  readonly port: number
  readonly host?: string
  /** The built UI; without it a short page says so. */
  readonly uiDir?: string
  readonly now: () => Instant
  readonly quotas?: Partial<Quotas>
  /** True where the hub is reached by https: cookies are then sent by nothing else. */
  readonly secureCookies?: boolean
  /** A role that owns the tables; without it history cannot be read again over the API. */
  readonly owner?: PoolConfig
  /** How sources are fed; filled while the API runs. */
  readonly board?: Board
  /** One line a failure of the hub itself; never holds an address, a header or a body. */
  readonly log?: (line: string) => void
}

export type Api = AsyncDisposable & {
  readonly url: string
  readonly operations: readonly Operation[]
  /** A link that signs a browser in, once, within 15 minutes. */
  readonly createEntry: (request?: EntryRequest) => Entry
  /** Ends the live feeds and waits for requests in flight. */
  readonly close: () => Promise<void>
}

const version = '1'
const cleanEveryMs = 3_600_000
const requestMsMax = 120_000
const jsonBytesMax = 256 * 1024
const addressCharsMax = 2_048

/** Starts serving; resolves when requests are answered. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { flow, now, host = '127.0.0.1', port } = options
  const state = { closing: false, url: '' }
  const rates = createRates({ ...defaultQuotas, ...options.quotas })
  const context = await createContext(options, rates, state)
  const operations = apiOperations(context, version)
  const once = createOnce(flow, now)
  const log = options.log ?? ((line) => void process.stderr.write(`${line}\n`))
  const app = createServer(log)
  countRequests(app, context)
  for (const operation of operations) addRoute(app, operation, { context, once })
  const pages = await servePages(app, options.uiDir)
  app.setNotFoundHandler((request, reply) => notFound(request, reply, operations, pages))
  await once.clean()
  const cleaning = setInterval(() => void once.clean().catch(() => undefined), cleanEveryMs)
  cleaning.unref()
  await app.listen({ host, port })
  const { port: taken } = app.server.address() as { port: number }
  state.url = `http://${reachable(host)}:${taken}`
  const close = async () => {
    if (state.closing) return
    state.closing = true
    clearInterval(cleaning)
    context.live.close()
    await app.close()
  }
  return {
    url: state.url,
    operations,
    close,
    createEntry: (request = {}) => context.entries.create(request, state.url),
    [Symbol.asyncDispose]: close,
  }
}

async function createContext(
  { flow, views, now, secureCookies = false, board = createBoard(), owner }: ApiOptions,
  rates: Rates,
  state: { closing: boolean; url: string },
): Promise<ApiContext> {
  const { pool, access, rulings, trustOf, scopes } = flow
  return {
    flow,
    views,
    now,
    secureCookies,
    rulings: {
      pool,
      access,
      rulings,
      trustOf,
      scopes,
      now,
      orderKeys: createKeys(pool, access, 'order_key_sequence'),
    },
    authenticator: createAuthenticator(flow, now),
    entries: createEntries(now),
    intake: createIntake(flow.pipeline),
    live: await startLive(flow),
    meters: createMeters(),
    rates,
    board,
    owner,
    url: () => state.url,
    closing: () => state.closing,
  }
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function createServer(log: (line: string) => void): FastifyInstance {
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOf(error)
    if (problem.status >= 500) {
      const { method, id, routeOptions } = request
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
      log(
        JSON.stringify({
          event: 'request-failed',
          request: id,
          method,
          route: routeOptions?.url ?? '',
          code: problem.code,
          what,
        }),
      )
    }
    return sendProblem(reply, problem, request.id)
  }
  const app = Fastify({
    logger: false,
    bodyLimit: limits.receiptBytesMax,
    requestTimeout: requestMsMax,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: addressCharsMax },
    frameworkErrors: (error, request, reply) =>
      void fail(error, request as FastifyRequest, reply as FastifyReply),
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, request, reply) => fail(error, request, reply))
  return app
}

function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): FastifyReply {
  if (reply.sent || reply.raw.headersSent) return reply
  return reply
    .status(problem.status)
    .headers({
      ...securityHeaders,
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...problem.options.headers,
    })
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(problem, requestId)))
}

function countRequests(app: FastifyInstance, { meters, intake }: ApiContext): void {
  app.addHook('onRequest', async (request, reply) => {
    const began = performance.now()
    meters.began()
    reply.headers({ ...securityHeaders, 'x-request-id': request.id })
    // Unlike `finish`, this comes for broken connections too.
    reply.raw.once('close', () => {
      intake.leave(request)
      const route = request.routeOptions.url ?? 'none'
      meters.answered(
        request.method,
        route,
        reply.raw.statusCode,
        (performance.now() - began) / 1000,
      )
    })
  })
}

type Serving = { readonly context: ApiContext; readonly once: Once }

function addRoute(app: FastifyInstance, operation: Operation, { context, once }: Serving): void {
  const callers = new WeakMap<FastifyRequest, Principal>()
  app.route({
    method: operation.method,
    url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: bodyBytesMax(operation),
    onRequest: async (request, reply) => {
      if (operation.path.startsWith('/v1/')) reply.header('cache-control', 'no-store')
      callers.set(request, await admit(operation, request, reply, context))
      operation.before?.(request, reply)
      if (operation.body === 'bytes') enterBody(request, context)
    },
    handler: async (request, reply) => {
      context.intake.leave(request)
      const answer = await answerTo(operation, callers.get(request) ?? nobody, request, reply, once)
      return answer === null ? reply : sendAnswer(reply, answer)
    },
  })
}

function bodyBytesMax({ body, bodyBytesMax: own }: Operation): number {
  return own ?? (body === 'bytes' ? limits.receiptBytesMax : jsonBytesMax)
}

/** Who calls, if he may: known, not forged, within his quota, permitted. */
async function admit(
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
): Promise<Principal> {
  const { rates } = context
  const { allow, rate = 'reads' } = operation
  if (allow === 'everyone') {
    if (rate !== 'none') rates.take('strangers', request.ip, reply)
    return nobody
  }
  const principal = await context.authenticator.principalOf(request)
  if (principal === null) {
    rates.take('strangers', request.ip, reply)
    throw new Problem('not-signed-in', 'The request carries no key or session that is valid.', {
      hint: 'Send Authorization: Bearer <key>, or open a link from ./orderhub login in this browser.',
      headers: { 'www-authenticate': 'Bearer realm="orderhub"' },
    })
  }
  if (rate !== 'none') rates.take(rate, principal.keyId, reply)
  refuseForged(request, principal)
  if (allow === 'signed-in' || may(principal, allow)) return principal
  throw new Problem('not-allowed', `This needs the permission ${allow}.`, {
    hint: 'Use a key that has it.',
  })
}

function enterBody(request: FastifyRequest, { intake }: ApiContext): void {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    throw new Problem('wrong-media-type', `Bodies packed by "${encoding}" are not taken.`, {
      hint: 'Send the bytes as they are.',
    })
  }
  intake.enter(request)
}

function notFound(
  request: FastifyRequest,
  reply: FastifyReply,
  operations: readonly Operation[],
  pages: Pages,
): FastifyReply {
  const [path = ''] = request.url.split('?')
  const methods = operations.filter((each) => patternOf(each).test(path)).map((each) => each.method)
  if (methods.length > 0 && !methods.includes(request.method as Operation['method'])) {
    const options = { headers: { allow: methods.join(', ') } }
    return sendProblem(
      reply,
      new Problem('method-not-allowed', `${request.method} is not taken here.`, options),
      request.id,
    )
  }
  if (pages.show(request, reply)) return reply
  return sendProblem(
    reply,
    new Problem('not-found', 'There is no such resource.', {
      hint: 'GET /docs lists what there is.',
    }),
    request.id,
  )
}

function patternOf({ path }: Operation): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { advance, makeWorld, type MockOrder, type World } from './world.ts'
import type { LiveChange } from '../src/data/contract.ts'
import { answer } from './answers.ts'
import { makeBooks } from './books.ts'

/** `liveMs` is the pause between live batches, 0 for none; `page` a directory with the built page. */
export type MockOptions = {
  readonly port?: number
  readonly orders?: number
  readonly liveMs?: number
  readonly page?: string
  readonly denied?: boolean
  readonly now?: number
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

const changeOf = (order: MockOrder): LiveChange => ({
  id: order.golden,
  label: order.label,
  status: order.status,
  companies: order.companies,
  regions: order.regions,
  at: order.updatedAt,
  milestone: order.events.at(-1)?.milestone ?? 'note',
  source: order.events.at(-1)?.source ?? '',
})

/** Starts the mock of the API. `fail` makes every answer a problem, `drop` cuts the live connections: for tests of the unhappy states. */
export async function startMock(options: MockOptions = {}) {
  const {
    port = 0,
    orders = 12_000,
    liveMs = 900,
    page,
    denied = false,
    now = Date.now(),
  } = options
  const world = makeWorld(orders, now)
  const books = makeBooks(now)
  const clients = new Set<ServerResponse>()
  const mode = { fail: false, down: false, denied }
  let sequence = 0
  const send = (changed: readonly MockOrder[]) => {
    sequence += 1
    const changes = changed.map(changeOf)
    for (const client of clients)
      client.write(`id: ${sequence}\nevent: orders\ndata: ${JSON.stringify({ changes })}\n\n`)
  }
  const timer = liveMs === 0 ? undefined : setInterval(() => send(step(world)), liveMs)

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://mock')
    if (!url.pathname.startsWith('/v1/'))
      return page === undefined
        ? void response.writeHead(404).end()
        : sendFile(page, url.pathname, response)
    if (mode.down) return void request.socket.destroy()
    if (mode.denied) return problem(response, 401, 'Sign in first.')
    if (mode.fail) return problem(response, 503, 'The database is being restored.')
    if (url.pathname === '/v1/live') return live(request, response, clients)
    const { status, body } = answer(world, books, request.method ?? 'GET', url)
    if (status >= 400) return problem(response, status, String(body))
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body === undefined ? '' : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  const at = typeof address === 'object' && address !== null ? address.port : port
  const drop = () => {
    for (const client of clients) client.destroy()
  }
  return {
    url: `http://127.0.0.1:${at}`,
    world,
    mode,
    drop,
    send,
    /** Moves one order now and tells the live connections. */
    move: (order: MockOrder, when: number) => {
      advance(order, when)
      send([order])
    },
    stop: async () => {
      clearInterval(timer)
      drop()
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

function step({ orders, random }: World): readonly MockOrder[] {
  const moved: MockOrder[] = []
  for (let tries = 0; tries < 12 && moved.length < 1 + random.below(3); tries += 1) {
    const order = orders[1 + random.below(Math.min(400, orders.length - 1))]
    if (order !== undefined && !moved.includes(order) && advance(order, Date.now()) !== null)
      moved.push(order)
  }
  return moved
}

function live(request: IncomingMessage, response: ServerResponse, clients: Set<ServerResponse>) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write('retry: 1000\n\n')
  clients.add(response)
  request.on('close', () => clients.delete(response))
}

function problem(response: ServerResponse, status: number, detail: string) {
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(
    JSON.stringify({
      type: 'about:blank',
      title: 'Problem',
      status,
      detail,
      instance: `p-${status}-7f3a`,
    }),
  )
}

function sendFile(page: string, path: string, response: ServerResponse) {
  const wanted = join(page, normalize(path))
  const file =
    wanted.startsWith(page) && existsSync(wanted) && statSync(wanted).isFile()
      ? wanted
      : join(page, 'index.html')
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
  createReadStream(file).pipe(response)
}

/**
 * A hub that may be killed at any moment: its database, its flow, and a small door on the loopback. Prints `ready` with
 * its port once it accepts. `POST /arm` sets a trap: the nth passing of a failpoint kills hub, database or both.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { formatNamed } from '#formats/registry.ts'
import { startFlow } from '#flow/hub.ts'
import { loadSources } from '#flow/load-sources.ts'
import { startEmbedded } from '#store/embedded.ts'
import { migrate } from '#store/migrate.ts'
import type { Trap } from './trial.ts'

const [dataDir = ''] = process.argv.slice(2)
const log = (message: string): void => void process.stderr.write(`hub ${process.pid}: ${message}\n`)
let trap: Trap | null = null
let passed = 0

function failpoint(name: string): void {
  if (trap === null || trap.at !== name || ++passed < trap.nth) return
  const { target } = trap
  trap = null
  strike(target)
}

/** SIGKILL to ourselves is delivered before the call returns. */
function strike(target: Trap['target']): void {
  if (target !== 'hub') process.kill(server.pid(), 'SIGKILL')
  if (target !== 'database') process.kill(process.pid, 'SIGKILL')
  process.send?.({ struck: true })
}

await using server = await startEmbedded({ dataDir, log, settings: { shared_buffers: '64MB' } })
await migrate(server.owner)
const { sources } = await loadSources('company', formatNamed)
await using flow = await startFlow({
  app: server.app,
  organisation: 'Nordwind Systems',
  sources,
  now: () => Date.now(),
  wait: (ms) => wait(ms),
  failpoint,
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request)
  if (request.url === '/arm') {
    trap = JSON.parse(body.toString()) as Trap
    passed = 0
    response.end('{}')
    return
  }
  if (request.url === '/database') {
    response.end(JSON.stringify({ pid: server.pid() }))
    return
  }
  const about = JSON.parse(String(request.headers['x-about'])) as {
    source: string
    at: number
    name?: string
  }
  const totals = await flow.ingest(about.source, body, {
    receivedAt: about.at,
    ...(about.name === undefined ? {} : { name: about.name }),
  })
  response.on('finish', () => failpoint('after-ack'))
  response.end(JSON.stringify(totals))
}

const door = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    log(error instanceof Error ? error.message : String(error))
    response.statusCode = 503
    response.end('{}')
  })
})
door.listen(0, '127.0.0.1')
await new Promise((resolve) => door.once('listening', resolve))
const { promise: ended, resolve: end } = Promise.withResolvers<void>()
process.once('SIGTERM', () => end())
process.once('disconnect', () => end())
process.send?.({ ready: { port: (door.address() as AddressInfo).port, adopted: server.adopted } })
// Without its database nothing can be finished: it ends as if it were killed.
server.failed.catch((error: Error) => {
  log(error.message)
  process.kill(process.pid, 'SIGKILL')
})
await ended
door.closeAllConnections()
await new Promise((resolve) => door.close(resolve))
if (process.connected) process.disconnect?.()

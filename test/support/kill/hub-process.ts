/** The hub as a child process, from the outside: started, fed, killed. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import type { Totals } from '#model/record.ts'
import type { Message } from '#simulator/simulate.ts'
import type { Target, Trap } from './trial.ts'

export type HubProcess = {
  readonly adopted: boolean
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  /** What it said last, for the message of a failure. */
  said: () => string
  /** Resolves when a trap has struck the database alone. */
  readonly struck: Promise<void>
  /** Resolves once the hub has committed the message; rejects when it cannot say so. */
  send: (message: Message) => Promise<Totals>
  arm: (trap: Trap) => Promise<void>
  /** Kills at once, from outside. */
  strike: (target: Target) => Promise<void>
  stop: () => Promise<void>
  /** Ends the process whatever it does; its database goes on. */
  kill: () => void
}

type Said = { ready?: { port: number; adopted: boolean }; struck?: true }

const startMsMax = 120_000
const answerMsMax = 60_000

/** Starts the hub on a data directory; resolves when it accepts messages. */
export async function startHub(dataDir: string, log: (text: string) => void): Promise<HubProcess> {
  const child = fork(join(import.meta.dirname, 'hub-program.ts'), [dataDir], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr!.on('data', (bytes: Buffer) => {
    said = `${said}${bytes.toString()}`.slice(-4_000)
    log(bytes.toString())
  })
  const gone = once(child, 'exit').then(() => undefined)
  const { port, adopted } = await ready(child, gone, () => said)
  const struck = Promise.withResolvers<void>()
  child.on('message', (message: Said) => message.struck && struck.resolve())
  const agent = new Agent({ keepAlive: true, maxSockets: 128 })
  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    ask(agent, port, path, body, headers)
  return {
    adopted,
    gone,
    said: () => said,
    struck: struck.promise,
    send: async (message) => {
      const about = {
        source: message.source,
        at: message.at,
        ...(message.name === undefined ? {} : { name: message.name }),
      }
      return JSON.parse(
        await post('/records', message.bytes, { 'x-about': JSON.stringify(about) }),
      ) as Totals
    },
    arm: async (trap) => void (await post('/arm', JSON.stringify(trap))),
    strike: async (target) => {
      const { pid } = JSON.parse(await post('/database', '')) as { pid: number }
      if (target !== 'hub') process.kill(pid, 'SIGKILL')
      if (target !== 'database') child.kill('SIGKILL')
    },
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM')
      await gone
      agent.destroy()
    },
  }
}

async function ready(
  child: ChildProcess,
  gone: Promise<void>,
  said: () => string,
): Promise<{ port: number; adopted: boolean }> {
  const heard = new Promise<{ port: number; adopted: boolean }>((resolve) => {
    child.on('message', (message: Said) => message.ready && resolve(message.ready))
  })
  const timeout = AbortSignal.timeout(startMsMax)
  const late = new Promise<never>((_, reject) =>
    timeout.addEventListener('abort', () =>
      reject(new Error(`the hub was not ready in time:\n${said()}`)),
    ),
  )
  const ended = gone.then(() =>
    Promise.reject(new Error(`the hub ended before it was ready:\n${said()}`)),
  )
  ended.catch(() => undefined)
  return Promise.race([heard, ended, late])
}

function ask(
  agent: Agent,
  port: number,
  path: string,
  body: string | Buffer,
  headers: Record<string, string>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method: 'POST', agent, headers, timeout: answerMsMax },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}`)),
        )
        response.on('error', reject)
      },
    )
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
    asked.on('error', reject)
    asked.end(body)
  })
}

/** The demo company's systems: they tell their history once, then go on talking, each through its own transport. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '#model/error.ts'
import { demo, type DemoStream } from '#simulator/demo.ts'
import type { Message } from '#simulator/simulate.ts'
import { type DemoState, writeDemoState } from './demo-state.ts'

export type DemoOptions = {
  readonly dataDir: string
  readonly state: DemoState
  /** Sends one message the way its system would; resolves when it was taken. */
  readonly send: (message: Message) => Promise<void>
  readonly now: () => number
  readonly signal: AbortSignal
}

export type DemoLoaded = {
  readonly messages: number
  readonly records: number
  readonly sample: string | undefined
}

/** Worlds of two chapters are this many golden orders apart. */
const ordersPerChapterMax = 10_000
/** Many, because each waits for its own COMMIT and a transaction holds what came meanwhile. */
const sendersMax = 128
const rememberMsMin = 2_000

export function openDemo({ state }: Pick<DemoOptions, 'state'>): DemoStream {
  const { seed, now, orders, historyDays, chapter } = state
  return demo({ seed, now, orders, historyDays, firstOrder: chapter * ordersPerChapterMax })
}

/** Loads the history as fast as it is taken. Returns what was sent, with a tracking number of it to try. */
export async function loadHistory(
  options: DemoOptions,
  stream: DemoStream,
  progress: (messages: number) => void,
): Promise<DemoLoaded> {
  let messages = 0
  let records = 0
  const history = stream.history()
  // One generator for all senders: each message is drawn once, by whoever is free.
  const sender = async () => {
    for (const message of history) {
      options.signal.throwIfAborted()
      await options.send(message)
      messages++
      records += message.records
      progress(messages)
    }
  }
  await Promise.all(Array.from({ length: sendersMax }, sender))
  writeDemoState(options.dataDir, { ...options.state, loaded: true })
  return { messages, records, sample: undefined }
}

/** Sends each message at its time, until the signal. What could not be sent is sent again; the hub drops what it knows. */
export async function talkLive(options: DemoOptions, stream: DemoStream): Promise<void> {
  const { now, signal, dataDir } = options
  let state: DemoState = { ...options.state, loaded: true }
  let remembered = now()
  for (const message of stream.live()) {
    if (message.at <= state.sentTo) continue
    const early = message.at - now()
    if (early > 0) await sleep(early, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    await sendStubbornly(options, message)
    state = { ...state, sentTo: message.at }
    if (now() - remembered < rememberMsMin) continue
    remembered = now()
    writeDemoState(dataDir, state)
  }
  writeDemoState(dataDir, state)
}

async function sendStubbornly({ send, signal }: DemoOptions, message: Message): Promise<void> {
  for (let waitMs = 250; !signal.aborted; waitMs = Math.min(10_000, waitMs * 2)) {
    try {
      await send(message)
      return
    } catch {
      await sleep(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

export type Transport =
  | { readonly kind: 'http'; readonly url: string; readonly key: string }
  | { readonly kind: 'directory'; readonly directory: string }
  | { readonly kind: 'direct'; readonly take: (bytes: Buffer) => Promise<unknown> }

const postMsMax = 30_000

/** Sends as the source's own system does: posts, drops a file, or hands over. */
export async function sendBy(
  transport: Transport,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  switch (transport.kind) {
    case 'direct':
      await transport.take(message.bytes)
      return
    case 'directory':
      await drop(transport.directory, message)
      return
    case 'http':
      await post(transport, message, signal)
  }
}

/** Under another name until it is whole, as a careful system does. */
async function drop(directory: string, message: Message): Promise<void> {
  await mkdir(directory, { recursive: true })
  const name = message.name ?? `${message.kind}-${message.seq}`
  const part = join(directory, `.${name}.${message.seq}.part`)
  await writeFile(part, message.bytes)
  await rename(part, join(directory, name))
}

async function post(
  { url, key }: { url: string; key: string },
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(new URL(`/v1/sources/${message.source}/records`, url), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(message.bytes),
    signal: AbortSignal.any([signal, AbortSignal.timeout(postMsMax)]),
  })
  const text = await answer.text()
  // A record the hub refuses is told in the answer; only a hub that did not take the message at all is an error here.
  if (answer.ok || answer.status === 422) return
  throw new HubError({
    code: 'DEMO_NOT_TAKEN',
    message: `The hub answered ${answer.status} to ${message.source}: ${text.slice(0, 300)}`,
  })
}

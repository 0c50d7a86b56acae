import { useEffect, useSyncExternalStore } from 'react'
import type { LiveChange } from '#ui/data/contract.ts'

/**
 * `live` the hub answers; `waiting` the connection broke and is being tried again;
 * `down` it has been broken for longer than a person would not notice.
 */
export type Connection = {
  readonly state: 'connecting' | 'live' | 'waiting' | 'down'
  readonly heardAt: number | null
  readonly since: number
}

const downAfterMs = 4_000
const retryMinMs = 1_000
const retryMaxMs = 15_000

type Listener = (changes: readonly LiveChange[]) => void

let connection: Connection = { state: 'connecting', heardAt: null, since: Date.now() }
const watchers = new Set<() => void>()
const listeners = new Set<Listener>()
const resumed = new Set<() => void>()
let source: EventSource | null = null
let retry: ReturnType<typeof setTimeout> | undefined
let downTimer: ReturnType<typeof setTimeout> | undefined
let retryMs = retryMinMs
let lastEventId = ''

function become(state: Connection['state'], heardAt = connection.heardAt) {
  const since = state === connection.state ? connection.since : Date.now()
  connection = { state, heardAt, since }
  for (const watcher of watchers) watcher()
}

function opened() {
  clearTimeout(downTimer)
  downTimer = undefined
  retryMs = retryMinMs
  const wasBroken = connection.state === 'waiting' || connection.state === 'down'
  become('live', Date.now())
  if (wasBroken) for (const listener of resumed) listener()
}

function broken() {
  if (connection.state !== 'down') become('waiting')
  downTimer ??= setTimeout(() => become('down'), downAfterMs)
  if (source?.readyState !== EventSource.CLOSED) return
  // The browser gave up (an error status): try again ourselves, saying where we stood.
  source = null
  clearTimeout(retry)
  retry = setTimeout(connect, retryMs)
  retryMs = Math.min(retryMs * 2, retryMaxMs)
}

function heard(message: MessageEvent<string>) {
  if (message.lastEventId !== '') lastEventId = message.lastEventId
  become('live', Date.now())
  const { changes } = JSON.parse(message.data) as { changes: readonly LiveChange[] }
  for (const listener of listeners) listener(changes)
}

function connect() {
  const path =
    lastEventId === '' ? '/v1/live' : `/v1/live?lastEventId=${encodeURIComponent(lastEventId)}`
  source = new EventSource(path)
  source.addEventListener('open', opened)
  source.addEventListener('error', broken)
  source.addEventListener('orders', heard)
}

/** Opens the one live connection of the page. Called once, at start. */
export function startLive() {
  if (source === null && retry === undefined) connect()
}

/** Tries again now, for a person who does not want to wait. */
export function retryLive() {
  clearTimeout(retry)
  source?.close()
  connect()
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export function useConnection(): Connection {
  return useSyncExternalStore(watch, () => connection)
}

/** Calls `onChanges` with every batch of changes, and `onResume` after a gap so that the caller can fill it. */
export function useLive(onChanges: Listener, onResume?: () => void) {
  useEffect(() => {
    listeners.add(onChanges)
    return () => void listeners.delete(onChanges)
  }, [onChanges])
  useEffect(() => {
    if (onResume === undefined) return undefined
    resumed.add(onResume)
    return () => void resumed.delete(onResume)
  }, [onResume])
}

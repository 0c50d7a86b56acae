/** The door of one source that is fed by webhooks: what knocks is checked, taken once, and counted. */
import type { Totals } from '#model/record.ts'
import type { Instant } from '#model/time.ts'
import { envelope } from '../envelope.ts'
import type { Host, RunningTransport, TransportHealth } from '../port.ts'
import { type WebhookOptions, webhookOptions } from './options.ts'
import { type Headers, judge, type Verdict } from './verify.ts'

/** `known`: the sender repeats a message that was taken; `replayed`: somebody repeats a sending of it. */
export type Received =
  | { readonly kind: 'taken'; readonly totals: Totals }
  | { readonly kind: 'known' }
  | { readonly kind: 'replayed' }
  | { readonly kind: 'refused'; readonly detail: string }

export type Door = RunningTransport & {
  /** `headers`: names in lower case. Resolves after COMMIT. */
  readonly receive: (headers: Headers, body: Buffer) => Promise<Received>
}

/** Messages are remembered for this long; what comes again later is known by its events. */
const rememberMs = 24 * 3_600_000
const cleanEveryMs = 3_600_000

/** As `openDoor`, with options as they stand in a definition. */
export function startDoor(host: Host, raw: unknown): Door {
  return openDoor(host, webhookOptions(raw))
}

export function openDoor(host: Host, options: WebhookOptions): Door {
  const inFlight = new Map<string, Promise<Received>>()
  let cleanedAt = 0
  let health: TransportHealth = {
    source: host.source.name,
    kind: 'webhook',
    state: 'idle',
    lastHeardAt: null,
    lastTakenAt: null,
    lag: null,
    receiptsTaken: 0,
    error: null,
    alarm: null,
  }
  const receive: Door['receive'] = async (headers, body) => {
    const now = host.now()
    const secrets = await Promise.all(options.secrets.map(host.secret))
    const verdict = judge(options, secrets, headers, body, now)
    if (!verdict.ok) {
      health = { ...health, error: { message: verdict.detail, since: now } }
      return { kind: 'refused', detail: verdict.detail }
    }
    health = { ...health, lastHeardAt: now, error: null }
    const { key } = verdict
    // Copies of one message that arrive together are looked at one after the other.
    const before = inFlight.get(key) ?? Promise.resolve()
    const work = before.then(nothing, nothing).then(() => once(verdict, headers, body))
    inFlight.set(key, work)
    try {
      return await work
    } finally {
      if (inFlight.get(key) === work) inFlight.delete(key)
      clean(now)
    }
  }
  const once = async (
    { key, stamp, name }: Verdict & { ok: true },
    headers: Headers,
    body: Buffer,
  ): Promise<Received> => {
    const stream = `hook/${key}`
    const known = await host.positionOf(stream)
    if (known !== null) return { kind: stamp !== '' && known.mark === stamp ? 'replayed' : 'known' }
    const position = { stream, from: 0, to: 1, mark: stamp }
    const about = name === '' ? { position } : { position, name }
    const totals = await host.take(kept(options, headers, body), about)
    health = { ...health, lastTakenAt: host.now(), receiptsTaken: health.receiptsTaken + 1 }
    return { kind: 'taken', totals }
  }
  const clean = (now: Instant) => {
    if (now - cleanedAt < cleanEveryMs) return
    cleanedAt = now
    void host.forget('hook/', now - rememberMs).catch(nothing)
  }
  return {
    receive,
    health: () => health,
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(inFlight.values())
      health = { ...health, state: 'stopped' }
    },
  }
}

function nothing(): void {}

function kept({ keepHeaders }: WebhookOptions, headers: Headers, body: Buffer): Buffer {
  if (keepHeaders.length === 0) return body
  const values = keepHeaders.map((name) => [name, headers[name] ?? null] as const)
  return envelope({ headers: Object.fromEntries(values) }, body)
}

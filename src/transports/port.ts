/** What a transport is given by the hub, and what a running one tells. */
import type { Receipt, Totals } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import type { SecretReference } from './secret.ts'

/** How far a stream was taken: a number (an offset, a count) and, where that cannot say it, a text. */
export type Position = { readonly value: number; readonly mark: string }

/** The hub, as a transport of one source sees it. */
export type Host = {
  readonly source: Pick<Source, 'name' | 'format' | 'formatOptions'>
  /**
   * Takes bytes as received; resolves after COMMIT, with `position` in the same transaction. Waiting for it is what
   * holds the other side back. Positions of one stream must be taken one after the other.
   */
  readonly take: (
    bytes: Buffer,
    about?: Pick<Receipt, 'name' | 'context' | 'position'>,
  ) => Promise<Totals>
  /** Null for a stream nothing was taken of. */
  readonly positionOf: (stream: string) => Promise<Position | null>
  /** Keeps a position that no receipt belongs to: the other side had nothing, or nothing for us, up to there. */
  readonly remember: (stream: string, position: Position) => Promise<void>
  /** Removes positions of streams that begin with `prefix` and were last set before an instant. */
  readonly forget: (prefix: string, before: Instant) => Promise<void>
  readonly secret: (reference: SecretReference) => Promise<string>
  readonly now: () => Instant
  readonly log: (message: string) => void
  /** Pauses before trying again after 1, 2, ... failures in a row, in ms; the last one repeats. */
  readonly retryMs?: readonly number[]
}

export const transportStates = [
  'starting',
  'idle',
  'reading',
  'waiting',
  'failing',
  'stopped',
] as const
export type TransportState = (typeof transportStates)[number]

/** How much the other side is known to have that was not taken. */
export type Lag = {
  readonly value: number
  readonly unit: 'bytes' | 'files' | 'messages' | 'rows' | 'seconds'
}

/**
 * `waiting`: for the other side's permission to go on (a quota, a Retry-After, a file being written).
 * `lastHeardAt`: when the other side last answered; `lastTakenAt`: when something of it was last committed.
 * `error`: why it fails, and since when; null when it does not.
 * `alarm`: something a person must know although the transport goes on: a slot or a session was lost.
 */
export type TransportHealth = {
  readonly source: string
  readonly kind: string
  readonly state: TransportState
  readonly lastHeardAt: Instant | null
  readonly lastTakenAt: Instant | null
  readonly lag: Lag | null
  readonly receiptsTaken: number
  readonly error: { readonly message: string; readonly since: Instant } | null
  readonly alarm: { readonly message: string; readonly since: Instant } | null
}

export type RunningTransport = AsyncDisposable & { readonly health: () => TransportHealth }

/** A transport that the hub follows: `options` checks what stands in `source.yaml`, throwing a sentence. */
export type Transport<Options = unknown> = {
  readonly options: (raw: unknown) => Options
  readonly start: (host: Host, options: Options) => RunningTransport
}

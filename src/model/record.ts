import type { HubEvent } from './event.ts'
import type { Instant } from './time.ts'

/**
 * A receipt is what arrived in one go: a POST body, one message, one chunk of a file. Its bytes are kept as received.
 * A record is a part of it (a line, a transaction set, an IDoc), addressed by byte offsets.
 * `context`: bytes that the receipt's records need and that stood elsewhere (a CSV header of an earlier chunk).
 * `position`: where the source stands after this receipt, kept in the same transaction as its effect; `mark` says it where a
 * number cannot (a cursor, a key, an LSN). Positions of one stream are taken one after the other.
 */
export type Receipt = {
  readonly source: string
  readonly bytes: Buffer
  readonly receivedAt: Instant
  readonly context?: string
  readonly name?: string
  readonly position?: {
    readonly stream: string
    readonly from: number
    readonly to: number
    readonly mark?: string
  }
}

/** One record found in a receipt, or a span that could not be read. Offsets are bytes of the receipt, `to` exclusive. */
export type Found =
  | { readonly ok: true; readonly from: number; readonly to: number; readonly tree: unknown }
  | { readonly ok: false; readonly from: number; readonly to: number; readonly fault: Fault }

/** Why a record could not be taken: a stable code, a sentence, and where (JSON path, line, segment). */
export type Fault = { readonly code: FaultCode; readonly detail: string; readonly path?: string }

/** Coded reasons of quarantine and rejection; `docs/reference/faults.md` explains each. */
export type FaultCode =
  | 'syntax'
  | 'encoding'
  | 'truncated'
  | 'too-large'
  | 'too-deep'
  | 'too-many'
  | 'too-slow'
  | 'hostile'
  | 'envelope'
  | 'control-total'
  | 'unsupported'
  | 'empty'
  | 'no-identifier'
  | 'bad-time'
  | 'implausible-time'
  | 'bad-value'
  | 'expression'
  | 'no-match'
  | 'source-error'
  | 'contract'
  | 'link-guard'

/** What became of one record. `accepted` carries its events; they may all turn out to be known already (duplicate). */
export type Mapped =
  | {
      readonly kind: 'events'
      readonly from: number
      readonly to: number
      readonly events: readonly HubEvent[]
    }
  | {
      readonly kind: 'quarantined'
      readonly from: number
      readonly to: number
      readonly fault: Fault
    }

/** One letter a record in the order of the receipt: accepted, duplicate, quarantined, rejected. */
export type Outcome = 'A' | 'D' | 'Q' | 'R'

export type Totals = {
  received: number
  accepted: number
  duplicate: number
  quarantined: number
  rejected: number
  events: number
}

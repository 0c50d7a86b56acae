import type { Found, Mapped } from './record.ts'
import type { Format, FormatOptions } from './format.ts'
import type { Instant } from './time.ts'

/** Transports with a folder of their own under `src/transports`, where the schema of their options stands. */
export const followedKinds = [
  'webhook',
  'poll',
  'table',
  'sftp',
  'ftps',
  'mqtt',
  'postgres-cdc',
  'mysql-cdc',
  'mail',
  'salesforce',
  'kafka',
] as const
export type FollowedKind = (typeof followedKinds)[number]

/** How records of a source reach the hub. `options` stand as written in `source.yaml`; the transport checks them. */
export type TransportDefinition =
  | { readonly kind: 'http' }
  | { readonly kind: 'directory'; readonly pattern: string }
  | { readonly kind: 'direct' }
  | { readonly kind: FollowedKind; readonly options: Readonly<Record<string, unknown>> }

/** How much a source is believed, 0 to 100; `facts` overrides it for single facts, milestones or promises (`requested`, `promised`, `estimated`). */
export type Trust = { readonly base: number; readonly facts: Readonly<Record<string, number>> }

/** A source as the hub runs it: compiled once from `source.yaml` and `terms.csv`, immutable; a change makes a new version. */
export type Source = {
  readonly name: string
  readonly title: string
  readonly company: string
  readonly region: string
  readonly zone: string
  readonly trust: Trust
  /** Its records are received and mapped, and no order learns of them. */
  readonly shadow: boolean
  readonly transport: TransportDefinition
  readonly format: Format
  readonly formatOptions: FormatOptions
  /** SHA-256 (hex) over the files that define the mapping; evidence points at it. */
  readonly mappingHash: string
  /** The files themselves, kept with the version. */
  readonly files: Readonly<Record<string, string>>
  /**
   * One record to events, or to quarantine with a reason; never throws.
   * `receivedAt` is used only to judge whether an event time is plausible.
   */
  readonly map: (found: Found, receivedAt: Instant) => Mapped
}

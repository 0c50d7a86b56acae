/** How sources put statements together before they send: files, interchanges, NDJSON chunks, or one by one. */
import { Buffer } from 'node:buffer'
import type { Instant } from '#model/time.ts'
import { compactDate, compactTime, hourMs, minuteMs, wall } from './calendar.ts'
import type { SourceName, Telling } from './world.ts'
import { sapFile } from './writers/servers-sap.ts'
import { storageFile } from './writers/storage-csv.ts'
import { interchange, type Envelope } from './writers/x12-envelope.ts'

/** Longest wait before a source sends, and most statements it puts together. */
const habits: Readonly<Record<SourceName, { readonly waitMs: number; readonly most: number }>> = {
  'servers-sap': { waitMs: 10 * minuteMs, most: 10 },
  'storage-csv': { waitMs: hourMs, most: 200 },
  'storage-cdc': { waitMs: minuteMs, most: 50 },
  'networking-edi': { waitMs: hourMs, most: 40 },
  'carrier-fedex': { waitMs: 0, most: 1 },
  'carrier-freight-214': { waitMs: 2 * hourMs, most: 40 },
  crm: { waitMs: 0, most: 1 },
  tickets: { waitMs: 0, most: 1 },
  'warehouse-scans': { waitMs: 10 * minuteMs, most: 200 },
}

export type Batch = {
  readonly source: SourceName
  readonly kind: string
  readonly sendAt: Instant
  readonly tellings: Telling[]
}

/** The batch a statement goes into: SAP's files hold one type of IDoc, all else goes together. */
export function batchKey(telling: Telling): string {
  return telling.source === 'servers-sap' ? `${telling.source}/${telling.kind}` : telling.source
}

/** When a batch begun by this statement is sent; `patienceMsMax` shortens the habit of its source. */
export function sendAt(telling: Telling, patienceMsMax: number): Instant {
  const wait = Math.min(habits[telling.source].waitMs, patienceMsMax)
  return wait === 0 ? telling.at : Math.floor(telling.at / wait) * wait + wait
}

export function isFull(batch: Batch): boolean {
  return batch.tellings.length >= habits[batch.source].most
}

/** `texts`: what a source sends in one go besides its statements (heartbeats, poison), with the kind of set they are. */
export type Extra = { readonly kind: string; readonly text: (control: string) => string }

/** The bytes of a batch. `control` numbers interchanges and documents and must grow. */
export function envelop(
  batch: Pick<Batch, 'source' | 'kind' | 'sendAt'>,
  tellings: readonly Extra[],
  control: number,
): Buffer {
  switch (batch.source) {
    case 'servers-sap':
      return Buffer.from(
        sapFile(
          batch.kind,
          tellings.map((telling, nth) => telling.text(String(control * 100 + nth))),
        ),
      )
    case 'storage-csv':
      return Buffer.from(storageFile(tellings.map((telling) => telling.text(''))), 'latin1')
    case 'networking-edi':
      return Buffer.from(interchange(polaris, control, batch.sendAt, setsOf(tellings)))
    case 'carrier-freight-214':
      return Buffer.from(interchange(cascade, control, batch.sendAt, setsOf(tellings)))
    case 'storage-cdc':
    case 'warehouse-scans':
    case 'carrier-fedex':
    case 'crm':
      return Buffer.from(`${tellings.map((telling) => telling.text('')).join('\n')}\n`)
    case 'tickets':
      return Buffer.from(tellings[0]!.text(''))
  }
}

/** File name of a drop; only directories give names. */
export function fileName(source: SourceName, at: Instant, control: number): string | undefined {
  if (source !== 'storage-csv') return undefined
  const w = wall(at, 'Asia/Singapore')
  return `status_${compactDate(w)}_${compactTime(w)}_${control}.csv`
}

export const polaris: Envelope = {
  sender: 'POLARISNET',
  receiver: 'NWHUB',
  version: '005010',
  zone: 'America/Chicago',
}
const cascade: Envelope = {
  sender: 'CSCD',
  receiver: 'POLARISNET',
  version: '004010',
  zone: 'America/Chicago',
}

function setsOf(tellings: readonly Extra[]): Map<string, string[]> {
  const sets = new Map<string, string[]>()
  for (const { kind, text } of tellings) {
    const texts = sets.get(kind)
    if (texts === undefined) sets.set(kind, [text('0001')])
    else texts.push(text(String(texts.length + 1).padStart(4, '0')))
  }
  return sets
}

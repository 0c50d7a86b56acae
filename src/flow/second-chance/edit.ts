/** A repaired copy of a quarantined record: it goes in as a receipt of its own, and the original stays as it was received. */
import { limits } from '#model/limits.ts'
import type { Fault, Mapped, Totals } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import { withAccess } from '#store/client.ts'
import { mapReceipt, type Flow } from '../hub.ts'
import { parseSafely } from '../parse.ts'
import { readReceipt, type ReceiptBytes } from './selection.ts'

/**
 * `edited`: the copy was taken as `receipt` and settles the original. `settled`: it was settled before, nothing happened.
 * `quarantined`: the copy would be refused too, and was not taken. `busy`: another edit of the record is on its way.
 */
export type Edited =
  | { readonly kind: 'edited'; readonly receipt: number; readonly totals: Totals }
  | { readonly kind: 'settled'; readonly state: string }
  | { readonly kind: 'quarantined'; readonly fault: Fault }
  | { readonly kind: 'busy' }
  | { readonly kind: 'unknown' }

type Original = {
  source: string
  state: string
  receipt_key: number
  record_from: number
  record_to: number
}

const underWay = new WeakMap<Flow, Set<number>>()

/**
 * Takes `edited` in place of the record. Where the record stood in an envelope or below a header, the copy is put in the
 * same surroundings. The copy's commit and the settling are two transactions: after a crash between them the edit is made
 * again, and its events are known already.
 */
export async function editQuarantined(
  flow: Flow,
  key: number,
  edited: Buffer,
  at: Instant,
): Promise<Edited> {
  const keys = underWay.get(flow) ?? new Set<number>()
  underWay.set(flow, keys)
  if (keys.has(key)) return { kind: 'busy' }
  keys.add(key)
  try {
    return await edit(flow, key, edited, at)
  } finally {
    keys.delete(key)
  }
}

async function edit(flow: Flow, key: number, edited: Buffer, at: Instant): Promise<Edited> {
  const original = await readOriginal(flow, key)
  const receipt = original && (await readReceipt(flow, original.receipt_key))
  if (original === null || receipt === null) return { kind: 'unknown' }
  if (original.state !== 'open') return { kind: 'settled', state: original.state }
  const running = flow.sources.get(original.source)
  if (running === undefined) {
    const detail = `the source "${original.source}" is not installed`
    return { kind: 'quarantined', fault: { code: 'unsupported', detail } }
  }
  const best = await bestCopy(
    running.source,
    await copiesOf(running.source, receipt, original, edited),
    receipt,
    at,
  )
  if (best.fault !== null) return { kind: 'quarantined', fault: best.fault }
  const before = await newestReceipt(flow)
  const name = nameOf(key, receipt.name)
  const totals = await flow.ingest(original.source, best.bytes, {
    name,
    receivedAt: at,
    ...(receipt.context !== null && { context: receipt.context }),
  })
  const settledBy = await settle(flow, key, name, before, at)
  return { kind: 'edited', receipt: settledBy, totals }
}

/** How the receipt of a repaired copy names its original. */
export function nameOf(key: number, name: string | null): string {
  const of = name === null ? '' : ` of ${name}`
  return `repaired record ${key}${of}`.slice(0, limits.textCharsMax)
}

async function readOriginal(flow: Flow, key: number): Promise<Original | null> {
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<Original>(
      'select source, state, receipt_key, record_from, record_to from quarantine where quarantine_key = $1',
      [key],
    ),
  )
  return rows[0] ?? null
}

/** The copy in the envelope of the receipt without its neighbours, alone, and in the whole receipt. */
async function copiesOf(
  source: Source,
  { bytes, context }: ReceiptBytes,
  { record_from: from, record_to: to }: Original,
  edited: Buffer,
): Promise<Buffer[]> {
  const found = await parseSafely(source.format, source.formatOptions, bytes, context ?? undefined)
  const first = Math.min(from, ...found.slice(0, 1).map((record) => record.from))
  const last = Math.max(to, ...found.slice(-1).map((record) => record.to))
  const copies = [
    Buffer.concat([bytes.subarray(0, first), edited, bytes.subarray(last)]),
    edited,
    Buffer.concat([bytes.subarray(0, from), edited, bytes.subarray(to)]),
  ]
  return copies.filter((copy, i) => copies.findIndex((other) => other.equals(copy)) === i)
}

type Copy = { readonly bytes: Buffer; readonly fault: Fault | null }

/** The first copy in which nothing is refused; else the fault of the one that fares best. */
async function bestCopy(
  source: Source,
  copies: readonly Buffer[],
  { context }: ReceiptBytes,
  at: Instant,
): Promise<Copy> {
  let best: (Copy & { refused: number }) | null = null
  for (const bytes of copies) {
    const receipt = {
      source: source.name,
      bytes,
      receivedAt: at,
      ...(context !== null && { context }),
    }
    const mapped = await mapReceipt(source, receipt)
    const faults = mapped.filter(isRefused)
    if (mapped.some(({ kind }) => kind === 'events') && faults.length === 0)
      return { bytes, fault: null }
    const refused = mapped.length === 0 ? 1 : faults.length / mapped.length
    const fault = faults[0]?.fault ?? { code: 'empty', detail: 'there is no record in the copy' }
    if (best === null || refused < best.refused) best = { bytes, fault, refused }
  }
  return best!
}

function isRefused(mapped: Mapped): mapped is Mapped & { kind: 'quarantined' } {
  return mapped.kind === 'quarantined'
}

async function newestReceipt(flow: Flow): Promise<number> {
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{ newest: number }>('select coalesce(max(receipt_key), 0) as newest from receipt'),
  )
  return rows[0]!.newest
}

async function settle(
  flow: Flow,
  key: number,
  name: string,
  before: number,
  at: Instant,
): Promise<number> {
  return withAccess(flow.pool, flow.access, async (client) => {
    const { rows } = await client.query<{ receipt: number }>(
      'select max(receipt_key) as receipt from receipt where receipt_key > $1 and name = $2',
      [before, name],
    )
    const { receipt } = rows[0]!
    await client.query(
      `update quarantine set state = 'edited', settled_by = $2, settled_at = $3
       where quarantine_key = $1 and state = 'open'`,
      [key, receipt, new Date(at)],
    )
    return receipt
  })
}

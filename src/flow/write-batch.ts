/** Turns a decided batch into rows. */
import { hash } from 'node:crypto'
import { zstdCompressSync, constants } from 'node:zlib'
import { rollUp } from '#collation/roll-up.ts'
import type { TrustOf } from '#collation/status.ts'
import { goldenId, identifierHex, identifierId } from '#identity/identifier-id.ts'
import { parseIdentifierText, type IdentifierText } from '#model/identifier.ts'
import type { HubEvent } from '#model/event.ts'
import type { WriteStatements } from '#store/write-rows.ts'
import { totalsOf, type Batch } from './batch.ts'
import { receiptsDigest } from './chain-hash.ts'
import { keptOfChange, type Change } from './changes.ts'
import { settled, type Decision } from './decide.ts'
import { createPause } from './pause.ts'
import { encodeBody } from '#model/event-body.ts'
import { stateOf, type IdentifierSlot, type OrderName, type OrderSlot } from './world.ts'

/** Fills the rows of the events that are new, with pauses. */
export async function fillEvents(
  w: WriteStatements,
  batch: Batch,
  isNew: readonly boolean[],
  receiptKey: number,
  seq: number,
): Promise<void> {
  const c = w.events.columns
  const pause = createPause()
  for (const [i, placed] of batch.placed.entries()) {
    if (isNew[i] !== true) continue
    const { event, item, record, scope } = placed
    const source = batch.items[item]!
    const mapped = source.mapped[record]!
    c.order_key.int8(placed.orderKey)
    c.event_at.time(event.time.at)
    c.event_id.uuid(event.id)
    c.scope_key.int4(scope)
    c.mapping_key.int4(source.running.mappingKey)
    c.receipt_key.int8(receiptKey + item)
    c.record_index.int4(record)
    c.record_from.int4(mapped.from)
    c.record_to.int4(mapped.to)
    c.batch_seq.int8(seq)
    c.body.text(encodeBody(event))
    if (pause.due()) await pause.take()
  }
}

export type OrderContext = {
  readonly trustOf: TrustOf
  readonly scopeNames: (key: number) => { company: string; region: string }
}

/** Fills the rows of changed and merged orders, with pauses; versions rise here. Returns what followers are told. */
export async function fillOrders(
  w: WriteStatements,
  decision: Decision,
  batch: Batch,
  seq: number,
  context: OrderContext,
): Promise<Change[]> {
  const pause = createPause()
  const changes: Change[] = []
  for (const { from, into } of decision.merged) {
    if (from.version > 0) {
      w.goneOrders.columns.order_key.int8(from.key)
      w.goneOrders.columns.version.int4(from.version)
      w.movedEvents.columns.from_key.int8(from.key)
      w.movedEvents.columns.into_key.int8(settled(into).key)
    }
  }
  for (const [slot, newest] of decision.changed) {
    changes.push(fillOrder(w.orders.columns, slot, newest, batch.at, seq, context))
    if (pause.due()) await pause.take()
  }
  return changes
}

/** Fills one order's row, raising its version. */
export function fillOrder(
  c: WriteStatements['orders']['columns'],
  slot: OrderSlot,
  newest: HubEvent,
  at: number,
  seq: number,
  context: OrderContext,
): Change {
  const state = stateOf(slot)
  const judged = rollUp(state, context.trustOf)
  const { hex, id, label } = nameOf(slot, state.ids[0]!)
  slot.version++
  slot.text = JSON.stringify(state)
  slot.open = null
  c.order_key.int8(slot.key)
  c.scope_keys.text(`{${slot.scopes.join(',')}}`)
  c.version.int4(slot.version)
  c.changed_seq.int8(seq)
  c.golden_id.uuid(hex)
  c.status.text(judged.status)
  c.label.text(label)
  c.updated_at.time(at)
  c.state.text(slot.text)
  const names = slot.scopes.map(context.scopeNames)
  return {
    key: slot.key,
    id,
    label,
    status: judged.status,
    scopes: slot.scopes,
    companies: [...new Set(names.map((name) => name.company))],
    regions: [...new Set(names.map((name) => name.region))],
    at: new Date(newest.time.at).toISOString(),
    milestone: newest.milestone,
    ...(newest.classifier === 'ACT' ? {} : { classifier: newest.classifier }),
    source: newest.source,
  }
}

function nameOf(slot: OrderSlot, anchor: IdentifierText): OrderName {
  if (slot.name?.anchor === anchor) return slot.name
  const hex = identifierHex(anchor)
  const label = anchor.slice(anchor.lastIndexOf(':') + 1)
  return (slot.name = { anchor, hex, id: goldenId(hex), label })
}

/** Fills rows of identifiers, new ones or ones that moved. */
export function fillIdentifiers(
  c: WriteStatements['newIdentifiers']['columns'],
  slots: Iterable<IdentifierSlot>,
): void {
  for (const slot of slots) {
    const { type, ns, value } = parseIdentifierText(slot.text)
    c.identifier_id.uuidLatin1(identifierId(slot.text))
    c.scope_keys.text(`{${slot.scopes.join(',')}}`)
    c.order_key.int8(slot.orderKey)
    c.suspended.bool(slot.suspended)
    c.identifier_type.text(type)
    c.namespace.text(ns)
    c.value.text(value)
    slot.fresh = false
  }
}

const packFrom = 256

/** Fills receipts, quarantine and positions; returns the digest of the receipts for the hash chain. */
export function fillReceipts(
  w: WriteStatements,
  batch: Batch,
  outcomes: readonly string[],
  receiptKey: number,
  seq: number,
): string {
  const digest = receiptsDigest()
  const positions = new Map<string, Batch['items'][number]>()
  batch.items.forEach((item, i) => {
    const { receipt, running, mapped } = item
    const sha = hash('sha256', receipt.bytes, 'buffer')
    const packed =
      receipt.bytes.length >= packFrom
        ? zstdCompressSync(receipt.bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
        : null
    const smaller = packed !== null && packed.length < receipt.bytes.length
    const c = w.receipts.columns
    c.receipt_key.int8(receiptKey + i)
    c.scope_key.int4(running.scopeKey)
    c.mapping_key.int4(running.mappingKey)
    c.batch_seq.int8(seq)
    c.received_at.time(receipt.receivedAt)
    if (receipt.name === undefined) c.name.null()
    else c.name.text(receipt.name)
    if (receipt.context === undefined) c.context.null()
    else c.context.text(receipt.context)
    c.outcomes.text(outcomes[i]!)
    c.bytes_length.int4(receipt.bytes.length)
    c.sha256.bytes(sha)
    c.packed.bool(smaller)
    c.bytes.bytes(smaller ? packed : receipt.bytes)
    digest.add(receiptKey + i, running.source.name, sha)
    mapped.forEach((record, index) => {
      if (record.kind !== 'quarantined') return
      const q = w.quarantine.columns
      q.scope_key.int4(running.scopeKey)
      q.source.text(running.source.name)
      q.mapping_key.int4(running.mappingKey)
      q.receipt_key.int8(receiptKey + i)
      q.record_index.int4(index)
      q.record_from.int4(record.from)
      q.record_to.int4(record.to)
      q.received_at.time(receipt.receivedAt)
      q.code.text(record.fault.code)
      q.detail.text(storable(record.fault.detail))
      q.path.text(storable(record.fault.path ?? ''))
    })
    // A row can be written once a statement: of a stream's positions in one batch the last one counts.
    if (receipt.position !== undefined)
      positions.set(`${running.source.name}\n${receipt.position.stream}`, item)
  })
  for (const item of positions.values()) fillPosition(w, item, item.receipt.position!, batch.at)
  return digest.digest()
}

function fillPosition(
  w: WriteStatements,
  item: Batch['items'][number],
  position: { stream: string; to: number; mark?: string },
  at: number,
): void {
  const p = w.positions.columns
  p.scope_key.int4(item.running.scopeKey)
  p.source.text(item.running.source.name)
  p.stream.text(position.stream)
  p.position.int8(position.to)
  p.mark.text(storable(position.mark ?? ''))
  p.updated_at.time(at)
}

/** PostgreSQL's text holds no NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400')
}

/** Adds the batch to the ledger rows of its sources and days, and counts words no term knows. */
export function fillLedger(
  w: WriteStatements,
  batch: Batch,
  outcomes: readonly string[],
  isNew: readonly boolean[],
): void {
  const rows = new Map<
    string,
    { item: Batch['items'][number]; day: string; totals: ReturnType<typeof totalsOf> }
  >()
  batch.items.forEach((item, i) => {
    const day = new Date(item.receipt.receivedAt).toISOString().slice(0, 10)
    const key = `${item.running.source.name} ${day}`
    const totals = totalsOf(outcomes[i]!, 0)
    const row = rows.get(key)
    if (row === undefined) rows.set(key, { item, day, totals })
    else
      for (const name of ['received', 'accepted', 'duplicate', 'quarantined', 'rejected'] as const)
        row.totals[name] += totals[name]
  })
  // Rows are locked in one order by all writers.
  for (const [, { item, day, totals }] of [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const c = w.ledger.columns
    c.scope_key.int4(item.running.scopeKey)
    c.source.text(item.running.source.name)
    c.day.text(day)
    for (const name of ['received', 'accepted', 'duplicate', 'quarantined', 'rejected'] as const)
      c[name].int8(totals[name])
  }
  countUnknownWords(w, batch, isNew)
}

export function countUnknownWords(
  w: WriteStatements,
  batch: Batch,
  isNew: readonly boolean[],
): void {
  const words = new Map<string, { placed: Batch['placed'][number]; times: number }>()
  batch.placed.forEach((placed, i) => {
    if (placed.event.milestone !== 'unknown' || isNew[i] !== true) return
    const key = `${placed.event.source}\n${placed.event.words ?? ''}`
    const row = words.get(key)
    if (row === undefined) words.set(key, { placed, times: 1 })
    else row.times++
  })
  for (const [, { placed, times }] of [...words].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const c = w.unknownWords.columns
    c.scope_key.int4(placed.scope)
    c.source.text(placed.event.source)
    c.word.text(placed.event.words ?? '')
    c.times.int8(times)
    c.seen_at.time(batch.at)
  }
}

/** Tells followers, one row for each scope whose events changed something. */
export function fillOutbox(w: WriteStatements, changes: readonly Change[], seq: number): void {
  const byScope = new Map<number, Change[]>()
  for (const change of changes) {
    for (const scope of change.scopes) {
      const list = byScope.get(scope)
      if (list === undefined) byScope.set(scope, [change])
      else list.push(change)
    }
  }
  const c = w.outbox.columns
  for (const [scope, list] of byScope) {
    c.batch_seq.int8(seq)
    c.scope_key.int4(scope)
    c.order_keys.text(`{${list.map((change) => change.key).join(',')}}`)
    c.changes.text(JSON.stringify(list, keptOfChange))
  }
}

/** Claims that identity does not take, each under both of its sides. */
export function fillHeldBack(w: WriteStatements, decision: Decision): void {
  const c = w.reviewClaims.columns
  for (const { identifier, other, isVoid, placed } of decision.heldBack) {
    c.scope_key.int4(placed.scope)
    c.identifier.text(identifier)
    c.other.text(other)
    c.anchor.text(placed.texts[0]!)
    c.void.bool(isVoid)
  }
}

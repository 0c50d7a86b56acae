import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { HubEvent } from '#model/event.ts'
import { identifierText, identifierTypes } from '#model/identifier.ts'
import { companySources } from './fixtures/company.ts'
import { union } from './fixtures/union.ts'
import { simulate, type Message, type World } from './simulate.ts'
import { noFaults } from './story/teller.ts'

const from = Date.UTC(2026, 8, 1)
const dayMs = 86_400_000
const sources = companySources()

function mapped(message: Message): { events: HubEvent[]; records: number; faults: string[] } {
  const source = sources.get(message.source)!
  const events: HubEvent[] = []
  const faults: string[] = []
  let records = 0
  for (const found of source.format.read(message.bytes, source.formatOptions)) {
    records++
    const result = source.map(found, message.at)
    if (result.kind === 'events') events.push(...result.events)
    else
      faults.push(
        `${message.source} ${result.fault.code} ${result.fault.path ?? ''} ${result.fault.detail}`,
      )
  }
  return { events, records, faults }
}

function hashOf(world: World): string {
  const hash = createHash('sha256')
  for (const { bytes, ...rest } of simulate(world).messages())
    hash.update(JSON.stringify(rest)).update(bytes)
  return hash.digest('hex')
}

test('a seed gives the same bytes every time, another seed gives others', () => {
  const world = { seed: 4, orders: 30, from, days: 5 }
  assert.equal(hashOf(world), hashOf(world))
  assert.notEqual(hashOf(world), hashOf({ ...world, seed: 5 }))
})

test('a simulation can be drawn twice at once', () => {
  const { messages } = simulate({ seed: 4, orders: 20, from, days: 5 })
  const [one, other] = [messages(), messages()]
  for (const message of one) assert.deepEqual(other.next().value, message)
  assert.equal(other.next().done, true)
})

test('messages come in the order of their delivery, numbered without a gap', () => {
  let at = 0
  let seq = 0
  for (const message of simulate({ seed: 1, orders: 200, from, days: 10 }).messages()) {
    assert.ok(message.at >= at)
    assert.equal(message.seq, seq++)
    at = message.at
  }
})

test('in a world of 500 orders all records but the planted poison can be mapped, and the identifiers that events link are those of the truth', () => {
  const world = simulate({ seed: 7, orders: 500, from, days: 30 })
  const identity = union()
  let poison = 0
  for (const message of world.messages()) {
    const { events, records, faults } = mapped(message)
    assert.equal(records, message.records, message.source)
    assert.equal(faults.length, message.poison, faults.join('\n'))
    poison += message.poison
    for (const event of events) {
      identity.join(
        event.identifiers.filter((id) => identifierTypes[id.type].links).map(identifierText),
      )
    }
  }
  assert.ok(poison > 10)
  const truth = [...world.truths()].map((deal) => deal.identifiers.map(identifierText).toSorted())
  const sorted = (sets: string[][]) => sets.toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1))
  assert.deepEqual(sorted(identity.sets()), sorted(truth))
})

test('without faults nothing is late, doubled, broken or unknown', () => {
  for (const message of simulate({
    seed: 2,
    orders: 60,
    from,
    days: 10,
    faults: noFaults,
  }).messages()) {
    assert.deepEqual([message.poison, message.late, message.duplicateOf], [0, 0, undefined])
    for (const event of mapped(message).events) assert.notEqual(event.milestone, 'unknown')
  }
})

test('everything that goes wrong in the real world goes wrong in a large one', () => {
  const world = simulate({ seed: 3, orders: 400, from, days: 30, faults: { renamed: 0.08 } })
  const seen = new Set<string>()
  const erpTold = new Set<string>()
  for (const message of world.messages()) {
    if (message.duplicateOf !== undefined) seen.add('doubled message')
    if (message.late > 0) seen.add('late message')
    for (const event of mapped(message).events) {
      if (event.milestone === 'unknown') seen.add(`unknown word of ${event.source}`)
      if (event.hold !== undefined) seen.add(`hold ${event.hold.kind} ${event.hold.action}`)
      if (event.time.at > message.at + 3_600_000 && event.classifier === 'ACT')
        seen.add('clock ahead')
      const tracking = event.identifiers.find((id) => id.type === 'tracking')?.value
      if (tracking === undefined) continue
      if (
        event.source === 'carrier-fedex' &&
        event.milestone === 'picked-up' &&
        !erpTold.has(tracking)
      )
        seen.add('waybill before the order system')
      if (!event.source.startsWith('carrier')) erpTold.add(tracking)
    }
  }
  for (const deal of world.truths()) {
    seen.add(deal.status)
    if (deal.shipments.length > deal.orders.length) seen.add('split')
    if (deal.orders.length > 1) seen.add('deal of several companies')
    if (deal.shipments.some((shipment) => shipment.attempts > 0)) seen.add('failed delivery')
    if (deal.holds.some((hold) => hold.releasedAt === null)) seen.add('hold for ever')
  }
  for (const wanted of [
    'doubled message',
    'late message',
    'clock ahead',
    'waybill before the order system',
    'split',
    'deal of several companies',
    'failed delivery',
    'hold for ever',
    'hold credit placed',
    'hold credit released',
    'hold customs placed',
    'hold customs released',
    'unknown word of servers-sap',
    'unknown word of storage-csv',
    'unknown word of carrier-fedex',
    'unknown word of warehouse-scans',
    'delivered',
    'cancelled',
    'rejected',
    'returned',
    'confirmed',
    'on-hold',
  ])
    assert.ok(seen.has(wanted), `${wanted} never happened`)
})

test('the carrier tells of the delivery when the truth says so, and of nothing else', () => {
  const world = simulate({ seed: 9, orders: 120, from, days: 10, faults: noFaults })
  const told = new Map<string, number>()
  for (const message of world.messages()) {
    for (const event of mapped(message).events) {
      if (event.milestone !== 'delivered' || event.classifier !== 'ACT') continue
      told.set(identifierText(event.identifiers[0]!), event.time.at)
    }
  }
  const truth = [...world.truths()].flatMap((deal) => deal.shipments)
  const delivered = truth.filter((shipment) => shipment.deliveredAt !== null)
  assert.equal(told.size, delivered.length)
  for (const { carrier, tracking, deliveredAt } of delivered) {
    // Carriers write whole seconds.
    assert.equal(
      told.get(`tracking:${carrier}:${tracking}`),
      Math.floor(deliveredAt! / 1000) * 1000,
    )
  }
})

test('order numbers are shared by orders of different companies that have nothing to do with each other', () => {
  const owners = new Map<string, Set<number>>()
  for (const deal of simulate({ seed: 1, orders: 300, from, days: 10 }).truths()) {
    for (const order of deal.orders)
      owners.set(order.number, (owners.get(order.number) ?? new Set()).add(deal.index))
  }
  const shared = [...owners.values()].filter((deals) => deals.size > 1)
  assert.ok(shared.length > 50, `${shared.length} numbers are shared`)
})

test('a link of sales may come weeks after the orders', () => {
  const placed = new Map<string, number>()
  let weeksLater = 0
  for (const message of simulate({
    seed: 5,
    orders: 150,
    from,
    days: 10,
    faults: noFaults,
  }).messages()) {
    for (const event of mapped(message).events) {
      const order = event.identifiers.find((id) => id.type === 'order')
      if (order === undefined) continue
      const key = identifierText(order)
      if (message.source === 'crm' && placed.has(key) && message.at - placed.get(key)! > 13 * dayMs)
        weeksLater++
      if (message.source !== 'crm' && !placed.has(key)) placed.set(key, message.at)
    }
  }
  assert.ok(weeksLater > 5)
})

test('the first messages of a world of a million orders are there at once', () => {
  let count = 0
  for (const message of simulate({ seed: 1, orders: 1_000_000, from, days: 365 }).messages()) {
    assert.ok(message.bytes.length > 0)
    if (++count === 500) break
  }
  assert.equal(count, 500)
})

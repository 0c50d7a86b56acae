import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantOf, stateOf, type Telling } from './fixtures/story.ts'
import { project } from './project.ts'
import { sentence } from './sentence.ts'

const trustOf = (source: string) => (source === 'erp' ? 80 : 60)

/** What is said on a day of March 2026. */
function said(today: number | string, ...tellings: Telling[]): string {
  return sentence(project(stateOf(tellings), trustOf), instantOf(today))
}

const ordered: Telling = { at: 2, milestone: 'ordered' }

function promise(at: number | string, told: number): Telling {
  return { at, told, milestone: 'delivered', classifier: 'PLN' }
}

function parcel(key: string, at: number, milestone: Telling['milestone'] & string): Telling {
  return {
    at,
    milestone,
    source: 'carrier',
    part: { kind: 'shipment', key },
    ids: [`tracking ${key}`, 'order A1'],
  }
}

function estimate(key: string, at: number, told: number): Telling {
  return { ...parcel(key, at, 'delivered'), told, classifier: 'EST' }
}

function hold(kind: string, at: number, action: 'placed' | 'released' = 'placed'): Telling {
  return { at, hold: { kind, action } }
}

test('an order before it leaves the house', () => {
  assert.equal(said(3), 'Nothing is known of its progress yet.')
  assert.equal(said(3, { at: 1, milestone: 'quoted' }), 'Quoted on 1 March.')
  assert.equal(said(3, ordered), 'Ordered on 2 March.')
  assert.equal(
    said(4, ordered, { at: 3, milestone: 'confirmed' }, promise(20, 3)),
    'Confirmed on 3 March; promised for 20 March.',
  )
  assert.equal(
    said(9, ordered, { at: 8, milestone: 'picked' }, promise(20, 3)),
    'Being prepared since 8 March; promised for 20 March.',
  )
})

test('an order that waits says for what, once', () => {
  assert.equal(
    said(9, ordered, hold('credit', 3), promise(20, 3)),
    'On credit hold since 3 March; promised for 20 March.',
  )
  assert.equal(
    said(9, ordered, hold('quality', 4), hold('credit', 3)),
    'On credit and quality hold since 3 March.',
  )
  assert.equal(
    said(9, ordered, hold('credit', 3), hold('credit', 5, 'released')),
    'Ordered on 2 March.',
  )
  const stopped = { ...parcel('P2', 8, 'customs-held'), hold: hold('customs', 8).hold! }
  assert.equal(said(9, stopped), 'Held at customs since 8 March.')
  assert.equal(
    said(9, parcel('P1', 7, 'delivered'), stopped),
    'On customs hold since 8 March; 1 of 2 shipments delivered.',
  )
  assert.equal(
    said(9, parcel('P1', 8, 'customs-arrived'), hold('credit', 3)),
    'At customs since 8 March; credit hold since 3 March.',
  )
  assert.equal(
    said(9, parcel('P1', 8, 'delivered'), hold('credit', 3)),
    'Delivered on 8 March; credit hold of 3 March never released.',
  )
})

test('an order on its way tells what was promised and what is expected, as the newest telling has it', () => {
  const away = parcel('P1', 8, 'in-transit')
  const clause = 'In transit since 8 March; '
  assert.equal(said(9, away, promise(20, 3)), `${clause}promised for 20 March.`)
  assert.equal(said(9, away, promise(20, 3), promise(18, 5)), `${clause}promised for 18 March.`)
  assert.equal(said(9, away, estimate('P1', 12, 8)), `${clause}expected on 12 March.`)
  assert.equal(
    said(9, away, promise(20, 3), estimate('P1', 12, 8)),
    `${clause}promised for 20 March; expected on 12 March.`,
  )
  assert.equal(
    said(9, away, promise(20, 3), estimate('P1', 22, 8)),
    `${clause}promised for 20 March, but expected on 22 March.`,
  )
  assert.equal(
    said(9, away, promise(20, 3), estimate('P1', 20, 8)),
    `${clause}promised and expected for 20 March.`,
  )
})

test('a promise is broken when its day is over, an expectation too', () => {
  const away = parcel('P1', 8, 'in-transit')
  const clause = 'In transit since 8 March; '
  const [due, broken] = ['promised for 20 March', 'the promise of 20 March has passed']
  assert.equal(said('2026-03-20T23:59:59Z', away, promise(20, 3)), `${clause}${due}.`)
  assert.equal(said('2026-03-21T00:00:00Z', away, promise(20, 3)), `${clause}${broken}.`)
  assert.equal(
    said('2026-03-20T16:00:00Z', away, promise('2026-03-20T15:00:00Z', 3)),
    `${clause}${broken}.`,
  )
  assert.equal(
    said(21, away, promise(20, 3), estimate('P1', 23, 19)),
    `${clause}${broken}; expected on 23 March.`,
  )
  assert.equal(said(21, away, promise(20, 3), estimate('P1', 20, 9)), `${clause}${broken}.`)
  assert.equal(
    said(15, away, promise(20, 3), estimate('P1', 12, 8)),
    `${clause}${due}; was expected on 12 March.`,
  )
  assert.equal(said(15, away, estimate('P1', 12, 8)), `${clause}was expected on 12 March.`)
})

test('of several shipments it says how many of them the status holds for', () => {
  const out = parcel('P1', 9, 'out-for-delivery')
  assert.equal(
    said(9, out, parcel('P2', 8, 'in-transit')),
    'Out for delivery (1 of 2 shipments) since 9 March.',
  )
  assert.equal(
    said(9, out, parcel('P2', 9, 'out-for-delivery')),
    'Out for delivery in 2 shipments since 9 March.',
  )
  assert.equal(
    said(9, parcel('P1', 9, 'shipped'), parcel('P2', 8, 'packed')),
    'Partly shipped (1 of 2 shipments) since 9 March.',
  )
  assert.equal(
    said(12, parcel('P1', 9, 'delivered'), parcel('P2', 11, 'delivered')),
    'Delivered in 2 shipments on 11 March.',
  )
  const lines = { '10': { quantity: 5, quantityShipped: 3 } }
  assert.equal(
    said(12, { ...ordered, lines }, parcel('P1', 9, 'delivered'), promise(20, 3)),
    'Partly delivered since 9 March, more is to come; promised for 20 March.',
  )
})

test('what a shipment that arrived was expected for is history; troubles of the others are told', () => {
  const first = [parcel('P1', 9, 'delivered'), estimate('P1', 8, 7)]
  const clause = 'Partly delivered (1 of 2 shipments) since 9 March; '
  assert.equal(
    said(10, ...first, parcel('P2', 8, 'in-transit'), estimate('P2', 12, 6), promise(20, 3)),
    `${clause}promised for 20 March; expected on 12 March.`,
  )
  assert.equal(
    said(10, ...first, parcel('P2', 8, 'delivery-attempted')),
    `${clause}shipment P2 is not delivered after a try.`,
  )
  assert.equal(
    said(10, ...first, parcel('P2', 8, 'exception'), parcel('P3', 8, 'lost')),
    'Partly delivered (1 of 3 shipments) since 9 March; 2 shipments are in trouble.',
  )
})

test('an order that is over, or on its way back, promises nothing any more', () => {
  const promised = [promise(20, 3), estimate('P1', 12, 8)]
  assert.equal(said(25, parcel('P1', 9, 'delivered'), ...promised), 'Delivered on 9 March.')
  assert.equal(
    said(25, ordered, { at: 4, milestone: 'cancelled' }, promise(20, 3)),
    'Cancelled on 4 March.',
  )
  assert.equal(
    said(25, ordered, { at: 4, milestone: 'rejected' }, promise(20, 3)),
    'Rejected on 4 March.',
  )
  const back = parcel('P1', 14, 'return-shipped')
  assert.equal(said(15, back, ...promised), 'On its way back since 14 March.')
  assert.equal(
    said(15, back, parcel('P2', 9, 'delivered'), ...promised),
    'On its way back (1 of 2 shipments) since 14 March.',
  )
  assert.equal(said(25, parcel('P1', 16, 'returned'), ...promised), 'Returned on 16 March.')
})

test("days of another year than the reader's have their year", () => {
  assert.equal(
    said('2027-01-05T00:00:00Z', parcel('P1', 9, 'shipped'), promise('2027-01-10T12:00:00Z', 3)),
    'Shipped on 9 March 2026; promised for 10 January.',
  )
  assert.equal(
    said('2025-12-30T00:00:00Z', ordered, promise(20, 3)),
    'Ordered on 2 March 2026; promised for 20 March 2026.',
  )
})

test('disputed values are counted', () => {
  const one = (source: string, facts: Record<string, string>): Telling => ({ at: 2, source, facts })
  assert.equal(
    said(3, ordered, one('erp', { customer: 'A' }), one('crm', { customer: 'B' })),
    'Ordered on 2 March; one value is disputed.',
  )
  assert.equal(
    said(
      3,
      ordered,
      one('erp', { customer: 'A', owner: 'X' }),
      one('crm', { customer: 'B', owner: 'Y' }),
    ),
    'Ordered on 2 March; 2 values are disputed.',
  )
})

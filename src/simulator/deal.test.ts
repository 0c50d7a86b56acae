import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { drawDeal } from './deal.ts'
import { random } from './random.ts'

const anyDeal = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 20_000_000 }))
  .map(([seed, index]) => drawDeal(index, random(seed, index)))

test('shipments carry exactly what was ordered, and count up to it', () => {
  fc.assert(
    fc.property(anyDeal, (deal) => {
      for (const order of deal.orders) {
        for (const line of order.lines) {
          let shipped = 0
          for (const content of order.shipments.flatMap((shipment) => shipment.contents)) {
            if (content.line !== line) continue
            shipped += content.quantity
            assert.equal(content.shippedToDate, shipped)
            assert.ok(content.quantity > 0)
          }
          assert.equal(shipped, line.quantity)
        }
      }
    }),
  )
})

test('two deals share no identifier that links', () => {
  const idsOf = (index: number, seed: number) => {
    const deal = drawDeal(index, random(seed, index))
    const shipments = deal.orders.flatMap((order) =>
      order.shipments.map((shipment) => ({ order, shipment })),
    )
    return new Set([
      ...deal.orders.flatMap((order) => [
        `${order.company} order ${order.number}`,
        `${deal.customer.number} po ${order.purchaseOrder}`,
      ]),
      ...shipments.flatMap(({ order, shipment }) => [
        `${order.company} ${shipment.delivery}`,
        `${shipment.carrier} ${shipment.tracking}`,
        ...shipment.packages,
        ...shipment.contents.flatMap((content) =>
          content.serials.map((serial) => `${order.company} ${serial}`),
        ),
      ]),
    ])
  }
  const index = fc.integer({ min: 0, max: 5000 })
  fc.assert(
    fc.property(index, index, fc.nat(), (one, other, seed) => {
      fc.pre(one !== other)
      assert.deepEqual([...idsOf(one, seed).intersection(idsOf(other, seed))], [])
    }),
    { numRuns: 1000 },
  )
})

test('every package number is a valid SSCC', () => {
  fc.assert(
    fc.property(anyDeal, (deal) => {
      for (const code of deal.orders.flatMap((order) =>
        order.shipments.flatMap((shipment) => shipment.packages),
      )) {
        assert.match(code, /^\d{18}$/)
        const sum = Array.from(code).reduce(
          (total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1),
          0,
        )
        assert.equal(sum % 10, 0)
      }
    }),
  )
})

import { describe, expect, it } from 'vitest'
import { inTimeOrder, layoutLanes } from '#ui/features/order/lanes.ts'
import { fit, ticks, timeOf, xOf, zoom } from '#ui/features/order/scale.ts'
import type { TimelineRow } from '#model/view.ts'

const start = Date.UTC(2026, 4, 4)
const row = (event: string, hours: number, more: Partial<TimelineRow> = {}): TimelineRow => ({
  event,
  at: new Date(start + hours * 3_600_000).toISOString(),
  sourceText: '',
  certainty: 'instant',
  recordedAt: new Date(start + hours * 3_600_000).toISOString(),
  source: 'fedex',
  company: 'carriers',
  region: 'EMEA',
  milestone: 'in-transit',
  classifier: 'ACT',
  part: '',
  ...more,
})
const scale = fit([start, start + 100 * 3_600_000], 1000, 20, 120)
const word = () => 'In transit'
const marksOf = (rows: readonly TimelineRow[]) =>
  layoutLanes(rows, scale, word).flatMap(({ marks }) => marks)

describe('swim-lanes', () => {
  it('give every source its own lane, in the order the sources first spoke', () => {
    const lanes = layoutLanes(
      [row('c', 9), row('a', 2, { source: 'sap' }), row('b', 1)],
      scale,
      word,
    )
    expect(lanes.map(({ source }) => source)).toEqual(['fedex', 'sap'])
    expect(lanes[1]?.top).toBe(lanes[0]?.height)
  })

  it('show every event exactly once, in time order along x', () => {
    const rows = Array.from({ length: 40 }, (_, index) =>
      row(`e${index}`, (index * 37) % 100, { source: `s${index % 4}` }),
    )
    const marks = inTimeOrder(layoutLanes(rows, scale, word))
    expect(new Set(marks.map(({ row: { event } }) => event)).size).toBe(40)
    const times = marks.map(({ row: { at } }) => Date.parse(at))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it('never draw a word over another mark of its level', () => {
    const marks = marksOf(Array.from({ length: 30 }, (_, index) => row(`e${index}`, index * 1.9)))
    for (const mark of marks.filter(({ label }) => label !== null)) {
      const right = mark.x + 8 + 'In transit'.length * 6.3
      for (const other of marks) {
        if (other !== mark && other.y === mark.y && other.x > mark.x)
          expect(other.x - 8).toBeGreaterThanOrEqual(right)
      }
    }
  })

  it('lead from a plan to the actual event that met it', () => {
    const [plan, actual] = marksOf([
      row('plan', 5, { classifier: 'PLN', milestone: 'shipped' }),
      row('act', 30, { milestone: 'shipped' }),
    ])
    expect(plan?.link).toEqual({ x: actual?.x, y: actual?.y })
    expect(actual?.link).toBeNull()
  })

  it('show when a late event was learned', () => {
    const [mark] = marksOf([
      row('late', 5, { late: true, recordedAt: new Date(start + 50 * 3_600_000).toISOString() }),
    ])
    expect(mark?.recordedX).toBeCloseTo(xOf(scale, start + 50 * 3_600_000))
  })
})

describe('the time scale', () => {
  it('fits all events with room for the last word', () => {
    expect(xOf(scale, start)).toBeCloseTo(20)
    expect(xOf(scale, start + 100 * 3_600_000)).toBeCloseTo(880)
  })

  it('keeps the point under the pointer still while zooming', () => {
    expect(xOf(zoom(scale, 0.5, 300), timeOf(scale, 300))).toBeCloseTo(300)
  })

  it('puts ticks at local midnights and keeps them apart', () => {
    const found = ticks(scale, () => 2 * 3_600_000)
    expect(found.length).toBeGreaterThan(3)
    found
      .slice(1)
      .forEach((tick, index) => expect(tick.x - (found[index]?.x ?? 0)).toBeGreaterThan(60))
    expect(found.some(({ midnight }) => midnight)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { asOfAt, changesOf, positionOf } from '#ui/features/order/asOf.ts'
import { hexDump, highlight } from '#ui/features/order/bytes.ts'
import type { TimelineRow } from '#model/view.ts'

describe('marks in the source’s bytes', () => {
  it('cover every occurrence and lose no character', () => {
    const text = 'a;4500017231;SHIPPED;4500017231'
    const stretches = highlight(text, ['4500017231', 'SHIPPED'])
    expect(stretches.map((each) => each.text).join('')).toBe(text)
    expect(stretches.filter(({ hit }) => hit).length).toBe(3)
  })

  it('do not mark a number inside a longer number', () => {
    expect(highlight('145000', ['4500']).some(({ hit }) => hit)).toBe(false)
  })

  it('prefer the longer of two overlapping finds', () => {
    expect(
      highlight('Clearance delay - Import', ['Clearance', 'Clearance delay']).find(({ hit }) => hit)
        ?.text,
    ).toBe('Clearance delay')
  })

  it('dump bytes with their offsets in the receipt', () => {
    expect(hexDump(new TextEncoder().encode('ISA*00\n'), 32, 4)).toBe(
      `00000020  ${'49 53 41 2a 30 30 0a'.padEnd(47)}  ISA*00·`,
    )
  })
})

describe('time travel', () => {
  const rows = ['2026-05-04T12:00:00Z', '2026-05-04T10:00:00Z', '2026-05-04T12:00:00Z'].map(
    (recordedAt) => ({ recordedAt }) as TimelineRow,
  )
  const changes = changesOf(rows)

  it('stops once at every recorded change, oldest first', () => {
    expect(changes).toEqual(['2026-05-04T10:00:00Z', '2026-05-04T12:00:00Z'])
  })

  it('stands at the last change that was known then, and behind all of them now', () => {
    expect(positionOf(changes, '2026-05-04T11:00:00Z')).toBe(0)
    expect(positionOf(changes, '2026-05-04T09:00:00Z')).toBe(-1)
    expect(positionOf(changes, undefined)).toBe(2)
    expect(asOfAt(changes, 2)).toBeUndefined()
  })
})

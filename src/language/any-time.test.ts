import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isoText, timeFormat } from './times.ts'
import type { Reading } from './times.ts'

function readAs(format: string, text: string): string | null {
  const made = timeFormat(format)
  assert.ok(made.ok)
  const into: Reading = { ms: 0, kind: 'date' }
  return made.read(text, into) ? isoText(into) : null
}

const many: Readonly<Record<string, string | null>> = {
  '2026-03-01': '2026-03-01',
  '2026-03-01T10:15:00+0100': '2026-03-01T09:15:00Z',
  '2026-3-1 9:05': '2026-03-01T09:05:00',
  '2026/03/01 10:15:20': '2026-03-01T10:15:20',
  '20260301': '2026-03-01',
  '20260301 101520': '2026-03-01T10:15:20',
  '202603011015': '2026-03-01T10:15:00',
  '1772360100': '2026-03-01T10:15:00Z',
  '1772360100000': '2026-03-01T10:15:00Z',
  '/Date(1772360100000+0100)/': '2026-03-01T10:15:00Z',
  'March 1, 2026 10:15 pm': '2026-03-01T22:15:00',
  '1 mars 2026 à 10h15': null,
  '1 mars 2026 10h15': '2026-03-01T10:15:00',
  '01. Dez. 2026, 10:15 Uhr': '2026-12-01T10:15:00',
  '12-Feb-2026 00:05': '2026-02-12T00:05:00',
  'Sun, 01 Mar 2026 10:15:00 +0100': '2026-03-01T09:15:00Z',
  'Sunday, 01 March 2026 at 10:15': '2026-03-01T10:15:00',
  '15.03.2026 10:15': '2026-03-15T10:15:00',
  '03.04.2026': '2026-04-03',
  '03/04/2026 10:15': '2026-04-03T10:15:00',
  '8/17/2026 7:11:26 PM': '2026-08-17T19:11:26',
  '3/4/2026 12:00:00 AM': '2026-03-04T00:00:00',
  '2026-02-04 23:59:00 GMT-08:00': '2026-02-05T07:59:00Z',
  '2026-02-04 23:59 EST': '2026-02-05T04:59:00Z',
  '01/03/26 10:15': '2026-03-01T10:15:00',
  '30/02/2026': null,
  '2026-03-01 25:00': null,
  tomorrow: null,
  'order 12/03/2026 lost': null,
  '12345': null,
  '': null,
}

for (const [text, expected] of Object.entries(many)) {
  test(`any reads '${text}' as ${expected}`, () => assert.equal(readAs('any', text), expected))
}

test('any-mdy reads the first number as the month where both may be', () => {
  assert.equal(readAs('any-mdy', '03/04/2026 10:15'), '2026-03-04T10:15:00')
  assert.equal(readAs('any-mdy', '13/04/2026'), '2026-04-13')
})

test('any reads all that iso reads, as iso does, and never throws', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }), (date) => {
      const text = date.toISOString()
      assert.equal(readAs('any', text), readAs('iso', text))
      assert.equal(readAs('any', date.toUTCString()), `${text.slice(0, 19)}Z`)
    }),
  )
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789:-/. TZapmUhrmarch,+'.split('')) }),
      (text) => {
        readAs('any', text)
      },
    ),
  )
})

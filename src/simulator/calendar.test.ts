import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isoText, wall, daysOf, dayMs, compactDate, offsetMs, type Zone } from './calendar.ts'

const zones: Zone[] = [
  'UTC',
  'Europe/Berlin',
  'Asia/Singapore',
  'America/New_York',
  'America/Chicago',
  'America/Los_Angeles',
]

test('wall clocks agree with the time zone database of the platform', () => {
  const formats = new Map(
    zones.map((zone) => [
      zone,
      new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      }),
    ]),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: daysOf(2010, 1, 1) * dayMs, max: daysOf(2037, 1, 1) * dayMs }),
      (zone, at) => {
        const parts = Object.fromEntries(
          formats
            .get(zone)!
            .formatToParts(at)
            .map((part) => [part.type, Number(part.value)]),
        )
        const w = wall(at, zone)
        assert.deepEqual(
          [w.year, w.month, w.day, w.hour, w.minute, w.second],
          [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second],
        )
        assert.equal(Date.parse(isoText(at, zone)), Math.floor(at / 1000) * 1000)
      },
    ),
    { numRuns: 2000 },
  )
})

test('a day in winter and a day in summer of Chicago', () => {
  assert.equal(offsetMs('America/Chicago', Date.parse('2026-01-05T12:00:00Z')), -6 * 3_600_000)
  assert.equal(
    isoText(Date.parse('2026-07-05T12:00:00Z'), 'America/Chicago'),
    '2026-07-05T07:00:00-05:00',
  )
  assert.equal(compactDate(wall(Date.parse('2026-11-22T23:30:00Z'), 'Europe/Berlin')), '20261123')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isoText, timeFormat } from './times.ts'
import type { Reading } from './times.ts'
import { zoneOf } from './zones.ts'

function read(text: string, format: string): string | null {
  const made = timeFormat(format)
  assert.ok(made.ok, made.ok ? '' : made.message)
  const reading: Reading = { ms: 0, kind: 'date' }
  return made.read(text, reading) ? `${reading.kind} ${isoText(reading)}` : null
}

test('ISO texts are read with what they say about the zone', () => {
  assert.equal(read('2026-03-01', 'iso'), 'date 2026-03-01')
  assert.equal(read('20260301', 'iso'), 'date 2026-03-01')
  assert.equal(read('2026-03-01T10:15', 'iso'), 'local 2026-03-01T10:15:00')
  assert.equal(read('2026-03-01 10:15:30', 'iso'), 'local 2026-03-01T10:15:30')
  assert.equal(read('2026-03-01T10:15:30.1239Z', 'iso'), 'instant 2026-03-01T10:15:30.123Z')
  assert.equal(read('20260301T101530+0530', 'iso'), 'instant 2026-03-01T04:45:30Z')
  assert.equal(read('2026-03-01T24:00:00Z', 'iso'), 'instant 2026-03-02T00:00:00Z')
  for (const bad of [
    '',
    '2026',
    '2026-02-30',
    '2026-13-01',
    '2026-03-01T',
    '2026-03-01T25:00',
    '2026-03-01T10:15:30+',
    '2026-03-01T10:15:30Zx',
    '2026-03-01T10:15:30.Z',
    '0000-00-00',
    '2026-3-1',
    '２０２６-03-01',
    '2025-02-29',
    '2026-03-01T24:00:01Z',
    '2026-03-01T10:61',
  ]) {
    assert.equal(read(bad, 'iso'), null, bad)
  }
})

test('epochs are instants', () => {
  assert.equal(read('1772359200000', 'epoch-ms'), 'instant 2026-03-01T10:00:00Z')
  assert.equal(read('1772359200', 'epoch-s'), 'instant 2026-03-01T10:00:00Z')
  assert.equal(read('1772359200000999', 'epoch-us'), 'instant 2026-03-01T10:00:00Z')
  assert.equal(read('x', 'epoch-ms'), null)
  assert.equal(read('', 'epoch-ms'), null)
  assert.equal(read('1e300', 'epoch-ms'), null)
})

test('patterns say what a text looks like', () => {
  assert.equal(read('20260301', 'yyyyMMdd'), 'date 2026-03-01')
  assert.equal(read('260301', 'yyMMdd'), 'date 2026-03-01')
  assert.equal(read('990301', 'yyMMdd'), 'date 1999-03-01')
  assert.equal(read('01.03.2026 10:15', 'dd.MM.yyyy HH:mm'), 'local 2026-03-01T10:15:00')
  assert.equal(
    read('2026-03-01T10:15:30.500Z', 'yyyy-MM-ddTHH:mm:ss.SSSZ'),
    'instant 2026-03-01T10:15:30.500Z',
  )
  assert.equal(read('on 20260301', "'on 'yyyyMMdd"), 'date 2026-03-01')
  assert.equal(read('20260230', 'yyyyMMdd'), null)
  assert.equal(read('2026030', 'yyyyMMdd'), null)
  assert.equal(read('202603011', 'yyyyMMdd'), null)
})

test('a pattern that cannot be meant is refused', () => {
  const message = (format: string) => {
    const made = timeFormat(format)
    return made.ok ? '' : made.message
  }
  assert.equal(message('YYYYMMdd'), 'the time format YYYYMMdd has an unknown letter Y')
  assert.equal(message('HH:mm'), 'the time format HH:mm has no year, month and day')
  assert.equal(message("yyyyMMdd'T"), "the time format yyyyMMdd'T has an open quote")
})

test('every instant written as ISO is read back', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
      (date) => {
        const reading: Reading = { ms: 0, kind: 'date' }
        const made = timeFormat('iso')
        assert.ok(made.ok && made.read(date.toISOString(), reading))
        assert.equal(reading.ms, date.getTime())
      },
    ),
  )
})

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/Sao_Paulo',
  'Asia/Tehran',
  'Pacific/Chatham',
  'Africa/Cairo',
  'UTC',
]

/** What Temporal says about a wall clock given as if it were UTC. */
function expected(zone: string, wallMs: number): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(wallMs)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
  return wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
}

test('local times become the instants that Temporal gives, in any order of asking', () => {
  const wall = fc.integer({ min: Date.UTC(1996, 0, 1), max: Date.UTC(2028, 0, 1) })
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.array(wall, { minLength: 1, maxLength: 20 }),
      (name, walls) => {
        const zone = zoneOf(name)
        assert.ok(zone)
        for (const one of walls)
          assert.equal(
            zone.toInstant(one),
            expected(name, one),
            `${name} ${new Date(one).toISOString()}`,
          )
      },
    ),
    { numRuns: 300 },
  )
})

test('around every change of clocks, to the second, local times are those of Temporal', () => {
  for (const name of zones) {
    const zone = zoneOf(name)
    assert.ok(zone)
    let at = Temporal.Instant.from('2005-01-01T00:00Z').toZonedDateTimeISO(name)
    for (let count = 0; count < 12; count += 1) {
      const next = at.getTimeZoneTransition('next')
      if (next === null || next.year > 2030) break
      const wall = next.epochMilliseconds + next.offsetNanoseconds / 1e6
      for (let minutes = -190; minutes <= 190; minutes += 5) {
        for (const second of [-1, 0, 1]) {
          const one = wall + minutes * 60_000 + second * 1000
          assert.equal(
            zone.toInstant(one),
            expected(name, one),
            `${name} ${new Date(one).toISOString()}`,
          )
        }
      }
      at = next
    }
  }
})

test('in the hour that happens twice the first is meant, in the missing hour the clock moves on', () => {
  const zone = zoneOf('Europe/Berlin')
  assert.ok(zone)
  assert.equal(
    new Date(zone.toInstant(Date.UTC(2026, 9, 25, 2, 30))).toISOString(),
    '2026-10-25T00:30:00.000Z',
  )
  assert.equal(
    new Date(zone.toInstant(Date.UTC(2026, 2, 29, 2, 30))).toISOString(),
    '2026-03-29T01:30:00.000Z',
  )
})

test('zones have names, offsets and the codes of X12', () => {
  assert.equal(zoneOf('+05:30')?.toInstant(0), -19_800_000)
  assert.equal(zoneOf('ES')?.toInstant(0), 18_000_000)
  assert.equal(zoneOf('ET')?.name, 'America/New_York')
  assert.equal(zoneOf('Mars/Olympus'), null)
  assert.equal(zoneOf(''), null)
})

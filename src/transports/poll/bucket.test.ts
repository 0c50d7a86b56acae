import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBucket, restMs } from './bucket.ts'
import { limit } from './options.ts'
import { earlier } from './place.ts'
import { linksOf } from './poll.ts'

test('in no minute more requests are made than allowed, whenever they are asked for', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 50, maxLength: 400 })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 20 }),
      steps,
      (perMinute, burst, waits) => {
        const bucket = createBucket(limit.parse({ perMinute, burst, busyShare: 1 }))
        const made: number[] = []
        let now = 1_000_000
        for (const wait of waits) {
          now += wait
          if (bucket.take(now) === 0) made.push(now)
        }
        for (const from of made) {
          const inMinute = made.filter((at) => at >= from && at < from + 60_000).length
          assert.ok(inMinute <= perMinute + burst, `${inMinute} of ${perMinute} + ${burst}`)
        }
      },
    ),
  )
})

test('whoever waits as long as told may go', () => {
  const bucket = createBucket(limit.parse({ perMinute: 7, burst: 3 }))
  let now = 0
  for (let n = 0; n < 50; n++) {
    now += bucket.take(now)
    if (n % 2 === 0) bucket.worked(now, 40)
    if (n % 5 === 0) bucket.hold(now + 123)
    now += bucket.take(now)
  }
  assert.ok(now > 20 * (60_000 / 7) && now < 60 * (60_000 / 7))
})

test('the other system works for us at most its share of the time', () => {
  const bucket = createBucket(limit.parse({ perMinute: 6000, burst: 1000, busyShare: 0.25 }))
  let now = 0
  let busy = 0
  for (let n = 0; n < 100; n++) {
    for (let wait = bucket.take(now); wait > 0; wait = bucket.take(now)) now += wait
    now += 200
    busy += 200
    bucket.worked(now, 200)
  }
  assert.ok(busy / now < 0.26, `${busy / now}`)
})

test('how long to rest is read from Retry-After and from quotas, in seconds, dates and epochs', () => {
  const now = Date.parse('2026-03-10T12:00:00Z')
  const rest = (headers: Record<string, string>, status = 200) =>
    restMs(new Headers(headers), status, now)
  assert.equal(rest({ 'retry-after': '7' }, 429), 7000)
  assert.equal(rest({ 'retry-after': 'Tue, 10 Mar 2026 12:00:30 GMT' }, 503), 30_000)
  assert.equal(rest({ 'retry-after': 'Tue, 10 Mar 2026 11:00:00 GMT' }, 503), 0)
  assert.equal(rest({ 'retry-after': '7' }), null)
  assert.equal(rest({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' }), 12_000)
  const epoch = String(now / 1000 + 9)
  assert.equal(rest({ 'ratelimit-remaining': '0', 'ratelimit-reset': epoch }), 9000)
  assert.equal(rest({ 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '12' }), null)
})

test('a cursor that is a time is moved back in its own writing', () => {
  assert.equal(earlier('1770000000', 60), '1769999940')
  assert.equal(earlier('1770000000000', 60), '1769999940000')
  assert.equal(earlier('2026-03-01T00:00:30.123Z', 60), '2026-02-28T23:59:30Z')
  assert.equal(earlier('2026-03-01 00:00:30', 60), '2026-02-28 23:59:30')
  assert.equal(earlier('2026-03-01T00:00:30+01:00', 60), '2026-02-28T23:59:30+01:00')
  assert.equal(earlier('eyJhIjoxfQ', 60), 'eyJhIjoxfQ')
  assert.equal(earlier(null, 60), null)
})

test('links of a header are read by their relation', () => {
  const header = '<https://a.example/x?page=2,3>; rel="next", </x?page=9>; title="a, b"; rel=last'
  assert.deepEqual(linksOf(header), { next: 'https://a.example/x?page=2,3', last: '/x?page=9' })
  assert.deepEqual(linksOf('nonsense'), {})
})

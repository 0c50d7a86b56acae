import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSource, describeCheck } from './check.ts'
import { formatNamed, head, status } from './fixture.ts'

const yaml = `${head}identifiers: [{ type: order, value: rec.order }]
events:
  - name: one
    when: rec.kind == 'status'
    milestone: shipped
    time: { value: rec.at, format: iso }
  - name: two
    when: rec.kind == 'other'
    milestone: note
    time: { value: rec.at, format: iso }
`

function check(expected: unknown) {
  return checkSource(
    {
      'source.yaml': yaml,
      'samples/a.json': Buffer.from(JSON.stringify(status)),
      'samples/a.expected.json': JSON.stringify(expected),
    },
    formatNamed,
  )
}

test('a sample that gives what is expected passes, and a rule without a sample is a warning', () => {
  const result = check([
    {
      milestone: 'shipped',
      time: { at: '2026-03-01T09:00:00Z' },
      identifiers: [{ value: 'SO-1' }],
    },
  ])
  assert.equal(result.ok, true)
  assert.equal(
    describeCheck('acme/test', result),
    `ok   acme/test
  warning: source.yaml:13:1 events[1]: no sample makes the event two
    expected: a sample that does`,
  )
})

test('a difference shows path, expected and got', () => {
  const result = check([{ milestone: 'delivered', place: { city: 'Rome' } }, {}])
  assert.equal(result.ok, false)
  const lines = describeCheck('acme/test', result).split('\n').slice(0, 11)
  assert.deepEqual(lines, [
    'FAIL acme/test',
    '  samples/a.json: 3 differences',
    '    [0].milestone',
    '      expected: "delivered"',
    '      got:      "shipped"',
    '    [0].place',
    '      expected: {"city":"Rome"}',
    '      got:      nothing',
    '    [1]',
    '      expected: {}',
    '      got:      nothing',
  ])
})

test('a sample without expected events is an error', () => {
  const result = checkSource(
    { 'source.yaml': yaml, 'samples/a.json': JSON.stringify(status) },
    formatNamed,
  )
  assert.equal(result.errors[0]?.message, 'the sample has no expected events')
})

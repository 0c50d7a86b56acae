import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileSource } from './compile.ts'
import { formatNamed, head, map, sourceOf, status } from './fixture.ts'

const source = sourceOf(
  (yaml) => `${yaml}refuse:
  - { when: rec.errors != null, because: "'The carrier answers ' + rec.errors[0].code + ': ' + rec.errors[0].message" }
  - { when: rec.failed, because: rec.text }
`,
)

function fault(tree: unknown): unknown {
  const mapped = map(tree, source)
  return mapped.kind === 'quarantined' ? mapped.fault : mapped.events.length
}

test("a record by which a source reports an error waits in quarantine with the source's own sentence", () => {
  assert.deepEqual(fault({ errors: [{ code: 'NOT.FOUND', message: 'no such parcel' }] }), {
    code: 'source-error',
    detail: 'The carrier answers NOT.FOUND: no such parcel',
    path: 'refuse[0]',
  })
})

test('an error report is refused also when events would match it, but not when it is ignored', () => {
  assert.deepEqual(fault({ ...status, failed: true, text: 'half of it is missing' }), {
    code: 'source-error',
    detail: 'half of it is missing',
    path: 'refuse[1]',
  })
  assert.equal(fault({ kind: 'ping', failed: true }), 0)
  assert.equal(fault(status), 1)
})

test('a report without a sentence, or with one that cannot be made, still is refused', () => {
  for (const text of [null, '', '  ']) {
    assert.deepEqual(fault({ failed: true, text }), {
      code: 'source-error',
      detail: 'the source reports an error and does not say which',
      path: 'refuse[1]',
    })
  }
  assert.deepEqual(fault({ failed: 'perhaps' }), {
    code: 'expression',
    detail: (fault({ failed: 'perhaps' }) as { detail: string }).detail,
    path: 'refuse[1]',
  })
})

test('a refusal needs a condition and a sentence', () => {
  const yaml = `${head}identifiers: [{ type: order, value: rec.id }]
time: { value: rec.at, format: iso }
refuse: [{ when: rec.x, why: rec.y }]
events: [{ name: a, milestone: ordered }]
`
  const compiled = compileSource({ 'source.yaml': yaml }, formatNamed)
  assert.deepEqual(compiled.ok ? [] : compiled.errors.map(({ line, message }) => [line, message]), [
    [9, 'the key because is missing'],
    [9, 'unknown key why'],
  ])
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { followedKinds } from '#model/source.ts'
import { transportFault } from './definitions.ts'

const page = join(import.meta.dirname, '..', '..', 'docs', 'reference', 'transports.md')

test('every example of the reference page is right, and there is one of every kind', () => {
  const examples = [...readFileSync(page, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text]) => {
      const { kind, ...options } = (parse(text!) as { transport: { kind: never } }).transport
      return { kind, options }
    },
  )
  for (const example of examples) assert.equal(transportFault(example), null)
  assert.deepEqual(new Set(examples.map(({ kind }) => kind)), new Set(followedKinds))
})

test('a wrong option of any kind is noticed', () => {
  for (const kind of followedKinds) {
    const fault = transportFault({ kind, options: { nonsense: true } })
    assert.match(fault ?? '', /nonsense is unknown|scheme/, kind)
  }
})

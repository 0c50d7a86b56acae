import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile } from './compile.ts'
import { functionGroups } from './functions.ts'

/** Maps of the language have no prototype; through JSON they compare with the examples. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

for (const group of functionGroups) {
  for (const one of group.functions) {
    for (const [text, expected] of one.examples) {
      test(`${text} is ${JSON.stringify(expected)}`, () => {
        const compiled = compile(text, { variables: [] })
        assert.ok(compiled.ok, compiled.ok ? '' : compiled.problems[0]!.message)
        assert.deepEqual(plain(compiled.expression.run({})), expected)
      })
    }
  }
}

test('every function has an example', () => {
  for (const group of functionGroups) {
    for (const one of group.functions) assert.ok(one.examples.length > 0, one.name)
  }
})

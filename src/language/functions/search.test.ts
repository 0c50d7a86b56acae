import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile } from '../compile.ts'

function run(text: string, rec: unknown): unknown {
  const compiled = compile<{ rec: unknown }>(text, { variables: ['rec'] })
  assert.ok(compiled.ok)
  return compiled.expression.run({ rec })
}

test('a part of what is searched never passes for the whole', () => {
  const scans = Array.from({ length: 10_001 }, (_, i) => ({ date: `d${i}`, status: 's' }))
  for (const text of [
    "rows(rec, 'date', 'status')",
    "walk(rec, 'scans.date')",
    "deep(rec, 'date')",
  ])
    assert.throws(() => run(text, { scans }), /more than 10000/, text)
  const rows = run("rows(rec, 'date', 'status')", { scans: scans.slice(1) })
  assert.ok(Array.isArray(rows) && rows.length === 10_000)
})

test('what is nested too deep is let be, and a search ends', () => {
  let deep: unknown = { no: 1 }
  for (let i = 0; i < 5_000; i += 1) deep = { in: deep }
  assert.deepEqual(run("deep(rec, 'no')", deep), [])
  const wide = { no: 0, list: Array.from({ length: 100_001 }, () => ({})) }
  assert.throws(() => run("deep(rec, 'no')", wide), /more than 100000 maps and lists/)
})

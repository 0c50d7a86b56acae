import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinEvent } from '#collation/join.ts'
import { rollUp } from '#collation/roll-up.ts'
import { emptyState } from '#collation/state.ts'
import { formatNamed } from '#formats/registry.ts'
import { compileSource } from '#mapping/compile.ts'
import { random } from '#simulator/random.ts'
import { eventOf } from '../support/histories/told-event.ts'

function mapped(source: string): string[] {
  const yaml = `
source: ${source}
title: Scans
company: acme
region: EMEA
zone: UTC
transport: { kind: direct }
format: { name: json }
identifiers:
  - { type: order, value: rec.order }
events:
  - name: scan
    milestone: shipped
    time: { value: rec.at, format: iso }
`
  const compiled = compileSource(
    { 'source.yaml': yaml, 'terms.csv': 'word,milestone\n' },
    formatNamed,
  )
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors))
  const tree = { order: '1', at: '2026-10-01T10:00:00Z' }
  const result = compiled.source.map({ ok: true, from: 0, to: 1, tree }, Date.UTC(2026, 9, 2))
  return result.kind === 'events' ? result.events.map((event) => event.id) : []
}

test('two sources that say the same are two witnesses, one that says it twice is one', () => {
  assert.equal(mapped('scans').length, 1)
  assert.deepEqual(mapped('scans'), mapped('scans'))
  assert.notDeepEqual(mapped('scans'), mapped('other-scans'))
})

test('a delivered order stays delivered when an earlier stage is told with a later time', () => {
  const dice = random(1)
  const base = {
    ...eventOf([{ ns: 'acme', type: 'order', value: '1' }], dice),
    part: { kind: 'order' },
    classifier: 'ACT',
    facts: {},
    lines: {},
  } as const
  const { hold: _hold, ...told } = base
  const state = emptyState()
  for (const [milestone, at] of [
    ['delivered', 1_000],
    ['confirmed', 2_000],
    ['picked', 3_000],
  ] as const) {
    const time = { at, text: '', certainty: 'instant' } as const
    joinEvent(
      state,
      { ...told, id: String(at).padStart(32, '0'), milestone, time },
      ['order:acme:1'],
      [],
    )
  }
  assert.equal(rollUp(state, () => 50).status, 'delivered')
})

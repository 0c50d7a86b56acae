import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinEvent } from '#collation/join.ts'
import { rollUp } from '#collation/roll-up.ts'
import { emptyState, type OrderState } from '#collation/state.ts'
import { claims, linkingIdentifiers } from '#identity/links.ts'
import { identifierText } from '#model/identifier.ts'
import { companySources } from './fixtures/company.ts'
import { simulate, type Simulation } from './simulate.ts'

const sources = companySources()
const trustOf = (source: string) => sources.get(source)!.trust.base

/** Folds a world by its true orders: deal number to state. */
function fold(world: Simulation): Map<number, OrderState> {
  const dealOf = new Map<string, number>()
  for (const deal of world.truths()) {
    for (const id of deal.identifiers) dealOf.set(identifierText(id), deal.index)
  }
  const states = new Map<number, OrderState>()
  for (const message of world.messages()) {
    const source = sources.get(message.source)!
    for (const found of source.format.read(message.bytes, source.formatOptions)) {
      const mapped = source.map(found, message.at)
      if (mapped.kind !== 'events') continue
      for (const event of mapped.events) {
        const ids = linkingIdentifiers(event)
        const deal = dealOf.get(ids[0]!)!
        const state = states.get(deal) ?? emptyState()
        states.set(deal, state)
        joinEvent(state, event, ids, claims(event, ids))
      }
    }
  }
  return states
}

test('out of late, doubled, missing and misdated messages, mapping and collation find the true status and shipments of every order', () => {
  const world = simulate({ seed: 11, orders: 250, from: Date.UTC(2026, 8, 1), days: 20 })
  const states = fold(world)
  for (const deal of world.truths()) {
    const found = rollUp(states.get(deal.index)!, trustOf)
    assert.equal(found.status, deal.status, `status of deal ${deal.index}`)
    assert.equal(found.shipments.length, deal.shipments.length, `shipments of deal ${deal.index}`)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stateOf, type Telling } from './fixtures/story.ts'
import { shipmentLabel } from './labels.ts'
import { project } from './project.ts'

const trustOf = () => 50

function shipment(...tellings: Telling[]) {
  const { shipments } = project(stateOf(tellings), trustOf)
  assert.equal(shipments.length, 1)
  return shipments[0]!
}

const notice: Telling = {
  at: 5,
  milestone: 'shipped',
  part: { kind: 'shipment', key: '80000280' },
  ids: ['delivery 80000280', 'tracking 794600000842', 'package 3401', 'order A1'],
}
const scan: Telling = {
  at: 6,
  milestone: 'in-transit',
  part: { kind: 'shipment', key: '794600000842' },
  ids: ['tracking 794600000842'],
}
const box: Telling = {
  at: 4,
  milestone: 'packed',
  part: { kind: 'package', key: '3401' },
  ids: ['package 3401'],
}

test('a shipment is called by its delivery note and waybill, its packages are counted', () => {
  const { key, kind, label, status } = shipment(box, scan, notice)
  assert.deepEqual(
    { key, kind, label, status },
    {
      key: 'shipment:80000280',
      kind: 'shipment',
      label: '80000280 · 794600000842 +1 package',
      status: 'in-transit',
    },
  )
})

test('what stands inside of a shipment are its other parts, each under its own name', () => {
  const { packages } = shipment(scan, box, notice)
  assert.deepEqual(packages?.map(({ key, kind, label }) => [key, kind, label]).toSorted(), [
    ['package:3401', 'package', '3401'],
    ['shipment:794600000842', 'shipment', '794600000842'],
  ])
})

test('a package that no shipment is known of is its own shipment', () => {
  const { key, kind, label } = shipment(box)
  assert.deepEqual({ key, kind, label }, { key: 'package:3401', kind: 'package', label: '3401' })
})

test('a label lists at most two names and counts the others', () => {
  const packages = ['package:1', 'package:2', 'package:3']
  assert.equal(shipmentLabel(['shipment:A']), 'A')
  assert.equal(shipmentLabel(['shipment:A', 'package:1']), 'A · 1')
  assert.equal(shipmentLabel(['shipment:A', ...packages]), 'A +3 packages')
  assert.equal(shipmentLabel(packages), '1 · 2 +1 package')
  assert.equal(shipmentLabel(['shipment:A', 'shipment:B', 'shipment:C']), 'A · B +1 number')
  assert.equal(shipmentLabel(['shipment:A', 'package:A']), 'A')
})

test('companies of one deal each have their own value: shown beside, not disputed; inside of a company it is a dispute', () => {
  const told = (source: string, company: string, value: number): Telling => ({
    at: 5,
    source,
    company,
    milestone: 'ordered',
    facts: { value },
  })
  const { facts, disputes } = project(
    stateOf([told('erp-a', 'a', 100), told('erp-b', 'b', 70), told('crm-a', 'a', 90)]),
    (source) => (source === 'erp-a' ? 80 : 50),
  )
  assert.equal(facts['value']?.value, 100)
  assert.deepEqual(
    facts['value']?.elsewhere?.map(({ company, value }) => [company, value]),
    [['b', 70]],
  )
  assert.deepEqual(
    disputes.map(({ field, others }) => [field, others]),
    [['value', [90]]],
  )
})

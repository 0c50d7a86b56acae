import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tradacoms } from './tradacoms.ts'

type Any = Record<string, any> // eslint-disable-line

const orders = [
  'STX=ANA:1+5000000000012:HIGH STREET STORES+5000000000029:NORDWIND LTD+261103:081500+000042++ORDHDR',
  'MHD=1+ORDHDR:9',
  'TYP=0430+NEW-ORDERS',
  'CDT=5000000000012',
  'MTR=4',
  'MHD=2+ORDERS:9',
  'CLO=5000000000036:17+LEEDS DEPOT',
  "ORD=70970::261103'",
  "OLD=1+5000000000043++:00893+12+60++++O?'CLOCK ROLLS:4 PACK",
  'DNB=1+1+3',
  'OLD=2+5000000000050++:00894+6+12',
  'OTR=2',
  'MTR=8',
  'MHD=3+ORDTLR:9',
  'OFT=1',
  'MTR=3',
  'END=3',
]
  .map((line) => (line.endsWith("'") ? line : `${line}'`))
  .join('')

function read(text: string): string[] {
  return Array.from(tradacoms.read(Buffer.from(text), {})).map((found) =>
    found.ok ? String((found.tree as Any)['message']) : found.fault.code,
  )
}

test('a TRADACOMS transmission gives its messages, each with what the header says of all', () => {
  const found = Array.from(tradacoms.read(Buffer.from(orders), {}))
  assert.deepEqual(read(orders), ['ORDHDR', 'ORDERS', 'ORDTLR'])
  assert.ok(found[1]!.ok)
  const tree = found[1]!.tree as Any
  assert.equal(tree.interchange.at, '2026-11-03T08:15:00')
  assert.equal(tree.header.TYP[0].TYP02, 'NEW-ORDERS')
  assert.equal(tree.ORD[0].ORD0103, '261103')
  assert.equal(tree.OLD[0].OLD10, "O'CLOCK ROLLS")
  assert.equal(tree.OLD[0].DNB[0].DNB03, '3')
  assert.equal(tree.OLD[1].DNB, undefined)
})

test('a transmission cut into lines of forty characters reads alike', () => {
  const whole = Array.from(tradacoms.read(Buffer.from(orders), {}))
  const wrapped = Array.from(tradacoms.read(Buffer.from(orders.replaceAll(/.{40}/g, '$&\r\n')), {}))
  assert.deepEqual(
    wrapped.map((one) => (one.ok ? one.tree : one)),
    whole.map((one) => (one.ok ? one.tree : one)),
  )
})

test('counts that do not match, and ends that are missing, are told', () => {
  assert.deepEqual(read(orders.replace('MTR=8', 'MTR=9')), ['ORDHDR', 'control-total', 'ORDTLR'])
  assert.deepEqual(read(orders.replace('END=3', 'END=2')), [
    'ORDHDR',
    'ORDERS',
    'ORDTLR',
    'control-total',
  ])
  assert.deepEqual(read(orders.replace("END=3'", '')), ['ORDHDR', 'ORDERS', 'ORDTLR', 'truncated'])
  assert.deepEqual(read(orders.replace("MTR=8'", '')), ['ORDHDR', 'truncated', 'ORDTLR'])
  assert.equal(tradacoms.cut!(Buffer.from(orders + orders.slice(0, 90)), {}), orders.length)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatNamed } from '#formats/registry.ts'
import { usualSeparators, writeInterchange } from '#formats/x12/write.ts'
import { compileSource } from '#mapping/compile.ts'
import type { Source } from '#model/source.ts'
import { startWorld, usualSources, type World } from '#api/fixtures/world.ts'

function ediSource(): Source {
  const yaml = `
source: partner-edi
title: Orders of a partner
company: alpha
region: EMEA
zone: UTC
trust: { base: 60 }
transport: { kind: http }
format: { name: x12 }
identifiers:
  - { type: purchase-order, ns: "'partner'", value: "rec.BEG[0].BEG03" }
events:
  - name: ordered
    milestone: ordered
    time: { value: "rec.BEG[0].BEG05", format: yyyyMMdd }
else: quarantine
`
  const compiled = compileSource({ 'source.yaml': yaml }, formatNamed)
  assert.ok(compiled.ok)
  return compiled.source
}

let world: World
before(async () => {
  world = await startWorld({ sources: [...usualSources(), ediSource()] })
})
after(() => world[Symbol.asyncDispose]())

/** Two orders; the second says that it has more segments than it has. */
function interchange(): string {
  const order = (number: string) => ({
    code: '850',
    segments: [['BEG', '00', 'NE', number, '', '20260305']],
  })
  const text = writeInterchange(
    {
      sender: 'PARTNER',
      receiver: 'US',
      control: 77,
      date: '260305',
      time: '1200',
      version: '00401',
      group: 'PO',
      release: '004010',
      sets: [order('PO-1'), order('PO-2')],
    },
    usualSeparators,
  )
  return text.replace('SE*3*0002', 'SE*9*0002')
}

test('a received interchange is answered with what became of each set, and the same way when asked again', async () => {
  const body = interchange()
  const sent = await world.call('/v1/sources/partner-edi/records', { method: 'POST', body })
  assert.equal((sent.body as { accepted: number }).accepted, 1, sent.text)
  const { items } = (await world.call('/v1/quarantine?source=partner-edi')).body as {
    items: { id: string; code: string }[]
  }
  assert.equal(items[0]!.code, 'control-total')
  const { receipt } = (await world.call(`/v1/quarantine/${items[0]!.id}`)).body as {
    receipt: number
  }
  const path = `/v1/receipts/${receipt}/acknowledgement`
  const answer = await world.call(path, { method: 'POST' })
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.headers.get('content-type')!, /^application\/edi-x12/)
  assert.match(answer.text, /\*ZZ\*US +\*ZZ\*PARTNER/)
  assert.match(answer.text, /ST\*997\*0001/)
  assert.match(answer.text, /AK1\*PO\*77/)
  assert.match(answer.text, /AK2\*850\*0001~\s*AK5\*A/)
  assert.match(answer.text, /AK2\*850\*0002~[\s\S]*AK5\*R/)
  assert.match(answer.text, /AK9\*P\*2\*2\*1/)
  assert.equal((await world.call(path, { method: 'POST' })).text, answer.text)
  assert.match((await world.call(`${path}?kind=999`, { method: 'POST' })).text, /IK5\*R/)
  const stranger = await world.key({ scopes: [{ company: 'beta' }] })
  assert.equal((await world.call(path, { method: 'POST', key: stranger })).status, 404)
})

test('what is no EDI is not answered', async () => {
  await world.send('alpha', { state: 'NEW' })
  const { items } = (await world.call('/v1/quarantine?source=alpha')).body as {
    items: { id: string }[]
  }
  const { receipt } = (await world.call(`/v1/quarantine/${items[0]!.id}`)).body as {
    receipt: number
  }
  const answer = await world.call(`/v1/receipts/${receipt}/acknowledgement`, { method: 'POST' })
  assert.equal(answer.status, 400)
})

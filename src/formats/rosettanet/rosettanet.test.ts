import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { rosettanet } from './rosettanet.ts'

type Tree = Record<string, unknown>

const read = (text: string): Found[] => Array.from(rosettanet.read(Buffer.from(text), {}))
const tree = (text: string): Tree => {
  const [found] = read(text)
  assert.ok(found?.ok, found?.ok === false ? found.fault.detail : '')
  return found.tree as Tree
}
const fault = (text: string) => {
  const [found] = read(text)
  return found?.ok === false ? found.fault.code : 'ok'
}

const content =
  '<Pip3A4PurchaseOrderRequest><PurchaseOrder><ProductLineItem><LineNumber>1</LineNumber></ProductLineItem><ProductLineItem><LineNumber>2</LineNumber></ProductLineItem></PurchaseOrder></Pip3A4PurchaseOrderRequest>'
const doctype =
  '<!DOCTYPE Pip3A4PurchaseOrderRequest SYSTEM "3A4_MS_V02_02_PurchaseOrderRequest.dtd">'

function message(parts: readonly string[], boundary = '=_b'): string {
  const head = `MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary="${boundary}"\r\n\r\n`
  return `${head}${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`
}

test('a DOCTYPE that names an external DTD is passed over unread, one that declares anything is refused', () => {
  assert.deepEqual(tree(`<?xml version="1.0"?>\n${doctype}\n${content}`), tree(content))
  assert.equal(fault(`<!DOCTYPE x PUBLIC "-//a//b" 'c.dtd'>${content}`), 'ok')
  assert.equal(fault(`<!DOCTYPE x [<!ENTITY a "b">]>${content}`), 'hostile')
  assert.equal(
    fault(`<!DOCTYPE x SYSTEM "a" [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]>${content}`),
    'hostile',
  )
  assert.equal(fault(`<Pip1>${doctype}</Pip1>`), 'hostile')
})

test('elements are found by their names wherever a PIP puts them', () => {
  const { pip, nodes } = tree(content)
  assert.equal(pip, 'Pip3A4PurchaseOrderRequest')
  assert.deepEqual((nodes as Tree)['LineNumber'], ['1', '2'])
  assert.equal(((nodes as Tree)['ProductLineItem'] as unknown[]).length, 2)
})

test('the service content is found in a message with its headers, in any transfer encoding', () => {
  const headers = [
    `Content-Type: application/xml\r\n\r\n<Preamble><a>1</a></Preamble>`,
    `Content-Type: application/xml\r\n\r\n<ServiceHeader><b>2</b></ServiceHeader>`,
  ]
  const base64 = Buffer.from(`${doctype}${content}`)
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\r\n')
  const printable = content.replaceAll('=', '=3D').replaceAll(/(.{60})/g, '$1=\r\n')
  for (const part of [
    `Content-Type: application/xml\r\n\r\n${content}`,
    `Content-Type: application/xml\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}`,
    `Content-Type: application/xml\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${printable}`,
    message([`Content-Type: application/xml\r\n\r\n${content}`], 'inner'),
  ]) {
    const text = message([...headers, part])
    for (const sent of [text, text.slice(text.indexOf('--=_b')), text.replaceAll('\r\n', '\n')]) {
      const { preamble, service, nodes } = tree(sent)
      assert.deepEqual([preamble, service], [{ a: '1' }, { b: '2' }])
      assert.deepEqual((nodes as Tree)['LineNumber'], ['1', '2'])
    }
  }
})

test('what holds no service content, or holds it encrypted, is refused with its reason', () => {
  assert.equal(fault(message(['Content-Type: application/xml\r\n\r\n<Preamble/>'])), 'envelope')
  assert.equal(fault(message(['Content-Type: application/pkcs7-mime\r\n\r\nMIAG'])), 'unsupported')
  assert.equal(fault('<note><to>x</to></note>'), 'unsupported')
})

test('damaged messages are read or refused, never a crash', () => {
  const whole = message([
    `Content-Type: application/xml\r\n\r\n<Preamble><a>1</a></Preamble>`,
    message([`Content-Type: application/xml\r\n\r\n${doctype}${content}`], 'inner'),
  ])
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.nat(whole.length),
          fc.nat(60),
          fc.constantFrom('', '\r\n', '--=_b', '--inner', '<', '<!DOCTYPE x>', '\0', 'boundary='),
        ),
        { maxLength: 6 },
      ),
      (damage) => {
        let text = whole
        for (const [at, length, mark] of damage)
          text = text.slice(0, at) + mark + text.slice(at + length)
        assert.ok(read(text).length > 0 || text === '')
      },
    ),
    { numRuns: 3_000 },
  )
})

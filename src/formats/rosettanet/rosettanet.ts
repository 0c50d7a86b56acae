import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { noOptions } from '../options.ts'
import { latin1, textOf } from '../text.ts'
import { xml } from '../xml/xml.ts'
import { isMime, partsOf } from './mime.ts'

type Tree = Record<string, unknown>

/**
 * RosettaNet: the service content of a PIP, alone or in the MIME message of RNIF 2.0 with its headers. The record is
 * { pip, content, nodes, preamble, delivery, service }: `pip` the name of the root element, `nodes` the elements of each name in the
 * order of the document, because PIPs differ in where they put the same things.
 * A DOCTYPE that only names an external DTD, as the standard asks for, is passed over unread; one with declarations is refused.
 */
export const rosettanet: Format = {
  name: 'rosettanet',
  options: noOptions('rosettanet'),
  cut: null,
  read: readMessage,
  sniff,
}

function sniff(bytes: Buffer): number {
  const head = latin1(bytes, 0, Math.min(bytes.length, 16_384))
  if (isMime(bytes))
    return /RN-(Preamble|Delivery|Service)|rosettanet|<Pip\d[A-Z]\d/i.test(head) ? 0.97 : 0
  if (!/^[^]{0,3}\s*</.test(head)) return 0
  return /<([\w.-]+:)?Pip\d[A-Z]\d+\w*[\s>]|<!DOCTYPE\s+Pip\d[A-Z]|urn:rosettanet:specification|_MS_[A-Z]\d\d[_B]\d\d/.test(
    head,
  )
    ? 0.97
    : 0
}

function* readMessage(bytes: Buffer): Generator<Found> {
  if (!isMime(bytes)) {
    for (const found of xml.read(withoutDoctype(bytes), { records: [] }))
      yield found.ok ? contentOf(found.from, found.to, found.tree as Tree, {}) : found
    return
  }
  const headers: Tree = {}
  const contents: { from: number; to: number; tree: Tree }[] = []
  for (const part of partsOf(bytes)) {
    if (/pkcs7|encrypted/.test(part.type) && !part.type.includes('signature')) {
      yield bad(
        part.from,
        part.to,
        'unsupported',
        `The message is encrypted (${part.type}); it has to be decrypted where it arrives.`,
      )
      return
    }
    if (
      !/xml/.test(part.type) &&
      !/^\s*</.test(latin1(part.bytes, 0, Math.min(part.bytes.length, 64)))
    )
      continue
    for (const found of xml.read(withoutDoctype(part.bytes), { records: [] })) {
      if (!found.ok) {
        yield { ...found, from: part.from, to: part.to }
        return
      }
      const tree = found.tree as Tree
      const root = Object.keys(tree)[0] ?? ''
      const header = headerNames[root]
      if (header === undefined) contents.push({ from: part.from, to: part.to, tree })
      else headers[header] = tree[root]
    }
  }
  if (contents.length === 0)
    yield bad(0, bytes.length, 'envelope', 'The message has no service content in XML.')
  for (const { from, to, tree } of contents) yield contentOf(from, to, tree, headers)
}

const headerNames: Readonly<Record<string, string>> = {
  Preamble: 'preamble',
  DeliveryHeader: 'delivery',
  ServiceHeader: 'service',
}

function contentOf(from: number, to: number, tree: Tree, headers: Tree): Found {
  const pip = Object.keys(tree)[0] ?? ''
  if (
    !/^Pip\d|Order|Shipment|Invoice|Exception|Acknowledgment|Notification|Status|Forecast|Quote|Product/i.test(
      pip,
    )
  )
    return bad(from, to, 'unsupported', `'${pip.slice(0, 60)}' is no service content of a PIP.`)
  const content = tree[pip]
  const nodes: Record<string, unknown[]> = {}
  gather(content, nodes)
  return good(from, to, { pip, content, nodes, ...headers })
}

/** Elements by their names; the depth of the tree is bounded by the reader. */
function gather(node: unknown, nodes: Record<string, unknown[]>): void {
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) {
    if (name.startsWith('@') || name.startsWith('#')) continue
    const list = Object.hasOwn(nodes, name) ? nodes[name]! : (nodes[name] = [])
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      list.push(one)
      gather(one, nodes)
    }
  }
}

/** The bytes with blanks instead of a DOCTYPE that names an external DTD and declares nothing: it is never fetched. */
function withoutDoctype(bytes: Buffer): Buffer {
  const source = textOf(bytes.subarray(0, 8_192))
  if (source.unit === 2) return bytes
  const found =
    /<!DOCTYPE\s+[\w:.-]+(?:\s+(?:SYSTEM|PUBLIC)(?:\s+(?:"[^"<]*"|'[^'<]*')){1,2})?\s*>/.exec(
      source.text,
    )
  if (found === null || /<[A-Za-z_]/.test(source.text.slice(0, found.index))) return bytes
  const copy = Buffer.from(bytes)
  copy.fill(32, found.index, found.index + found[0].length)
  return copy
}

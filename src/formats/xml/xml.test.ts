import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XMLParser } from 'fast-xml-parser'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { idocXml } from '../idoc-xml/idoc-xml.ts'
import { xml } from './xml.ts'

function read(text: string | Buffer, options: unknown = {}): Found[] {
  return Array.from(xml.read(Buffer.from(text as string), xml.options(options)))
}

function outcomes(text: string | Buffer, options: unknown = {}): unknown[] {
  return read(text, options).map((one) => (one.ok ? one.tree : one.fault.code))
}

const name = fc
  .stringMatching(/^([a-z]{1,3}:)?[A-Za-z_][A-Za-z0-9_.-]{0,6}$/)
  .filter((text) => !/xml|__proto__/i.test(text))
const text = fc
  .array(fc.constantFrom('a', 'ß', '€', '7', ' ', '\n', '&amp;', '&lt;', '&#65;', '&quot;', '.'), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''))
const attributes = fc.uniqueArray(
  fc.tuple(
    fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,5}$/).filter((name) => !/xmlns/i.test(name)),
    text,
  ),
  { maxLength: 3, selector: ([name]) => name },
)
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      name,
      attributes,
      fc.oneof(
        { depthSize: 'small' },
        text,
        fc.constant(null),
        fc.array(tie('element'), { maxLength: 4 }).map((children) => children.join('\n ')),
      ),
      fc.constantFrom('', '<!-- c -->', '<?pi x?>'),
    )
    .map(([name, attributes, content, aside]) => {
      const tag =
        name + attributes.map(([key, value]) => ` ${key}="${value.replaceAll('\n', ' ')}"`).join('')
      return content === null
        ? `<${tag}/>`
        : `<${tag}>${content}${content.startsWith('<') ? aside : ''}</${name}>`
    }),
}))

const oracle = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  htmlEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
})

/** The oracle's tree with own properties only, and attribute values as they stand. */
function plain(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree))
}

test('documents read as fast-xml-parser reads them', () => {
  fc.assert(
    fc.property(element, (document) => {
      const found = read(`<?xml version="1.0"?>\n${document}\n`)
      assert.equal(found.length, 1)
      assert.ok(found[0]!.ok, `${document} ${JSON.stringify(found[0])}`)
      assert.deepEqual(
        trimmed(plain(found[0]!.tree)),
        trimmed(plain(oracle.parse(document))),
        document,
      )
    }),
    { numRuns: 500 },
  )
})

/** Attribute values are trimmed by the oracle and kept as they are by us. */
function trimmed(tree: unknown): unknown {
  if (typeof tree === 'string') return tree.trim()
  if (Array.isArray(tree)) return tree.map(trimmed)
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, trimmed(value)]))
}

test('a document without a records path is one record; with one, each element there is, with its exact bytes', () => {
  const document =
    '<e:Envelope xmlns:e="x"><Body><item n="1"><a>1</a></item><item n="2"><a>ü</a></item></Body></e:Envelope>'
  assert.deepEqual(outcomes(document), [
    {
      Envelope: {
        Body: {
          item: [
            { '@n': '1', a: '1' },
            { '@n': '2', a: 'ü' },
          ],
        },
      },
    },
  ])
  const found = read(document, { records: 'Envelope.Body.item' })
  assert.deepEqual(
    found.map((one) => one.ok && one.tree),
    [
      { '@n': '1', a: '1' },
      { '@n': '2', a: 'ü' },
    ],
  )
  assert.equal(
    Buffer.from(document).toString('utf8', found[1]!.from, found[1]!.to),
    '<item n="2"><a>ü</a></item>',
  )
  assert.deepEqual(outcomes(document, { records: 'Envelope.Body.other' }), ['empty'])
})

test('encodings: UTF-16 and Latin-1 as declared, wrong UTF-8 refused', () => {
  assert.deepEqual(outcomes(Buffer.from('\ufeff<a>ß</a>', 'utf16le')), [{ a: 'ß' }])
  assert.deepEqual(
    outcomes(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ß</a>', 'latin1')),
    [{ a: 'ß' }],
  )
  assert.deepEqual(
    outcomes(Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>\x80</a>', 'latin1')),
    [{ a: '€' }],
  )
  assert.deepEqual(outcomes(Buffer.from('<a>ß</a>', 'latin1')), ['encoding'])
  assert.deepEqual(outcomes('<?xml version="1.0" encoding="EBCDIC-US"?><a/>'), ['encoding'])
  assert.deepEqual(outcomes('<a>\0</a>'), ['encoding'])
})

test('what is no well-formed XML is refused with its reason', () => {
  const broken: Record<string, string> = {
    '<a><b></a>': 'syntax',
    '<a': 'truncated',
    '<a><b>1</b>': 'truncated',
    '<a x=1/>': 'syntax',
    '<a x="1" x="2"/>': 'syntax',
    '<a>&nbsp;</a>': 'syntax',
    '<a>&#0;</a>': 'syntax',
    '<a>&#x110000;</a>': 'syntax',
    '<a>& b</a>': 'syntax',
    hello: 'syntax',
    '<a>1 < 2</a>': 'syntax',
    '<__proto__/>': 'hostile',
    '<a><__proto__>1</__proto__></a>': 'hostile',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>': 'hostile',
    '<!DOCTYPE html><html></html>': 'unsupported',
    '<html><body>502 Bad Gateway<br></body></html>': 'unsupported',
    ' \n ': 'empty',
  }
  for (const [text, code] of Object.entries(broken)) assert.deepEqual(outcomes(text), [code], text)
})

test('an IDoc is a record; segments are always arrays, fields texts, empty ones left out', () => {
  const document =
    '<ORDERS05>\n<IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><MESTYP>ORDERS</MESTYP></EDI_DC40><E1EDK01 SEGMENT="1"><BELNR>0045</BELNR><CURCY></CURCY></E1EDK01>' +
    '<E1EDP01 SEGMENT="1"><POSEX>10</POSEX><E1EDP20 SEGMENT="1"><EDATU>20261109</EDATU></E1EDP20></E1EDP01><E1EDP01 SEGMENT="1"/></IDOC>\n<IDOC><EDI_DC40><X>1</X></EDI_DC40></IDOC></ORDERS05>'
  const bytes = Buffer.from(document)
  const found = Array.from(idocXml.read(bytes, {}))
  assert.deepEqual(found[0]!.ok && found[0]!.tree, {
    type: 'ORDERS05',
    EDI_DC40: [{ MESTYP: 'ORDERS' }],
    E1EDK01: [{ BELNR: '0045' }],
    E1EDP01: [{ POSEX: '10', E1EDP20: [{ EDATU: '20261109' }] }, {}],
  })
  const span = bytes.toString('utf8', found[1]!.from, found[1]!.to)
  assert.equal(span, '<IDOC><EDI_DC40><X>1</X></EDI_DC40></IDOC>')
  const other = Array.from(idocXml.read(Buffer.from('<Order><Id>1</Id></Order>'), {}))
  assert.ok(!other[0]!.ok && other[0]!.fault.code === 'unsupported')
})

test('of IDocs in a file that breaks off, those before are read', () => {
  const found = Array.from(
    idocXml.read(
      Buffer.from('<ORDERS05><IDOC><EDI_DC40><A>1</A></EDI_DC40></IDOC><IDOC><EDI_DC40><A>2</A>'),
      {},
    ),
  )
  assert.deepEqual(
    found.map((one) => (one.ok ? 'ok' : one.fault.code)),
    ['ok', 'truncated'],
  )
})

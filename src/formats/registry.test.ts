import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatNamed, formatNames, sniffFormat } from './registry.ts'

const seeds: Readonly<Record<string, string>> = {
  json: '[{"a":"ü","b":[1,{"c":null}]},{"a":"x"}]',
  ndjson: '{"a":1}\n{"a":"ü"}\n',
  cloudevents:
    '{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"a":1}}\n{"specversion":"1.0","id":"2","source":"/s","type":"t"}\n',
  debezium: '{"before":null,"after":{"id":1},"source":{"table":"t"},"op":"c","ts_ms":5}\n',
  csv: 'order;line;text\n1;2;"a ""b"" c"\n3;4;ü\n5;6;"x\ny"\n',
  epcis:
    '{"@context":[],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-04-02T09:00:00Z","epcisBody":{"eventList":[{"type":"ObjectEvent","action":"ADD","eventTime":"2026-04-01T18:30:00Z","eventTimeZoneOffset":"+02:00","epcList":["urn:epc:id:sscc:4012345.3000000001"]}]}}',
  'fixed-width':
    '000017Mueller    20260301EUR\n000018Meier      20260302USD\n000019Ada        20260303EUR\n',
  xml: '<?xml version="1.0"?><a x="1"><b>1&amp;2</b><!-- c --><b><![CDATA[<x>]]></b></a>',
  idoc: `${'EDI_DC40'.padEnd(39)}${'ORDERS05'.padEnd(60)}ORDERS\n${'E2EDK01005'.padEnd(30)}100${'1'.padStart(16, '0')}00000100000001   EUR\n`,
  odata: '{"d":{"results":[{"__metadata":{"uri":"https://h/A(1)","type":"S.A"},"A":"1"}]}}',
  rosettanet:
    '<!DOCTYPE Pip3A4PurchaseOrderRequest SYSTEM "a.dtd"><Pip3A4PurchaseOrderRequest><PurchaseOrder/></Pip3A4PurchaseOrderRequest>',
  'idoc-xml':
    '<ORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><A>1</A></EDI_DC40><E1EDP01 SEGMENT="1"><P>1</P></E1EDP01></IDOC></ORDERS05>',
  edifact:
    "UNA:+.? '\nUNB+UNOC:3+A:14+B:14+260301:1430+1'UNH+1+ORDERS:D:96A:UN'BGM+220+P?'1'DTM+137:20260301:102'NAD+BY+4::9++Ü'CTA+OC+:X'LIN+1++5:EN'QTY+21:1,5'UNS+S'UNT+10+1'UNZ+1+1'",
  tradacoms:
    "STX=ANA:1+1:A+2:B+260301:143000+1++ORDHDR'MHD=1+ORDERS:9'CLO=1:2'ORD=7::260301'OLD=1+5++:8+1+2'DNB=1+1+3'OTR=1'MTR=7'END=1'",
  'change-events':
    '{"data":[{"id":"1"},{"id":"2"}],"database":"d","table":"t","type":"INSERT","es":1,"ts":2,"isDdl":false,"pkNames":["id"],"old":null}\n',
  avro: 'Obj\u0001\u0002\u0016avro.schema\u0010"string"\u0000ABCDEFGHIJKLMNOP\u0004\u0006\u0002a\u0002bABCDEFGHIJKLMNOP',
  protobuf: '\u0000\u0000\u0000\u0000\u0007\u0000\n\u0001a',
  'sparkplug-b':
    '{"topic":"spBv1.0/G/NDATA/N","payload":{"timestamp":5,"metrics":[{"name":"a","dataType":"Int32","value":1}],"seq":0}}',
  'sql-dump':
    "CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES (1,'ü'),(2,NULL);\nCOPY s.t (a) FROM stdin;\n1\n\\.\n",
  tracker:
    '*HQ,860000000000029,V1,101500,A,4808.2292,N,01134.5294,E,10.00,90,080626,FFFFFBFF#\nimei:860000000000037,tracker,2606081015,,F,101500.000,A,4808.2292,N,01134.5294,W,0.00,;\n',
  x12: 'ISA*00*          *00*          *ZZ*A              *ZZ*B              *200301*1430*U*00401*000000001*0*P*:~GS*PO*A*B*20200301*1430*1*X*004010~ST*856*0001~HL*1**S~HL*2*1*O~N1*ST*X~SE*5*0001~GE*1*1~IEA*1*000000001~\n',
}

test('every format recognises its own', () => {
  for (const [name, text] of Object.entries(seeds))
    assert.equal(sniffFormat(Buffer.from(text))[0]?.name, name)
  assert.deepEqual(Object.keys(seeds).toSorted(), [...formatNames].toSorted())
  assert.equal(formatNamed('constructor'), undefined)
})

/** A change of some bytes: another byte, a piece taken out, a piece doubled, foreign bytes put in. */
const damage = fc.array(
  fc.record({
    at: fc.nat(400),
    length: fc.nat(30),
    how: fc.constantFrom('set', 'cut', 'double', 'insert'),
    bytes: fc.uint8Array({ maxLength: 6 }),
    mark: fc.constantFrom(
      '',
      '"',
      '~',
      '*',
      '<',
      '>',
      '\n',
      '\0',
      '{',
      ',',
      'ISA*',
      '<![CDATA[',
      '&',
      '\\',
    ),
  }),
  { maxLength: 6 },
)

function damaged(
  text: string,
  changes: readonly { at: number; length: number; how: string; bytes: Uint8Array; mark: string }[],
): Buffer {
  let bytes = Buffer.from(text)
  for (const { at, length, how, bytes: foreign, mark } of changes) {
    const from = Math.min(at, bytes.length)
    const to = Math.min(bytes.length, from + length)
    const piece =
      how === 'cut'
        ? Buffer.alloc(0)
        : how === 'double'
          ? Buffer.concat([bytes.subarray(from, to), bytes.subarray(from, to)])
          : Buffer.concat([
              foreign,
              Buffer.from(mark),
              how === 'set' ? Buffer.alloc(0) : bytes.subarray(from, to),
            ])
    bytes = Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)])
  }
  return bytes
}

for (const [name, text] of Object.entries(seeds)) {
  test(`damaged ${name} never throws, and every byte span is in order and inside of the bytes`, () => {
    const format = formatNamed(name)!
    const options = format.options({})
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = damaged(text, changes)
        const copy = Buffer.from(bytes)
        const found = Array.from(format.read(bytes, options))
        assert.ok(found.length > 0 || bytes.length === 0)
        let last = 0
        for (const { from, to } of found) {
          assert.ok(
            from >= last && to >= from && to <= bytes.length,
            `${from} to ${to} behind ${last} of ${bytes.length}`,
          )
          last = to
        }
        const length = format.cut?.(bytes, options) ?? 0
        assert.ok(length >= 0 && length <= bytes.length)
        sniffFormat(bytes)
        assert.deepEqual(bytes, copy)
        assert.deepEqual(Array.from(format.read(bytes, options)), found)
      }),
      { numRuns: 400 },
    )
  })
}

test('what one format refuses or reads, no other crashes on', () => {
  for (const text of Object.values(seeds)) {
    for (const name of formatNames) {
      const format = formatNamed(name)!
      assert.ok(Array.from(format.read(Buffer.from(text), format.options({}))).length > 0)
    }
  }
})

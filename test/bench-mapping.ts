import { compileSource } from '#mapping/compile.ts'
import { describeError } from '#mapping/errors.ts'
import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import type { Source } from '#model/source.ts'

/** Time of the mapping alone, in microseconds: trees are parsed beforehand. `node test/bench-mapping.ts [seconds]`. */

const scan = `
source: bench-scan
company: bench
region: EU
zone: Europe/Berlin
transport: { kind: direct }
format: { name: json }
let:
  head: rec.shipment
identifiers:
  - { type: tracking, ns: "'fedex'", value: head.awb }
  - { type: order, value: head.reference.order }
  - { type: purchase-order, value: head.reference.po }
ignore:
  - { when: rec.kind == 'heartbeat', because: heartbeat }
events:
  - name: scan
    when: rec.kind == 'scan' && rec.code != null
    term: rec.code
    time: { value: rec.at, format: iso }
    part: { kind: shipment, key: head.awb }
    sequence: rec.sequence
    reason: rec.remark
    place: { city: rec.place.city, country: rec.place.country }
    facts: { carrier: "'FedEx'", weight: rec.weight, device: rec.device }
`
const terms =
  'word,milestone,substatus\nPU,picked-up,\nIT,in-transit,at hub\nOD,out-for-delivery,\nDL,delivered,\n'

const notice = `
source: bench-notice
company: bench
region: EU
zone: America/New_York
transport: { kind: direct }
format: { name: x12 }
let:
  head: rec.BSN[0]
identifiers:
  - { type: order, value: "first(rec.HL.filter(h, h.HL03 == 'O')).PRF[0].PRF01" }
  - { type: delivery, value: head.BSN02 }
events:
  - name: packed
    each: rec.HL
    when: it.HL03 == 'P'
    milestone: packed
    time: { value: head.BSN03 + head.BSN04, format: yyyyMMddHHmm }
    part: { kind: package, key: "it.MAN[0].MAN02" }
    also: [{ type: package, value: "it.MAN[0].MAN02" }]
    facts: { weight: "num(it.PKG[0].PKG05)", contents: "it.LIN[0].LIN03", pieces: "num(it.SN1[0].SN102)" }
`

function format(name: string): Format {
  return { name, options: () => ({}), cut: null, read: () => [], sniff: () => 0 }
}

function source(yaml: string): Source {
  const compiled = compileSource({ 'source.yaml': yaml, 'terms.csv': terms }, format)
  if (!compiled.ok) throw new Error(compiled.errors.map(describeError).join('\n'))
  return compiled.source
}

const receivedAt = Date.UTC(2026, 5, 1)
const codes = ['PU', 'IT', 'OD', 'DL']

function found(tree: unknown): Found {
  return { ok: true, from: 0, to: 1, tree: JSON.parse(JSON.stringify(tree)) as unknown }
}

const scans = Array.from({ length: 2_000 }, (_, i) =>
  found({
    kind: 'scan',
    code: codes[i % 4],
    at: `2026-0${1 + (i % 5)}-1${i % 9}T10:${10 + (i % 49)}:00+01:00`,
    sequence: i,
    shipment: {
      awb: `7949${10_000_000 + i}`,
      reference: { order: `SO-${4_000_000 + i}`, po: `PO${i}` },
    },
    place: { city: 'Memphis', country: 'US' },
    weight: 12.5,
    device: `D-${i % 50}`,
    remark: 'On its way',
  }),
)

const packages = 25
const notices = Array.from({ length: 100 }, (_, n) =>
  found({
    set: '856',
    BSN: [{ BSN02: `ASN${n}`, BSN03: '20260311', BSN04: '1015' }],
    HL: [
      { HL01: '1', HL03: 'S' },
      { HL01: '2', HL03: 'O', PRF: [{ PRF01: `PO-${n}` }] },
    ].concat(
      Array.from({ length: packages }, (_, i) => ({
        HL01: String(i + 3),
        HL03: 'P',
        MAN: [{ MAN01: 'GM', MAN02: `00340123${1_000_000 + n * packages + i}` }],
        PKG: [{ PKG05: '12.5' }],
        LIN: [{ LIN03: `SKU-${i}` }],
        SN1: [{ SN102: '4' }],
      })) as never,
    ),
  }),
)

/** Median and best of runs, microseconds an event; the best is what the machine does when nobody else works on it. */
function measure(name: string, one: Source, records: readonly Found[], seconds: number): void {
  const runs: number[] = []
  let events = 0
  const end = performance.now() + seconds * 1000
  while (performance.now() < end || runs.length < 5) {
    const start = performance.now()
    let count = 0
    for (const record of records) {
      const mapped = one.map(record, receivedAt)
      if (mapped.kind === 'quarantined') throw new Error(mapped.fault.detail)
      count += mapped.events.length
    }
    runs.push(((performance.now() - start) * 1000) / count)
    events += count
  }
  runs.sort((a, b) => a - b)
  const median = runs[Math.floor(runs.length / 2)]!
  console.log(
    `${name}: median ${median.toFixed(2)}, best ${runs[0]!.toFixed(2)} us an event (${events} events)`,
  )
}

const seconds = Number(process.argv[2] ?? 2)
measure('JSON scan, 14 expressions', source(scan), scans, seconds)
measure(`X12 notice of ${packages} packages`, source(notice), notices, seconds)

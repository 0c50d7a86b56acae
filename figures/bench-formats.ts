import { parse as parseCsv } from 'csv-parse/sync'
import { XMLParser } from 'fast-xml-parser'
import { parseArgs } from 'node:util'
import { formatNamed } from '#formats/registry.ts'

/**
 * How fast formats turn bytes into records, beside what else could do it, in one run: JSON.parse per line, csv-parse,
 * fast-xml-parser. Each is run for about a second and a half (`--size ci`: a tenth); the best round counts.
 */
const { values } = parseArgs({ options: { size: { type: 'string', default: 'full' } } })
const roundMs = values.size === 'ci' ? 150 : 1_500

const corpora: Readonly<Record<string, string>> = {
  ndjson: lines(1500, (n) =>
    JSON.stringify({
      id: `evt-${100_000 + n}`,
      type: 'scan',
      time: '2026-11-03T10:15:00+01:00',
      trackingNumber: `7946${2_200_000 + n}00`,
      status: { code: 'OD', description: 'On FedEx vehicle for delivery' },
      location: { city: 'München', countryCode: 'DE', postalCode: '80331' },
      pieces: n % 7,
      weight: { value: 12.4, unit: 'KG' },
      references: [
        { type: 'PO', value: `PO-${n}` },
        { type: 'INV', value: `INV-${n}` },
      ],
    }),
  ),
  csv: `order_no;line;sku;description;qty;unit;ship_to;city;requested;promised;state;amount\n${lines(4000, (n) => `SO-${100_000 + n};${n % 9};SKU-${n % 500};"Disk shelf, 24 bays";${n % 40};EA;Nordwind Servers GmbH;Hamburg;2026-11-03;2026-11-09;released;${n}.50`)}`,
  x12: lines(250, interchange, '\r\n'),
  'idoc-xml': `<?xml version="1.0"?>\n<ORDERS05>\n${lines(100, idoc)}</ORDERS05>`,
}

function lines(count: number, line: (n: number) => string, end = '\n'): string {
  return Array.from({ length: count }, (_, n) => line(n) + end).join('')
}

function interchange(n: number): string {
  const control = String(n).padStart(9, '0')
  const items = Array.from(
    { length: 12 },
    (_, line) =>
      `PO1*${line + 1}*${line + 3}*EA*125.5**VN*DISK-${line}*BP*ACME-${line}~PID*F****Enterprise solid state disk 7.68 TB~SCH*3*EA***002*20261109~`,
  ).join('')
  const body = `BEG*00*SA*PO-${n}**20261103~REF*IA*994412~DTM*002*20261109~N1*ST*Nordwind Servers GmbH*92*1223334445~N3*Speicherstrasse 1~N4*HAMBURG**20457*DE~${items}CTT*12~`
  return `ISA*00*          *00*          *ZZ*SENDERISA      *14*0073268795005  *261103*1534*U*00401*${control}*0*P*>~GS*PO*SENDERGS*007326879*20261103*1534*${n}*X*004010~ST*850*0001~${body}SE*45*0001~GE*1*${n}~IEA*1*${control}~`
}

function idoc(n: number): string {
  const item = (line: number): string =>
    `\t\t<E1EDP01 SEGMENT="1">\n\t\t\t<POSEX>${String(line).padStart(6, '0')}</POSEX>\n\t\t\t<MENGE>${line}.000</MENGE>\n\t\t\t<MENEE>PCE</MENEE>\n\t\t\t<WERKS>1010</WERKS>\n\t\t\t<E1EDP20 SEGMENT="1">\n\t\t\t\t<WMENG>${line}</WMENG>\n\t\t\t\t<EDATU>20261109</EDATU>\n\t\t\t</E1EDP20>\n\t\t\t<E1EDP19 SEGMENT="1">\n\t\t\t\t<QUALF>002</QUALF>\n\t\t\t\t<IDTNR>SRV-${line}-2U</IDTNR>\n\t\t\t\t<KTEXT>Rack server, 2 units</KTEXT>\n\t\t\t</E1EDP19>\n\t\t</E1EDP01>\n`
  return `\t<IDOC BEGIN="1">\n\t\t<EDI_DC40 SEGMENT="1">\n\t\t\t<TABNAM>EDI_DC40</TABNAM>\n\t\t\t<DOCNUM>00000000001${n}</DOCNUM>\n\t\t\t<IDOCTYP>ORDERS05</IDOCTYP>\n\t\t\t<MESTYP>ORDERS</MESTYP>\n\t\t\t<CREDAT>20261103</CREDAT>\n\t\t</EDI_DC40>\n\t\t<E1EDK01 SEGMENT="1">\n\t\t\t<CURCY>EUR</CURCY>\n\t\t\t<BELNR>000450${n}</BELNR>\n\t\t</E1EDK01>\n${Array.from({ length: 10 }, (_, line) => item(line + 1)).join('')}\t</IDOC>\n`
}

const rivals: Readonly<Record<string, { name: string; run: (bytes: Buffer) => number }>> = {
  ndjson: {
    name: 'JSON.parse per line',
    run: (bytes) =>
      bytes
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown).length,
  },
  csv: {
    name: 'csv-parse',
    run: (bytes) => parseCsv(bytes, { columns: true, delimiter: ';' }).length,
  },
  'idoc-xml': {
    name: 'fast-xml-parser',
    run: (bytes) =>
      Object.keys(
        new XMLParser({ ignoreAttributes: false, parseTagValue: false }).parse(bytes) as object,
      ).length,
  },
}

function ours(name: string): (bytes: Buffer) => number {
  const format = formatNamed(name)!
  const options = format.options({})
  return (bytes) => {
    let good = 0
    for (const found of format.read(bytes, options)) if (found.ok) good++
    return good
  }
}

type Timed = { seconds: number; records: number }

/** Seconds of the best of several rounds, of all runners in turn: what else the machine does meets them alike. */
function best(runners: readonly ((bytes: Buffer) => number)[], bytes: Buffer): Timed[] {
  const results = runners.map(() => ({ seconds: Number.POSITIVE_INFINITY, records: 0 }))
  for (const until = performance.now() + roundMs * runners.length; performance.now() < until;) {
    for (const [index, run] of runners.entries()) {
      const start = performance.now()
      const records = run(bytes)
      const seconds = Math.min(results[index]!.seconds, (performance.now() - start) / 1000)
      results[index] = { seconds, records }
    }
  }
  return results
}

const figures: Record<string, number> = {}
for (const [name, text] of Object.entries(corpora)) {
  const bytes = Buffer.from(text)
  const rival = rivals[name]
  const [mine, other] = best([ours(name), ...(rival === undefined ? [] : [rival.run])], bytes)
  const speed = ({ seconds }: Timed): number => Math.round(bytes.length / 1e6 / seconds)
  const records = Math.round(mine!.records / mine!.seconds)
  figures[`${name}MBPerSecond`] = speed(mine!)
  figures[`${name}RecordsPerSecond`] = records
  let line = `${name.padEnd(9)} ${String(speed(mine!)).padStart(5)} MB/s ${records.toLocaleString('en').padStart(11)} records/s`
  if (rival !== undefined && other !== undefined) {
    const ratio = Math.round((other.seconds / mine!.seconds) * 100) / 100
    figures[`${name}RatioToRival`] = ratio
    line += `   ${rival.name}: ${speed(other)} MB/s, ratio ${ratio}`
  }
  console.log(line)
}
console.log(JSON.stringify({ name: 'bench:formats', figures, pass: true }))

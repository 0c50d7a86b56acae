import type { EvidenceAnswer } from '../src/data/contract.ts'
import { idKey, sources, type Told } from './told.ts'

type Raw = {
  readonly text: string
  readonly context?: string
  readonly before?: string
  readonly after?: string
  readonly name: string
}

function idoc(told: Told): Raw {
  const [head, ...more] = told.ids
  const refs = more
    .map(
      ({ value }) =>
        `      <E1EDK02 SEGMENT="1"><QUALF>001</QUALF><BELNR>${value}</BELNR></E1EDK02>\n`,
    )
    .join('')
  const facts = Object.entries(told.facts ?? {})
    .map(
      ([name, value]) =>
        `      <E1EDKT1 SEGMENT="1"><TDID>${name.slice(0, 8).toUpperCase()}</TDID><TDLINE>${value}</TDLINE></E1EDKT1>\n`,
    )
    .join('')
  return {
    name: `${told.words ?? 'ORDERS'}_${head?.value ?? ''}.xml`,
    before: '<?xml version="1.0" encoding="UTF-8"?>\n<ORDERS05>\n',
    after: '</ORDERS05>\n',
    text: `  <IDOC BEGIN="1">\n    <EDI_DC40 SEGMENT="1"><MANDT>100</MANDT><MESTYP>${told.words ?? ''}</MESTYP><SNDPRN>NWSERVERS</SNDPRN></EDI_DC40>\n    <E1EDK01 SEGMENT="1">\n      <BELNR>${head?.value ?? ''}</BELNR>\n      <DATUM>${told.sourceText}</DATUM>\n${refs}${facts}    </E1EDK01>\n  </IDOC>\n`,
  }
}

function x12(told: Told): Raw {
  const [head, ...more] = told.ids
  const [set = '214', code = ''] =
    (told.words ?? '').split(' ').length > 1
      ? (told.words ?? '').split(' ')
      : ['214', told.words ?? '']
  const when = told.at.slice(0, 16).replaceAll(/[-T:]/gu, '')
  return {
    name: `${set}_${when}.edi`,
    before:
      'ISA*00*          *00*          *ZZ*NWNETWORKS     *ZZ*ORDERHUB       *261118*0312*^*00501*000000417*0*P*:~\nGS*QM*NWNETWORKS*ORDERHUB*20261118*0312*417*X*005010~\n',
    after: 'GE*1*417~\nIEA*1*000000417~\n',
    text: `ST*${set}*0001~\nB10*${head?.value ?? ''}*${more[0]?.value ?? ''}*ELBH~\nAT7*${code}*NS***${when.slice(0, 8)}*${when.slice(8)}*UT~\n${told.reason === undefined ? '' : `K1*${told.reason}~\n`}SE*5*0001~\n`,
  }
}

function csv(told: Told): Raw {
  const line = (values: readonly unknown[]) => values.join(',')
  const head = told.ids[0]?.value ?? ''
  return {
    name: 'orders_1114_0200.csv',
    context: 'ORDER_NO,LINE,STATUS,QTY_BO,CHANGED,CUSTOMER\n',
    before: 'ST-88207,10,SHP,0,11/14/2026 01:58,LUMEN STUDIOS\n',
    after: 'ST-88219,10,PCK,0,11/14/2026 02:14,ATLAS FREIGHT\n',
    text: `${line([head, told.part.split(':')[1] ?? '', told.words ?? '', told.facts?.['quantityBackordered'] ?? 0, told.sourceText, 'HANSE ROBOTICS'])}\n`,
  }
}

function json(told: Told): Raw {
  const tracking = told.ids[0]
  const body = {
    [tracking?.type ?? 'id']: tracking?.value,
    scanEvent: {
      date: told.sourceText,
      eventDescription: told.words,
      ...(told.reason === undefined ? {} : { exceptionDescription: told.reason }),
      ...(told.place === undefined ? {} : { scanLocation: told.place }),
    },
    ...told.facts,
    ...(told.ids.length > 1
      ? { references: told.ids.slice(1).map(({ type, value }) => ({ type, value })) }
      : {}),
  }
  return {
    name: `push-${told.recordedAt.slice(0, 19)}.json`,
    text: `${JSON.stringify(body, null, 2)}\n`,
  }
}

function debezium(told: Told): Raw {
  const after = {
    order_no: told.ids[0]?.value,
    state: told.words,
    line: told.part.split(':')[1] ?? null,
    changed_at: told.sourceText,
    ...told.facts,
  }
  return {
    name: 'storage.orders.ndjson',
    before:
      '{"op":"u","before":null,"after":{"order_no":"ST-88207","state":"SHIP"},"source":{"table":"orders","lsn":88112}}\n',
    text: `${JSON.stringify({ op: 'u', before: null, after, source: { table: 'orders', lsn: 88120 } })}\n`,
    after:
      '{"op":"u","before":null,"after":{"order_no":"ST-88219","state":"PICK"},"source":{"table":"orders","lsn":88131}}\n',
  }
}

const writers: Readonly<Record<string, (told: Told) => Raw>> = {
  'idoc-xml': idoc,
  x12,
  csv,
  json,
  ndjson: json,
  debezium,
}

/** The evidence answer for an event, with bytes that could have made it. */
export function evidenceOf(told: Told): EvidenceAnswer {
  const source = Object.values(sources).find(({ name }) => name === told.source)!
  const raw = (writers[source.format] ?? json)(told)
  const from = Buffer.byteLength((raw.context ?? '') + (raw.before ?? ''))
  const { ids, hold: _hold, lines: _lines, ...row } = told
  return {
    event: {
      ...row,
      mapping: {
        hash: told.event + told.event,
        version: 3,
        file: `company/${source.company}/${source.name}/source.yaml`,
      },
    },
    record: {
      receipt: `r-${told.event.slice(0, 10)}`,
      source: told.source,
      receivedAt: told.recordedAt,
      format: source.format,
      from,
      to: from + Buffer.byteLength(raw.text),
      bytesBase64: Buffer.from(raw.text).toString('base64'),
      ...raw,
    },
    links: ids.slice(1).map((other) => ({
      a: idKey(ids[0]!),
      b: idKey(other),
      source: told.source,
      event: told.event,
    })),
  }
}

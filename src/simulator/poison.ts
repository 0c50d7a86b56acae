/** Broken records, one recipe a source: each is exactly one record that no mapping can take, and spoils none beside it. */
import type { SourceName } from './world.ts'
import type { Extra } from './batches.ts'
import { set } from './writers/networking-edi.ts'

export function poison(source: SourceName, kind: string, serial: number): Extra {
  return {
    kind: source === 'networking-edi' ? '850' : kind,
    text: (control) => recipes[source](kind, serial, control),
  }
}

const recipes: Readonly<
  Record<SourceName, (kind: string, serial: number, control: string) => string>
> = {
  'servers-sap': (kind, serial, control) =>
    `<IDOC BEGIN="1">\n<EDI_DC40 SEGMENT="1"><TABNAM>EDI_DC40</TABNAM><DOCNUM>${control}</DOCNUM><IDOCTYP>${kind}</IDOCTYP><MESTYP>${messageOf(kind)}</MESTYP><CREDAT>20261399</CREDAT><CRETIM>997799</CRETIM></EDI_DC40>\n<E1EDK01 SEGMENT="1"><BELNR>00009${serial}</BELNR></E1EDK01>\n</IDOC>`,
  'storage-csv': (_kind, serial) =>
    `9${serial};PO-X;KD-1;Nobody;SG;1;KS-NONE;1;;;Accepted;31/02/2026 27:61:00;;;;;;1,00;SGD;`,
  'storage-cdc': (_kind, serial) =>
    `{"payload":{"before":null,"after":{"order_no":"9${serial}","state":"NEW","updated_at":`,
  'networking-edi': (_kind, serial, control) =>
    set('850', control, [
      `BEG*00*NE*X${serial}**20261345`,
      'DTM*004*20261345*2561',
      'N1*BY*NOBODY*92*1',
      'PO1*1*1*EA*1*PE*VP*NONE',
      'CTT*1',
    ]),
  'carrier-freight-214': (_kind, serial, control) =>
    set('214', control, [
      `B10*9${serial}*X*CSCD`,
      'LX*1',
      'AT7*X6*NS***20261345*2561*CT',
      'MS1*NOWHERE*XX*US',
    ]),
  'carrier-fedex': (_kind, serial) =>
    `{"trackingNumberInfo":{"trackingNumber":"9${serial}"},"scanEvents":[{"date":"yesterday at noon","eventType":"PU"}]}`,
  crm: (_kind, serial) =>
    `{"type":"opportunity.changed","version":1,"changedAt":"soon","opportunity":{"id":"OPP-X${serial}","stage":"Proposal","orders":[]}}`,
  tickets: (_kind, serial) =>
    `{"ticket":{"number":"T-X${serial}","state":"open","about":{}},"change":{"at":`,
  'warehouse-scans': (_kind, serial) =>
    `{"v":1,"device":"H","site":"FRA1","ts":${serial},"scan":"PICK","co":"servers","order":"9${serial}"`,
}

const messageOf = (kind: string) =>
  kind === 'DELVRY07' ? 'DESADV' : kind === 'INVOIC02' ? 'INVOIC' : 'ORDERS'

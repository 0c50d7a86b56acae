import type { Format } from '#model/format.ts'
import { idocXml } from '../idoc-xml/idoc-xml.ts'
import { noOptions } from '../options.ts'
import { textOf } from '../text.ts'
import { readFlat } from './flat.ts'

/**
 * SAP IDocs, flat (port type 3: control record EDI_DC40 or EDI_DC, data records by fixed positions, status records) or as XML.
 * The record is that of `idoc-xml`, whichever way it came: { type, EDI_DC40: [{...}], E1EDK01: [{...}] }. Segments whose layout
 * is not known here keep their data as `SDATA`.
 */
export const idoc: Format = {
  name: 'idoc',
  options: noOptions('idoc'),
  cut: (bytes) => bytes.lastIndexOf('\nEDI_DC') + 1,
  read: (bytes) => (isXml(bytes) ? idocXml.read(bytes, {}) : readFlat(bytes)),
  sniff: (bytes) => {
    if (isXml(bytes)) return idocXml.sniff(bytes) > 0 ? 0.94 : 0
    const source = textOf(bytes.subarray(0, 64))
    return /^EDI_D[CS](40|\s)/.test(source.text.slice(source.start)) ? 0.97 : 0
  },
}

function isXml(bytes: Buffer): boolean {
  const source = textOf(bytes.subarray(0, 256))
  return source.text.slice(source.start).trimStart().startsWith('<')
}

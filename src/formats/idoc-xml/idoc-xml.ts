import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad, good, shown } from '../fault.ts'
import { noOptions } from '../options.ts'
import { textOf, type Text } from '../text.ts'
import { readDocuments, type Collector } from '../xml/documents.ts'
import type { Name } from '../xml/names.ts'

type Segment = Record<string, unknown>

/**
 * SAP IDocs as XML: a record is an IDOC element, wherever it stands (one or many under the root, inside of an envelope).
 * { type, EDI_DC40: [{...}], E1EDK01: [{ BELNR: '..' }] }: an element with a SEGMENT attribute or with children is a segment
 * and always an array; the others are fields, and empty ones are left out.
 */
export const idocXml: Format = {
  name: 'idoc-xml',
  options: noOptions('idoc-xml'),
  cut: null,
  read: (bytes) => readDocuments(bytes, idocBuilder),
  sniff: (bytes) => {
    const source = textOf(bytes.subarray(0, 4096))
    return /^\s*</.test(source.text.slice(source.start)) &&
      /<([\w.-]+:)?IDOC[\s>]/.test(source.text)
      ? 0.95
      : 0
  },
}

function idocBuilder(_source: Text): Collector {
  const found: Found[] = []
  /** Open segments inside of the IDOC element; empty outside of it. */
  const stack: Segment[] = []
  const outside: string[] = []
  let start = 0
  const addSegment = (name: Name, segment: Segment): void => {
    const parent = stack.at(-1)!
    const list = Object.hasOwn(parent, name.local) ? parent[name.local] : undefined
    if (Array.isArray(list)) list.push(segment)
    else parent[name.local] = [segment]
  }
  const rootDone = (name: Name, from: number, to: number): void => {
    if (found.length === 0)
      found.push(bad(from, to, 'unsupported', `There is no IDOC element in ${shown(name.local)}.`))
  }
  return {
    found,
    builder: {
      open: (name, _attributes, from) => {
        if (stack.length > 0) {
          const segment: Segment = {}
          addSegment(name, segment)
          stack.push(segment)
        } else if (name.local === 'IDOC') {
          start = from
          stack.push({ type: outside.at(-1) ?? '' })
        } else outside.push(name.local)
      },
      leaf: (name, attributes, text, from, to) => {
        if (stack.length === 0) {
          if (name.local === 'IDOC') found.push(bad(from, to, 'empty', 'The IDOC has no segments.'))
          else if (outside.length === 0) rootDone(name, from, to)
        } else if (attributes !== null && '@SEGMENT' in attributes) addSegment(name, {})
        else if (text !== '') stack.at(-1)![name.local] = text
      },
      text: () => {
        // Text beside elements has no meaning in an IDoc.
      },
      close: (name, to) => {
        if (stack.length === 0) {
          outside.pop()
          if (outside.length === 0) rootDone(name, 0, to)
          return
        }
        const segment = stack.pop()!
        if (stack.length === 0) found.push(finished(segment, start, to))
      },
    },
  }
}

/** An IDOC that is the root itself has its type in the control record. */
function finished(idoc: Segment, from: number, to: number): Found {
  const control = idoc['EDI_DC40'] ?? idoc['EDI_DC']
  if (!Array.isArray(control))
    return bad(from, to, 'envelope', 'The IDOC has no control record (EDI_DC40).', 'EDI_DC40')
  // Release 3.x names its control record EDI_DC.
  idoc['EDI_DC40'] ??= control
  if (idoc['type'] === '') idoc['type'] = (control[0] as Segment)['IDOCTYP'] ?? ''
  return good(from, to, idoc)
}

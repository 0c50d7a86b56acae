import type { Found } from '#model/record.ts'
import { bad, good, shown } from '../fault.ts'
import type { Text } from '../text.ts'
import { readDocuments, type Collector } from '../xml/documents.ts'
import type { Name } from '../xml/names.ts'
import type { Attributes } from '../xml/scan.ts'
import { checkEvent, Invalid } from './check.ts'
import { checkParameter } from './query.ts'
import { eventRecord } from './record.ts'
import { eventTypes } from './vocabulary.ts'
import { eventOfXml, type Element } from './xml-event.ts'

/** Events of EPCIS 1.x and 2.0 in XML: capture and query documents, bare events, and queries. */
export function readXml(bytes: Buffer): Iterable<Found> {
  return readDocuments(bytes, collect)
}

type Open = { readonly name: string; readonly from: number; readonly attributes: Attributes }

const roots = new Set(['EPCISDocument', 'EPCISQueryDocument'])

function collect(source: Text): Collector {
  const found: Found[] = []
  /** Elements around events; the tree of an event or query that is being read. */
  const outside: Open[] = []
  const inside: Element[] = []
  let root: Open | null = null
  let refused = false
  const told = (element: Element): void => {
    if (!refused) found.push(recordOf(element))
  }
  const begin = (name: Name, attributes: Attributes, from: number): boolean => {
    const element: Open = { name: name.local, from, attributes }
    if (outside.length === 0) {
      root = element
      refused = false
    }
    return isRecord(name.local, outside)
  }
  const end = (to: number): void => {
    if (root === null || outside.length > 0) return
    const fault = wrongRoot(root)
    if (fault !== null && found.every((one) => one.from < root!.from))
      found.push(bad(root.from, to, ...fault))
    else if (found.length === 0) found.push(good(root.from, to, { kind: 'empty' }))
  }
  return {
    found,
    builder: {
      open: (name, attributes, from) => {
        if (inside.length === 0 && !begin(name, attributes, from)) {
          const open = { name: name.local, from, attributes }
          outside.push(open)
          if (outside.length === 1) refused = wrongRoot(open) !== null
          return
        }
        const element = made(source, name, attributes, from)
        inside.at(-1)?.children.push(element)
        inside.push(element)
      },
      leaf: (name, attributes, text, from, to) => {
        const record = inside.length > 0 || begin(name, attributes, from)
        if (!record) {
          end(to)
          return
        }
        const element = made(source, name, attributes, from)
        element.text = text
        element.to = to
        if (inside.length === 0) told(element)
        else inside.at(-1)!.children.push(element)
      },
      text: (text) => {
        const element = inside.at(-1)
        if (element !== undefined) element.text += text
      },
      close: (_name, to) => {
        const element = inside.pop()
        if (element === undefined) outside.pop()
        else {
          element.to = to
          if (inside.length === 0) told(element)
        }
        if (inside.length === 0) end(to)
      },
    },
  }
}

function made(source: Text, name: Name, attributes: Attributes, from: number): Element {
  const colon = name.raw.indexOf(':')
  const prefix = colon < 0 ? (isForeign(source, from) ? 'ns' : '') : name.raw.slice(0, colon)
  return {
    name: name.local,
    prefix,
    attributes: attributes ?? {},
    text: '',
    children: [],
    from,
    to: from,
  }
}

const declaration = ' xmlns='

/** A namespace that is declared in the tag itself makes the element one of others, as a prefix does. */
function isForeign(source: Text, from: number): boolean {
  const { text } = source
  const close = text.indexOf('>', from)
  if (close - from < declaration.length) return false
  return text.slice(from, Math.min(close, from + 400)).includes(declaration)
}

/** Whether an element is a record of its own, from what stands around it. */
function isRecord(name: string, outside: readonly Open[]): boolean {
  // EPCIS 1.2 puts the kinds of events that came later into an extension, or one inside of another.
  const parent = outside.findLast((one) => one.name !== 'extension')?.name
  if (parent === 'EventList') return name !== 'extension'
  if (parent === undefined) return eventTypes.has(name)
  return (
    parent === 'EPCISBody' &&
    /^(Poll|Subscribe|Unsubscribe|Get\w+|VocabularyList|\w+Exception|\w+Result)$/.test(name)
  )
}

function wrongRoot(
  root: Open,
): [code: 'envelope' | 'unsupported', detail: string, path: string] | null {
  if (root.name === 'EPCISMasterDataDocument' || eventTypes.has(root.name)) return null
  if (!roots.has(root.name))
    return ['unsupported', `${shown(root.name)} is no document of EPCIS.`, root.name]
  const version = root.attributes?.['@schemaVersion'] ?? ''
  if (!/^\d+(\.\d+)*$/.test(version))
    return [
      'envelope',
      'The schemaVersion is missing or no version.',
      `${root.name}/@schemaVersion`,
    ]
  // Repositories write createdAt on the results of a query.
  const date = root.attributes?.['@creationDate'] ?? root.attributes?.['@createdAt'] ?? ''
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(date))
    return [
      'envelope',
      'The creationDate is missing or no date and time.',
      `${root.name}/@creationDate`,
    ]
  return null
}

function recordOf(element: Element): Found {
  const { name, from, to } = element
  try {
    if (name === 'Poll' || name === 'Subscribe') {
      checkPoll(element)
      return good(from, to, { kind: 'query' })
    }
    if (name === 'VocabularyList') return good(from, to, { kind: 'masterdata' })
    if (name.endsWith('Exception')) {
      const reason = element.children.find((child) => child.name === 'reason')?.text ?? ''
      return bad(
        from,
        to,
        'source-error',
        `The EPCIS repository reports ${name}: ${shown(reason)}.`,
      )
    }
    if (/^(Unsubscribe|Get\w+|\w+Result)$/.test(name)) return good(from, to, { kind: 'query' })
    const event = eventOfXml(element)
    checkEvent(event, true)
    return good(from, to, eventRecord(event))
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return {
      ok: false,
      from,
      to,
      fault: { ...error.fault, path: `${name}/${error.fault.path ?? ''}` },
    }
  }
}

function checkPoll(element: Element): void {
  const child = (one: Element, name: string): Element | undefined =>
    one.children.find((candidate) => candidate.name === name)
  const query = child(element, 'queryName')?.text ?? ''
  if (query === '') throw new Invalid('The query has no queryName.', 'queryName')
  for (const param of child(element, 'params')?.children ?? []) {
    const name = child(param, 'name')?.text ?? ''
    if (name === '') throw new Invalid('A parameter of the query has no name.', 'params')
    const value = child(param, 'value')
    if (value === undefined) throw new Invalid(`The parameter ${shown(name)} has no value.`, name)
    const list = value.children.map(({ text }) => text)
    if (query === 'SimpleEventQuery') checkParameter(name, list.length > 0 ? list : value.text)
  }
}

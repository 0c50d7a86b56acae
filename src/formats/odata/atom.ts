import type { Found } from '#model/record.ts'
import { bad, good, shown } from '../fault.ts'
import { xml } from '../xml/xml.ts'
import { dayOrTime, objectOf, plainText, setOf, textOf, type About } from './entity.ts'

type Fields = Record<string, unknown>

/** Entries of Atom feeds (OData 2 to 4): the entries of a feed, or one entry alone. */
export function* readAtom(bytes: Buffer, root: string): Generator<Found> {
  const records = root === 'feed' ? ['feed', 'entry'] : []
  for (const found of xml.read(bytes, { records })) {
    if (!found.ok) {
      // A feed without entries is an empty page.
      yield found.fault.code === 'empty' && root === 'feed'
        ? good(found.from, found.to, null)
        : found
      continue
    }
    const { from, to } = found
    const tree = objectOf(found.tree)
    if (root === 'feed') yield good(from, to, entryRecord(tree))
    else if (tree['error'] !== undefined) yield refusal(from, to, objectOf(tree['error']))
    else if (tree['entry'] !== undefined) yield good(from, to, entryRecord(objectOf(tree['entry'])))
    else yield bad(from, to, 'unsupported', 'This is no Atom entry of OData.')
  }
}

function refusal(from: number, to: number, error: Fields): Found {
  const message = contentOf(error['message'])
  return bad(
    from,
    to,
    'source-error',
    `The OData service reports ${shown(contentOf(error['code']))}: ${message.slice(0, 300)}`,
  )
}

const contentOf = (value: unknown): string => textOf(value) || textOf(objectOf(value)['#text'])

function entryRecord(entry: Fields): Fields {
  const id = contentOf(entry['id'])
  const type = textOf(objectOf([entry['category']].flat()[0])['@term'])
  const about: About = {
    version: 2,
    set: setOf('', id, type),
    type,
    id,
    etag: textOf(entry['@etag']),
    deleted: false,
  }
  const record: Fields = { odata: about, ...propertiesOf(entry) }
  for (const link of [entry['link'] ?? []].flat()) {
    const { '@title': title, inline } = objectOf(link)
    if (typeof title !== 'string' || inline === undefined) continue
    const { feed, entry: single } = objectOf(inline)
    if (feed !== undefined)
      record[title] = [objectOf(feed)['entry'] ?? []].flat().map((one) => nested(objectOf(one)))
    else if (single !== undefined) record[title] = nested(objectOf(single))
  }
  return record
}

function nested(entry: Fields): Fields {
  const { odata: _odata, ...fields } = entryRecord(entry)
  return fields
}

/** Properties stand in the content, or beside it for media. */
function propertiesOf(entry: Fields): Fields {
  const properties = objectOf(objectOf(entry['content'])['properties'] ?? entry['properties'])
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => !key.startsWith('@') && key !== 'odata')
      .map(([key, value]) => [key, propertyOf(value)]),
  )
}

function propertyOf(value: unknown): unknown {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(propertyOf)
  const fields = objectOf(value)
  if (fields['@null'] === 'true') return null
  const type = textOf(fields['@type'])
  const text = textOf(fields['#text'])
  if (type === 'Edm.Boolean') return text === 'true' || text === '1'
  if (type === 'Edm.DateTime') return dayOrTime(text)
  if (type.startsWith('Edm.') || fields['#text'] !== undefined) return plainText(text)
  const inner = Object.entries(fields).filter(([key]) => !key.startsWith('@'))
  if (inner.length === 1 && inner[0]![0] === 'element') return [inner[0]![1]].flat().map(propertyOf)
  return inner.length === 0
    ? ''
    : Object.fromEntries(inner.map(([key, one]) => [key, propertyOf(one)]))
}

import type { Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { eitherOf } from '../json/either.ts'
import { elementsAt, locate } from '../json/locate.ts'
import { entityRecord, objectOf, textOf } from './entity.ts'

type Fields = Record<string, unknown>

/** Entities of collections, single entities and deltas, in version 2 (`d`, `results`) and 4 (`value`). */
export function* readJson(bytes: Buffer): Generator<Found> {
  for (const found of eitherOf(bytes)) {
    if (!found.ok) yield found
    else if (typeof found.tree !== 'object' || found.tree === null || Array.isArray(found.tree))
      yield bad(found.from, found.to, 'unsupported', 'This is no entity of OData.')
    else yield* payload(bytes, found.from, found.to, found.tree as Fields)
  }
}

function* payload(bytes: Buffer, from: number, to: number, tree: Fields): Generator<Found> {
  const error = objectOf(tree['error'] ?? tree['odata.error'])
  if (error['code'] !== undefined || error['message'] !== undefined) {
    yield refusal(from, to, error)
    return
  }
  const context = textOf(tree['@odata.context'] ?? tree['@context'])
  if (Array.isArray(tree['value']))
    yield* collection(bytes, from, to, ['value'], tree['value'] as unknown[], context, 4)
  else if (tree['d'] !== undefined) yield* wrapped(bytes, from, to, tree['d'])
  else if (
    context === '' &&
    tree['__metadata'] === undefined &&
    !Object.keys(tree).some((key) => key.startsWith('@odata'))
  )
    yield bad(
      from,
      to,
      'unsupported',
      'This says nothing about being OData: no context, no metadata.',
    )
  else yield good(from, to, entityRecord(tree, '', tree['__metadata'] === undefined ? 4 : 2))
}

function* wrapped(bytes: Buffer, from: number, to: number, d: unknown): Generator<Found> {
  const results = objectOf(d)['results']
  if (Array.isArray(d)) yield* collection(bytes, from, to, ['d'], d as unknown[], '', 2)
  else if (Array.isArray(results))
    yield* collection(bytes, from, to, ['d', 'results'], results as unknown[], '', 2)
  else if (typeof d === 'object' && d !== null)
    yield good(from, to, entityRecord(d as Fields, '', 2))
  else yield bad(from, to, 'unsupported', "'d' holds no entity.", '$.d')
}

function* collection(
  bytes: Buffer,
  from: number,
  to: number,
  path: readonly string[],
  entities: readonly unknown[],
  context: string,
  version: 2 | 4,
): Generator<Found> {
  // An empty page tells nothing, and is no failure of the service.
  if (entities.length === 0) {
    yield good(from, to, null)
    return
  }
  const where = `$.${path.join('.')}`
  let i = 0
  for (const [start, end] of elementsAt(bytes, locate(bytes, from, path), entities.length)) {
    const entity = entities[i]
    yield typeof entity === 'object' && entity !== null && !Array.isArray(entity)
      ? good(start, end, entityRecord(entity as Fields, context, version))
      : bad(start, end, 'unsupported', 'The element is no entity.', `${where}[${i}]`)
    i++
  }
}

function refusal(from: number, to: number, error: Fields): Found {
  const message = textOf(error['message']) || textOf(objectOf(error['message'])['value'])
  const code = textOf(error['code'])
  const said = [code, message].filter((one) => one !== '').join(': ')
  return bad(
    from,
    to,
    'source-error',
    `The OData service reports ${said === '' ? 'an error' : said.slice(0, 300)}.`,
  )
}

/** For `sniff`: what of JSON looks like OData. */
export function sniffJson(text: string): number {
  if (!/^\s*[[{]/.test(text)) return 0
  if (
    /"__metadata"\s*:|"@odata\.[a-z]+"\s*:|"@(odata\.)?context"\s*:\s*"[^"]*\$metadata/.test(text)
  )
    return 0.92
  if (/^\s*\{\s*"d"\s*:\s*[[{]/.test(text)) return 0.85
  return /^\s*\{\s*"(odata\.)?error"\s*:\s*\{\s*"(code|message)"/.test(text) ? 0.5 : 0
}

import type { Found } from '#model/record.ts'
import { bad, good, shown } from '../fault.ts'
import { eitherOf } from '../json/either.ts'
import { elementsAt, locate } from '../json/locate.ts'
import { endOfValue } from '../json/scan.ts'
import { checkEvent, Invalid, isInstant, type Tree } from './check.ts'
import { checkQuery, isQuery } from './query.ts'
import { eventRecord } from './record.ts'

/** Events of EPCIS 2.0 in JSON-LD: capture and query documents, bare events, arrays and lines of them, and queries. */
export function* readJson(bytes: Buffer): Generator<Found> {
  for (const found of eitherOf(bytes)) {
    if (!found.ok) yield found
    else if (typeof found.tree !== 'object' || found.tree === null || Array.isArray(found.tree))
      yield bad(found.from, found.to, 'unsupported', 'This is no EPCIS event.')
    else yield* anything(bytes, found.from, found.to, found.tree as Tree)
  }
}

function* anything(bytes: Buffer, from: number, to: number, tree: Tree): Generator<Found> {
  const type = tree['type'] ?? tree['isA']
  if (type === 'EPCISDocument' || type === 'EPCISQueryDocument' || tree['epcisBody'] !== undefined)
    yield* document(bytes, from, to, tree)
  else if (type === 'EPCISMasterDataDocument') yield good(from, to, { kind: 'masterdata' })
  else if (type === undefined && isQuery(tree))
    yield guarded(from, to, () => {
      checkQuery(tree)
      return { kind: 'query' }
    })
  else if (type === undefined && tree['eventTime'] === undefined)
    yield bad(from, to, 'unsupported', 'This is neither an EPCIS document, an event nor a query.')
  else yield event(from, to, tree, '$')
}

function event(from: number, to: number, tree: unknown, path: string): Found {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree))
    return bad(from, to, 'bad-value', 'The event is no object.', path)
  return guarded(
    from,
    to,
    () => {
      const told = { ...tree, type: (tree as Tree)['type'] ?? (tree as Tree)['isA'] }
      checkEvent(told, false)
      return eventRecord(told)
    },
    path,
  )
}

function guarded(from: number, to: number, make: () => unknown, path = '$'): Found {
  try {
    return good(from, to, make())
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    const { fault } = error
    return { ok: false, from, to, fault: { ...fault, path: `${path}.${fault.path ?? ''}` } }
  }
}

/** What EPCIS 2.0 requires of a document around its events; a sentence and where, or null. */
function wrongDocument(tree: Tree): { detail: string; path: string } | null {
  if (tree['@context'] === undefined)
    return { detail: 'The document has no @context, so its words mean nothing.', path: '@context' }
  const version = tree['schemaVersion']
  if (typeof version !== 'string' || !/^\d+(\.\d+)*$/.test(version))
    return { detail: 'The schemaVersion is missing or no version.', path: 'schemaVersion' }
  // Repositories write createdAt on the results of a query.
  const date = tree['creationDate'] ?? tree['createdAt']
  if (!isInstant(date)) {
    const said = typeof date === 'string' ? shown(date) : 'missing'
    return { detail: `The creationDate is ${said}, not a date and time.`, path: 'creationDate' }
  }
  return null
}

const paths = [['eventList'], ['event'], ['queryResults', 'resultsBody', 'eventList']] as const

function* document(bytes: Buffer, from: number, to: number, tree: Tree): Generator<Found> {
  const wrong = wrongDocument(tree)
  if (wrong !== null) {
    yield bad(from, to, 'envelope', wrong.detail, `$.${wrong.path}`)
    return
  }
  for (const path of paths) {
    const full = ['epcisBody', ...path]
    const value = at(tree, full)
    if (value === undefined) continue
    const start = locate(bytes, from, full)
    const where = `$.${full.join('.')}`
    if (!Array.isArray(value)) {
      yield event(start, endOfValue(bytes, start), value, where)
      return
    }
    if (value.length === 0) yield good(from, to, { kind: 'empty' })
    else yield* elements(bytes, start, value as unknown[], where)
    return
  }
  const rest = at(tree, ['epcisBody']) as Tree | undefined
  if (typeof rest !== 'object' || rest === null)
    yield bad(from, to, 'envelope', 'The document has no epcisBody.', '$.epcisBody')
  else if (rest['vocabularyList'] !== undefined) yield good(from, to, { kind: 'masterdata' })
  else yield bad(from, to, 'envelope', 'The epcisBody has no events.', '$.epcisBody')
}

function at(tree: unknown, path: readonly string[]): unknown {
  let value = tree
  for (const key of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = (value as Tree)[key]
  }
  return value
}

function* elements(
  bytes: Buffer,
  start: number,
  trees: readonly unknown[],
  where: string,
): Generator<Found> {
  let i = 0
  for (const [from, to] of elementsAt(bytes, start, trees.length)) {
    yield event(from, to, trees[i], `${where}[${i}]`)
    i++
  }
}

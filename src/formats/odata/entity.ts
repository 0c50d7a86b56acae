/** One entity of a service, whichever version and syntax it came in. */

type Fields = Record<string, unknown>

/**
 * Where an entity comes from. `set`: the entity set (`A_SalesOrder`), '' when nothing says it; `deleted`: a delta removed it;
 * `formatted`: labels that Dataverse gives beside codes.
 */
export type About = {
  version: 2 | 4
  set: string
  type: string
  id: string
  etag: string
  deleted: boolean
  formatted?: Fields
}

const formattedValue = '@OData.Community.Display.V1.FormattedValue'

/** The record of an entity in JSON: its properties with `odata`, what it says about itself. `context`: of its collection. */
export function entityRecord(entity: Fields, context: string, version: 2 | 4): Fields {
  const meta = objectOf(entity['__metadata'])
  const own = textOf(entity['@odata.context'] ?? entity['@context']) || context
  const id = textOf(
    meta['uri'] ?? meta['id'] ?? entity['@odata.id'] ?? entity['@id'] ?? entity['@odata.editLink'],
  )
  const type = textOf(meta['type'] ?? entity['@odata.type'] ?? entity['@type']).replace(/^#/, '')
  const about: About = {
    version,
    set: setOf(own, id, type),
    type,
    id,
    etag: textOf(meta['etag'] ?? entity['@odata.etag'] ?? entity['@etag']),
    deleted:
      entity['@removed'] !== undefined ||
      entity['@odata.removed'] !== undefined ||
      own.endsWith('/$deletedEntity'),
  }
  const formatted: Fields = {}
  const record: Fields = { odata: about }
  for (const [key, value] of Object.entries(entity)) {
    if (key.endsWith(formattedValue)) formatted[key.slice(0, -formattedValue.length)] = value
    else if (key !== '__metadata' && key !== 'odata' && !key.includes('@')) {
      const plain = plainValue(value)
      if (plain !== undefined) record[key] = plain
    }
  }
  // A removed entity of a delta is named by its id alone.
  if (about.deleted && id === '') about.id = textOf(entity['id'])
  if (Object.keys(formatted).length > 0) about.formatted = formatted
  return record
}

/** A value without the wrapping of the protocol; undefined for what was not expanded. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plainValue)
  const fields = value as Fields
  if (fields['__deferred'] !== undefined) return undefined
  if (Array.isArray(fields['results'])) return fields['results'].map(plainValue)
  const result: Fields = {}
  for (const [key, inner] of Object.entries(fields)) {
    if (key === '__metadata' || key.includes('@')) continue
    const plain = plainValue(inner)
    if (plain !== undefined) result[key] = plain
  }
  return result
}

/**
 * Dates of version 2 as ISO 8601. Edm.DateTimeOffset carries `+0000` and is an instant; Edm.DateTime has no zone, and services
 * write a day as its midnight.
 */
export function plainText(text: string): string {
  const date = /^\/Date\((-?\d{1,15})([+-]\d{1,4})?\)\/$/.exec(text)
  if (date !== null) return isoOf(Number(date[1]), date[2] !== undefined) ?? text
  const time = /^PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.\d+)?S)?$/.exec(text)
  if (time === null || text === 'PT') return text
  return [time[1], time[2], time[3]].map((part) => (part ?? '').padStart(2, '0')).join(':')
}

function isoOf(ms: number, instant: boolean): string | null {
  if (Math.abs(ms) > 8.64e15) return null
  const iso = new Date(ms).toISOString()
  if (instant) return iso
  return dayOrTime(iso.slice(0, -1))
}

/** A local date and time; midnight is the day. */
export function dayOrTime(local: string): string {
  return /T00:00(:00(\.0+)?)?$/.test(local) ? local.slice(0, local.indexOf('T')) : local
}

/** The entity set, from the context of version 4, the entity's own URL, or its type. */
export function setOf(context: string, id: string, type: string): string {
  const fragment = context.includes('#') ? bare(context.slice(context.indexOf('#') + 1)) : ''
  const named = fragment.split('/').findLast((part) => part !== '' && !part.startsWith('$')) ?? ''
  if (named !== '' && !/^(Collection|Edm\.)/.test(named))
    return named.slice(named.lastIndexOf('.') + 1)
  const path = /([^/(]+)\([^()]*\)$/.exec(id)?.[1]
  if (path !== undefined) return path
  return type.slice(type.lastIndexOf('.') + 1).replace(/(?<=.)Type$/, '')
}

/** Without keys and selected properties, which stand in parentheses. */
function bare(text: string): string {
  let depth = 0
  let result = ''
  for (const sign of text) {
    if (sign === '(') depth++
    else if (sign === ')') depth--
    else if (depth === 0) result += sign
  }
  return result
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {}
}

import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad, good, shown } from '../fault.ts'
import { cutEither, eitherOf } from '../json/either.ts'
import { firstValues } from '../json/json.ts'
import { noOptions } from '../options.ts'

/**
 * CloudEvents 1.0 in structured JSON: one event, a batch array, or a line an event. The record is the event; `data_base64`
 * that says it is JSON is parsed into `data`. Required attributes by the specification: specversion, id, source, type.
 */
export const cloudevents: Format = {
  name: 'cloudevents',
  options: noOptions('cloudevents'),
  cut: cutEither,
  read: readEvents,
  sniff: (bytes) => {
    const first = firstValues(bytes)?.first ?? ''
    return first.includes('"specversion"') && first.includes('"type"') ? 0.95 : 0
  },
}

function* readEvents(bytes: Buffer): Generator<Found> {
  for (const found of eitherOf(bytes)) yield found.ok ? event(found) : found
}

function event(found: Found & { ok: true }): Found {
  const { from, to, tree } = found
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
    return bad(from, to, 'unsupported', 'A CloudEvent is a JSON object.')
  }
  const attributes = tree as Record<string, unknown>
  const version = attributes['specversion']
  if (version === undefined)
    return bad(from, to, 'unsupported', "This is no CloudEvent: 'specversion' is missing.")
  if (version !== '1.0')
    return bad(
      from,
      to,
      'unsupported',
      `CloudEvents version ${typeof version === 'string' ? shown(version) : 'of another type'} is not read, 1.0 is.`,
    )
  for (const name of ['id', 'source', 'type']) {
    const value = attributes[name]
    if (typeof value !== 'string' || value === '') {
      return bad(
        from,
        to,
        'bad-value',
        `The required attribute '${name}' is missing or is no text.`,
        name,
      )
    }
  }
  return typeof attributes['data_base64'] === 'string'
    ? withData(from, to, attributes, attributes['data_base64'])
    : found
}

function withData(
  from: number,
  to: number,
  attributes: Record<string, unknown>,
  encoded: string,
): Found {
  const type = attributes['datacontenttype'] ?? 'application/json'
  if (typeof type !== 'string' || !/[/+]json\b/i.test(type)) return good(from, to, attributes)
  for (const inner of eitherOf(Buffer.from(encoded, 'base64'))) {
    if (!inner.ok) return { ok: false, from, to, fault: { ...inner.fault, path: 'data_base64' } }
    return good(from, to, { ...attributes, data: inner.tree })
  }
  return good(from, to, attributes)
}

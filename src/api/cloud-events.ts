/** CloudEvents over HTTP (CloudEvents 1.0.2, HTTP protocol binding 1.0.2): every content mode becomes bytes the format reads. */
import type { IncomingHttpHeaders } from 'node:http'
import { eventFaults } from './cloud-event-rules.ts'
import { Problem, type ProblemPart } from './problem.ts'

const lineTypes = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
])
const faultsShownMax = 20

/**
 * The events of a request as structured JSON: the body itself, or in binary mode the event put together from the headers.
 * Throws `bad-event` (400) naming each fault, `wrong-media-type` (415) for content that is no CloudEvent. Lines are left
 * to the source, which quarantines single ones.
 */
export function readCloudEvents(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  const type = mediaType(headers['content-type'])
  if (type === 'application/cloudevents+json') return checked(body, parse(body), false)
  if (type === 'application/cloudevents-batch+json') return checked(body, parse(body), true)
  if (lineTypes.has(type)) return body
  if (headers['ce-specversion'] !== undefined) return binaryEvent(headers, type, body)
  if (type === 'application/json') {
    const value = parse(body)
    return checked(body, value, Array.isArray(value))
  }
  throw new Problem('wrong-media-type', `"${type}" is no way to send CloudEvents.`, {
    hint: 'Use application/cloudevents+json, application/cloudevents-batch+json, application/x-ndjson, or ce- headers.',
  })
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';')[0]!.trim().toLowerCase()
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    throw new Problem('bad-body', 'The body is no JSON.', {
      hint: 'Send one event, or a batch in an array.',
    })
  }
}

function checked(body: Buffer, value: unknown, batch: boolean): Buffer {
  const events = batch ? value : [value]
  if (!Array.isArray(events)) throw new Problem('bad-event', 'A batch of events is a JSON array.')
  const faults: ProblemPart[] = []
  for (let i = 0; i < events.length && faults.length < faultsShownMax; i++) {
    for (const fault of eventFaults(events[i]))
      faults.push({ ...fault, at: batch ? `/${i}${fault.at}` : fault.at })
  }
  if (faults.length > 0) refuse(faults)
  return body
}

function refuse(faults: readonly ProblemPart[]): never {
  throw new Problem('bad-event', faults[0]!.detail, {
    hint: 'Nothing was taken. Repair the events and send them again.',
    errors: faults.slice(0, faultsShownMax),
  })
}

/** Attributes are `ce-` headers, percent-encoded (section 3.1.3.2); the content type is `datacontenttype`. */
function binaryEvent(headers: IncomingHttpHeaders, type: string, body: Buffer): Buffer {
  const event: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && typeof value === 'string') event[name.slice(3)] = decoded(value)
  }
  if (headers['content-type'] !== undefined) event['datacontenttype'] = headers['content-type']
  if (body.length > 0) {
    if (/[/+]json$/.test(type)) event['data'] = parse(body)
    else event['data_base64'] = body.toString('base64')
  }
  const faults = eventFaults(event)
  if (faults.length > 0) refuse(faults)
  return Buffer.from(JSON.stringify(event))
}

function decoded(value: string): string {
  const bare = /^"(?:[^"\\]|\\.)*"$/.test(value)
    ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : value
  try {
    return decodeURIComponent(bare)
  } catch {
    return bare
  }
}

import type { HubEvent } from './event.ts'

/** The stored body of an event: all of it but what stands in the row's own columns. */
export function encodeBody(event: HubEvent): string {
  const { id: _id, source: _source, company: _company, region: _region, ...body } = event
  return JSON.stringify(body)
}

/** The reverse of `encodeBody`, with what the row's columns say. */
export function decodeBody(
  body: string,
  columns: Pick<HubEvent, 'id' | 'source' | 'company' | 'region'>,
): HubEvent {
  return { ...columns, ...(JSON.parse(body) as Omit<HubEvent, keyof typeof columns>) }
}

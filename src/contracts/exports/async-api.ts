/** A contract as an AsyncAPI 3 document: the source sends its records to the hub over one channel. */
import type { AboutContract } from './about.ts'
import { release } from './about.ts'
import { schemaAt } from './json-schema.ts'

const contentTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  cloudevents: 'application/cloudevents+json',
  csv: 'text/csv',
  xml: 'application/xml',
  'idoc-xml': 'application/xml',
  x12: 'application/edi-x12',
  edifact: 'application/edifact',
  avro: 'application/avro',
}

export function asyncApiOf(about: AboutContract): object {
  const { source, title, company, region, format, transport, contract } = about
  return {
    asyncapi: '3.0.0',
    id: `urn:orderhub:source:${source}`,
    info: {
      title: `Records of ${title}`,
      version: release(about),
      description: `What ${title} (${company}, ${region}) sends, concluded from ${contract.records} records. The payload is the record as read from ${format}.`,
    },
    defaultContentType: contentTypes[format] ?? 'application/octet-stream',
    channels: {
      records: {
        address: transport === 'http' ? `/v1/sources/${source}/records` : source,
        messages: { record: { $ref: '#/components/messages/record' } },
      },
    },
    operations: {
      receiveRecords: {
        action: 'receive',
        channel: { $ref: '#/channels/records' },
        messages: [{ $ref: '#/channels/records/messages/record' }],
      },
    },
    components: {
      messages: {
        record: {
          name: 'record',
          title: `A record of ${title}`,
          payload: { $ref: '#/components/schemas/record' },
        },
      },
      schemas: { record: schemaAt(contract, '') },
    },
  }
}

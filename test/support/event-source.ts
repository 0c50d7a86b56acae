/** Sources whose records are events already, and whatever else a test wants to come in: `{"refuse": "why"}`. */
import { formatNamed } from '#formats/registry.ts'
import type { HubEvent } from '#model/event.ts'
import type { Source } from '#model/source.ts'
import { systems } from './histories/told-event.ts'

export const eventSources: readonly Source[] = systems.map((system) => {
  const format = formatNamed('ndjson')!
  return {
    ...system,
    title: system.name,
    zone: 'UTC',
    trust: { base: 50, facts: {} },
    shadow: false,
    transport: { kind: 'direct' },
    format,
    formatOptions: format.options({}),
    mappingHash: system.name,
    files: {},
    map: (found) => {
      const { from, to } = found
      if (!found.ok) return { kind: 'quarantined', from, to, fault: found.fault }
      const tree = found.tree as HubEvent & { refuse?: string }
      if (tree.refuse === undefined) return { kind: 'events', from, to, events: [tree] }
      const fault = { code: 'bad-value', detail: tree.refuse, path: 'refuse' } as const
      return { kind: 'quarantined', from, to, fault }
    },
  }
})

/** NDJSON of events and other records. */
export function ndjson(records: readonly unknown[]): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}

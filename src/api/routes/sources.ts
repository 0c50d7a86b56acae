/** The sources a caller may see. */
import { z } from 'zod'
import type { Instant } from '#model/time.ts'
import { withAccess } from '#store/client.ts'
import type { TransportHealth } from '#transports/port.ts'
import type { ApiContext } from '../context.ts'
import { operation, type Operation } from '../operation.ts'
import { seesScope } from '../principal.ts'
import { sources } from '../schemas/operations.ts'

type Counts = {
  received: number
  accepted: number
  duplicate: number
  quarantined: number
  rejected: number
}
type Row = Counts & { source: string }

export function sourceOperations({ flow, board }: ApiContext): Operation[] {
  return [
    operation({
      id: 'listSources',
      method: 'GET',
      path: '/v1/sources',
      tag: 'In',
      allow: 'signed-in',
      summary: 'The systems that feed the hub, with their counts',
      query: z.strictObject({}),
      answers: { 200: { description: 'Sources by name.', schema: sources } },
      handle: async ({ principal }) => {
        const { rows } = await withAccess(flow.pool, principal.access, (client) =>
          client.query<Row>(countsOfSources),
        )
        const bySource = new Map(rows.map((row) => [row.source, row]))
        const seen = [...flow.sources.values()].filter(({ scopeKey }) =>
          seesScope(principal, scopeKey),
        )
        const items = seen.map(({ source, version }) => {
          const { source: _source, ...counts } = bySource.get(source.name) ?? {
            ...nothing,
            source: source.name,
          }
          const { name, title, company, region } = source
          return {
            name,
            title,
            company,
            region,
            format: source.format.name,
            transport: source.transport.kind,
            mappingVersion: version,
            counts,
            feed: feedOf(board.healthOf(name)),
          }
        })
        return { body: { items: items.toSorted((a, b) => (a.name < b.name ? -1 : 1)) } }
      },
    }),
  ]
}

/** Instants as texts. */
function feedOf(health: TransportHealth | undefined) {
  if (health === undefined) return null
  const { source: _source, kind: _kind, lastHeardAt, lastTakenAt, error, alarm, ...rest } = health
  return {
    ...rest,
    lastHeardAt: textOf(lastHeardAt),
    lastTakenAt: textOf(lastTakenAt),
    error: error && { message: error.message, since: textOf(error.since)! },
    alarm: alarm && { message: alarm.message, since: textOf(alarm.since)! },
  }
}

function textOf(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

const nothing: Counts = { received: 0, accepted: 0, duplicate: 0, quarantined: 0, rejected: 0 }

const countsOfSources = `
  select source, sum(received)::bigint as received, sum(accepted)::bigint as accepted, sum(duplicate)::bigint as duplicate,
    sum(quarantined)::bigint as quarantined, sum(rejected)::bigint as rejected
  from ledger group by source`

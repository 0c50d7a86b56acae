/** Probes and measurements: for machines that watch the hub. */
import { withAccess } from '#store/client.ts'
import type { ApiContext } from '../context.ts'
import { operation, type Operation } from '../operation.ts'
import { Problem } from '../problem.ts'
import { health } from '../schemas/operations.ts'

const readyMsMax = 2_000

export function healthOperations(context: ApiContext): Operation[] {
  return [
    operation({
      id: 'livez',
      method: 'GET',
      path: '/livez',
      tag: 'Health',
      allow: 'everyone',
      rate: 'none',
      summary: 'Whether the process answers',
      answers: { 200: { description: 'It does.', schema: health } },
      handle: async () => ({ body: { status: 'ok' } }),
    }),
    operation({
      id: 'readyz',
      method: 'GET',
      path: '/readyz',
      tag: 'Health',
      allow: 'everyone',
      rate: 'none',
      summary: 'Whether requests will be served',
      answers: { 200: { description: 'The database answers.', schema: health } },
      handle: async () => {
        if (context.closing()) throw new Problem('not-ready', 'The hub is stopping.')
        await withinTime(context.flow.pool.query('select 1'))
        return { body: { status: 'ok' } }
      },
    }),
    operation({
      id: 'metrics',
      method: 'GET',
      path: '/metrics',
      tag: 'Health',
      allow: 'everyone',
      rate: 'none',
      summary: 'Measurements in Prometheus’ text format',
      description: 'Sums only: no name of a source, an order or a customer.',
      answers: { 200: { description: 'Counters and gauges.', type: 'text/plain; version=0.0.4' } },
      handle: async () => ({
        body: await metricsText(context),
        type: 'text/plain; version=0.0.4; charset=utf-8',
      }),
    }),
  ]
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new Problem('not-ready', `The database did not answer within ${readyMsMax} ms.`)),
      readyMsMax,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

type Sums = {
  received: number
  accepted: number
  duplicate: number
  quarantined: number
  rejected: number
}

type Say = (
  name: string,
  kind: 'counter' | 'gauge',
  help: string,
  values: readonly (readonly [labels: string, value: number])[],
) => void

async function metricsText(context: ApiContext): Promise<string> {
  const { flow, live, meters, intake } = context
  const lines: string[] = []
  const say: Say = (name, kind, help, values) => {
    lines.push(`# HELP orderhub_${name} ${help}`, `# TYPE orderhub_${name} ${kind}`)
    for (const [labels, value] of values)
      lines.push(`orderhub_${name}${labels === '' ? '' : `{${labels}}`} ${value}`)
  }
  const sums = await readSums(context).catch(() => null)
  if (sums !== null) {
    say('records_received_total', 'counter', 'Records received.', [['', sums.received]])
    const outcomes = ['accepted', 'duplicate', 'quarantined', 'rejected'] as const
    say(
      'records_total',
      'gauge',
      'Records by what became of them.',
      outcomes.map((name) => [`outcome="${name}"`, sums[name]]),
    )
  }
  say('queue_bytes', 'gauge', 'Bytes that wait for a batch.', [['', flow.pipeline.queuedBytes]])
  say('receiving_bytes', 'gauge', 'Bytes of bodies being received.', [['', intake.receivingBytes]])
  sayFeeds(context, say)
  await sayIncidents(context, say).catch(() => undefined)
  say('batch_seq', 'counter', 'Number of the newest batch committed.', [['', live.seq]])
  say('live_readers', 'gauge', 'Open connections of the live feed.', [['', live.readers]])
  say('http_requests_in_flight', 'gauge', 'Requests being answered.', [['', meters.inFlight]])
  const requests = [...meters.requests()]
  say(
    'http_requests_total',
    'counter',
    'Requests answered.',
    requests.map(({ labels, count }) => [labels, count]),
  )
  say(
    'http_request_seconds_total',
    'counter',
    'Seconds spent on them.',
    requests.map(({ labels, seconds }) => [labels, seconds]),
  )
  const memory = process.memoryUsage()
  say('process_resident_memory_bytes', 'gauge', 'Resident memory of the hub.', [['', memory.rss]])
  say('process_heap_used_bytes', 'gauge', 'Heap in use.', [['', memory.heapUsed]])
  say('process_uptime_seconds', 'gauge', 'Seconds since the start.', [
    ['', Math.round(process.uptime())],
  ])
  return `${lines.join('\n')}\n`
}

/** Sources in trouble: their lanes are not counted twice. */
async function sayIncidents({ flow }: ApiContext, say: Say): Promise<void> {
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{ kind: string; count: number }>(
      `select kind, count(distinct source) as count from feed_incident where cleared_at is null group by 1 order by 1`,
    ),
  )
  say(
    'feed_incidents',
    'gauge',
    'Sources that are silent, late, drifting or flooding.',
    rows.map(({ kind, count }) => [`kind="${kind}"`, count]),
  )
}

/** Transports by kind and state: a name of a source would tell who the company deals with. */
function sayFeeds({ board, now }: ApiContext, say: Say): void {
  const all = board.all()
  const kinds = [...Map.groupBy(all, ({ kind }) => kind)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const states = kinds.flatMap(([kind, feeds]) =>
    [...Map.groupBy(feeds, ({ state }) => state)].map(
      ([state, some]) => [`kind="${kind}",state="${state}"`, some.length] as const,
    ),
  )
  say('feeds', 'gauge', 'Transports that are followed, by state.', states)
  const most = (values: readonly number[]) => Math.max(0, ...values)
  const each = (pick: (feed: (typeof all)[number]) => number | null) =>
    kinds.map(
      ([kind, feeds]) =>
        [`kind="${kind}"`, most(feeds.map(pick).filter((value) => value !== null))] as const,
    )
  const at = now()
  say(
    'feed_silent_seconds_max',
    'gauge',
    'Seconds since the most silent one was last answered.',
    each(({ lastHeardAt }) => (lastHeardAt === null ? null : (at - lastHeardAt) / 1000)),
  )
  say(
    'feed_lag_max',
    'gauge',
    'How far the one furthest behind is behind, in its own unit.',
    each(({ lag }) => lag?.value ?? null),
  )
  say(
    'feed_alarms',
    'gauge',
    'Transports that need a person.',
    kinds.map(([kind, feeds]) => [
      `kind="${kind}"`,
      feeds.filter(({ alarm }) => alarm !== null).length,
    ]),
  )
}

async function readSums({ flow }: ApiContext): Promise<Sums> {
  const { rows } = await withinTime(
    withAccess(flow.pool, flow.access, (client) =>
      client.query<Sums>(
        `select coalesce(sum(received), 0)::bigint as received, coalesce(sum(accepted), 0)::bigint as accepted,
         coalesce(sum(duplicate), 0)::bigint as duplicate, coalesce(sum(quarantined), 0)::bigint as quarantined,
         coalesce(sum(rejected), 0)::bigint as rejected from ledger`,
      ),
    ),
  )
  return rows[0]!
}

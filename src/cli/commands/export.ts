import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { Argument, type Command, Option } from 'commander'
import { attachToRead, type Reader } from '#hub/attach.ts'
import type { OrderView, TimelineRow } from '#model/view.ts'
import { withAccess } from '#store/client.ts'
import { readEvents } from '#store/read-events.ts'
import { readOrder } from '#views/order.ts'
import { timelineRow } from '#views/timeline.ts'
import { goldenId } from '#identity/identifier-id.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type CsvValue, csvLine } from '../csv.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

type What = 'orders' | 'events'
type Options = { readonly format: 'ndjson' | 'csv'; readonly out?: string }

const pageOrders = 200

export function exportCommand(parent: Command, program: Program): void {
  const command = declare<Options>(parent, program, {
    use: 'export',
    summary: 'write all orders or events as NDJSON or CSV',
    description:
      'Writes to stdout or a file. Text in CSV that a spreadsheet would take for a formula gets an apostrophe before it.',
    examples: [
      ['export orders > orders.ndjson', 'every order, whole, one a line'],
      ['export events --format csv --out events.csv', 'a row for each event'],
    ],
    options: [
      new Option('--format <format>', 'how').choices(['ndjson', 'csv']).default('ndjson'),
      new Option('--out <file>', 'where, instead of stdout'),
    ],
    run: (call, [what = 'orders'], options) => run(call, what as What, options),
  })
  command.addArgument(new Argument('<what>', 'what').choices(['orders', 'events']))
}

async function run(call: Call, what: What, { format, out }: Options): Promise<ExitCode> {
  const { config, terminal, json } = call
  // The rows are what goes to stdout, so nothing else may.
  await using reader = await attachToRead({
    config: config(),
    log: call.log,
    signal: terminal.signal,
  })
  const target =
    out === undefined ? process.stdout : createWriteStream(resolve(out), { mode: 0o600 })
  let rows = 0
  if (format === 'csv')
    await write(target, csvLine(what === 'orders' ? orderColumns : eventColumns))
  for await (const row of what === 'orders' ? orders(reader) : events(reader)) {
    terminal.signal.throwIfAborted()
    await write(
      target,
      format === 'ndjson'
        ? `${JSON.stringify(row)}\n`
        : csvLine('sentence' in row ? orderCells(row) : eventCells(row)),
    )
    rows++
  }
  if (target !== process.stdout) {
    target.end()
    await once(target, 'finish')
    terminal.out(
      json ? JSON.stringify({ rows, file: resolve(out!) }) : `${rows} ${what} to ${resolve(out!)}`,
    )
  }
  return exitCodes.done
}

async function write(target: Writable, text: string): Promise<void> {
  if (!target.write(text)) await once(target, 'drain')
}

async function* keysOf({
  pool,
  access,
}: Reader): AsyncGenerator<{ order_key: number; golden: string }[]> {
  for (let after = 0; ;) {
    const { rows } = await withAccess(pool, access, (client) =>
      client.query<{ order_key: number; golden: string }>(
        `select order_key, replace(golden_id::text, '-', '') as golden from order_state
         where tenant_key = current_tenant() and order_key > $1 order by order_key limit $2`,
        [after, pageOrders],
      ),
    )
    if (rows.length === 0) return
    yield rows
    after = rows.at(-1)!.order_key
  }
}

async function* orders(reader: Reader): AsyncGenerator<OrderView> {
  const now = Date.now()
  for await (const page of keysOf(reader)) {
    for (const { order_key: key } of page) {
      const order = await readOrder(reader.views, reader.access, key, now)
      if (order !== null) yield order
    }
  }
}

type ExportedEvent = TimelineRow & { readonly order: string }

async function* events(reader: Reader): AsyncGenerator<ExportedEvent> {
  for await (const page of keysOf(reader)) {
    for (const { order_key: key, golden } of page) {
      const rows = await withAccess(reader.pool, reader.access, (client) =>
        readEvents(client, [key]),
      )
      for (const row of rows) yield { order: goldenId(golden), ...timelineRow(row) }
    }
  }
}

const orderColumns = [
  'id',
  'status',
  'substatus',
  'companies',
  'regions',
  'updatedAt',
  'sentence',
  'identifiers',
  'customer',
  'promised',
  'estimated',
  'actual',
  'disputes',
  'openHolds',
]

function orderCells(order: OrderView): CsvValue[] {
  const promise = (kind: string) =>
    order.promises.find((one) => one.kind === kind && one.part === '')?.at
  const names = order.identifiers.map(({ type, ns, value }) => `${type}:${ns}:${value}`).join(' ')
  return [
    order.id,
    order.status,
    order.substatus,
    order.companies.join(' '),
    order.regions.join(' '),
    order.updatedAt,
    order.sentence,
    names,
    order.facts['customer']?.value,
    promise('promised'),
    promise('estimated'),
    promise('actual'),
    order.disputes.length,
    order.holds
      .filter(({ open }) => open)
      .map(({ kind }) => kind)
      .join(' '),
  ]
}

const eventColumns = [
  'order',
  'event',
  'at',
  'sourceText',
  'certainty',
  'recordedAt',
  'source',
  'company',
  'region',
  'part',
  'milestone',
  'classifier',
  'substatus',
  'words',
  'reason',
  'city',
  'country',
  'facts',
]

function eventCells(row: ExportedEvent): CsvValue[] {
  const { place, facts } = row
  return [
    row.order,
    row.event,
    row.at,
    row.sourceText,
    row.certainty,
    row.recordedAt,
    row.source,
    row.company,
    row.region,
    row.part,
    row.milestone,
    row.classifier,
    row.substatus,
    row.words,
    row.reason,
    place?.city,
    place?.country,
    facts === undefined ? '' : JSON.stringify(facts),
  ]
}

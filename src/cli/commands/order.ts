import { type Command, Option } from 'commander'
import { attachToRead, type Reader } from '#hub/attach.ts'
import { HubError } from '#model/error.ts'
import type { SearchHit, TimelineRow } from '#model/view.ts'
import { findOrder } from '#views/find.ts'
import { readOrder } from '#views/order.ts'
import { readTimeline } from '#views/timeline.ts'
import { type Call, declare, moment, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { orderText, statusText } from '../order-text.ts'
import { printable, table } from '../terminal.ts'

type Options = { readonly asOf?: Date; readonly ns?: string; readonly type?: string }

const timelineRowsMax = 2000

export function orderCommand(parent: Command, program: Program): void {
  declare<Options>(parent, program, {
    use: 'order <identifier>',
    summary: 'one order by any of its identifiers, with its timeline',
    description:
      'Order number, customer PO, delivery, AWB, ticket, opportunity, serial number or golden id. When several orders have it, they are listed.',
    examples: [
      ['order 794612345678', 'by a tracking number'],
      ['order 4500012345 --ns servers --type order', 'the one of that company'],
      ['order G-7K2M4Q9TX3RB --as-of 2026-11-20T12:00Z', 'what the hub knew then'],
    ],
    options: [
      new Option('--as-of <time>', 'what the hub knew at this time').argParser(moment),
      new Option('--ns <namespace>', 'who gave the identifier out, e.g. servers or fedex'),
      new Option('--type <type>', 'its kind, e.g. order or tracking'),
    ],
    run: show,
  })
}

async function show(
  call: Call,
  [text = '']: readonly string[],
  { asOf, ns, type }: Options,
): Promise<ExitCode> {
  const { config, log, terminal, json } = call
  await using reader = await attachToRead({ config: config(), log, signal: terminal.signal })
  const { views, access } = reader
  const found = await findOrder(views, access, text, {
    ...(ns !== undefined && { ns }),
    ...(type !== undefined && { type }),
  })
  if (found.kind === 'none') throw unknown(text)
  if (found.kind === 'many') {
    listCandidates(call, text, found.candidates)
    return exitCodes.notFound
  }
  const order = await readOrder(views, access, found.orderKey, Date.now(), asOf)
  if (order === null) throw unknown(text, asOf)
  const timeline = await wholeTimeline(reader, found.orderKey, asOf)
  if (json) terminal.out(JSON.stringify({ order, timeline }))
  else for (const line of orderText(order, timeline, terminal)) terminal.out(line)
  return exitCodes.done
}

async function wholeTimeline(
  { views, access }: Reader,
  orderKey: number,
  asOf?: Date,
): Promise<TimelineRow[]> {
  const rows: TimelineRow[] = []
  for (let cursor: string | null | undefined; cursor !== null && rows.length < timelineRowsMax;) {
    const page = await readTimeline(views, access, orderKey, {
      ...(asOf && { asOf }),
      ...(cursor && { cursor }),
    })
    rows.push(...page.items)
    cursor = page.next
  }
  return rows
}

function listCandidates(
  { json, terminal }: Call,
  text: string,
  candidates: readonly SearchHit[],
): void {
  const { out, paint } = terminal
  if (json) {
    out(JSON.stringify({ ambiguous: text, candidates }))
    return
  }
  out(
    paint(
      'warn',
      `${candidates.length} orders have "${printable(text)}"; name one with --ns and --type, or by its golden id:`,
    ),
  )
  const rows = candidates.map((hit) => [hit.id, hit.status, hit.label, hit.ns, hit.type])
  const lines = table(rows, (cell, row, column) =>
    column === 1 ? statusText(candidates[row]!.status, (style) => paint(style, cell)) : cell,
  )
  for (const line of lines) out(`  ${line}`)
}

function unknown(text: string, asOf?: Date): HubError {
  const when = asOf === undefined ? '' : ` at ${asOf.toISOString()}`
  return new HubError({
    code: 'NOT_FOUND',
    message: `No order has the identifier "${printable(text)}"${when}.`,
    hint: 'Check it, or look at "orderhub quarantine list": its record may wait there.',
  })
}

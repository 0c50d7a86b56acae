/** An order as lines of text: what it is, what was promised, what is doubtful, and its timeline in a lane per system. */
import type {
  EvidenceRef,
  OrderView,
  PartView,
  Status,
  TimelineRow,
  ValueView,
} from '#model/view.ts'
import { type Paint, printable, shorten, type Style, table } from './terminal.ts'

export type OrderText = { readonly paint: Paint; readonly width: number }

const evidenceChars = 8
const lanesMax = 12
const partLabelCharsMax = 44
const laneStyles: readonly Style[] = ['lane0', 'lane1', 'lane2', 'lane3', 'lane4', 'lane5']
const troubled: ReadonlySet<Status> = new Set([
  'exception',
  'attempt-failed',
  'on-hold',
  'customs',
  'rejected',
  'cancelled',
  'unknown',
])
const finished: ReadonlySet<Status> = new Set(['delivered', 'completed', 'returned'])

/** Lines without line ends; foreign text in them holds no control characters. */
export function orderText(
  order: OrderView,
  timeline: readonly TimelineRow[],
  { paint, width }: OrderText,
): string[] {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', paint('strong', title), ...lines.map((line) => `  ${line}`)]
  return [
    `${paint('strong', order.id)}  ${statusText(order.status, paint)}${order.substatus ? ` (${printable(order.substatus)})` : ''}  ${paint('dim', `${order.companies.join(', ')} · ${order.regions.join(', ')}`)}`,
    printable(order.sentence),
    ...(order.asOf === null ? [] : [paint('warn', `as known at ${minute(order.asOf)}`)]),
    ...section('Identifiers', identifierLines(order, paint)),
    ...section('Facts', factLines(order.facts, paint)),
    ...section('Promises', promiseLines(order, paint)),
    ...section('Holds', holdLines(order, paint)),
    ...section('Disputes', disputeLines(order, paint)),
    ...section(
      'Flags',
      order.flags.map(
        (flag) => paint('warn', printable(flag.text)) + reference(flag.evidence, paint),
      ),
    ),
    ...section('Shipments', partLines(order.shipments, paint, width - 2)),
    ...section('Lines', partLines(order.lines, paint, width - 2)),
    ...section('Timeline', timelineLines(timeline, paint, width - 2)),
  ]
}

export function statusText(status: Status, paint: Paint): string {
  return paint(troubled.has(status) ? 'warn' : finished.has(status) ? 'good' : 'accent', status)
}

function identifierLines({ identifiers }: OrderView, paint: Paint): string[] {
  const rows = identifiers.map(({ label, ns, value, suspended }) => [
    label,
    printable(value),
    ns,
    suspended === true ? 'suspended' : '',
  ])
  return table(rows, (text, _row, column) =>
    column === 1 ? text : paint(column === 3 ? 'warn' : 'dim', text),
  )
}

function factLines(facts: OrderView['facts'], paint: Paint): string[] {
  return Object.entries(facts).map(
    ([name, value]) => `${paint('dim', name.padEnd(14))} ${valueText(value, paint)}`,
  )
}

function valueText({ value, evidence, dispute }: ValueView, paint: Paint): string {
  const disputed = dispute === undefined ? '' : paint('warn', `  disputed, ${dispute.rule}`)
  return `${printable(String(value))}${disputed}${reference(evidence, paint)}`
}

function promiseLines({ promises }: OrderView, paint: Paint): string[] {
  const rows = promises.map(({ kind, at, part, evidence }) => [
    kind,
    day(at),
    partText(part),
    source(evidence),
  ])
  return table(rows, (text, _row, column) => (column === 3 ? paint('dim', text) : text))
}

function holdLines({ holds }: OrderView, paint: Paint): string[] {
  return holds.map(({ kind, part, open, placedAt, releasedAt, evidence }) => {
    const span = `${placedAt === undefined ? '?' : minute(placedAt)} to ${releasedAt === undefined ? 'now' : minute(releasedAt)}`
    return `${paint(open ? 'warn' : 'dim', open ? 'open' : 'released')}  ${printable(kind)}  ${partText(part)}  ${span}${reference(evidence, paint)}`
  })
}

function disputeLines({ disputes }: OrderView, paint: Paint): string[] {
  return disputes.map(({ field, part, chosen, others, rule }) => {
    const also = others.map((value) => printable(String(value))).join(', ')
    return `${field} of ${partText(part)}: ${paint('strong', printable(String(chosen)))}, others say ${also}  ${paint('dim', rule)}`
  })
}

function partLines(parts: readonly PartView[], paint: Paint, width: number): string[] {
  const labels = parts.map(({ label }) => shorten(printable(label), partLabelCharsMax))
  const labelChars = Math.max(0, ...labels.map((label) => label.length))
  const statusChars = Math.max(0, ...parts.map(({ status }) => status.length))
  return parts.map(({ status, substatus, company, facts, packages }, i) => {
    const told = Object.entries(facts).map(
      ([name, { value }]) => `${name} ${printable(String(value))}`,
    )
    const boxes =
      packages === undefined || packages.length === 0 ? [] : [`${packages.length} packages`]
    const rest = [substatus, company, ...boxes, ...told].filter(Boolean).join(', ')
    const state = statusText(status, paint) + ' '.repeat(statusChars - status.length)
    return `${labels[i]!.padEnd(labelChars)}  ${state}  ${paint('dim', shorten(rest, width - labelChars - statusChars - 4))}`
  })
}

/** One line an event, oldest first; `●` happened, `○` is planned, promised or asked for. */
function timelineLines(rows: readonly TimelineRow[], paint: Paint, width: number): string[] {
  if (rows.length === 0) return []
  const lanes = [...new Set(rows.map((row) => row.source))].slice(0, lanesMax)
  const spans = lanes.map(
    (lane) =>
      [
        rows.findIndex((row) => row.source === lane),
        rows.findLastIndex((row) => row.source === lane),
      ] as const,
  )
  const style = (lane: number): Style => laneStyles[lane % laneStyles.length]!
  const legend = lanes.map((lane, i) => paint(style(i), `● ${lane}`)).join('  ')
  const milestoneChars = Math.max(...rows.map((row) => stageText(row).length))
  const lines = rows.map((row, r) => {
    const own = lanes.indexOf(row.source)
    const track = spans.map(([first, last], i) => {
      if (i === own) return paint(style(i), row.classifier === 'ACT' ? '●' : '○')
      return r >= first && r <= last ? paint(style(i), '│') : ' '
    })
    const before = `${minute(row.at)}${row.certainty === 'local' ? '?' : ' '}`
    const room = width - before.length - lanes.length * 2 - milestoneChars - evidenceChars - 4
    const told = shorten(detailText(row), Math.max(20, room))
    return `${paint('dim', before)} ${track.join(' ')}  ${stageText(row).padEnd(milestoneChars)}  ${paint('dim', row.event.slice(0, evidenceChars))}  ${told}`
  })
  return [legend, ...lines]
}

function stageText({ milestone, classifier }: TimelineRow): string {
  return classifier === 'ACT'
    ? milestone
    : `${milestone} ${{ PLN: 'planned', EST: 'estimated', REQ: 'requested' }[classifier]}`
}

function detailText(row: TimelineRow): string {
  const { words, reason, substatus, place, part, late, ahead } = row
  const where = [place?.name, place?.city, place?.country ?? place?.code].filter(Boolean).join(', ')
  const marks = [late === true ? 'late' : '', ahead === true ? 'ahead of the clock' : '']
    .filter(Boolean)
    .join(', ')
  const said = words === undefined || words === '' ? '' : `"${words}"`
  return printable(
    [partText(part), said, substatus, reason, where, marks && `[${marks}]`]
      .filter(Boolean)
      .join('  '),
  )
}

function partText(part: string): string {
  return part === '' ? 'order' : printable(part.replace(':', ' '))
}

function reference(evidence: EvidenceRef | undefined, paint: Paint): string {
  return evidence === undefined ? '' : paint('dim', `  ${source(evidence)}`)
}

function source({ source, event }: EvidenceRef): string {
  return `${source} ${event.slice(0, evidenceChars)}`
}

function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}

function day(iso: string): string {
  return iso.slice(0, 10)
}

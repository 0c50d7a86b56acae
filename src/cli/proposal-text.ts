/** A proposal as tables for people, and as JSON for programs. */
import { surelyFrom } from '#onboarding/assign.ts'
import type { Proposal } from '#onboarding/propose.ts'
import { printable, shorten, table, type Terminal } from './terminal.ts'

const wordsShown = 60
const fieldsShown = 120

export function proposalLines(proposal: Proposal, { paint, width }: Terminal): string[] {
  const { reading, records, fields, plan, terms } = proposal
  const share = (confidence: number): string => `${Math.round(confidence * 100)} %`
  const cells = (rows: string[][], sure: (row: number) => boolean): string[] =>
    table(rows, (text, row) => paint(row === 0 ? 'dim' : sure(row - 1) ? 'good' : 'warn', text))
  const lines = [
    `${paint('strong', reading.format)} (${share(reading.confidence)}): ${printable(reading.because)}; ${records} records${reading.faults.length > 0 ? `, ${reading.faults.length} cannot be read` : ''}`,
    '',
  ]
  const known = fields.filter(({ role }) => role !== null && role !== 'none').slice(0, fieldsShown)
  const why = Math.max(40, width - 90)
  lines.push(
    ...cells(
      [
        ['field', 'example', 'is', 'sure', 'because'],
        ...known.map(({ field, profile, role, confidence, because }) => [
          shorten(printable(field.path), 40),
          shorten(printable(profile.examples[0] ?? ''), 24),
          role!,
          share(confidence),
          shorten(printable(because), why),
        ]),
      ],
      (row) => known[row]!.confidence >= surelyFrom,
    ),
  )
  const left = fields.filter(({ role }) => role === null).length
  if (left > 0) lines.push(paint('dim', `${left} more fields mean nothing that is known.`))
  if (terms.length > 0) {
    const shown = terms.slice(0, wordsShown)
    lines.push('')
    lines.push(
      ...cells(
        [
          ['word', 'times', 'means', 'sure', 'because'],
          ...shown.map((term) => [
            shorten(printable(term.word), 40),
            String(term.count),
            term.hold === undefined
              ? term.milestone
              : `${term.milestone} (${term.hold.kind} hold ${term.hold.action})`,
            share(term.confidence),
            shorten(printable(term.because), why),
          ]),
        ],
        (row) => shown[row]!.confidence >= surelyFrom,
      ),
    )
    if (terms.length > shown.length)
      lines.push(paint('dim', `${terms.length - shown.length} more words`))
  }
  lines.push('')
  for (const event of plan.events) {
    const what =
      event.term === null
        ? `${event.milestone} (${event.classifier})`
        : `by the words of ${event.term.path}`
    lines.push(
      `event "${printable(event.name)}": ${what}; time ${printable(event.time.value)} as ${event.time.formats.join(' or ')}`,
    )
    if (event.time.check !== null)
      lines.push(paint('warn', `  check this: ${printable(event.time.check)}`))
  }
  return lines
}

export function proposalJson({
  reading,
  records,
  fields,
  plan,
  terms,
}: Proposal): Record<string, unknown> {
  const { format, options, confidence, because, faults } = reading
  return {
    format: { name: format, options, confidence, because },
    records,
    unreadable: faults.length,
    fields: fields.map(({ field, profile, role, confidence: sure, because: why, candidates }) => ({
      path: field.path,
      examples: profile.examples,
      role,
      confidence: sure,
      because: why,
      others: candidates.filter((one) => one.role !== role).slice(0, 2),
    })),
    terms,
    events: plan.events.map(({ name, milestone, classifier, term, time }) => ({
      name,
      milestone,
      classifier,
      term: term?.path ?? null,
      time: { value: time.value, formats: time.formats, check: time.check },
    })),
    blocked: plan.blocked,
  }
}

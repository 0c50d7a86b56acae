/** A segment as its elements, tag first; empty texts are empty elements. */
export type SegmentText = readonly string[]

/** One interchange with one functional group, for writing. Control numbers are numbers, texts free of separators. */
export type InterchangeText = {
  readonly sender: string
  readonly receiver: string
  /** ISA05 and ISA07, ZZ when absent. */
  readonly senderQualifier?: string
  readonly receiverQualifier?: string
  /** GS02 and GS03, the names of ISA when absent. */
  readonly groupSender?: string
  readonly groupReceiver?: string
  /** ISA15, P when absent. */
  readonly usage?: 'P' | 'T'
  readonly control: number
  /** yymmdd and hhmm of ISA. */
  readonly date: string
  readonly time: string
  /** ISA12, e.g. 00401. */
  readonly version: string
  /** GS01 and GS08, e.g. PO and 004010. */
  readonly group: string
  readonly release: string
  /** The sets: ST01 and the segments between ST and SE. */
  readonly sets: readonly { readonly code: string; readonly segments: readonly SegmentText[] }[]
}

/** Separators to write with; `line` stands behind each terminator. */
export type WriteSeparators = {
  readonly element: string
  readonly component: string
  readonly repetition: string
  readonly terminator: string
  readonly line: string
}

export const usualSeparators: WriteSeparators = {
  element: '*',
  component: '>',
  repetition: 'U',
  terminator: '~',
  line: '\n',
}

/** Writes an interchange with the counts and control numbers that X12 wants. */
export function writeInterchange(
  interchange: InterchangeText,
  separators: WriteSeparators = usualSeparators,
): string {
  const { element, component, repetition, terminator, line } = separators
  const segment = (...elements: readonly string[]): string =>
    elements.join(element).replace(new RegExp(`[${element === '^' ? '\\^' : element}]+$`), '') +
    terminator +
    line
  const control = String(interchange.control)
  const { date, time } = interchange
  const isa = [
    'ISA',
    '00',
    ' '.repeat(10),
    '00',
    ' '.repeat(10),
    (interchange.senderQualifier ?? 'ZZ').padEnd(2),
    interchange.sender.padEnd(15),
    (interchange.receiverQualifier ?? 'ZZ').padEnd(2),
    interchange.receiver.padEnd(15),
    date,
    time,
    repetition,
    interchange.version,
    control.padStart(9, '0'),
    '0',
    interchange.usage ?? 'P',
    component,
  ]
  const sets = interchange.sets.map(({ code, segments }, index) => {
    const number = String(index + 1).padStart(4, '0')
    return (
      segment('ST', code, number) +
      segments.map((one) => segment(...one)).join('') +
      segment('SE', String(segments.length + 2), number)
    )
  })
  const group = segment(
    'GS',
    interchange.group,
    interchange.groupSender ?? interchange.sender,
    interchange.groupReceiver ?? interchange.receiver,
    `20${date}`,
    time,
    control,
    'X',
    interchange.release,
  )
  return (
    isa.join(element) +
    terminator +
    line +
    group +
    sets.join('') +
    segment('GE', String(sets.length), control) +
    segment('IEA', '1', control.padStart(9, '0'))
  )
}

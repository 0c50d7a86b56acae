/** A segment as its elements, tag first; an element with components is a list. Empty texts are empty. */
export type SegmentParts = readonly (string | readonly string[])[]

/** Signs that separate; `release` and `repetition` may be a space for none. `line` stands behind each terminator. */
export type Signs = {
  readonly component: string
  readonly element: string
  readonly decimal: string
  readonly release: string
  readonly repetition: string
  readonly terminator: string
  readonly line: string
}

export const usualSigns: Signs = {
  component: ':',
  element: '+',
  decimal: '.',
  release: '?',
  repetition: ' ',
  terminator: "'",
  line: '\n',
}

/** One interchange, for writing. Texts are free: what separates is released. */
export type InterchangeParts = {
  /** UNB 0001 and 0002, e.g. UNOC and 3. */
  readonly syntax: string
  readonly version: string
  readonly sender: readonly [id: string, qualifier?: string]
  readonly receiver: readonly [id: string, qualifier?: string]
  /** yymmdd and hhmm; yyyymmdd in version 4. */
  readonly date: string
  readonly time: string
  readonly control: string
  /** UNB 0035: a test. */
  readonly test?: boolean
  /** Whether UNA stands before it. */
  readonly advice?: boolean
  readonly messages: readonly {
    readonly type: string
    /** Version, release and agency, e.g. D, 96A, UN. */
    readonly directory: readonly [version: string, release: string, agency: string]
    readonly control: string
    readonly segments: readonly SegmentParts[]
  }[]
}

/** One segment; empty components and elements at an end are left out. */
export function writeSegment(parts: SegmentParts, signs: Signs = usualSigns): string {
  const [tag = '', ...elements] = parts
  const written = elements.map((element) => {
    const components = typeof element === 'string' ? [element] : element
    return trimmed(components.map((one) => released(one, signs))).join(signs.component)
  })
  const all = [String(tag), ...trimmed(written)]
  return all.join(signs.element) + signs.terminator + signs.line
}

/** Writes an interchange with the counts and control numbers that ISO 9735 wants. */
export function writeEdifact(interchange: InterchangeParts, signs: Signs = usualSigns): string {
  const { component, element, decimal, release, repetition, terminator, line } = signs
  const una = `UNA${component}${element}${decimal}${release}${repetition}${terminator}${line}`
  const segment = (...parts: SegmentParts): string => writeSegment(parts, signs)
  const messages = interchange.messages.map(
    ({ type, directory, control, segments }) =>
      segment('UNH', control, [type, ...directory]) +
      segments.map((one) => writeSegment(one, signs)).join('') +
      segment('UNT', String(segments.length + 2), control),
  )
  const { syntax, version, sender, receiver, date, time, control } = interchange
  const party = ([id, qualifier = '']: readonly [string, string?]): string[] => [id, qualifier]
  return (
    (interchange.advice === true ? una : '') +
    segment(
      'UNB',
      [syntax, version],
      party(sender),
      party(receiver),
      [date, time],
      control,
      ...(interchange.test === true ? ['', '', '', '', '', '1'] : []),
    ) +
    messages.join('') +
    segment('UNZ', String(interchange.messages.length), control)
  )
}

function trimmed(list: readonly string[]): string[] {
  let size = list.length
  while (size > 0 && list[size - 1] === '') size--
  return list.slice(0, size)
}

function released(text: string, signs: Signs): string {
  const { component, element, release, repetition, terminator } = signs
  if (release === ' ') return text
  let result = ''
  for (const character of text) {
    const separates =
      character === component ||
      character === element ||
      character === release ||
      character === terminator ||
      (character === repetition && repetition !== ' ')
    result += separates ? release + character : character
  }
  return result
}

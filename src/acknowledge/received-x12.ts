import { readHeader } from '#formats/x12/envelope.ts'
import { nextInterchange } from '#formats/x12/cut.ts'
import { readSegment, type Segment } from '#formats/x12/segment.ts'
import { textOf, type Text } from '#formats/text.ts'
import type { Mapped } from '#model/record.ts'
import {
  verdictOf,
  type ReceivedGroup,
  type ReceivedInterchange,
  type ReceivedSet,
} from './verdict.ts'

type Header = Exclude<ReturnType<typeof readHeader>, string>

/**
 * The X12 interchanges in `bytes` and what became of each of their sets: `mapped` are the records of these bytes, in their
 * order. What stands outside of sets (a wrong GE, a missing IEA) is no verdict on a set and is left out.
 */
export function receivedX12(bytes: Buffer, mapped: readonly Mapped[]): ReceivedInterchange[] {
  const source = textOf(bytes)
  const received: ReceivedInterchange[] = []
  for (let at = source.start; at < source.size;) {
    const header = source.text.startsWith('ISA', at) ? readHeader(source, at) : 'none'
    const next = nextInterchange(source, at + 3)
    if (typeof header !== 'string') {
      const inside = mapped.filter(({ from }) => from >= at && from < next)
      received.push(interchangeOf(source, header, inside))
    }
    at = next
  }
  return received
}

function interchangeOf(
  source: Text,
  header: Header,
  mapped: readonly Mapped[],
): ReceivedInterchange {
  const { interchange } = header
  const groups: (ReceivedGroup & { sets: ReceivedSet[] })[] = []
  let seen = header.to
  for (const one of mapped) {
    const first = segmentAt(source, header, one.from)
    if (first?.tag !== 'ST') continue
    const group = groupBetween(source, header, seen, one.from)
    if (group !== null || groups.length === 0) groups.push({ ...(group ?? noGroup), sets: [] })
    seen = one.from
    const code = first.elements['ST01'] ?? ''
    const control = first.elements['ST02'] ?? ''
    groups.at(-1)!.sets.push({ code, control, directory: '', ...verdictOf(one) })
  }
  return {
    format: 'x12',
    sender: { id: interchange.sender, qualifier: interchange.senderQualifier },
    receiver: { id: interchange.receiver, qualifier: interchange.receiverQualifier },
    control: interchange.control,
    version: interchange.version,
    test: interchange.usage === 'T',
    groups,
  }
}

function segmentAt(source: Text, header: Header, at: number): Segment | null {
  const segment: Segment = { tag: '', envelope: false, from: 0, to: 0, count: 0, elements: {} }
  const trouble = readSegment(source, at, header.separators, segment)
  return trouble === null ? segment : null
}

const noGroup = { code: '', control: '', version: '', sender: '', receiver: '' }

/** The last group that begins between two sets; null when none does. */
function groupBetween(
  source: Text,
  header: Header,
  from: number,
  to: number,
): Omit<ReceivedGroup, 'sets'> | null {
  const { element, terminator } = header.separators
  const between = source.text.slice(from - terminator.length, to)
  const tag = `GS${String.fromCharCode(element)}`
  for (let at = between.lastIndexOf(tag); at > 0; at = between.lastIndexOf(tag, at - 1)) {
    const before = between.slice(Math.max(0, at - 40), at).trimEnd()
    if (!before.endsWith(terminator.trimEnd())) continue
    const gs = segmentAt(source, header, from - terminator.length + at)
    const field = (key: string): string => (gs?.elements[key] ?? '').trim()
    return {
      code: field('GS01'),
      control: field('GS06'),
      version: field('GS08'),
      sender: field('GS02'),
      receiver: field('GS03'),
    }
  }
  return null
}

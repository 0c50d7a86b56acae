import { nextInterchange } from '#formats/edifact/cut.ts'
import { decoderFor, groupOf, interchangeOf, messageOf } from '#formats/edifact/envelope.ts'
import { readSegment, type Reading, type Segment } from '#formats/edifact/segment.ts'
import { readStart, type Separators } from '#formats/edifact/separators.ts'
import { textOf, type Text } from '#formats/text.ts'
import type { Mapped } from '#model/record.ts'
import {
  verdictOf,
  type ReceivedGroup,
  type ReceivedInterchange,
  type ReceivedSet,
} from './verdict.ts'

/**
 * The EDIFACT interchanges in `bytes` and what became of each of their messages: `mapped` are the records of these bytes, in
 * their order. Messages without UNB have no sender to answer and are left out.
 */
export function receivedEdifact(bytes: Buffer, mapped: readonly Mapped[]): ReceivedInterchange[] {
  const source = textOf(bytes)
  const received: ReceivedInterchange[] = []
  for (let at = nextInterchange(source, source.start); at < source.size;) {
    const next = nextInterchange(source, at + 12)
    const start = readStart(source, at)
    if (typeof start !== 'string' && source.text.startsWith('UNB', start.to)) {
      const inside = mapped.filter(({ from }) => from >= at && from < next)
      received.push(receivedAt(source, start.separators, start.to, inside))
    }
    at = next
  }
  return received
}

function receivedAt(
  source: Text,
  separators: Separators,
  at: number,
  mapped: readonly Mapped[],
): ReceivedInterchange {
  const plain: Reading = { source, separators, decoder: null, blocked: false }
  const unb = segmentAt(plain, at)
  const interchange = interchangeOf(unb?.elements ?? {})
  const reading = { ...plain, decoder: decoderFor(interchange.syntax) }
  const groups: (ReceivedGroup & { sets: ReceivedSet[] })[] = []
  let seen = unb?.to ?? at
  for (const one of mapped) {
    const first = segmentAt(reading, one.from)
    if (first?.tag !== 'UNH') continue
    const group = groupBetween(reading, seen, one.from)
    if (group !== null || groups.length === 0) groups.push({ ...(group ?? noGroup), sets: [] })
    seen = one.from
    const { message, control } = messageOf(first.elements)
    const parts = ['UNH0202', 'UNH0203', 'UNH0204'].map((key) => textOfElement(first, key))
    groups
      .at(-1)!
      .sets.push({ code: message, control, directory: parts.join(':'), ...verdictOf(one) })
  }
  return {
    format: 'edifact',
    sender: { id: interchange.sender, qualifier: interchange.senderQualifier },
    receiver: { id: interchange.receiver, qualifier: interchange.receiverQualifier },
    control: interchange.control,
    version: `${interchange.syntax}:${interchange.version}`,
    test: interchange.test,
    groups,
  }
}

const noGroup = { code: '', control: '', version: '', sender: '', receiver: '' }

function segmentAt(reading: Reading, at: number): Segment | null {
  const segment: Segment = { tag: '', from: 0, to: 0, elements: {} }
  return readSegment(reading, at, segment) === null ? segment : null
}

/** The last group that begins between two messages; null when none does. */
function groupBetween(
  reading: Reading,
  from: number,
  to: number,
): Omit<ReceivedGroup, 'sets'> | null {
  const { source, separators } = reading
  const between = source.text.slice(from, to)
  const tag = `UNG${String.fromCharCode(separators.element)}`
  const at = between.lastIndexOf(tag)
  const ung = at < 0 ? null : segmentAt(reading, from + at)
  if (ung?.tag !== 'UNG') return null
  const { code, control, sender, receiver } = groupOf(ung.elements)
  return { code, control, version: '', sender, receiver }
}

function textOfElement({ elements }: Segment, key: string): string {
  const value = elements[key]
  return typeof value === 'string' ? value : ''
}

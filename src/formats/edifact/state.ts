import { limits } from '#model/limits.ts'
import type { Fault, Found } from '#model/record.ts'
import { bad, good, shown } from '../fault.ts'
import type { Text } from '../text.ts'
import {
  decoderFor,
  groupOf,
  interchangeOf,
  judgeInterchange,
  messageOf,
  sameControl,
  type Group,
  type Interchange,
} from './envelope.ts'
import { judgeEnd, openMessage, type OpenMessage } from './message.ts'
import type { Elements, Reading, Segment } from './segment.ts'

/** An interchange while it is read; `interchange` is null where the messages stand in none. */
export type Open = {
  readonly from: number
  readonly interchange: Interchange | null
  groups: number
  messages: number
}

type OpenGroup = { readonly shown: Group; readonly control: string; messages: number }

/** Where reading stands. Fields are null outside of an interchange, a group, a message. */
export type State = {
  readonly source: Text
  reading: Reading
  at: number
  open: Open | null
  group: OpenGroup | null
  message: OpenMessage | null
  /** Index behind what has been told. */
  told: number
  /** The next NUL byte behind the last message, -1 when there is none. */
  zero: number
}

/** What a segment of an envelope opens or closes, and what is found by that. */
export function envelopeSegment(state: State, segment: Segment): Found[] {
  switch (segment.tag) {
    case 'UNH':
      return startMessage(state, segment)
    case 'UNT':
      return state.message === null
        ? [bad(segment.from, segment.to, 'envelope', 'UNT without UNH.', 'UNT')]
        : [endMessage(state, segment)]
    case 'UNG': {
      const found = abandonGroup(state, segment.from)
      const shownGroup = groupOf(segment.elements)
      state.open!.groups++
      state.group = { shown: shownGroup, control: shownGroup.control, messages: 0 }
      return found
    }
    case 'UNE':
      return endGroup(state, segment)
    case 'UNZ':
      return endInterchange(state, segment)
    case 'UNB':
      return startInterchange(state, segment)
    default:
      return [
        ...abandonMessage(state, segment.from),
        bad(
          segment.from,
          segment.to,
          'unsupported',
          `${segment.tag}: packages of objects and interactive EDIFACT are not read.`,
          segment.tag,
        ),
      ]
  }
}

function startInterchange(state: State, segment: Segment): Found[] {
  if (state.open !== null && (state.open.interchange !== null || state.open.messages > 0)) {
    // The one before is not closed; it is told of, then this one is read again.
    const found = unclosed(state, segment.from)
    state.at = segment.from
    return found
  }
  const interchange = interchangeOf(segment.elements)
  state.open = { from: segment.from, interchange, groups: 0, messages: 0 }
  state.reading = { ...state.reading, decoder: decoderFor(interchange.syntax) }
  const wrong = judgeInterchange(interchange)
  return wrong === null ? [] : [bad(segment.from, segment.to, 'envelope', wrong, 'UNB')]
}

function startMessage(state: State, segment: Segment): Found[] {
  const found = abandonMessage(state, segment.from)
  const { open, group } = state
  open!.messages++
  if (group !== null) group.messages++
  const head = messageOf(segment.elements)
  const tree = {
    ...(open!.interchange !== null && { interchange: open!.interchange }),
    ...(group !== null && { group: group.shown }),
    ...head,
  }
  state.message = openMessage(head.message, head.control, tree, segment.from)
  return found
}

function where(message: OpenMessage): string {
  return `message ${message.type.slice(0, 12)} ${message.control.slice(0, 24)}`.replaceAll(
    '  ',
    ' ',
  )
}

function endMessage(state: State, { elements, to }: Segment): Found {
  const message = state.message!
  state.message = null
  const told = { tag: 'UNT', count: elements['UNT01'], control: elements['UNT02'] }
  return closed(state, message, to, judgeEnd(message, told, 'UNH'))
}

/** A message whose end was judged, as it is found. */
export function closed(
  state: Pick<State, 'source' | 'zero'>,
  message: OpenMessage,
  to: number,
  judged: Fault | null,
): Found {
  const { from, tree } = message
  if (to - from > limits.recordBytesMax) {
    const detail = `The message has ${to - from} bytes, at most ${limits.recordBytesMax} are read.`
    return bad(from, to, 'too-large', detail, where(message))
  }
  const fault = judged ?? zeros(state, from, to)
  if (fault === null) return good(from, to, tree)
  const path = fault.path === undefined ? '' : `, ${fault.path}`
  return bad(from, to, fault.code, fault.detail, `${where(message)}${path}`)
}

function zeros(state: Pick<State, 'source' | 'zero'>, from: number, to: number): Fault | null {
  if (state.zero !== -1 && state.zero < from) state.zero = state.source.text.indexOf('\0', from)
  return state.zero !== -1 && state.zero < to
    ? { code: 'encoding', detail: 'The message contains a NUL byte.' }
    : null
}

/** A message that something ends which is not its own end. */
export function abandonMessage(
  state: Pick<State, 'source' | 'message'>,
  at: number,
  end = 'UNT',
): Found[] {
  const { message } = state
  if (message === null) return []
  state.message = null
  const detail =
    at < state.source.size
      ? `The message has no ${end}.`
      : `The bytes end inside of the message, before its ${end}.`
  return [bad(message.from, at, 'truncated', detail, where(message))]
}

function field(elements: Elements, key: string): string {
  const value = elements[key]
  return typeof value === 'string' ? value.trim() : ''
}

/** What is wrong with a count and a control number that an end tells; null when nothing is. */
function judgeTotals(
  tag: string,
  elements: Elements,
  count: number,
  of: string,
  control: string,
): string | null {
  const told = field(elements, `${tag}01`)
  const named = field(elements, `${tag}02`)
  if (!sameControl(told, String(count)))
    return `${tag} says ${told.slice(0, 24) || 'nothing'}, there are ${count} ${of}.`
  return sameControl(named, control)
    ? null
    : `${tag} names ${shown(named)}, its begin ${shown(control)}.`
}

function endGroup(state: State, segment: Segment): Found[] {
  const found = abandonMessage(state, segment.from)
  const { group } = state
  const { from, to, elements } = segment
  state.group = null
  if (group === null) return [...found, bad(from, to, 'envelope', 'UNE without UNG.', 'UNE')]
  const wrong = judgeTotals('UNE', elements, group.messages, 'messages in the group', group.control)
  if (wrong !== null) found.push(bad(from, to, 'control-total', wrong, 'UNE'))
  return found
}

function endInterchange(state: State, segment: Segment): Found[] {
  const found = abandonGroup(state, segment.from)
  const open = state.open!
  const { from, to, elements } = segment
  state.open = null
  if (open.interchange === null)
    return [...found, bad(from, to, 'envelope', 'UNZ without UNB.', 'UNZ')]
  const [count, of] =
    open.groups > 0 ? [open.groups, 'groups'] : [open.messages, 'messages in the interchange']
  const wrong = judgeTotals('UNZ', elements, count, of, open.interchange.control)
  if (wrong !== null) found.push(bad(from, to, 'control-total', wrong, 'UNZ'))
  else if (open.messages === 0)
    found.push(
      bad(Math.max(open.from, state.told), to, 'empty', 'The interchange has no message.', 'UNZ'),
    )
  return found
}

/** A group that something ends which is not its UNE: told of its open message, else of itself. */
function abandonGroup(state: State, at: number): Found[] {
  const { group, message, open } = state
  state.group = null
  if (message !== null) return abandonMessage(state, at)
  if (group === null) return []
  const from = Math.max(state.told, open!.from)
  return [bad(from, at, 'truncated', `Group ${group.control.slice(0, 24)} has no UNE.`, 'UNG')]
}

/** What the end of the bytes, or the next interchange, leaves open; nothing is open behind it. */
export function unclosed(state: State, at: number): Found[] {
  const { open } = state
  const found = abandonMessage(state, at)
  state.open = state.group = null
  if (open === null || open.interchange === null || found.length > 0) return found
  const detail = `Interchange ${open.interchange.control.slice(0, 24)} has no UNZ.`
  return [bad(Math.max(open.from, state.told), at, 'truncated', detail, 'UNZ')]
}

import { limits } from '#model/limits.ts'
import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { isBlocked, skipLayout } from '../edifact/layout.ts'
import { addSegment, judgeEnd, openMessage, type OpenMessage } from '../edifact/message.ts'
import { readSegment, type Elements, type Reading, type Segment } from '../edifact/segment.ts'
import { separatorsOf } from '../edifact/separators.ts'
import { abandonMessage, closed } from '../edifact/state.ts'
import { bad, shown } from '../fault.ts'
import { loopTables } from '../loop-table.ts'
import { moment } from '../moment.ts'
import { noOptions } from '../options.ts'
import { textOf, type Text } from '../text.ts'

const separators = separatorsOf(58, 43, -1, 63, 39, 61)

/** Which segments belong to which of a line, in order, invoice, delivery and acknowledgement messages. */
const table = loopTables({
  '*': 'OLD(DNB DNC) ODD(PID DNA ILD(DNA CIA)) CLD(DNB) DEL(DNA) ADD(DNA) ACD(ACL(DNA))',
})('*')

/**
 * GS1 UK TRADACOMS, the forerunner of EDIFACT in British retail: transmissions from STX to END. A record is a message (MHD to
 * MTR); what the file's header message (ORDHDR, INVFIL, ...) says of all of them stands in each as `header`. Counts of MTR
 * and END are verified.
 */
export const tradacoms: Format = {
  name: 'tradacoms',
  options: noOptions('tradacoms'),
  cut: (bytes) => {
    const source = textOf(bytes)
    const ends = [...source.text.matchAll(/'\s*E\s*N\s*D\s*=[^']{0,20}'/g)]
    const last = ends.at(-1)
    if (last !== undefined) return skipLayout(source, last.index + last[0].length)
    return bytes.length >= limits.receiptBytesMax ? bytes.length : 0
  },
  read: readTradacoms,
  sniff: (bytes) => (/^\s*STX=[A-Z]{3,4}:?\d?\+/.test(bytes.toString('latin1', 0, 64)) ? 0.98 : 0),
}

type State = {
  readonly source: Text
  readonly reading: Reading
  at: number
  transmission: Elements | null
  messages: number
  header: Elements
  message: OpenMessage | null
  zero: number
}

function* readTradacoms(bytes: Buffer): Generator<Found> {
  const source = textOf(bytes)
  if (source.unit !== 1) {
    yield bad(
      0,
      bytes.length,
      'encoding',
      'The bytes are UTF-16 or UTF-32; TRADACOMS is read in encodings of one byte.',
    )
    return
  }
  const state: State = {
    source,
    reading: { source, separators, decoder: null, blocked: isBlocked(source) },
    at: skipLayout(source, source.start),
    transmission: null,
    messages: 0,
    header: {},
    message: null,
    zero: source.text.indexOf('\0'),
  }
  if (state.at >= source.size)
    yield bad(0, source.size, 'empty', 'There is nothing but white space.')
  const segment: Segment = { tag: '', from: 0, to: 0, elements: {} }
  let left = limits.recordsPerReceiptMax
  while (state.at < source.size) {
    const trouble = readSegment(state.reading, state.at, segment)
    state.at = skipLayout(source, segment.to)
    const inside = state.message !== null && !['STX', 'MHD', 'MTR', 'END'].includes(segment.tag)
    if (inside) {
      addSegment(state.message!, segment, trouble)
      continue
    }
    const found =
      trouble === null
        ? envelope(state, segment)
        : [
            ...abandonMessage(state, segment.from, 'MTR'),
            bad(segment.from, segment.to, trouble.code, trouble.detail),
          ]
    for (const one of found) {
      if (--left < 0) {
        yield bad(
          one.from,
          source.size,
          'too-many',
          `There are more than ${limits.recordsPerReceiptMax} records.`,
        )
        return
      }
      yield one
    }
  }
  yield* unclosed(state, source.size)
}

function envelope(state: State, segment: Segment): Found[] {
  const { tag, from, to, elements } = segment
  if (tag === 'STX') {
    const found = unclosed(state, from)
    state.transmission = transmissionOf(elements)
    state.messages = 0
    state.header = {}
    return found
  }
  if (state.transmission === null) {
    const begin = shown(state.source.text.slice(from, from + 12))
    return [bad(from, to, 'envelope', `A transmission begins with STX, here stands ${begin}.`)]
  }
  if (tag === 'MHD') return startMessage(state, segment)
  if (tag === 'MTR') return endMessage(state, segment)
  if (tag === 'END') return endTransmission(state, segment)
  return [bad(from, to, 'envelope', `Segment ${tag} stands outside of a message.`, tag)]
}

function text(elements: Elements, key: string): string {
  const value = elements[key]
  return typeof value === 'string' ? value.trim() : ''
}

function transmissionOf(stx: Elements): Elements {
  const at = moment(text(stx, 'STX04'), text(stx, 'STX0402'))
  return {
    sender: text(stx, 'STX02') || text(stx, 'STX0202'),
    senderName: text(stx, 'STX0202'),
    receiver: text(stx, 'STX03') || text(stx, 'STX0302'),
    receiverName: text(stx, 'STX0302'),
    date: text(stx, 'STX04'),
    time: text(stx, 'STX0402'),
    control: text(stx, 'STX05'),
    reference: text(stx, 'STX07'),
    ...(at !== null && { at }),
  }
}

function startMessage(state: State, { elements, from }: Segment): Found[] {
  const found = abandonMessage(state, from, 'MTR')
  state.messages++
  const type = text(elements, 'MHD02')
  const control = text(elements, 'MHD01')
  const head = {
    interchange: state.transmission,
    message: type,
    version: text(elements, 'MHD0202'),
    control,
    header: state.header,
  }
  state.message = openMessage(type, control, head, from, table)
  return found
}

function endMessage(state: State, { elements, from, to }: Segment): Found[] {
  const { message } = state
  if (message === null) return [bad(from, to, 'envelope', 'MTR without MHD.', 'MTR')]
  state.message = null
  const judged = judgeEnd(message, { tag: 'MTR', count: elements['MTR01'], control: null }, 'MHD')
  if (judged === null && /HDR$|^INVFIL$/.test(message.type)) {
    const {
      interchange: _,
      message: _type,
      version: _version,
      control: _control,
      header: _header,
      ...own
    } = message.tree
    state.header = own
  }
  return [closed(state, message, to, judged)]
}

function endTransmission(state: State, { elements, from, to }: Segment): Found[] {
  const found = abandonMessage(state, from, 'MTR')
  const told = text(elements, 'END01')
  if (Number(told) !== state.messages || told === '') {
    const detail = `END says ${told.slice(0, 24) || 'nothing'}, there are ${state.messages} messages.`
    found.push(bad(from, to, 'control-total', detail, 'END'))
  }
  if (state.messages === 0)
    found.push(bad(to, to, 'empty', 'The transmission has no message.', 'END'))
  state.transmission = null
  return found
}

function unclosed(state: State, at: number): Found[] {
  const found = abandonMessage(state, at, 'MTR')
  const open = state.transmission
  state.transmission = null
  if (open === null || found.length > 0) return found
  const detail = `Transmission ${String(open['control']).slice(0, 24)} has no END.`
  return [bad(at, at, 'truncated', detail, 'END')]
}

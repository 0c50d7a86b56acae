import { limits } from '#model/limits.ts'
import type { Format, FormatOptions } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad, shown } from '../fault.ts'
import { choiceOption, optionsOf } from '../options.ts'
import { textOf, type Text } from '../text.ts'
import { cutInterchanges, nextInterchange } from './cut.ts'
import { isBlocked, skipLayout } from './layout.ts'
import { addSegment } from './message.ts'
import { readSegment, type Segment } from './segment.ts'
import { readStart } from './separators.ts'
import { envelopeSegment, unclosed, type State } from './state.ts'

const envelopes = ['expected', 'optional'] as const

/**
 * UN/EDIFACT (ISO 9735, syntax versions 1 to 4): one or many interchanges in a file. A record is a message (UNH to UNT).
 * Separators come from UNA or are those of the standard; counts and control numbers of UNT, UNE and UNZ are verified. A
 * message whose own end is wrong is refused; a wrong or missing UNB, UNE or UNZ is a fault of its own beside the messages,
 * which are whole. Option `envelope: optional` takes messages without UNB and UNZ as they are.
 */
export const edifact: Format = {
  name: 'edifact',
  options: (raw) => {
    const { envelope } = optionsOf('edifact', raw, ['envelope'])
    return { envelope: choiceOption('edifact', 'envelope', envelope, envelopes, 'expected') }
  },
  cut: cutInterchanges,
  read: readEdifact,
  sniff: (bytes) => {
    const source = textOf(bytes.subarray(0, 512))
    const head = source.text.slice(source.start).trimStart()
    if (/^UNA.{6}\s*UN[BGH]/s.test(head) || /^UNB\+[A-Z0-9]{4}\b/.test(head)) return 0.98
    if (/^UNH\+[^+]{0,14}\+[A-Z0-9]{6}:/.test(head)) return 0.95
    return /^UN[AB][^A-Za-z0-9]/.test(head) ? 0.85 : 0
  },
}

function* readEdifact(bytes: Buffer, options: FormatOptions): Generator<Found> {
  const source = textOf(bytes)
  if (source.unit !== 1) {
    const detail =
      'The bytes are UTF-16 or UTF-32; EDIFACT is read in encodings of one byte and UTF-8.'
    yield bad(0, bytes.length, 'encoding', detail)
    return
  }
  const state = newState(source)
  const bare = options['envelope'] === 'optional'
  let left = limits.recordsPerReceiptMax
  while (state.at < source.size) {
    for (const found of state.open === null ? begin(state, bare) : interchange(state)) {
      if (--left < 0) {
        const detail = `There are more than ${limits.recordsPerReceiptMax} records.`
        yield bad(found.from, source.size, 'too-many', detail)
        return
      }
      state.told = found.to
      yield found
    }
    state.at = skipLayout(source, state.at)
  }
  const open = unclosed(state, source.size)
  yield* open
  if (left === limits.recordsPerReceiptMax && open.length === 0 && bytes.length > 0)
    yield bad(0, source.size, 'empty', 'There is no message.')
}

function newState(source: Text): State {
  const at = skipLayout(source, source.start)
  const start = readStart(source, at)
  const separators = typeof start === 'string' ? null : start.separators
  return {
    source,
    reading: { source, separators: separators!, decoder: null, blocked: isBlocked(source) },
    at,
    open: null,
    group: null,
    message: null,
    told: 0,
    zero: source.text.indexOf('\0'),
  }
}

/** Reads UNA and what follows it; what begins no interchange is passed over up to the next one. */
function* begin(state: State, bare: boolean): Generator<Found> {
  const { source, at } = state
  const tag = source.text.slice(at, at + 3)
  if (tag === 'UNA' || tag === 'UNB' || tag === 'UNH' || tag === 'UNG') {
    const start = readStart(source, at)
    if (typeof start !== 'string') {
      state.reading = { ...state.reading, separators: start.separators, decoder: null }
      state.open = { from: at, interchange: null, groups: 0, messages: 0 }
      state.group = state.message = null
      state.at = start.to
      if (!bare && !source.text.startsWith('UNB', start.to) && start.to < source.size) {
        const detail = 'The messages stand in no interchange: UNB is missing.'
        yield bad(at, start.to, 'envelope', detail, 'UNB')
      }
      return
    }
    state.at = nextInterchange(source, at + 3)
    yield bad(at, state.at, 'envelope', start, tag)
    return
  }
  state.at = nextInterchange(source, at)
  if (at > source.start && /^[\0\s]*$/.test(source.text.slice(at, Math.min(state.at, at + 512))))
    return
  const here = shown(source.text.slice(at, at + 12))
  yield bad(at, state.at, 'envelope', `An interchange begins with UNA or UNB, here stands ${here}.`)
}

const envelopeTags = new Set(['UNB', 'UNZ', 'UNG', 'UNE', 'UNH', 'UNT', 'UNO', 'UNP', 'UIB', 'UIH'])

/** Reads segments up to the first that yields something. */
function interchange(state: State): Found[] {
  const { source } = state
  const segment: Segment = { tag: '', from: 0, to: 0, elements: {} }
  while (state.at < source.size) {
    const from = skipLayout(source, state.at)
    if (from >= source.size) break
    if (source.codes[from] === state.reading.separators.terminator) {
      state.at = from + 1
      continue
    }
    if (beginsAnew(source, from)) {
      const found = unclosed(state, from)
      state.at = from
      return found
    }
    const trouble = readSegment(state.reading, from, segment)
    state.at = segment.to
    const { tag } = segment
    if (envelopeTags.has(tag)) {
      const found = envelopeSegment(state, segment)
      if (found.length > 0 || state.open === null) return found
    } else if (state.message !== null) addSegment(state.message, segment, trouble)
    else if (trouble !== null) return [bad(from, segment.to, trouble.code, trouble.detail)]
    else {
      const detail = `Segment ${tag} stands outside of a message.`
      return [bad(from, segment.to, 'envelope', detail, tag)]
    }
  }
  state.at = source.size
  return []
}

/** UNA begins another interchange, wherever it stands. */
function beginsAnew(source: Text, at: number): boolean {
  const { codes } = source
  if (codes[at] !== 85 || codes[at + 1] !== 78 || codes[at + 2] !== 65) return false
  return /^UNA.{6}\s*UN[BGH]/s.test(source.text.slice(at, at + 40))
}

import { limits } from '#model/limits.ts'
import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad, shown } from '../fault.ts'
import { noOptions } from '../options.ts'
import { textOf } from '../text.ts'
import { abandonSet, envelopeSegment, unclosed, type State } from './closing.ts'
import { cutInterchanges, nextInterchange } from './cut.ts'
import { readHeader } from './envelope.ts'
import { readSegment, skipLayout, type Segment } from './segment.ts'
import { addSegment } from './set.ts'

/**
 * ANSI ASC X12: one or many interchanges in a file. A record is a transaction set (ST to SE), or the acknowledgement TA1 of
 * an interchange that has no set. Separators come from ISA; counts and control numbers of SE, GE and IEA are verified. A set
 * whose own end is wrong is refused; a wrong GE or IEA is a fault of its own beside the sets, which are whole.
 */
export const x12: Format = {
  name: 'x12',
  options: noOptions('x12'),
  cut: cutInterchanges,
  read: readX12,
  sniff: (bytes) => {
    const source = textOf(bytes.subarray(0, 512))
    const head = source.text.slice(source.start).trimStart()
    return /^ISA[^A-Za-z0-9 \r\n]\d\d/.test(head)
      ? 0.98
      : /^ISA[^A-Za-z0-9 \r\n]/.test(head)
        ? 0.8
        : 0
  },
}

function* readX12(bytes: Buffer): Generator<Found> {
  const source = textOf(bytes)
  if (source.unit > 1) {
    yield bad(
      0,
      bytes.length,
      'encoding',
      'The bytes are UTF-16; X12 is read in encodings of one byte and UTF-8.',
    )
    return
  }
  const state: State = {
    source,
    at: skipLayout(source, source.start),
    header: null,
    groups: 0,
    acknowledgements: 0,
    group: null,
    set: null,
    told: 0,
    zero: source.text.indexOf('\0'),
  }
  let left = limits.recordsPerReceiptMax
  if (state.at >= source.size)
    yield bad(0, source.size, 'empty', 'There is nothing but white space.')
  while (state.at < source.size) {
    for (const found of state.header === null ? begin(state) : interchange(state)) {
      if (--left < 0) {
        yield bad(
          found.from,
          source.size,
          'too-many',
          `There are more than ${limits.recordsPerReceiptMax} records.`,
        )
        return
      }
      state.told = found.to
      yield found
    }
    state.at = skipLayout(source, state.at)
  }
  yield* unclosed(state)
}

/** Reads ISA; what is none is passed over up to the next one. */
function* begin(state: State): Generator<Found> {
  const { source, at } = state
  if (source.text.startsWith('ISA', at)) {
    const header = readHeader(source, at)
    if (typeof header !== 'string') {
      state.header = { ...header, from: at }
      state.groups = state.acknowledgements = 0
      state.group = state.set = null
      state.at = header.to
      return
    }
    state.at = nextInterchange(source, at + 3)
    yield bad(at, state.at, 'envelope', header, 'segment 1 (ISA)')
    return
  }
  state.at = nextInterchange(source, at)
  // What a file transfer leaves behind the last interchange: an end-of-file mark, zeros.
  const rest = source.text.slice(at, Math.min(state.at, at + 512))
  if (at > source.start && rest.replaceAll('\0', '').replaceAll('\u001a', '').trim() === '') return
  yield bad(
    at,
    state.at,
    'envelope',
    `An interchange begins with ISA, here stands ${shown(source.text.slice(at, at + 12))}.`,
  )
}

/** Reads segments up to the first that yields something. */
function interchange(state: State): Found[] {
  const { source, header } = state
  const separators = header!.separators
  const segment: Segment = { tag: '', envelope: false, from: 0, to: 0, count: 0, elements: {} }
  while (state.at < source.size) {
    const from = skipLayout(source, state.at)
    if (from >= source.size) break
    if (source.text.startsWith(separators.terminator, from)) {
      state.at = from + separators.terminator.length
      continue
    }
    const trouble = readSegment(source, from, separators, segment)
    state.at = segment.to
    const { tag } = segment
    if (segment.envelope) {
      if (trouble !== null && tag !== 'ISA')
        return [
          ...abandonSet(state, from),
          bad(from, segment.to, trouble.code, trouble.detail, tag),
        ]
      const found = envelopeSegment(state, segment)
      if (found.length > 0 || state.header === null) return found
    } else if (state.set !== null) addSegment(state.set, segment, trouble)
    else if (trouble !== null) return [bad(from, segment.to, trouble.code, trouble.detail)]
    else if (state.group !== null)
      return [
        bad(
          from,
          segment.to,
          'envelope',
          `Segment ${tag} stands outside of a transaction set.`,
          tag,
        ),
      ]
    // Between ISA and GS stand interchange services (ISB, ISE, TA3), which carry nothing for orders.
  }
  return []
}

import { limits } from '#model/limits.ts'
import type { Format } from '#model/format.ts'
import type { Fault, FaultCode, Found } from '#model/record.ts'
import { bad, good, shown } from '../fault.ts'
import { noOptions } from '../options.ts'
import { textOf, type Text } from '../text.ts'
import { readHeader, type Header } from './envelope.ts'
import { readSegment, skipLayout, type Segment } from './segment.ts'
import { addSegment, judgeEnd, openSet, type OpenSet, type Tree } from './set.ts'

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
    return /^ISA[^A-Za-z0-9 \r\n]\d\d/.test(head) ? 0.98 : /^ISA[^A-Za-z0-9 \r\n]/.test(head) ? 0.8 : 0
  },
}

type Group = { readonly shown: Tree; readonly control: string; sets: number }

/** Where reading stands. Fields are null outside of an interchange, a group, a set. */
type State = {
  readonly source: Text
  at: number
  header: (Header & { readonly from: number }) | null
  groups: number
  acknowledgements: number
  group: Group | null
  set: (OpenSet & { readonly code: string; readonly control: string; readonly from: number }) | null
  /** Index behind what has been told. */
  told: number
  /** The next NUL byte behind the last set, -1 when there is none. */
  zero: number
}

function* readX12(bytes: Buffer): Generator<Found> {
  const source = textOf(bytes)
  if (source.unit === 2) {
    yield bad(0, bytes.length, 'encoding', 'The bytes are UTF-16; X12 is read in encodings of one byte and UTF-8.')
    return
  }
  const state: State = { source, at: skipLayout(source, source.start), header: null, groups: 0, acknowledgements: 0, group: null, set: null, told: 0, zero: source.text.indexOf('\0') }
  let left = limits.recordsPerReceiptMax
  if (state.at >= source.size) yield bad(0, source.size, 'empty', 'There is nothing but white space.')
  while (state.at < source.size) {
    for (const found of state.header === null ? begin(state) : interchange(state)) {
      if (--left < 0) {
        yield bad(found.from, source.size, 'too-many', `There are more than ${limits.recordsPerReceiptMax} records.`)
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
  yield bad(at, state.at, 'envelope', `An interchange begins with ISA, here stands ${shown(source.text.slice(at, at + 12))}.`)
}

/** Index of the next ISA that begins a segment, else the end. */
function nextInterchange(source: Text, at: number): number {
  const pattern = /[^A-Za-z0-9]ISA[^A-Za-z0-9 \r\n]\d\d/g
  pattern.lastIndex = Math.max(0, at - 1)
  const match = pattern.exec(source.text)
  return match === null ? source.size : match.index + 1
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
      if (trouble !== null && tag !== 'ISA') return [...abandonSet(state, from), bad(from, segment.to, trouble.code, trouble.detail, tag)]
      const found = envelopeSegment(state, segment)
      if (found.length > 0 || state.header === null) return found
    } else if (state.set !== null) addSegment(state.set, segment, trouble)
    else if (trouble !== null) return [bad(from, segment.to, trouble.code, trouble.detail)]
    else if (state.group !== null) return [bad(from, segment.to, 'envelope', `Segment ${tag} stands outside of a transaction set.`, tag)]
    // Between ISA and GS stand interchange services (ISB, ISE, TA3), which carry nothing for orders.
  }
  return []
}

function envelopeSegment(state: State, segment: Segment): Found[] {
  const { elements, from, to } = segment
  switch (segment.tag) {
    case 'ST':
      return startSet(state, segment)
    case 'SE':
      return state.set === null ? [bad(from, to, 'envelope', 'SE without ST.', 'SE')] : [endSet(state, segment)]
    case 'GS': {
      const open = abandonGroup(state, from)
      state.groups++
      state.group = { shown: groupOf(elements), control: elements['GS06'] ?? '', sets: 0 }
      return open
    }
    case 'GE':
      return endGroup(state, segment)
    case 'IEA':
      return endInterchange(state, segment)
    case 'TA1':
      state.acknowledgements++
      return [good(from, to, { interchange: state.header!.interchange, set: 'TA1', control: elements['TA101'] ?? '', TA1: [elements] })]
    default: {
      // ISA: the interchange before is not closed.
      const open = state.set === null ? unclosedInterchange(state, from) : abandonSet(state, from)
      state.header = null
      state.at = from
      return open
    }
  }
}

function groupOf(gs: Readonly<Record<string, string>>): Tree {
  const field = (key: string): string => (gs[key] ?? '').trim()
  return {
    code: field('GS01'), sender: field('GS02'), receiver: field('GS03'), date: field('GS04'), time: field('GS05'),
    control: field('GS06'), version: field('GS08'),
  }
}

function startSet(state: State, segment: Segment): Found[] {
  const open = abandonSet(state, segment.from)
  const { group, header } = state
  if (group === null) return [...open, bad(segment.from, segment.to, 'envelope', 'ST stands outside of a functional group (GS).', 'ST')]
  group.sets++
  const code = (segment.elements['ST01'] ?? '').trim()
  const control = segment.elements['ST02'] ?? ''
  const set = openSet(code, { interchange: header!.interchange, group: group.shown, set: code, control: control.trim() })
  state.set = Object.assign(set, { code, control, from: segment.from })
  return open
}

function endSet(state: State, segment: Segment): Found {
  const set = state.set!
  state.set = null
  const { from } = set
  const { to } = segment
  const where = `set ${set.code.slice(0, 8)} ${set.control.slice(0, 24)}`
  if (to - from > limits.recordBytesMax) return bad(from, to, 'too-large', `The set has ${to - from} bytes, at most ${limits.recordBytesMax} are read.`, where)
  const fault = judgeEnd(set, set.control, segment.elements) ?? zeros(state, from, to)
  if (fault === null) return good(from, to, set.tree)
  return { ok: false, from, to, fault: { ...fault, path: fault.path === undefined ? where : `${where}, ${fault.path}` } }
}

function zeros(state: State, from: number, to: number): Fault | null {
  if (state.zero !== -1 && state.zero < from) state.zero = state.source.text.indexOf('\0', from)
  return state.zero !== -1 && state.zero < to ? { code: 'encoding', detail: 'The set contains a NUL byte.' } : null
}

/** A set that something ends which is not its SE. */
function abandonSet(state: State, at: number): Found[] {
  const { set } = state
  if (set === null) return []
  state.set = null
  const detail = at < state.source.size ? 'The set has no SE.' : 'The bytes end inside of the set, before its SE.'
  return [bad(set.from, at, 'truncated', detail, `set ${set.code.slice(0, 8)} ${set.control.slice(0, 24)}`)]
}

function sameNumber(a: string, b: string): boolean {
  const number = /^\d{1,15}$/
  return a.trim() === b.trim() || (number.test(a.trim()) && number.test(b.trim()) && Number(a) === Number(b))
}

function controlTotal(segment: Segment, detail: string): Found {
  return bad(segment.from, segment.to, 'control-total' satisfies FaultCode, detail, segment.tag)
}

function endGroup(state: State, segment: Segment): Found[] {
  const found = abandonSet(state, segment.from)
  const { group } = state
  state.group = null
  if (group === null) return [...found, bad(segment.from, segment.to, 'envelope', 'GE without GS.', 'GE')]
  const told = segment.elements['GE01'] ?? ''
  const control = segment.elements['GE02'] ?? ''
  if (!sameNumber(told, String(group.sets))) found.push(controlTotal(segment, `GE01 says ${told.slice(0, 24) || 'nothing'}, the group has ${group.sets} sets.`))
  else if (!sameNumber(control, group.control)) found.push(controlTotal(segment, `GE02 says control number '${control.slice(0, 24)}', GS06 '${group.control.slice(0, 24)}'.`))
  return found
}

function endInterchange(state: State, segment: Segment): Found[] {
  const found = abandonGroup(state, segment.from)
  const { header, groups, acknowledgements } = state
  state.header = null
  const told = segment.elements['IEA01'] ?? ''
  const control = segment.elements['IEA02'] ?? ''
  // Senders count an acknowledgement as a group or do not.
  const counts = sameNumber(told, String(groups)) || (groups === 0 && acknowledgements > 0)
  if (!counts) found.push(controlTotal(segment, `IEA01 says ${told.slice(0, 24) || 'nothing'}, the interchange has ${groups} groups.`))
  else if (!sameNumber(control, header!.interchange.control)) {
    found.push(controlTotal(segment, `IEA02 says control number '${control.slice(0, 24)}', ISA13 '${header!.interchange.control}'.`))
  } else if (groups === 0 && acknowledgements === 0) found.push(bad(Math.max(header!.from, state.told), segment.to, 'empty', 'The interchange has no group.', 'IEA'))
  return found
}

/** A group that something ends which is not its GE: told of its open set, else of itself. */
function abandonGroup(state: State, at: number): Found[] {
  const { group, set } = state
  state.group = null
  if (set !== null) return abandonSet(state, at)
  return group === null ? [] : [bad(Math.max(state.told, state.header!.from), at, 'truncated', `Group ${group.control.slice(0, 24)} has no GE.`, 'GS')]
}

function unclosedInterchange(state: State, at: number): Found[] {
  const { header } = state
  if (header === null) return []
  return [bad(Math.max(header.from, state.told), at, 'truncated', `Interchange ${header.interchange.control} has no IEA.`, 'IEA')]
}

/** What the end of the bytes leaves open: a set, else the interchange. */
function unclosed(state: State): Found[] {
  return state.set === null ? unclosedInterchange(state, state.source.size) : abandonSet(state, state.source.size)
}

/** Length of the longest prefix of whole interchanges; one beyond the limit of a receipt is given up, and refused by `read`. */
function cutInterchanges(bytes: Buffer): number {
  const source = textOf(bytes)
  let last = 0
  for (let at = skipLayout(source, source.start); at < source.size; ) {
    const header = source.text.startsWith('ISA', at) ? readHeader(source, at) : 'none'
    const end = typeof header === 'string' ? brokenEnd(source, at) : interchangeEnd(source, header)
    if (end < 0) break
    last = at = skipLayout(source, end)
  }
  return last === 0 && bytes.length >= limits.receiptBytesMax ? bytes.length : last
}

/** What is no interchange ends where the next one begins, once that is there. */
function brokenEnd(source: Text, at: number): number {
  const next = nextInterchange(source, at + 1)
  return next < source.size ? next : -1
}

function interchangeEnd(source: Text, header: Header): number {
  const { terminator, element } = header.separators
  const tag = `IEA${String.fromCharCode(element)}`
  for (let at = source.text.indexOf(tag, header.to - 1); at >= 0; at = source.text.indexOf(tag, at + 3)) {
    const before = source.text.slice(Math.max(0, at - 40), at).trimEnd()
    if (!before.endsWith(terminator.trimEnd()) && terminator.trim() !== '') continue
    const end = source.text.indexOf(terminator, at)
    return end < 0 ? -1 : end + terminator.length
  }
  return -1
}

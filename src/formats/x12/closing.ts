import { limits } from '#model/limits.ts'
import type { Fault, FaultCode, Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { moment } from '../moment.ts'
import type { Text } from '../text.ts'
import type { Header } from './envelope.ts'
import type { Segment } from './segment.ts'
import { judgeEnd, openSet, type OpenSet, type Tree } from './set.ts'

type Group = { readonly shown: Tree; readonly control: string; sets: number }

/** Where reading stands. Fields are null outside of an interchange, a group, a set. */
export type State = {
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
/** What a segment of an envelope opens or closes, and what is found by that. */
export function envelopeSegment(state: State, segment: Segment): Found[] {
  const { elements, from, to } = segment
  switch (segment.tag) {
    case 'ST':
      return startSet(state, segment)
    case 'SE':
      return state.set === null
        ? [bad(from, to, 'envelope', 'SE without ST.', 'SE')]
        : [endSet(state, segment)]
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
      return [
        good(from, to, {
          interchange: state.header!.interchange,
          set: 'TA1',
          control: elements['TA101'] ?? '',
          TA1: [elements],
        }),
      ]
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
  const at = moment(field('GS04'), field('GS05'))
  return {
    code: field('GS01'),
    sender: field('GS02'),
    receiver: field('GS03'),
    date: field('GS04'),
    time: field('GS05'),
    control: field('GS06'),
    version: field('GS08'),
    ...(at !== null && { at }),
  }
}

function startSet(state: State, segment: Segment): Found[] {
  const open = abandonSet(state, segment.from)
  const { group, header } = state
  if (group === null)
    return [
      ...open,
      bad(
        segment.from,
        segment.to,
        'envelope',
        'ST stands outside of a functional group (GS).',
        'ST',
      ),
    ]
  group.sets++
  const code = (segment.elements['ST01'] ?? '').trim()
  const control = segment.elements['ST02'] ?? ''
  const set = openSet(code, {
    interchange: header!.interchange,
    group: group.shown,
    set: code,
    control: control.trim(),
  })
  state.set = Object.assign(set, { code, control, from: segment.from })
  return open
}

function endSet(state: State, segment: Segment): Found {
  const set = state.set!
  state.set = null
  const { from } = set
  const { to } = segment
  const where = `set ${set.code.slice(0, 8)} ${set.control.slice(0, 24)}`
  if (to - from > limits.recordBytesMax)
    return bad(
      from,
      to,
      'too-large',
      `The set has ${to - from} bytes, at most ${limits.recordBytesMax} are read.`,
      where,
    )
  const fault = judgeEnd(set, set.control, segment.elements) ?? zeros(state, from, to)
  if (fault === null) return good(from, to, set.tree)
  return {
    ok: false,
    from,
    to,
    fault: { ...fault, path: fault.path === undefined ? where : `${where}, ${fault.path}` },
  }
}

function zeros(state: State, from: number, to: number): Fault | null {
  if (state.zero !== -1 && state.zero < from) state.zero = state.source.text.indexOf('\0', from)
  return state.zero !== -1 && state.zero < to
    ? { code: 'encoding', detail: 'The set contains a NUL byte.' }
    : null
}

/** A set that something ends which is not its SE. */
export function abandonSet(state: State, at: number): Found[] {
  const { set } = state
  if (set === null) return []
  state.set = null
  const detail =
    at < state.source.size
      ? 'The set has no SE.'
      : 'The bytes end inside of the set, before its SE.'
  return [
    bad(
      set.from,
      at,
      'truncated',
      detail,
      `set ${set.code.slice(0, 8)} ${set.control.slice(0, 24)}`,
    ),
  ]
}

function sameNumber(a: string, b: string): boolean {
  const number = /^\d{1,15}$/
  return (
    a.trim() === b.trim() ||
    (number.test(a.trim()) && number.test(b.trim()) && Number(a) === Number(b))
  )
}

function controlTotal(segment: Segment, detail: string): Found {
  return bad(segment.from, segment.to, 'control-total' satisfies FaultCode, detail, segment.tag)
}

function endGroup(state: State, segment: Segment): Found[] {
  const found = abandonSet(state, segment.from)
  const { group } = state
  state.group = null
  if (group === null)
    return [...found, bad(segment.from, segment.to, 'envelope', 'GE without GS.', 'GE')]
  const told = segment.elements['GE01'] ?? ''
  const control = segment.elements['GE02'] ?? ''
  if (!sameNumber(told, String(group.sets)))
    found.push(
      controlTotal(
        segment,
        `GE01 says ${told.slice(0, 24) || 'nothing'}, the group has ${group.sets} sets.`,
      ),
    )
  else if (!sameNumber(control, group.control))
    found.push(
      controlTotal(
        segment,
        `GE02 says control number '${control.slice(0, 24)}', GS06 '${group.control.slice(0, 24)}'.`,
      ),
    )
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
  if (!counts)
    found.push(
      controlTotal(
        segment,
        `IEA01 says ${told.slice(0, 24) || 'nothing'}, the interchange has ${groups} groups.`,
      ),
    )
  else if (!sameNumber(control, header!.interchange.control)) {
    found.push(
      controlTotal(
        segment,
        `IEA02 says control number '${control.slice(0, 24)}', ISA13 '${header!.interchange.control}'.`,
      ),
    )
  } else if (groups === 0 && acknowledgements === 0)
    found.push(
      bad(
        Math.max(header!.from, state.told),
        segment.to,
        'empty',
        'The interchange has no group.',
        'IEA',
      ),
    )
  return found
}

/** A group that something ends which is not its GE: told of its open set, else of itself. */
function abandonGroup(state: State, at: number): Found[] {
  const { group, set } = state
  state.group = null
  if (set !== null) return abandonSet(state, at)
  return group === null
    ? []
    : [
        bad(
          Math.max(state.told, state.header!.from),
          at,
          'truncated',
          `Group ${group.control.slice(0, 24)} has no GE.`,
          'GS',
        ),
      ]
}

function unclosedInterchange(state: State, at: number): Found[] {
  const { header } = state
  if (header === null) return []
  return [
    bad(
      Math.max(header.from, state.told),
      at,
      'truncated',
      `Interchange ${header.interchange.control} has no IEA.`,
      'IEA',
    ),
  ]
}

/** What the end of the bytes leaves open: a set, else the interchange. */
export function unclosed(state: State): Found[] {
  return state.set === null
    ? unclosedInterchange(state, state.source.size)
    : abandonSet(state, state.source.size)
}

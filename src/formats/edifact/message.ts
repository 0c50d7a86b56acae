import type { Fault } from '#model/record.ts'
import { shown } from '../fault.ts'
import { placeSegment, type LoopTable, type OpenLoops } from '../loop-table.ts'
import { beginsWithDocument, groupTable } from './groups.ts'
import { momentOf } from './moments.ts'
import type { Elements, Segment, Trouble } from './segment.ts'

/** A message while its segments come in. */
export type OpenMessage = {
  readonly tree: Elements
  readonly type: string
  readonly control: string
  readonly table: LoopTable
  readonly loops: OpenLoops
  /** A segment that every message of the type has; null: none. */
  readonly needs: string | null
  readonly from: number
  /** Segments so far, the first one included. */
  count: number
  trouble: Fault | null
}

/** Begins a message; `head` is what the record shows of its envelope. Of a dialect, `dialect` is the table. */
export function openMessage(
  type: string,
  control: string,
  head: Elements,
  from: number,
  dialect?: LoopTable,
): OpenMessage {
  const table = dialect ?? groupTable(type)
  const tree = { ...head }
  const loops = [{ loop: table.root, node: tree }]
  const needs = dialect === undefined && beginsWithDocument(type) ? 'BGM' : null
  return { tree, type, control, table, loops, needs, from, count: 1, trouble: null }
}

/** Puts a segment where the groups say; the first trouble of a message is kept, and its further segments are only counted. */
export function addSegment(
  message: OpenMessage,
  { tag, elements }: Segment,
  trouble: Trouble | null,
): void {
  message.count++
  if (message.trouble !== null) return
  const wrong = trouble ?? judgeSegment(message, tag, elements)
  if (wrong !== null) {
    message.trouble = { ...wrong, path: `segment ${message.count} (${tag})` }
    return
  }
  placeSegment(message.loops, message.table, tag, elements)
}

function judgeSegment(message: OpenMessage, tag: string, elements: Elements): Trouble | null {
  if (tag === 'DTM') addMoment(elements)
  else if (Object.hasOwn(numbers, tag)) return readNumber(tag, elements)
  else if (tag === 'UNS') return judgeSection(message, elements)
  return null
}

/** Adds `at` (and `until`, the end of a period) to a DTM. */
function addMoment(elements: Elements): void {
  const value = elements['DTM0102']
  const format = elements['DTM0103']
  if (typeof value !== 'string') return
  const moment = momentOf(value, typeof format === 'string' ? format.trim() : '')
  if (moment === null) return
  elements['at'] = moment.at
  if (moment.until) elements['until'] = moment.until
}

/** Components that are numbers; `true`: the segment means nothing where it is none. */
const numbers: Readonly<Record<string, readonly [key: string, needed: boolean]>> = {
  QTY: ['QTY0102', true],
  MOA: ['MOA0102', true],
  PRI: ['PRI0102', true],
  CNT: ['CNT0102', false],
  MEA: ['MEA0302', false],
  PCD: ['PCD0102', false],
  CUX: ['CUX03', false],
}

/** Writes the decimal mark, which ISO 9735 lets be a comma or a point, as a point. */
function readNumber(tag: string, elements: Elements): Trouble | null {
  const [key, needed] = numbers[tag]!
  const value = elements[key]
  if (typeof value !== 'string') return null
  const text = value.trim()
  const match = /^([+-]?)(\d*)(?:[.,](\d*))?(-?)$/.exec(text)
  if (match === null || (match[2] === '' && (match[3] ?? '') === '')) {
    if (!needed) return null
    return { code: 'bad-value', detail: `${tag} says ${shown(text)}, which is no number.` }
  }
  if (text.includes(',') || match[4] === '-')
    elements[key] = `${match[4] || match[1]}${match[2] || '0'}${match[3] ? `.${match[3]}` : ''}`
  return null
}

/** UNS separates sections, each of which stands once. */
function judgeSection({ tree }: OpenMessage, elements: Elements): Trouble | null {
  const section = elements['UNS01']
  const before = (tree['UNS'] ?? []) as Elements[]
  if (!before.some((one) => one['UNS01'] === section)) return null
  return { code: 'syntax', detail: `UNS+${String(section)} stands twice.` }
}

/**
 * What is wrong with a message whose end says `count` segments and names `control`, which its begin called by that name:
 * counts and numbers first, then what was found while reading, then what every message of its type needs.
 */
export function judgeEnd(
  message: OpenMessage,
  told: { readonly tag: string; readonly count: unknown; readonly control: unknown },
  begin: string,
): Fault | null {
  const count = message.count + 1
  const path = `segment ${count} (${told.tag})`
  const said = typeof told.count === 'string' ? told.count.trim() : ''
  if (!/^\d{1,10}$/.test(said) || Number(said) !== count) {
    const detail = `${told.tag} says ${said.slice(0, 24) || 'nothing'}, the message has ${count} segments.`
    return { code: 'control-total', detail, path }
  }
  const control = typeof told.control === 'string' ? told.control.trim() : ''
  if (told.control !== null && control !== message.control) {
    const detail = `${told.tag} names message ${shown(control)}, ${begin} ${shown(message.control)}.`
    return { code: 'control-total', detail, path }
  }
  if (message.trouble !== null) return message.trouble
  if (message.type === '')
    return {
      code: 'syntax',
      detail: `${begin} names no type of message.`,
      path: `segment 1 (${begin})`,
    }
  if (message.needs !== null && message.tree[message.needs] === undefined) {
    const detail = `The ${message.type} has no ${message.needs}: nobody knows which document it is.`
    return { code: 'syntax', detail, path: message.needs }
  }
  return null
}

import type { Fault } from '#model/record.ts'
import { placeSegment, type LoopTable, type OpenLoops } from '../loop-table.ts'
import { loopTable } from './loops.ts'
import { addMoment } from './moments.ts'
import type { Segment, Trouble } from './segment.ts'

export type Tree = Record<string, unknown>

/** Levels under each other; the standard's deepest structures have seven. */
const levelsMax = 16

/** A hierarchical level as the tree has it: its parent's HL01, the level codes down to it, the HL01 of each level above. */
type Level = { readonly path: readonly string[]; readonly levels: Readonly<Record<string, string>> }

/** A transaction set while its segments come in. */
export type OpenSet = {
  readonly tree: Tree
  readonly table: LoopTable
  readonly loops: OpenLoops
  readonly levels: Map<string, Level>
  /** Segments so far, ST included. */
  count: number
  trouble: Fault | null
}

/** Begins a set; `head` is what the record shows of its envelope. */
export function openSet(code: string, head: Tree): OpenSet {
  const table = loopTable(code)
  const tree = { ...head }
  return {
    tree,
    table,
    loops: [{ loop: table.root, node: tree }],
    levels: new Map(),
    count: 1,
    trouble: null,
  }
}

/** Puts a segment where the loop table says; the first trouble of a set is kept, and its further segments are only counted. */
export function addSegment(set: OpenSet, segment: Segment, trouble: Trouble | null): void {
  set.count++
  if (set.trouble !== null) return
  if (trouble !== null) {
    set.trouble = { ...trouble, path: `segment ${set.count}${segment.tag && ` (${segment.tag})`}` }
    return
  }
  const { tag, elements } = segment
  addMoment(tag, elements)
  placeSegment(set.loops, set.table, tag, elements)
  if (tag === 'HL') level(set, elements)
}

/** HL01 is the level's own number, HL02 its parent's, HL03 its kind (X12 segment HL). */
function level(set: OpenSet, hl: Tree): void {
  const id = hl['HL01']
  // Some write 0 for the parent of the topmost level, which the standard leaves empty.
  const parent = hl['HL02'] === '0' && !set.levels.has('0') ? undefined : hl['HL02']
  const kind = typeof hl['HL03'] === 'string' ? hl['HL03'] : ''
  const above = typeof parent === 'string' ? set.levels.get(parent) : undefined
  const path = `segment ${set.count} (HL)`
  if (typeof id !== 'string')
    set.trouble = { code: 'syntax', detail: 'HL has no number (HL01).', path }
  else if (typeof parent === 'string' && above === undefined) {
    set.trouble = {
      code: 'syntax',
      detail: `HL ${id} names parent ${parent.slice(0, 24)}, which does not stand before it.`,
      path,
    }
  } else if ((above?.path.length ?? 0) >= levelsMax) {
    set.trouble = {
      code: 'too-deep',
      detail: `HL ${id} lies deeper than ${levelsMax} levels.`,
      path,
    }
  } else {
    const here = { path: [...(above?.path ?? []), kind], levels: { ...above?.levels, [kind]: id } }
    set.levels.set(id, here)
    if (typeof parent === 'string') hl['parent'] = parent
    hl['path'] = here.path
    hl['levels'] = here.levels
  }
}

/** What is wrong with the end of a set, by SE: the count of segments with ST and SE, and the control number. */
export function judgeEnd(
  set: OpenSet,
  control: string,
  se: Readonly<Record<string, string>>,
): Fault | null {
  const count = set.count + 1
  const path = `segment ${count} (SE)`
  const told = se['SE01'] ?? ''
  if (!/^\d{1,10}$/.test(told.trim()) || Number(told) !== count) {
    return {
      code: 'control-total',
      detail: `SE01 says ${told.slice(0, 24) || 'nothing'}, the set has ${count} segments.`,
      path,
    }
  }
  if ((se['SE02'] ?? '').trim() !== control.trim()) {
    return {
      code: 'control-total',
      detail: `SE02 says control number '${(se['SE02'] ?? '').slice(0, 24)}', ST02 '${control.slice(0, 24)}'.`,
      path,
    }
  }
  return set.trouble
}

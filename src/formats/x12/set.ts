import type { Fault } from '#model/record.ts'
import { loopTable, type Loop, type LoopTable } from './loops.ts'
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
  /** Open loops, outermost first, each with the object its segments go into. */
  readonly loops: { readonly loop: Loop; readonly node: Tree }[]
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
    set.trouble = { ...trouble, path: `segment ${set.count}` }
    return
  }
  const { tag, elements } = segment
  const { loops } = set
  const depth = placeOf(set, tag)
  loops.length = depth + 1
  const { loop, node } = loops[depth]!
  const list = node[tag] as Tree[] | undefined
  if (list === undefined) node[tag] = [elements]
  else list.push(elements)
  const inner = loop.members.get(tag)
  if (inner) loops.push({ loop: inner, node: elements })
  if (tag === 'HL') level(set, elements)
}

/** Index of the innermost open loop that the segment begins in or belongs to; unknown ones stay in the innermost open-ended one. */
function placeOf(set: OpenSet, tag: string): number {
  const { loops, table } = set
  for (let depth = loops.length - 1; depth > 0; depth--) {
    if (loops[depth]!.loop.members.has(tag)) return depth
  }
  if (table.known.has(tag)) return 0
  for (let depth = loops.length - 1; depth > 0; depth--) if (loops[depth]!.loop.open) return depth
  return 0
}

/** HL01 is the level's own number, HL02 its parent's, HL03 its kind (X12 segment HL). */
function level(set: OpenSet, hl: Tree): void {
  const id = hl['HL01']
  const parent = hl['HL02']
  const kind = typeof hl['HL03'] === 'string' ? hl['HL03'] : ''
  const above = typeof parent === 'string' ? set.levels.get(parent) : undefined
  const path = `segment ${set.count}`
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

import { xOf, type Scale } from '#ui/features/order/scale.ts'
import type { TimelineRow } from '#model/view.ts'

/** One event in its lane. `label` is null where its word has no room; `link` leads to the actual event that met this plan. */
export type LaneMark = {
  readonly row: TimelineRow
  readonly x: number
  readonly y: number
  readonly label: string | null
  readonly recordedX: number | null
  readonly link: { readonly x: number; readonly y: number } | null
}
export type Lane = {
  readonly source: string
  readonly company: string
  readonly top: number
  readonly height: number
  readonly marks: readonly LaneMark[]
}

const markPx = 8
const levelPx = 22
const paddingPx = 10
const levelsMax = 4
const charPx = 6.3
const labelGapPx = 5
const between = 6

type Placed = { row: TimelineRow; x: number; level: number; label: string | null }

const width = (label: string) => labelGapPx + label.length * charPx

/**
 * Puts the marks of one lane on levels so that neither marks nor words overlap.
 * Order of preference: a free level; a level whose last word can be dropped; the last level, where marks may touch.
 */
function place(
  rows: readonly TimelineRow[],
  scale: Scale,
  labelOf: (row: TimelineRow) => string,
): readonly Placed[] {
  const placed: Placed[] = []
  const last: Placed[] = []
  const right = (mark: Placed) => mark.x + markPx + (mark.label === null ? 0 : width(mark.label))
  for (const row of rows) {
    const x = xOf(scale, Date.parse(row.at))
    const label = labelOf(row)
    const fits = x + markPx + width(label) <= scale.width
    const mark: Placed = {
      row,
      x,
      level: 0,
      label: fits && row.milestone !== 'note' ? label : null,
    }
    const free = Array.from({ length: levelsMax }, (_, level) => level)
    let level = free.find(
      (each) => last[each] === undefined || right(last[each]) + between <= x - markPx,
    )
    if (level === undefined) {
      level =
        free.find((each) => last[each] !== undefined && last[each].x + markPx + 2 <= x - markPx) ??
        levelsMax - 1
      const covered = last[level]
      if (covered !== undefined) covered.label = null
    }
    mark.level = level
    last[level] = mark
    placed.push(mark)
  }
  return placed
}

/** The actual event that met a plan, an estimate or a request: same source, milestone and part. */
function metBy(mark: Placed, all: readonly Placed[]): Placed | undefined {
  if (mark.row.classifier === 'ACT') return undefined
  return all.find(
    ({ row }) =>
      row.classifier === 'ACT' &&
      row.milestone === mark.row.milestone &&
      row.part === mark.row.part,
  )
}

/**
 * Swim-lanes: one per source, in the order the sources first spoke; inside, events at their time.
 * Pure; pixels. `labelOf` gives the word to draw beside a mark.
 */
export function layoutLanes(
  rows: readonly TimelineRow[],
  scale: Scale,
  labelOf: (row: TimelineRow) => string,
): readonly Lane[] {
  const sorted = rows.toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.event < b.event ? -1 : 1),
  )
  const bySource = Map.groupBy(sorted, ({ source }) => source)
  const lanes: Lane[] = []
  let top = 0
  for (const [source, own] of bySource) {
    const placed = place(own, scale, labelOf)
    const levels = Math.max(...placed.map(({ level }) => level)) + 1
    const height = levels * levelPx + 2 * paddingPx
    const yOf = (level: number) => top + paddingPx + level * levelPx + levelPx / 2
    const marks = placed.map((mark): LaneMark => {
      const met = metBy(mark, placed)
      const recordedX = mark.row.late === true ? xOf(scale, Date.parse(mark.row.recordedAt)) : null
      return {
        row: mark.row,
        x: mark.x,
        y: yOf(mark.level),
        label: mark.label,
        recordedX,
        link: met === undefined ? null : { x: met.x, y: yOf(met.level) },
      }
    })
    lanes.push({ source, company: own[0]?.company ?? '', top, height, marks })
    top += height
  }
  return lanes
}

/** Marks in reading order, for arrow keys: by time over all lanes. */
export function inTimeOrder(lanes: readonly Lane[]): readonly LaneMark[] {
  return lanes.flatMap(({ marks }) => marks).toSorted((a, b) => a.x - b.x || a.y - b.y)
}

import type { EventLink, GraphAnswer, GraphNode } from '#ui/data/contract.ts'
import type { IdentifierType } from '#model/identifier.ts'

export type PlacedNode = GraphNode & {
  readonly x: number
  readonly y: number
  readonly column: number
}
export type PlacedEdge = EventLink & {
  readonly path: string
  readonly from: PlacedNode
  readonly to: PlacedNode
}
export type Placed = {
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
}

export const nodePx = { width: 178, height: 40 } as const
const gapX = 84
const gapY = 12
const arcPx = 34

/** From the customer's side on the left to the things in the parcel on the right. */
const columnOf: Readonly<Record<IdentifierType, number>> = {
  customer: 0,
  'purchase-order': 0,
  quote: 0,
  opportunity: 0,
  ticket: 0,
  order: 1,
  production: 1,
  invoice: 1,
  return: 1,
  message: 1,
  delivery: 2,
  shipment: 2,
  bol: 2,
  container: 2,
  tracking: 3,
  package: 3,
  serial: 4,
  mac: 4,
  device: 4,
}

/** Nodes of a column stand near the nodes they are linked to: the average row of their neighbours to the left. */
function ordered(
  nodes: readonly GraphNode[],
  edges: readonly EventLink[],
  rowOf: ReadonlyMap<string, number>,
): readonly GraphNode[] {
  const weight = new Map(
    nodes.map((node, index) => {
      const rows = edges
        .flatMap(({ a, b }) =>
          a === node.id ? [rowOf.get(b)] : b === node.id ? [rowOf.get(a)] : [],
        )
        .filter((row) => row !== undefined)
      return [
        node.id,
        rows.length === 0 ? index : rows.reduce((sum, row) => sum + row, 0) / rows.length,
      ]
    }),
  )
  return nodes.toSorted(
    (a, b) => (weight.get(a.id) ?? 0) - (weight.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1),
  )
}

function pathOf(from: PlacedNode, to: PlacedNode): string {
  const mid = nodePx.height / 2
  if (from.column === to.column) {
    const x = from.x + nodePx.width
    const reach = Math.min(gapX - 8, arcPx + Math.abs(to.y - from.y) * 0.08)
    return `M${x} ${from.y + mid}C${x + reach} ${from.y + mid} ${x + reach} ${to.y + mid} ${x} ${to.y + mid}`
  }
  const [left, right] = from.column < to.column ? [from, to] : [to, from]
  const x1 = left.x + nodePx.width
  const bend = (right.x - x1) / 2
  return `M${x1} ${left.y + mid}C${x1 + bend} ${left.y + mid} ${right.x - bend} ${right.y + mid} ${right.x} ${right.y + mid}`
}

/** A small layered drawing of identifiers and their links; empty columns close up. Pure; pixels. */
export function layoutGraph({ nodes, edges }: GraphAnswer): Placed {
  const columns = [...Map.groupBy(nodes, ({ type }) => columnOf[type] ?? 1)]
    .toSorted(([a], [b]) => a - b)
    .map(([, own]) => own)
  const tallest = Math.max(1, ...columns.map((own) => own.length))
  const rowOf = new Map<string, number>()
  const placed = columns.flatMap((own, column) => {
    const offset = (tallest - own.length) / 2
    return ordered(own, edges, rowOf).map((node, index): PlacedNode => {
      const row = offset + index
      rowOf.set(node.id, row)
      return { ...node, column, x: column * (nodePx.width + gapX), y: row * (nodePx.height + gapY) }
    })
  })
  const byId = new Map(placed.map((node) => [node.id, node]))
  const drawn = edges.flatMap((edge): PlacedEdge[] => {
    const from = byId.get(edge.a)
    const to = byId.get(edge.b)
    return from === undefined || to === undefined || from === to
      ? []
      : [{ ...edge, from, to, path: pathOf(from, to) }]
  })
  const lastColumnArcs = drawn.some(
    ({ from, to }) => from.column === to.column && from.column === columns.length - 1,
  )
  const width =
    columns.length * nodePx.width +
    Math.max(0, columns.length - 1) * gapX +
    (lastColumnArcs ? gapX : 2)
  return { nodes: placed, edges: drawn, width, height: tallest * (nodePx.height + gapY) - gapY + 2 }
}

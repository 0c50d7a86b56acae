import { useContext, useMemo, useState } from 'react'
import { identifierTypes } from '#model/identifier.ts'
import { middle } from '#ui/design/Copy.tsx'
import { Section } from '#ui/design/Section.tsx'
import { OpenEvidence } from '#ui/features/order/Evidence.tsx'
import { layoutGraph, nodePx, type PlacedEdge, type PlacedNode } from '#ui/features/order/graph.ts'
import { words } from '#ui/words/en.ts'
import type { GraphAnswer } from '#ui/data/contract.ts'

/** Identifiers and the links between them. A link opens the record that made it. */
export function LinkGraph({ graph }: { graph: GraphAnswer }) {
  const placed = useMemo(() => layoutGraph(graph), [graph])
  const [chosen, setChosen] = useState<string | null>(null)
  const near = useMemo(
    () => new Set(placed.edges.flatMap(({ a, b }) => (a === chosen || b === chosen ? [a, b] : []))),
    [placed, chosen],
  )
  return (
    <Section
      title={words.order.graph}
      note={placed.edges.length === 0 ? undefined : placed.edges.length}
    >
      {placed.edges.length === 0 && <p className="soft">{words.order.graphEmpty}</p>}
      <div className="graph-scroll">
        <svg
          className={chosen === null ? 'graph' : 'graph graph-chosen'}
          width={placed.width}
          height={placed.height}
          viewBox={`-1 -1 ${placed.width} ${placed.height}`}
          role="group"
          aria-label={words.order.graph}
        >
          {placed.edges.map((edge) => (
            <Edge
              key={`${edge.a} ${edge.b} ${edge.event}`}
              edge={edge}
              near={edge.a === chosen || edge.b === chosen}
            />
          ))}
          {placed.nodes.map((node) => (
            <Node
              key={node.id}
              node={node}
              near={near.has(node.id) || node.id === chosen}
              onChoose={setChosen}
            />
          ))}
        </svg>
      </div>
    </Section>
  )
}

function Edge({ edge, near }: { edge: PlacedEdge; near: boolean }) {
  const open = useContext(OpenEvidence)
  const label = `${words.order.link(edge.from.value, edge.to.value, edge.source)}${edge.voided === true ? `, ${words.order.voided}` : ''}`
  return (
    <g
      className={`edge${near ? ' near' : ''}${edge.voided === true ? ' edge-voided' : ''}`}
      role="button"
      tabIndex={0}
      aria-label={label}
      onClick={() => open(edge.event)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault()
          open(edge.event)
        }
      }}
    >
      <title>{label}</title>
      <path className="edge-target" d={edge.path} />
      <path className="edge-line" d={edge.path} />
    </g>
  )
}

function Node({
  node,
  near,
  onChoose,
}: {
  node: PlacedNode
  near: boolean
  onChoose: (id: string | null) => void
}) {
  const type = identifierTypes[node.type]?.label ?? node.type
  return (
    <g
      className={`node${near ? ' near' : ''}${node.suspended === true ? ' node-suspended' : ''}`}
      transform={`translate(${node.x} ${node.y})`}
      onPointerEnter={() => onChoose(node.id)}
      onPointerLeave={() => onChoose(null)}
    >
      <title>{`${type}, ${node.ns}: ${node.value}${node.suspended === true ? `, ${words.order.suspended}` : ''}`}</title>
      <rect width={nodePx.width} height={nodePx.height} rx={6} />
      <text className="node-type" x={10} y={15}>
        {middle(`${type} · ${node.ns}`, 28)}
      </text>
      <text className="node-value" x={10} y={31}>
        {middle(node.value, 20)}
      </text>
    </g>
  )
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'
import { graphQuery, timelineQuery } from '#ui/data/queries.ts'
import { Problem, SkeletonRows } from '#ui/design/State.tsx'
import { Attention } from '#ui/features/order/Attention.tsx'
import { OpenEvidence } from '#ui/features/order/Evidence.tsx'
import { EvidenceDrawer } from '#ui/features/order/EvidenceDrawer.tsx'
import { Identifiers } from '#ui/features/order/Identifiers.tsx'
import { LinkGraph } from '#ui/features/order/LinkGraph.tsx'
import { OrderHead } from '#ui/features/order/OrderHead.tsx'
import { Facts, Lines, Shipments } from '#ui/features/order/Parts.tsx'
import { Promises } from '#ui/features/order/Promises.tsx'
import { Timeline } from '#ui/features/order/Timeline.tsx'
import type { OrderView } from '#model/view.ts'

const route = getRouteApi('/orders/$id')

/** The order page below the time travel: sentence, dates, what needs a look, lanes, parts, identity. */
export function OrderBody({ id, view }: { id: string; view: OrderView }) {
  const { asOf, evidence } = route.useSearch()
  const navigate = route.useNavigate()
  const timeline = useQuery(timelineQuery(id, asOf))
  const graph = useQuery(graphQuery(id, asOf))
  const open = useCallback(
    (event: string) => void navigate({ search: (before) => ({ ...before, evidence: event }) }),
    [navigate],
  )
  const close = useCallback(
    () =>
      void navigate({ search: (before) => ({ ...before, evidence: undefined }), replace: true }),
    [navigate],
  )
  return (
    <OpenEvidence value={open}>
      <div className={asOf === undefined ? 'order-body' : 'order-body order-body-past'}>
        <OrderHead view={view} />
        <Promises view={view} rows={timeline.data ?? []} />
        {timeline.isPending && <SkeletonRows rows={12} height={44} />}
        {timeline.isError && timeline.data === undefined && (
          <Problem error={timeline.error} onRetry={() => void timeline.refetch()} />
        )}
        {timeline.data !== undefined && <Timeline view={view} rows={timeline.data} onOpen={open} />}
        <Attention view={view} />
        <div className="order-columns">
          <div className="order-column">
            <Shipments view={view} />
            <Lines lines={view.lines} />
          </div>
          <div className="order-column">
            <Facts view={view} />
          </div>
        </div>
        <Identifiers view={view} />
        {graph.isPending && <SkeletonRows rows={3} height={44} />}
        {graph.isError && graph.data === undefined && (
          <Problem error={graph.error} onRetry={() => void graph.refetch()} />
        )}
        {graph.data !== undefined && <LinkGraph graph={graph.data} />}
      </div>
      {evidence !== undefined && <EvidenceDrawer order={id} event={evidence} onClose={close} />}
    </OpenEvidence>
  )
}

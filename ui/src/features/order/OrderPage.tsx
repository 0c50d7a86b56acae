import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { ApiProblem } from '#ui/data/api.ts'
import { useLive } from '#ui/data/live.ts'
import { orderQuery, timelineQuery } from '#ui/data/queries.ts'
import { Empty, Problem, StaleBand } from '#ui/design/State.tsx'
import { changesOf } from '#ui/features/order/asOf.ts'
import { AsOfBar } from '#ui/features/order/AsOfBar.tsx'
import { Candidates } from '#ui/features/order/Candidates.tsx'
import { mainNumber } from '#ui/features/order/OrderHead.tsx'
import { OrderBody } from '#ui/features/order/OrderBody.tsx'
import { OrderSkeleton } from '#ui/features/order/OrderSkeleton.tsx'
import { words } from '#ui/words/en.ts'
import type { LiveChange } from '#ui/data/contract.ts'
import '#ui/features/order/order.css'
import '#ui/features/order/timeline.css'

const route = getRouteApi('/orders/$id')

/** One order, whole, out of many systems; as known now or at any earlier moment. */
export function OrderPage() {
  const { id } = route.useParams()
  const { asOf } = route.useSearch()
  const query = useQuery(orderQuery(id, asOf))
  const found = query.data?.kind === 'order' ? query.data.order : undefined
  const all = useQuery({
    ...timelineQuery(id, undefined),
    enabled: query.data?.kind !== 'candidates',
  })
  useLiveOrder(id, found?.id)
  const title = found === undefined ? id : mainNumber(found)
  useEffect(() => {
    document.title = `${title} · ${words.product}`
    return () => void (document.title = words.product)
  }, [title])
  const error = query.error
  const missing = error instanceof ApiProblem && error.status === 404
  const changes = changesOf(all.data ?? [])

  if (query.data?.kind === 'candidates')
    return <Candidates identifier={id} candidates={query.data.candidates} />
  return (
    <div className="order">
      {changes.length > 0 ? (
        <AsOfBar changes={changes} asOf={asOf} />
      ) : (
        // Its place is kept while the changes load, so that nothing below moves.
        all.isPending && <div className="travel" aria-hidden="true" />
      )}
      {error !== null && !missing && found !== undefined && (
        <StaleBand onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <OrderSkeleton />}
      {missing && <Missing id={id} asOf={asOf} first={changes[0]} />}
      {error !== null && !missing && found === undefined && (
        <div className="order-state-page">
          <Problem error={error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {found !== undefined && !missing && <OrderBody id={id} view={found} />}
    </div>
  )
}

/** Reads the order again when the live connection says that it changed, or after a gap. What was known earlier never changes. */
function useLiveOrder(id: string, golden: string | undefined) {
  const client = useQueryClient()
  const refresh = useCallback(() => {
    void client.invalidateQueries({
      predicate: ({ queryKey }) =>
        queryKey[0] === 'order' && queryKey[1] === id && queryKey[3] === null,
    })
  }, [client, id])
  const onChanges = useCallback(
    (changes: readonly LiveChange[]) => {
      if (changes.some((change) => change.id === id || change.id === golden)) refresh()
    },
    [id, golden, refresh],
  )
  useLive(onChanges, refresh)
}

function Missing({
  id,
  asOf,
  first,
}: {
  id: string
  asOf: string | undefined
  first: string | undefined
}) {
  if (asOf !== undefined && first !== undefined) {
    return (
      <div className="order-state-page">
        <Empty heading="h1" title={words.asOf.nothing} hint={words.asOf.nothingHint}>
          <Link
            from="/orders/$id"
            to="."
            search={(before) => ({ ...before, asOf: first })}
            className="button"
          >
            {words.asOf.first}
          </Link>
          <Link
            from="/orders/$id"
            to="."
            search={(before) => ({ ...before, asOf: undefined })}
            className="button"
          >
            {words.asOf.back}
          </Link>
        </Empty>
      </div>
    )
  }
  return (
    <div className="order-state-page">
      <Empty heading="h1" title={words.order.unknownTitle(id)} hint={words.order.unknownHint}>
        <Link to="/" search={{}} className="button">
          {words.order.back}
        </Link>
      </Empty>
    </div>
  )
}

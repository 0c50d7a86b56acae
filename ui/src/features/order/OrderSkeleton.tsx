import { Skeleton, SkeletonRows } from '#ui/design/State.tsx'

/** The order page's places, in their sizes, so that nothing jumps when the order comes. */
export function OrderSkeleton() {
  return (
    <div className="order-body" aria-busy="true">
      <div className="order-head">
        <Skeleton width={320} height={16} />
        <Skeleton width="min(760px, 90%)" height={26} style={{ margin: '14px 0' }} />
        <Skeleton width={260} height={28} />
      </div>
      <Skeleton height={84} style={{ margin: '20px 0' }} />
      <SkeletonRows rows={7} height={44} />
    </div>
  )
}

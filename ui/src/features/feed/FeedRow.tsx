import { Link } from '@tanstack/react-router'
import { middle } from '#ui/design/Copy.tsx'
import { StatusWord } from '#ui/design/StatusMark.tsx'
import { Ago } from '#ui/design/Time.tsx'
import { sentenceCase, words } from '#ui/words/en.ts'
import type { FeedRow } from '#ui/data/contract.ts'

type RowProps = {
  row: FeedRow
  top: number
  position: number
  active: boolean
  flashes: number
  onFocus: () => void
}

/** The newest change's milestone, and how it is meant where it has not happened. */
function latestOf({ milestone, classifier }: FeedRow): string | undefined {
  if (milestone === undefined) return undefined
  const name = words.milestone(milestone)
  return classifier === undefined ? name : `${name}, ${words.classifier[classifier]}`
}

/** One order of the live list: a link as a whole. A new `flashes` count lights it up once. */
export function FeedRowView({ row, top, position, active, flashes, onFocus }: RowProps) {
  const latest = latestOf(row)
  const companies = row.companies.map(sentenceCase).join(' · ')
  const regions = row.regions.join(' ')
  return (
    <div
      role="listitem"
      aria-posinset={position + 1}
      aria-setsize={-1}
      className="feed-row"
      style={{ transform: `translateY(${top}px)` }}
    >
      <Link
        to="/orders/$id"
        params={{ id: row.id }}
        search={{}}
        className="feed-link"
        tabIndex={active ? 0 : -1}
        data-row={position}
        onFocus={onFocus}
        preload="intent"
      >
        {flashes > 0 && <span key={flashes} className="feed-flash" />}
        <span className="feed-label mono" title={row.label}>
          {middle(row.label, 22)}
        </span>
        <span className="feed-status">
          <StatusWord status={row.status} />
        </span>
        <span className="feed-latest ellipsis">
          {latest !== undefined && <span className="feed-milestone">{latest}</span>}
          {row.source !== undefined && <span className="quiet feed-source">{row.source}</span>}
        </span>
        <span className="feed-companies ellipsis" title={companies}>
          {companies}
        </span>
        <span className="feed-region ellipsis quiet" title={regions}>
          {regions}
        </span>
        <span className="feed-changed quiet">
          <Ago at={row.updatedAt} />
        </span>
      </Link>
    </div>
  )
}

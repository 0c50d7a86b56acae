import { useQuery } from '@tanstack/react-query'
import { ledgerQuery } from '#ui/data/queries.ts'
import { Empty, Problem, SkeletonRows, StaleBand } from '#ui/design/State.tsx'
import { ToneMark } from '#ui/design/StatusMark.tsx'
import { formatTime } from '#ui/design/time.ts'
import { totalOf } from '#ui/features/ledger/total.ts'
import { words } from '#ui/words/en.ts'
import type { LedgerRow } from '#ui/data/contract.ts'
import '#ui/features/ledger/ledger.css'

const columns = [
  'received',
  'accepted',
  'duplicate',
  'quarantined',
  'rejected',
  'difference',
] as const

/** The proof that nothing was lost, per source and day. */
export function LedgerPage() {
  const query = useQuery(ledgerQuery())
  const rows = query.data?.rows ?? []
  const days = [...Map.groupBy(rows, ({ day }) => day)].toSorted(([a], [b]) => (a < b ? 1 : -1))
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1 className="page-title">{words.ledger.title}</h1>
          <p className="soft">{words.ledger.lead}</p>
        </div>
        {query.data !== undefined && <Balance balanced={query.data.balanced} />}
      </header>
      {query.isError && query.data !== undefined && (
        <StaleBand onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <SkeletonRows rows={12} />}
      {query.isError && query.data === undefined && (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && rows.length === 0 && (
        <Empty title={words.ledger.empty} hint={words.ledger.emptyHint}>
          <code className="code">{words.feed.emptyCommand}</code>
        </Empty>
      )}
      {rows.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region must be reachable by keyboard
        <div className="table-wrap" role="region" aria-label={words.ledger.title} tabIndex={0}>
          <table className="table ledger">
            <thead>
              <tr>
                <th scope="col">{words.ledger.source}</th>
                {columns.map((name) => (
                  <th key={name} scope="col" className="number">
                    {words.ledger[name]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <Line name={words.ledger.total} row={totalOf(rows)} strong />
            </tbody>
            {days.map(([day, own]) => (
              <tbody key={day}>
                <tr className="ledger-day">
                  <th scope="rowgroup" colSpan={columns.length + 1}>
                    {formatTime(day, 'dayYear')}
                  </th>
                </tr>
                {own
                  .toSorted((a, b) => (a.source < b.source ? -1 : 1))
                  .map((row) => (
                    <Line key={row.source} name={row.source} row={row} />
                  ))}
              </tbody>
            ))}
          </table>
        </div>
      )}
    </div>
  )
}

function Balance({ balanced }: { balanced: boolean }) {
  const tone = balanced ? 'done' : 'critical'
  return (
    <p className={`pill balance tone-${tone}`}>
      <ToneMark tone={tone} size={16} />
      {balanced ? words.ledger.balanced : words.ledger.unbalanced}
    </p>
  )
}

function Line({
  name,
  row,
  strong = false,
}: {
  name: string
  row: Pick<LedgerRow, (typeof columns)[number]>
  strong?: boolean
}) {
  return (
    <tr className={strong ? 'ledger-total' : ''}>
      <th scope="row">{name}</th>
      {columns.map((column) => (
        <td
          key={column}
          className={`number${row[column] === 0 ? ' quiet' : ''}${column === 'difference' && row.difference !== 0 ? ' ledger-off tone-critical' : ''}`}
        >
          {row[column].toLocaleString('en')}
        </td>
      ))}
    </tr>
  )
}

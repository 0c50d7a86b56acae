import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { quarantineQuery } from '#ui/data/queries.ts'
import { Choice } from '#ui/design/Choice.tsx'
import { Icon } from '#ui/design/Icon.tsx'
import { Empty, Problem, SkeletonRows, StaleBand } from '#ui/design/State.tsx'
import { Ago } from '#ui/design/Time.tsx'
import { groupItems, type QuarantineGroup } from '#ui/features/quarantine/group.ts'
import { QuarantineDrawer } from '#ui/features/quarantine/QuarantineDrawer.tsx'
import { useSettle } from '#ui/features/quarantine/useSettle.ts'
import { words } from '#ui/words/en.ts'
import '#ui/features/quarantine/quarantine.css'

const route = getRouteApi('/quarantine')
const statuses = [
  { value: 'open', label: words.quarantine.open },
  { value: 'replayed', label: words.quarantine.replayed },
  { value: 'discarded', label: words.quarantine.discarded },
  { value: 'edited', label: words.quarantine.edited },
] as const
type Shown = (typeof statuses)[number]['value']

/** Records that could not be read, grouped by source and cause. */
export function QuarantinePage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const status: Shown = statuses.find(({ value }) => value === search.status)?.value ?? 'open'
  const query = useQuery(quarantineQuery(status))
  const items = query.data?.items ?? []
  const groups = groupItems(items)
  const chosen = items.find(({ id }) => id === search.item)
  const set = (next: { status?: string; group?: string | undefined; item?: string | undefined }) =>
    void navigate({ search: { ...search, ...next } as Record<string, string>, replace: true })
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1 className="page-title">{words.quarantine.title}</h1>
          <p className="soft">{words.quarantine.lead}</p>
        </div>
        <Choice
          label={words.quarantine.status}
          value={status}
          options={statuses}
          onChange={(next) => set({ status: next, group: undefined, item: undefined })}
        />
      </header>
      {query.isError && query.data !== undefined && (
        <StaleBand onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <SkeletonRows rows={6} height={56} />}
      {query.isError && query.data === undefined && (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && groups.length === 0 && (
        <Empty title={words.quarantine.empty} hint={words.quarantine.emptyHint}>
          <Link to="/ledger" className="button">
            {words.quarantine.toLedger}
          </Link>
        </Empty>
      )}
      <ul>
        {groups.map((group) => (
          <Group
            key={group.key}
            group={group}
            open={search.group === group.key}
            status={status}
            onToggle={() => set({ group: search.group === group.key ? undefined : group.key })}
            onItem={(item) => set({ item })}
          />
        ))}
      </ul>
      {query.data?.next !== null && query.data?.next !== undefined && (
        <p className="quiet">{words.quarantine.more}</p>
      )}
      {chosen !== undefined && (
        <QuarantineDrawer item={chosen} onClose={() => set({ item: undefined })} />
      )}
    </div>
  )
}

type GroupProps = {
  group: QuarantineGroup
  open: boolean
  status: string
  onToggle: () => void
  onItem: (id: string) => void
}

function Group({ group, open, status, onToggle, onItem }: GroupProps) {
  const settle = useSettle()
  return (
    <li className="group">
      <div className="group-head">
        <button type="button" className="group-toggle" aria-expanded={open} onClick={onToggle}>
          <Icon name={open ? 'down' : 'right'} size={14} />
          <span className="group-count">{group.items.length}</span>
          <span className="group-name">
            {words.quarantine.fault(group.code)}{' '}
            <span className="soft group-source">{group.source}</span>
          </span>
          <span className="group-detail soft ellipsis">{group.items[0]?.detail}</span>
          <span className="group-when quiet">
            {words.quarantine.last} <Ago at={group.last} />
          </span>
        </button>
        {status === 'open' && (
          <button
            type="button"
            className="button"
            disabled={settle.isPending}
            onClick={() =>
              settle.mutate({ ids: group.items.map(({ id }) => id), action: 'replay' })
            }
          >
            <Icon name="replay" size={14} />
            {words.quarantine.replayAll(group.items.length)}
          </button>
        )}
      </div>
      {settle.isError && (
        <p className="group-failed tone-critical" role="alert">
          {words.quarantine.failed}: {settle.error.message}
        </p>
      )}
      {open && (
        <ul className="group-items" aria-label={words.quarantine.select}>
          {group.items.map((item) => (
            <li key={item.id}>
              <button type="button" className="group-item" onClick={() => onItem(item.id)}>
                <span className="quiet nowrap">
                  <Ago at={item.receivedAt} />
                </span>
                <span className="mono quiet ellipsis">{item.path}</span>
                <span className="ellipsis">{item.detail}</span>
                <span className="mono quiet ellipsis">{item.preview}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

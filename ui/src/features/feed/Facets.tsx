import { StatusMark } from '#ui/design/StatusMark.tsx'
import { sentenceCase, words } from '#ui/words/en.ts'
import type { Status } from '#model/view.ts'
import type { FacetCounts } from '#ui/data/contract.ts'
import type { OrderFilter } from '#ui/data/queries.ts'

type FacetName = 'status' | 'company'
type FacetsProps = {
  filter: OrderFilter
  companies: readonly string[]
  counts: { readonly status?: FacetCounts; readonly company?: FacetCounts } | undefined
  onChange: (filter: OrderFilter) => void
}

const statuses = Object.keys(words.status) as Status[]
const labelOf = (name: FacetName, value: string) =>
  name === 'status' ? words.status[value as Status] : sentenceCase(value)

/** Filters with their counts: a column on wide screens, two selects on narrow ones. Zero values hide unless chosen. */
export function Facets({ filter, companies, counts, onChange }: FacetsProps) {
  const values = { status: statuses as readonly string[], company: companies }
  const choose = (name: FacetName, value: string | undefined) =>
    onChange({ ...filter, [name]: value })
  return (
    <>
      <div className="facets" role="group" aria-label="Filters">
        {(['status', 'company'] as const).map((name) => (
          <FacetColumn
            key={name}
            name={name}
            values={values[name]}
            counts={counts?.[name]}
            chosen={filter[name]}
            onChoose={(value) => choose(name, value)}
          />
        ))}
      </div>
      <div className="facet-selects">
        {(['status', 'company'] as const).map((name) => (
          <label key={name}>
            <span className="unseen">{words.feed[name]}</span>
            <select
              value={filter[name] ?? ''}
              onChange={(event) =>
                choose(name, event.target.value === '' ? undefined : event.target.value)
              }
            >
              <option value="">
                {words.feed[name]}: {words.feed.all.toLowerCase()}
              </option>
              {values[name].map((value) => (
                <option key={value} value={value}>
                  {labelOf(name, value)}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
    </>
  )
}

type ColumnProps = {
  name: FacetName
  values: readonly string[]
  counts: FacetCounts | undefined
  chosen: string | undefined
  onChoose: (value: string | undefined) => void
}

function FacetColumn({ name, values, counts, chosen, onChoose }: ColumnProps) {
  const seen = values.filter(
    (value) => counts === undefined || (counts[value] ?? 0) > 0 || value === chosen,
  )
  if (seen.length === 0) return null
  return (
    <fieldset className="facet">
      <legend className="facet-title">{words.feed[name]}</legend>
      {seen.map((value) => (
        <button
          key={value}
          type="button"
          className="facet-value"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value === chosen ? undefined : value)}
        >
          {name === 'status' && <StatusMark status={value as Status} />}
          <span className="ellipsis">{labelOf(name, value)}</span>
          {counts !== undefined && (
            <span className="facet-count figures">{(counts[value] ?? 0).toLocaleString('en')}</span>
          )}
        </button>
      ))}
    </fieldset>
  )
}

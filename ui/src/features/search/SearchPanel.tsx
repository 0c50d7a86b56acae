import { identifierTypes } from '#model/identifier.ts'
import { StatusMark } from '#ui/design/StatusMark.tsx'
import { ToneMark } from '#ui/design/StatusMark.tsx'
import { words } from '#ui/words/en.ts'
import type { SearchHit } from '#model/view.ts'
import type { Search } from '#ui/features/search/useSearch.ts'
import type { Recent } from '#ui/features/search/recents.ts'

export type Option = { readonly key: string; readonly order: Recent; readonly hit?: SearchHit }
type PanelProps = {
  search: Search
  options: readonly Option[]
  active: number
  onActive: (index: number) => void
}

/** What matches, why, and what to do when nothing does. */
export function SearchPanel({ search, options, active, onActive }: PanelProps) {
  const { typed, outcome, waiting } = search
  const none = typed !== '' && options.length === 0 && !waiting
  return (
    <div className="search-panel">
      {outcome?.kind === 'several' && <p className="search-note">{words.search.several(typed)}</p>}
      {outcome?.kind === 'failed' && (
        <p className="search-note status tone-critical">
          <ToneMark tone="critical" />
          {outcome.text}
        </p>
      )}
      {search.failed && (
        <p className="search-note status tone-critical">
          <ToneMark tone="critical" />
          {words.problem.unreachable}
        </p>
      )}
      {typed === '' && options.length > 0 && (
        <p className="search-note quiet">{words.search.recent}</p>
      )}
      {typed === '' && options.length === 0 && (
        <p className="search-note quiet">{words.search.exact}</p>
      )}
      {none && !search.failed && (
        <div className="search-none" role="status">
          <p>
            {outcome?.kind === 'unknown'
              ? words.search.unknown(outcome.text)
              : words.search.none(typed)}
          </p>
          <p className="quiet">{words.search.noneHint}</p>
        </div>
      )}
      <div id="search-options" role="listbox" aria-label={words.search.label}>
        {options.map((option, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys act on the input, which names the active option
          <div
            key={option.key}
            id={`search-option-${index}`}
            role="option"
            aria-selected={index === active}
            tabIndex={-1}
            className={index === active ? 'search-option search-option-active' : 'search-option'}
            onPointerMove={() => onActive(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => search.open(option.order)}
          >
            {option.hit === undefined ? (
              <span className="mono">{option.order.label}</span>
            ) : (
              <HitView hit={option.hit} typed={typed} />
            )}
          </div>
        ))}
      </div>
      <span className="unseen" role="status">
        {typed !== '' && !waiting ? words.search.results(options.length) : ''}
      </span>
      <p className="search-foot quiet" aria-hidden="true">
        <kbd>↑</kbd>
        <kbd>↓</kbd> {words.search.move} <kbd>↵</kbd> {words.search.open} <kbd>Esc</kbd>{' '}
        {words.search.close}
      </p>
    </div>
  )
}

/** One match: the identifier with the matching beginning marked, and whose number it is. */
function HitView({ hit, typed }: { hit: SearchHit; typed: string }) {
  const length = hit.value.toLowerCase().startsWith(typed.toLowerCase()) ? typed.length : 0
  return (
    <>
      <StatusMark status={hit.status} />
      <span className="search-value mono ellipsis">
        <mark>{hit.value.slice(0, length)}</mark>
        {hit.value.slice(length)}
      </span>
      <span className="search-why ellipsis">
        {words.search.why(identifierTypes[hit.type]?.label ?? hit.type, hit.ns)}
      </span>
      <span className="search-order ellipsis quiet mono">
        {hit.label === hit.value ? '' : hit.label}
      </span>
      <span className="search-status">{words.status[hit.status] ?? hit.status}</span>
    </>
  )
}

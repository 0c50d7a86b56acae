import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { Icon } from '#ui/design/Icon.tsx'
import { useKeys } from '#ui/design/keys.ts'
import { SearchPanel, type Option } from '#ui/features/search/SearchPanel.tsx'
import { useSearch, type Search } from '#ui/features/search/useSearch.ts'
import { words } from '#ui/words/en.ts'
import '#ui/features/search/search.css'

type Keyboard = {
  search: Search
  options: readonly Option[]
  active: number
  setActive: (index: number) => void
  leave: () => void
  show: () => void
}

/** Arrows choose, Enter opens, Escape leaves. */
function press(
  event: KeyboardEvent,
  { search, options, active, setActive, leave, show }: Keyboard,
) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step !== 0) {
    event.preventDefault()
    show()
    setActive(options.length === 0 ? 0 : (active + step + options.length) % options.length)
  } else if (event.key === 'Enter') {
    const option = options[active]
    // Matches of an earlier text must not be opened in its place: while they load, resolve what stands in the box.
    if (option !== undefined && !search.waiting) search.open(option.order)
    else if (search.typed !== '') void search.go(search.typed)
  } else if (event.key === 'Escape') leave()
}

function useFocusKeys(input: { readonly current: HTMLInputElement | null }) {
  const keys = useMemo(() => {
    const focus = () => {
      input.current?.focus()
      input.current?.select()
    }
    return { '/': focus, 'mod+k': focus }
  }, [input])
  useKeys(keys)
}

const optionsOf = ({ typed, recent, hits }: Search): readonly Option[] =>
  typed === ''
    ? recent.map((each) => ({ key: each.id, order: each }))
    : hits.map((hit) => ({
        key: `${hit.ns}/${hit.type}/${hit.value}/${hit.id}`,
        order: { id: hit.id, label: hit.value },
        hit,
      }))

/** The box in the header: any identifier of any system. `/` or Ctrl/Cmd K focuses it. */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null)
  const [open, setOpen] = useState(false)
  const leave = useCallback(() => {
    setOpen(false)
    input.current?.blur()
  }, [])
  const search = useSearch(leave)
  const { typed, outcome } = search
  // A choice belongs to what was typed when it was made; other matches start at the first.
  const chosenFor = `${outcome?.kind ?? ''} ${typed}`
  const [chosen, setChosen] = useState({ of: '', index: 0 })
  const active = chosen.of === chosenFor ? chosen.index : 0
  const setActive = (index: number) => setChosen({ of: chosenFor, index })

  useFocusKeys(input)

  const options = optionsOf(search)
  const pressed = (event: KeyboardEvent) =>
    press(event, { search, options, active, setActive, leave, show: () => setOpen(true) })

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- watches the focus leave, nothing to press
    <div
      className="search"
      role="search"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <span className="search-icon">
        <Icon name="search" />
      </span>
      <input
        ref={input}
        className="search-input"
        type="text"
        role="combobox"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        aria-label={words.search.label}
        aria-expanded={open}
        aria-controls="search-options"
        aria-autocomplete="list"
        aria-activedescendant={
          open && options[active] !== undefined ? `search-option-${active}` : undefined
        }
        placeholder={words.search.placeholder}
        value={search.text}
        onChange={(event) => {
          search.change(event.target.value)
          setOpen(true)
        }}
        onPaste={(event) => search.pasted(event.clipboardData.getData('text'))}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onKeyDown={pressed}
      />
      {search.text === '' && (
        <kbd className="search-key" aria-hidden="true">
          /
        </kbd>
      )}
      {search.waiting && <span className="search-waiting" aria-hidden="true" />}
      {open && (
        <SearchPanel search={search} options={options} active={active} onActive={setActive} />
      )}
    </div>
  )
}

import { Link, useSearch } from '@tanstack/react-router'
import { formatTime } from '#ui/design/time.ts'
import { Icon } from '#ui/design/Icon.tsx'
import { SearchBox } from '#ui/features/search/SearchBox.tsx'
import { Freshness } from '#ui/shell/Freshness.tsx'
import { nextTheme, useTheme } from '#ui/shell/theme.ts'
import { words } from '#ui/words/en.ts'

const themeIcons = { system: 'screen', light: 'sun', dark: 'moon' } as const

/** The same on every page: where you are, the search, how fresh and as of when. */
export function Header({ onHelp }: { onHelp: () => void }) {
  const theme = useTheme()
  return (
    <header className="header">
      <a className="skip button" href="#content">
        {words.nav.skip}
      </a>
      <Link to="/" search={{}} className="brand" aria-label={words.product}>
        <Mark />
        <span className="brand-name">{words.product}</span>
      </Link>
      <nav className="nav" aria-label={words.nav.label}>
        <Link
          to="/"
          search={{}}
          className="nav-link"
          activeOptions={{ exact: true, includeSearch: false }}
          title={`${words.help.orders} (g o)`}
        >
          {words.nav.orders}
        </Link>
        <Link to="/quarantine" className="nav-link" title={`${words.help.quarantine} (g q)`}>
          {words.nav.quarantine}
        </Link>
        <Link to="/ledger" className="nav-link" title={`${words.help.ledger} (g l)`}>
          {words.nav.ledger}
        </Link>
      </nav>
      <SearchBox />
      <div className="header-end">
        <AsOf />
        <Freshness />
        <button
          type="button"
          className="button button-plain button-icon"
          onClick={nextTheme}
          aria-label={words.theme[theme]}
          title={words.theme[theme]}
        >
          <Icon name={themeIcons[theme]} />
        </button>
        <button
          type="button"
          className="button button-plain button-icon header-help"
          onClick={onHelp}
          aria-label={words.help.open}
          title={`${words.help.open} (?)`}
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  )
}

function AsOf() {
  const { asOf } = useSearch({ strict: false })
  if (asOf === undefined) return <span className="as-of quiet">{words.asOf.now}</span>
  return (
    <Link
      to="."
      search={(before) => ({ ...before, asOf: undefined })}
      className="as-of as-of-past"
      title={words.asOf.leave}
    >
      <Icon name="clock" size={14} />
      {words.asOf.past(formatTime(asOf, 'moment'))}
      <Icon name="close" size={12} />
    </Link>
  )
}

/** Many lines into one. */
function Mark() {
  return (
    <svg
      width="22"
      height="22"
      viewBox="0 0 22 22"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M2 5h4.5L11 11M2 17h4.5L11 11M2 11h18" />
      <circle cx="11" cy="11" r="3.4" fill="var(--accent)" stroke="var(--bg)" strokeWidth="1.6" />
    </svg>
  )
}

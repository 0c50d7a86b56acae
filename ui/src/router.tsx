import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  type ErrorComponentProps,
} from '@tanstack/react-router'
import { FeedPage } from '#ui/features/feed/FeedPage.tsx'
import { withQuery } from '#ui/data/api.ts'
import { Empty } from '#ui/design/State.tsx'
import { Shell } from '#ui/shell/Shell.tsx'
import { words } from '#ui/words/en.ts'

type Raw = Record<string, unknown>

type Texts<N extends string> = { [K in N]?: string | undefined }

/** The search parameters a page knows; everything else in the URL is dropped. */
function texts<const N extends string>(raw: Raw, names: readonly N[]): Texts<N> {
  const found: Texts<N> = {}
  for (const name of names) {
    const value = raw[name]
    if (typeof value === 'string' && value !== '') found[name] = value
  }
  return found
}

const root = createRootRoute({
  component: Shell,
  notFoundComponent: Missing,
  errorComponent: Crash,
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: FeedPage,
  validateSearch: (raw: Raw) => texts(raw, ['status', 'company', 'region']),
})

const order = createRoute({
  getParentRoute: () => root,
  path: '/orders/$id',
  component: lazyRouteComponent(() => import('#ui/features/order/OrderPage.tsx'), 'OrderPage'),
  validateSearch: (raw: Raw): Texts<'asOf' | 'evidence' | 'view'> => {
    const { asOf, ...rest } = texts(raw, ['asOf', 'evidence', 'view'])
    return asOf === undefined || Number.isNaN(Date.parse(asOf)) ? rest : { ...rest, asOf }
  },
})

const quarantine = createRoute({
  getParentRoute: () => root,
  path: '/quarantine',
  component: lazyRouteComponent(
    () => import('#ui/features/quarantine/QuarantinePage.tsx'),
    'QuarantinePage',
  ),
  validateSearch: (raw: Raw) => texts(raw, ['status', 'group', 'item']),
})

const ledger = createRoute({
  getParentRoute: () => root,
  path: '/ledger',
  component: lazyRouteComponent(() => import('#ui/features/ledger/LedgerPage.tsx'), 'LedgerPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([home, order, quarantine, ledger]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Values are texts: an event id of digits only must not become a number.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => withQuery('', search as Record<string, string | undefined>),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function Missing() {
  return (
    <div style={{ padding: 'var(--gutter)' }}>
      <Empty heading="h1" title={words.problem.missing} hint={words.problem.missingHint}>
        <Link to="/" search={{}} className="button">
          {words.problem.home}
        </Link>
      </Empty>
    </div>
  )
}

function Crash({ error }: ErrorComponentProps) {
  return (
    <div style={{ padding: 'var(--gutter)' }} role="alert">
      <Empty heading="h1" title={words.problem.crash} hint={words.problem.crashHint}>
        <code className="code">{error instanceof Error ? error.message : String(error)}</code>
        <button type="button" className="button" onClick={() => location.reload()}>
          {words.problem.reload}
        </button>
      </Empty>
    </div>
  )
}

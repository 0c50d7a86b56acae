import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link } from '@tanstack/react-router'
import { FeedPage } from '#ui/features/feed/FeedPage.tsx'
import { Empty } from '#ui/design/State.tsx'
import { Shell } from '#ui/shell/Shell.tsx'
import { words } from '#ui/words/en.ts'

type Raw = Record<string, unknown>

/** A search parameter as text; the router reads digits as numbers. */
function texts<const N extends string>(raw: Raw, names: readonly N[]): { [K in N]?: string } {
  const found: { [K in N]?: string } = {}
  for (const name of names) {
    const value = raw[name]
    if (typeof value === 'string' && value !== '') found[name] = value
    if (typeof value === 'number') found[name] = String(value)
  }
  return found
}

function validTime(raw: { asOf?: string }): boolean {
  return raw.asOf !== undefined && !Number.isNaN(Date.parse(raw.asOf))
}

const root = createRootRoute({ component: Shell, notFoundComponent: Missing, errorComponent: Crash })

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
  validateSearch: (raw: Raw) => {
    const { asOf, ...rest } = texts(raw, ['asOf', 'evidence', 'view'])
    return asOf !== undefined && validTime({ asOf }) ? { ...rest, asOf } : (rest as typeof rest & { asOf?: string })
  },
})

const quarantine = createRoute({
  getParentRoute: () => root,
  path: '/quarantine',
  component: lazyRouteComponent(() => import('#ui/features/quarantine/QuarantinePage.tsx'), 'QuarantinePage'),
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
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function Missing() {
  return (
    <div style={{ padding: 'var(--gutter)' }}>
      <Empty title={words.problem.missing} hint={words.problem.missingHint}><Link to="/" search={{}} className="button">{words.problem.home}</Link></Empty>
    </div>
  )
}

function Crash({ error }: { error: Error }) {
  return (
    <div style={{ padding: 'var(--gutter)' }} role="alert">
      <Empty title={words.problem.crash} hint={words.problem.crashHint}>
        <code className="code">{error.message}</code>
        <button type="button" className="button" onClick={() => location.reload()}>{words.problem.reload}</button>
      </Empty>
    </div>
  )
}

import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useKeys } from '#ui/design/keys.ts'
import { setDenied, useDenied } from '#ui/shell/access.ts'
import { AccessPage } from '#ui/shell/AccessPage.tsx'
import { OfflineBand } from '#ui/shell/Freshness.tsx'
import { Header } from '#ui/shell/Header.tsx'
import { HelpDialog } from '#ui/shell/HelpDialog.tsx'
import { nextTheme } from '#ui/shell/theme.ts'
import { retryLive } from '#ui/data/live.ts'
import '#ui/shell/shell.css'

/** Header, bands and the page below. */
export function Shell() {
  const denied = useDenied()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [help, setHelp] = useState(false)
  const openHelp = useCallback(() => setHelp(true), [])
  const closeHelp = useCallback(() => setHelp(false), [])
  useKeys(
    useMemo(
      () => ({
        '?': openHelp,
        t: nextTheme,
        'g o': () => void navigate({ to: '/', search: {} }),
        'g q': () => void navigate({ to: '/quarantine' }),
        'g l': () => void navigate({ to: '/ledger' }),
      }),
      [openHelp, navigate],
    ),
  )
  const retry = () => {
    setDenied(false)
    retryLive()
    void client.resetQueries()
  }

  if (denied) return <AccessPage onRetry={retry} />
  return (
    <div className="shell">
      <Header onHelp={openHelp} />
      <OfflineBand />
      <main id="content" className="content" tabIndex={-1}>
        <Outlet />
      </main>
      {help && <HelpDialog onClose={closeHelp} />}
    </div>
  )
}

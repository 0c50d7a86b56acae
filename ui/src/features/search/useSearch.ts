import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { ApiProblem } from '#ui/data/api.ts'
import { resolve, searchQuery } from '#ui/data/queries.ts'
import { recents, remember, type Recent } from '#ui/features/search/recents.ts'
import type { SearchHit } from '#model/view.ts'

const settleMs = 90
const pasteMin = 5

/** `unknown`: no order has it; `several`: which of these is meant; `failed`: the hub could not say. */
export type Outcome =
  | { readonly kind: 'unknown' | 'failed'; readonly text: string }
  | { readonly kind: 'several'; readonly hits: readonly SearchHit[] }
  | null

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** Goes straight to the order of a whole identifier; `quietly` leaves an unknown one to the type-ahead. */
function useResolve(open: (order: Recent) => void, setOutcome: (outcome: Outcome) => void) {
  const [busy, setBusy] = useState(false)
  const client = useQueryClient()
  // Enter may come before the matches do: a beginning that only one order has means that order.
  const byBeginning = useCallback(
    async (beginning: string) => {
      const hits = await client.fetchQuery(searchQuery(beginning)).catch(() => [])
      const [first] = hits
      if (first === undefined) setOutcome({ kind: 'unknown', text: beginning })
      else if (hits.every(({ id }) => id === first.id)) open({ id: first.id, label: first.value })
    },
    [client, open, setOutcome],
  )
  const go = useCallback(
    async (identifier: string, quietly = false) => {
      setBusy(true)
      try {
        const found = await resolve(identifier)
        if (found.kind === 'candidates') setOutcome({ kind: 'several', hits: found.candidates })
        else open({ id: found.order.id, label: identifier })
      } catch (error) {
        const missing = error instanceof ApiProblem && error.status === 404
        const text = error instanceof Error ? error.message : String(error)
        if (!missing) setOutcome({ kind: 'failed', text })
        else if (!quietly) await byBeginning(identifier)
      } finally {
        setBusy(false)
      }
    },
    [open, setOutcome, byBeginning],
  )
  return { go, busy }
}

export type Search = ReturnType<typeof useSearch>

/** State of the search box: what is typed, what matches, and going to an order. */
export function useSearch(onLeave: () => void) {
  const [text, setText] = useState('')
  const [outcome, setOutcome] = useState<Outcome>(null)
  const navigate = useNavigate()
  const typed = text.trim()
  const settled = useSettled(typed)
  const query = useQuery(searchQuery(typed === '' ? '' : settled))

  const open = useCallback(
    (order: Recent) => {
      remember(order)
      setText('')
      setOutcome(null)
      onLeave()
      void navigate({ to: '/orders/$id', params: { id: order.id }, search: {} })
    },
    [navigate, onLeave],
  )

  const change = useCallback((next: string) => {
    setText(next)
    setOutcome(null)
  }, [])

  const { go, busy } = useResolve(open, setOutcome)
  const pasted = useCallback(
    (value: string) => {
      const identifier = value.trim()
      if (identifier.length >= pasteMin && !/\s/u.test(identifier)) void go(identifier, true)
    },
    [go],
  )

  const hits: readonly SearchHit[] =
    typed === '' ? [] : outcome?.kind === 'several' ? outcome.hits : (query.data ?? [])
  const waiting = busy || (typed !== '' && (settled !== typed || query.isFetching))
  return {
    text,
    typed,
    change,
    hits,
    outcome,
    waiting,
    failed: query.isError,
    open,
    go,
    pasted,
    recent: typed === '' ? recents() : [],
  }
}

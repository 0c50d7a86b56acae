/** How many requests a caller may make, told in the headers of draft-ietf-httpapi-ratelimit-headers-10. */
import type { FastifyReply } from 'fastify'
import { Problem } from './problem.ts'

/** Requests in a window of seconds. */
export type Quota = { readonly requests: number; readonly windowSeconds: number }
export type Quotas = Readonly<Record<'reads' | 'ingest' | 'strangers', Quota>>

/** `strangers` are requests without a good credential, counted by address: guessing must stay hopeless. */
export const defaultQuotas: Quotas = {
  reads: { requests: 12_000, windowSeconds: 60 },
  ingest: { requests: 300_000, windowSeconds: 60 },
  strangers: { requests: 600, windowSeconds: 60 },
}

const callersMax = 10_000

type Window = { count: number; endsAt: number }

export type Rates = {
  /** Counts one request; sets the headers, throws 429 with Retry-After when the quota is used up. */
  readonly take: (policy: keyof Quotas, caller: string, reply: FastifyReply) => void
  /** Throws the same 429 when the quota is used up already; counts nothing. */
  readonly refuse: (policy: keyof Quotas, caller: string, reply: FastifyReply) => void
}

/** Fixed windows, one a policy and caller. */
export function createRates(quotas: Quotas): Rates {
  const windows = new Map<string, Window>()
  const windowOf = (policy: keyof Quotas, caller: string, at: number): Window => {
    const key = `${policy} ${caller}`
    const current = windows.get(key)
    if (current !== undefined && current.endsAt > at) return current
    if (windows.size >= callersMax) forget(windows, at)
    const fresh = { count: 0, endsAt: at + quotas[policy].windowSeconds * 1000 }
    windows.set(key, fresh)
    return fresh
  }
  const judge = (policy: keyof Quotas, caller: string, reply: FastifyReply, more: 0 | 1): void => {
    const { requests, windowSeconds } = quotas[policy]
    const at = performance.now()
    const window = windowOf(policy, caller, at)
    window.count += more
    const seconds = Math.max(1, Math.ceil((window.endsAt - at) / 1000))
    const left = Math.max(0, requests - window.count)
    reply.header('ratelimit-policy', `"${policy}";q=${requests};w=${windowSeconds}`)
    reply.header('ratelimit', `"${policy}";r=${left};t=${seconds}`)
    if (window.count < requests || (more === 1 && window.count === requests)) return
    throw new Problem(
      'too-many-requests',
      `More than ${requests} requests in ${windowSeconds} seconds.`,
      {
        hint: `Go on in ${seconds} seconds.`,
        headers: { 'retry-after': String(seconds) },
      },
    )
  }
  return {
    take: (policy, caller, reply) => judge(policy, caller, reply, 1),
    refuse: (policy, caller, reply) => judge(policy, caller, reply, 0),
  }
}

function forget(windows: Map<string, Window>, at: number): void {
  for (const [key, window] of windows) if (window.endsAt <= at) windows.delete(key)
  if (windows.size >= callersMax) windows.clear()
}

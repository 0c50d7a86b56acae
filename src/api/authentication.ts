/** From a request to its caller: a bearer key, or the cookie of a browser session. */
import type { FastifyRequest } from 'fastify'
import type { Instant } from '#model/time.ts'
import type { Flow } from '#flow/hub.ts'
import { authenticate } from './keys.ts'
import type { Principal } from './principal.ts'
import { Problem } from './problem.ts'
import { secretHash } from './secrets.ts'

export const sessionCookie = 'orderhub_session'

/** How long a key may still work in this process after it was revoked by another. */
const rememberMs = 5_000
const rememberedMax = 10_000

export type Authenticator = {
  /** The caller, or null when the request carries no credential that lives. */
  readonly principalOf: (request: FastifyRequest) => Promise<Principal | null>
  /** Whether a caller's key still lives, asked past the memory. */
  readonly stillLives: (request: FastifyRequest) => Promise<boolean>
  readonly forget: () => void
}

/** Remembers good answers for seconds, so that a busy key costs no query a request. */
export function createAuthenticator(flow: Flow, now: () => Instant): Authenticator {
  const remembered = new Map<string, { until: number; principal: Principal }>()
  const principalOf = async (request: FastifyRequest): Promise<Principal | null> => {
    const token = tokenOf(request)
    if (token === null) return null
    const key = secretHash(token).toString('base64')
    const known = remembered.get(key)
    if (known !== undefined && known.until > performance.now()) return known.principal
    const principal = await authenticate(flow, token, now())
    remembered.delete(key)
    if (principal === null) return null
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(key, { until: performance.now() + rememberMs, principal })
    return principal
  }
  return {
    principalOf,
    stillLives: async (request) => {
      const token = tokenOf(request)
      return token !== null && (await authenticate(flow, token, now())) !== null
    },
    forget: () => remembered.clear(),
  }
}

/** A bearer key wins over a cookie. */
function tokenOf({ headers }: FastifyRequest): string | null {
  const { authorization, cookie } = headers
  if (authorization !== undefined) {
    return /^Bearer (ohk_[A-Za-z0-9]{1,32}_[A-Za-z0-9]{1,128})$/i.exec(authorization)?.[1] ?? null
  }
  return cookieOf(cookie, sessionCookie)
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}

/**
 * A page of another site can make a browser send its cookies, but not a header of its own: what changes state by a
 * cookie must carry one.
 */
export function refuseForged(request: FastifyRequest, principal: Principal): void {
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (principal.kind !== 'session' || !changes || request.headers['x-requested-with'] !== undefined)
    return
  throw new Problem('header-missing', 'The header X-Requested-With is missing.', {
    hint: 'Send it with any value; requests with a key instead of a cookie do not need it.',
  })
}
